"""
Recursive cuts: items of one container into rows and columns, along the whitespace between them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vision_code.divide.boxed_tables import lift_boxed_tables
from vision_code.divide.entries import left_edges
from vision_code.divide.extent import extent
from vision_code.divide.likeness import alike
from vision_code.divide.marks import begin_rows
from vision_code.divide.overlap import pull_apart
from vision_code.divide.ruled_grids import lift_ruled_grids
from vision_code.divide.tables import lift_tables
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind

Axis = Literal["x", "y"]

#: Items may overlap by this much on the cut and still be apart: ink of neighbours touches, borders are shared.
OVERLAP_PX = 3.0
#: All gaps at least this share of the widest are cut in one go.
SAME_GAP = 0.75
#: Columns start (or end) level within this.
LEVEL_PX = 6.0
#: At least so many columns stand so evenly, with so much room between them.
MIN_EVEN, EVEN_PX, COLUMN_GAP_PX = 3, 6.0, 12.0
#: Columns of a page start level within this and are at least so high.
COLUMN_TOP_PX = 48.0
COLUMN_HEIGHT_PX = 150.0
#: Cards of a grid are at least so high.
CARD_HEIGHT_PX = 64.0
#: So many cards in a row, rows of cards or things beside them make a grid.
MIN_GRID = 3
#: Rows of one thing that a cut between columns must not tear.
MIN_TORN = 3
#: What hangs in one line beside others is no larger than an avatar.
HANGING_PX = 40.0
#: A cut that parts only like neighbours counts as this much narrower: it would tear instances of one thing apart.
TEAR_COST = 0.6


@dataclass(frozen=True, slots=True)
class Cut:
    """
    A gap between two neighbouring groups of items: ``position`` counts the items before it in axis order.
    """

    position: int
    gap_px: float


def arrange(items: Sequence[Region]) -> Region:
    """
    One region holding all items (at least one), arranged by recursive cuts.
    """
    items = lift_tables(lift_ruled_grids(lift_boxed_tables(items), arrange), arrange)
    if len(items) == 1:
        return items[0]
    rows, columns = find_cuts(items, "y"), find_cuts(items, "x")
    if not rows and not columns:
        return arrange_stuck(items)
    if rows and columns and (lone := _lone_band(items, rows)) is not None:
        return _cut(items, "y", [lone], both=False)
    if rows and columns and (beside := _beside_grid(items, columns)) is not None:
        return _cut(items, "x", [beside], both=False)
    if rows and columns and (around := _around_cards(items, rows)):
        return _cut(items, "y", around, both=False, every=True)
    if rows and not columns and (around := _around_columns(items, rows)):
        return _cut(items, "y", around, both=False, every=True)
    axis: Axis = "y" if rows and (not columns or _rows_first(items, rows, columns)) else "x"
    return _cut(items, axis, rows if axis == "y" else columns, both=bool(rows and columns))


def arrange_stuck(items: Sequence[Region]) -> Region:
    """
    Items without any clean cut: overlays are stacked, interlocked pieces pulled apart where they overlap least.
    """
    resolved = pull_apart(items, arrange)
    return resolved if isinstance(resolved, Region) else arrange(resolved)


def find_cuts(items: Sequence[Region], axis: Axis) -> list[Cut]:
    """
    Gaps that no item crosses, in order; gaps of touching or slightly overlapping neighbours count as 0.
    """
    spans = sorted(_spans(items, axis))
    cuts: list[Cut] = []
    end = spans[0][1]
    for position, (start, stop) in enumerate(spans[1:], start=1):
        if start >= end:
            cuts.append(Cut(position, max(0.0, start - end - OVERLAP_PX)))
        end = max(end, stop)
    return cuts


def sort_along(items: Sequence[Region], axis: Axis) -> list[Region]:
    """
    Items in the order of their (shrunken) start along an axis, as ``Cut.position`` counts them.
    """
    spans = _spans(items, axis)
    return [items[position] for position in sorted(range(len(items)), key=lambda position: spans[position])]


def pieces(items: Sequence[Region], axis: Axis, cuts: Sequence[Cut]) -> list[list[Region]]:
    """
    The groups of items between cuts.
    """
    ordered = sort_along(items, axis)
    edges = [0, *(cut.position for cut in cuts), len(ordered)]
    return [ordered[a:b] for a, b in itertools.pairwise(edges)]


def _bands(items: Sequence[Region], rows: Sequence[Cut]) -> list[list[Region]]:
    """
    The rows of items between cuts, each from left to right.
    """
    return [sorted(band, key=lambda item: item.box.x) for band in pieces(items, "y", rows)]


def _spans(items: Sequence[Region], axis: Axis) -> list[tuple[float, float]]:
    """
    The span of each item; across, a list begins where the entry begins that it stands under.
    """
    edges = left_edges(items) if axis == "x" else {}
    spans = [_span(extent(item), axis) for item in items]
    return [(min(start, edges.get(id(i), start)), stop) for i, (start, stop) in zip(items, spans, strict=True)]


def _span(box: Box, axis: Axis) -> tuple[float, float]:
    start, size = (box.x, box.w) if axis == "x" else (box.y, box.h)
    shrink = min(OVERLAP_PX / 2, size / 4)
    return start + shrink, start + size - shrink


def _rows_first(items: Sequence[Region], rows: Sequence[Cut], columns: Sequence[Cut]) -> bool:
    """
    Which direction comes first where both are open.

    Repetition decides before width: bands that come back periodically are rows (of a form, a grid, a key-value list).
    """
    bands = _bands(items, rows)
    period = _period(bands)
    stripes = pieces(items, "x", columns)
    if period > 1 or _hangs_in_one_band(bands, stripes) or _ends_rows(bands, stripes, columns):
        return True
    if _tears_rows(bands, stripes) or begin_rows(stripes[0], [item for stripe in stripes[1:] for item in stripe]):
        return True
    if _one_outlasts(items, rows, columns):
        return False
    widest_row, widest_column = max(c.gap_px for c in rows), max(c.gap_px for c in columns)
    # A term, and what is said of it below and further in.
    if len(items) == 2 and (not widest_column or all(item.kind is RegionKind.TEXT for item in items)):
        return True
    if period == 1 and len(bands) >= 3:
        first = stripes[0][0]
        if not all(alike(first, stripe[0]) for stripe in stripes[1:]):
            return True
    keeps_rows = 1 - TEAR_COST * _torn(items, "y", rows)
    keeps_columns = 1 - TEAR_COST * _torn(items, "x", columns)
    return (widest_row + OVERLAP_PX) * keeps_rows >= (widest_column + OVERLAP_PX) * keeps_columns


def _hangs_in_one_band(bands: Sequence[Sequence[Region]], stripes: Sequence[Sequence[Region]]) -> bool:
    """
    Whether the right stripe is one small thing that is level with the first or the last line of the left one: a price
    beside a title, an avatar beside a date. What is level with the whole (a switch) is a stripe of its own.
    """
    if len(stripes) != 2 or len(stripes[1]) != 1:
        return False
    lone = extent(stripes[1][0])
    holder = next((band for band in (bands[0], bands[-1]) if stripes[1][0] in band), [])
    level = [extent(item) for item in holder if item is not stripes[1][0]]
    if not level or min(lone.w, lone.h) > HANGING_PX:
        return False
    return all(abs(box.center_y - lone.center_y) <= LEVEL_PX for box in level)


def _ends_rows(bands: Sequence[Sequence[Region]], stripes: Sequence[Sequence[Region]], columns: Sequence[Cut]) -> bool:
    """
    Whether the right stripe is what rows end in: amounts that end level, each beside its name; like buttons or arrows.
    """
    last = stripes[-1]
    if not 2 <= len(last) <= len(bands) or columns[-1].gap_px < SAME_GAP * max(cut.gap_px for cut in columns):
        return False
    boxes = [extent(item) for item in last]
    rights, lefts = [box.right for box in boxes], [box.x for box in boxes]
    if max(rights) - min(rights) > LEVEL_PX or max(box.h for box in boxes) > HANGING_PX:
        return False
    if max(lefts) - min(lefts) <= LEVEL_PX and any(item.has_words and item.surface is None for item in last):
        return False  # words that begin level are a column of their own
    ends = {id(item) for item in last}
    for band in bands:
        own = [extent(item) for item in band if id(item) in ends]
        others = [extent(item) for item in band if id(item) not in ends]
        if len(own) > 1 or (own and not any(abs(own[0].center_y - box.center_y) <= LEVEL_PX for box in others)):
            return False
    return True


def _tears_rows(bands: Sequence[Sequence[Region]], stripes: Sequence[Sequence[Region]]) -> bool:
    """
    Whether the last stripe would take from some rows that follow one another, and are alike, what they end in: amounts
    in a card with a title and a chart above.
    """
    last = {id(item) for item in stripes[-1]}
    parts = [([item for item in band if id(item) not in last], [i for i in band if id(i) in last]) for band in bands]
    return any(_end_alike(parts[first : first + MIN_TORN]) for first in range(len(parts) - MIN_TORN + 1))


def _end_alike(rows: Sequence[tuple[list[Region], list[Region]]]) -> bool:
    """
    Whether rows, each as what it begins with and what it ends in, are instances of one thing with ends that end level.
    """
    heads, ends = [head for head, _ in rows], [end for _, end in rows]
    if any(len(end) != 1 for end in ends) or not all(_like_bands(heads[0], head) for head in heads[1:]):
        return False
    boxes = [extent(end[0]) for end in ends]
    rights, lefts = [box.right for box in boxes], [box.x for box in boxes]
    is_level = max(rights) - min(rights) <= LEVEL_PX < max(lefts) - min(lefts)
    beside = all(
        any(abs(extent(item).center_y - box.center_y) <= LEVEL_PX for item in head)
        for head, box in zip(heads, boxes, strict=True)
    )
    return is_level and beside and max(box.h for box in boxes) <= HANGING_PX


def _one_outlasts(items: Sequence[Region], rows: Sequence[Cut], columns: Sequence[Cut]) -> bool:
    """
    Whether columns start level and only one goes on below the widest gap: an article beside a shorter sidebar.

    The gap lies where the sidebar has ended; cutting there would put the sidebar into the middle of the article.
    """
    stripes = pieces(items, "x", columns)
    boxes = [bounding(extent(item) for item in stripe) for stripe in stripes]
    tops = [box.y for box in boxes]
    if max(tops) - min(tops) > COLUMN_TOP_PX or min(box.h for box in boxes) < COLUMN_HEIGHT_PX:
        return False
    widest = max(rows, key=lambda cut: cut.gap_px)
    after = sort_along(items, "y")[widest.position :]
    edge = min(extent(item).y for item in after)
    return sum(any(extent(item).y >= edge for item in stripe) for stripe in stripes) == 1


def _beside_grid(items: Sequence[Region], columns: Sequence[Cut]) -> Cut | None:
    """
    The cut between a grid of cards and the filters beside it, which know nothing of the grid's rows.
    """
    for cut, first in ((columns[0], True), (columns[-1], False)):
        before, after = pieces(items, "x", [cut])
        side, rest = (before, after) if first else (after, before)
        bands = _bands(rest, find_cuts(rest, "y"))
        is_grid = min(len(band) for band in bands[:-1] or bands) > 1 and _period(bands) == 1
        if len(bands) < MIN_GRID or not (is_grid or _are_stacked_cards(bands)) or _like_bands(bands[0], side):
            continue
        if len(side) >= MIN_GRID and _fills_gaps(side, bands):
            return cut
    return None


def _are_stacked_cards(bands: Sequence[Sequence[Region]]) -> bool:
    """
    Whether each band is one card and all are alike.
    """
    first = bands[0]
    return all(len(band) == 1 and _are_cards(first, band) and _like_bands(first, band) for band in bands)


def _fills_gaps(side: Sequence[Region], bands: Sequence[Sequence[Region]]) -> bool:
    """
    Whether things at the side stand in most of the gaps between the rows that they reach down to, and not one beside
    the beginning of each row: events of a timeline have a line between their marks.
    """
    boxes = [extent(item) for item in side]
    rows = [bounding(extent(item) for item in band) for band in bands]
    end = max(box.bottom for box in boxes)
    if all(any(abs(box.y - row.y) <= LEVEL_PX for box in boxes) for row in rows if row.y < end):
        return False
    gaps = [(a.bottom + OVERLAP_PX, b.y - OVERLAP_PX) for a, b in itertools.pairwise(rows) if b.y < end]
    filled = sum(any(box.y < bottom and box.bottom > top for box in boxes) for top, bottom in gaps)
    return filled * 2 > len(gaps)


def _around_cards(items: Sequence[Region], rows: Sequence[Cut]) -> list[Cut]:
    """
    The cuts above and below rows of cards that stand under each other, whatever they hold: pages to leaf through below
    a grid with an unfilled last row would join its last column. No cuts when there is nothing else.
    """
    bands = _bands(items, rows)
    for start, first in enumerate(bands):
        if len(first) < MIN_GRID or not _are_cards(first, first):
            continue
        stop = start + 1
        while stop < len(bands) and _are_cards(first, bands[stop]):
            stop += 1
        if stop - start > 1:
            return [rows[i] for i in (start - 1, stop - 1) if 0 <= i < len(rows)]
    return []


def _are_cards(first: Sequence[Region], band: Sequence[Region]) -> bool:
    """
    Whether a band holds surfaces as wide, and of the colour, as the cards of a first one that they stand under.
    """
    wide = first[0].surface
    if wide is None or len(band) > len(first):
        return False
    return all(
        item.surface is not None
        and item.kind is not RegionKind.SHAPE
        and item.box.h >= CARD_HEIGHT_PX
        and item.surface.fill == wide.fill
        and abs(item.box.w - first[0].box.w) <= LEVEL_PX
        and abs(item.box.x - above.box.x) <= LEVEL_PX
        for item, above in zip(band, first, strict=False)
    )


def _around_columns(items: Sequence[Region], rows: Sequence[Cut]) -> list[Cut]:
    """
    The cuts above and below an article with its sidebar, which full-width bands (header, footer) hide from view.
    """
    bands = pieces(items, "y", rows)
    for start in range(len(bands) - 1):
        union, end = list(bands[start]), start
        for stop in range(start + 1, len(bands)):
            if not find_cuts([*union, *bands[stop]], "x"):
                break
            union, end = [*union, *bands[stop]], stop
        if end == start or end - start == len(bands) - 1:
            continue
        inner_rows, inner_columns = find_cuts(union, "y"), find_cuts(union, "x")
        if not inner_rows or _lone_band(union, inner_rows) is not None:
            continue
        if _beside_grid(union, inner_columns) is not None or _one_outlasts(union, inner_rows, inner_columns):
            return [rows[i] for i in (start - 1, end) if 0 <= i < len(rows)]
    return []


def _torn(items: Sequence[Region], axis: Axis, cuts: Sequence[Cut]) -> float:
    """
    Share of the neighbours across the widest cut that are alike: a cut should not part instances of one thing.
    """
    groups = [sort_along(piece, "x" if axis == "y" else "y") for piece in pieces(items, axis, cuts)]
    if all(len(group) > 1 and _like_bands(groups[0], group) for group in groups):
        return 0.0  # whole instances, label with field or heading with text, are parted, none is torn
    widest = max(cuts, key=lambda cut: cut.gap_px)
    ordered = sort_along(items, axis)
    before, after = ordered[: widest.position], ordered[widest.position :]
    pairs = [(a, b) for a in before for b in after if _faces(extent(a), extent(b), axis, widest.gap_px)]
    return sum(alike(a, b) for a, b in pairs) / len(pairs) if pairs else 0.0


def _faces(a: Box, b: Box, axis: Axis, gap: float) -> bool:
    reach = gap + 2 * OVERLAP_PX
    if axis == "y":
        return b.y - a.bottom <= reach and min(a.right, b.right) > max(a.x, b.x)
    return b.x - a.right <= reach and min(a.bottom, b.bottom) > max(a.y, b.y)


def _lone_band(items: Sequence[Region], rows: Sequence[Cut]) -> Cut | None:
    """
    The cut below a single thing on top of columns that start level (above one below columns that end level).

    A heading over a row of cards is as narrow as the first card, and often nearer to it than the cards to each other.
    """
    for cut, first in ((rows[0], True), (rows[-1], False)):
        before, after = pieces(items, "y", [cut])
        lone, rest = (before, after) if first else (after, before)
        if len(lone) != 1 or lone[0].kind is not RegionKind.TEXT:
            continue
        columns = find_cuts(rest, "x")
        if not columns:
            continue
        stripes = [[extent(item) for item in piece] for piece in pieces(rest, "x", columns)]
        edges = [min(b.y for b in stripe) if first else -max(b.bottom for b in stripe) for stripe in stripes]
        if max(edges) - min(edges) <= LEVEL_PX:
            return cut
    return None


def _period(bands: Sequence[Sequence[Region]]) -> int:
    """
    Smallest number of bands after which the sequence repeats (all bands side by side alike); 0 when it does not.
    """
    count = len(bands)
    for period in range(1, count // 2 + 1):
        if count % period or not any(len(band) > 1 for band in bands[:period]):
            continue
        if all(_repeats(bands[i], bands[i + period], is_last=i + period == count - 1) for i in range(count - period)):
            return period
    return 0


def _repeats(a: Sequence[Region], b: Sequence[Region], *, is_last: bool) -> bool:
    """
    Whether a band comes back; of a grid the last one may be shorter.
    """
    if not is_last or len(b) >= len(a) or len(a) < MIN_GRID:
        return _like_bands(a, b)
    return all(alike(p, q) and abs(p.box.x - q.box.x) <= LEVEL_PX for p, q in zip(a, b, strict=False))


def _like_bands(a: Sequence[Region], b: Sequence[Region]) -> bool:
    return len(a) == len(b) and all(alike(p, q) for p, q in zip(a, b, strict=True))


def _even_cuts(items: Sequence[Region], cuts: Sequence[Cut]) -> list[Cut]:
    """
    The cuts between like columns whose middles stand at even distances, however wide their words are; empty if there
    are none.
    """
    for least in sorted({cut.gap_px for cut in cuts if cut.gap_px >= COLUMN_GAP_PX}, reverse=True):
        chosen = [cut for cut in cuts if cut.gap_px >= least]
        if len(chosen) + 1 < MIN_EVEN:
            continue
        stripes = [sort_along(piece, "y") for piece in pieces(items, "x", chosen)]
        middles = [bounding(extent(item) for item in stripe).center_x for stripe in stripes]
        steps = [b - a for a, b in itertools.pairwise(middles)]
        if max(steps) - min(steps) <= EVEN_PX and all(_like_bands(stripes[0], stripe) for stripe in stripes[1:]):
            return chosen
    return []


def _cut(items: Sequence[Region], axis: Axis, cuts: Sequence[Cut], *, both: bool, every: bool = False) -> Region:
    threshold = SAME_GAP * max(cut.gap_px for cut in cuts)
    if both and axis == "y":
        bands = _bands(items, cuts)
        period = _period(bands)
        chosen = [cut for i, cut in enumerate(cuts, start=1) if i % period == 0] if period else []
        chosen = chosen or [cut for cut in cuts if cut.gap_px >= threshold]
    else:
        chosen = [cut for cut in cuts if every or cut.gap_px >= threshold]
        if axis == "x" and len(chosen) < len(cuts):
            chosen = _even_cuts(items, cuts) or chosen
        if axis == "x" and len(chosen) > 1:
            stripes = pieces(items, "x", chosen)
            beside = itertools.pairwise(stripes)
            chosen = [cut for cut, pair in zip(chosen, beside, strict=True) if not begin_rows(*pair)] or chosen
    children = tuple(arrange(piece) for piece in pieces(items, axis, chosen))
    kind = RegionKind.ROW if axis == "x" else RegionKind.COLUMN
    return Region(id=0, kind=kind, box=bounding(child.box for child in children), children=children)
