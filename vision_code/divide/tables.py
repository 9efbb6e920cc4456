"""
Tables: rows parted by rules or stripes whose cells align in columns, read row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from vision_code.divide.extent import extent
from vision_code.divide.page_numbers import is_pagination
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind

Arrange = Callable[[Sequence[Region]], Region]

#: Edges of one table's rules and stripes agree within this.
EDGE_PX = 4.0
#: Shorter rules are underlines or dashes, not row separators.
MIN_RULE_PX = 80.0
#: Columns are at least this far apart: a word space at 16 px is 4 px, a tight cell padding 8 px.
MIN_COLUMN_GAP_PX = 8.0
#: Frames of neighbours may overlap by a line.
FRAME_PX = 1.5
#: A table has this many rows; with fewer, rows and columns are just layout.
MIN_ROWS = 3
#: Rows taller than this hold cards or articles, not cells.
MAX_ROW_PX = 140.0
#: Between lines, where every row fills three columns, they may be as high as a picture or a few lines of text.
MAX_FULL_ROW_PX, FULL_COLUMNS = 240.0, 3
#: So many bands beside a table may seem to be rows of it.
MAX_STRAY_BANDS = 4
#: Share of the cells that are a single thing (a text, an icon), and of the rows that fill at least two columns.
SIMPLE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Band:
    """
    What lies between two separators: a stripe (one region with a surface) or bare items.
    """

    top: float
    bottom: float
    items: tuple[Region, ...]


def lift_tables(items: Sequence[Region], arrange: Arrange) -> list[Region]:
    """
    The items with every ruled or striped table among them replaced by one TABLE region.

    A TABLE's children are its ROWs, with the rules between them as SHAPE children in place; upright rules come last.
    """
    result = list(items)
    for separators in _separator_groups(result):
        table = _table(separators, result, arrange)
        if table is not None:
            region, used = table
            result = [item for item in result if id(item) not in used]
            result.append(region)
    return result


def is_flat_rule(region: Region) -> bool:
    """
    Whether a region is a horizontal divider.
    """
    return is_rule(region) and region.box.w > region.box.h


def is_upright_rule(region: Region) -> bool:
    """
    Whether a region is a vertical divider.
    """
    return is_rule(region) and region.box.w <= region.box.h


def is_rule(region: Region) -> bool:
    """
    Whether a region is a divider, horizontal or vertical.
    """
    return region.kind is RegionKind.SHAPE and region.surface is not None and region.surface.is_rule


def is_stripe(region: Region) -> bool:
    """
    Whether a region is a row on a ground of its own.
    """
    return region.surface is not None and len(region.children) >= 2 and region.box.h <= MAX_ROW_PX


def _separator_groups(items: Sequence[Region]) -> list[list[Region]]:
    """
    Rules and stripes with the same left and right edge, at least two, from top to bottom.
    """
    groups: list[list[Region]] = []
    for item in items:
        if not (is_flat_rule(item) and item.box.w >= MIN_RULE_PX) and not is_stripe(item):
            continue
        for group in groups:
            first = group[0].box
            if abs(first.x - item.box.x) <= EDGE_PX and abs(first.right - item.box.right) <= EDGE_PX:
                group.append(item)
                break
        else:
            groups.append([item])
    ordered = [sorted(g, key=lambda item: item.box.y) for g in groups if len(g) >= 2]
    return [g for g in ordered if not _are_cards(g)]


def _are_cards(group: Sequence[Region]) -> bool:
    """
    Whether stripes stand apart from each other everywhere: boxes in a list, not rows of a table.
    """
    gaps = [b.box.y - a.box.bottom for a, b in pairwise(group) if is_stripe(a) and is_stripe(b)]
    rounded = [s for s in group if s.surface is not None and s.surface.radius_px >= 4 and is_stripe(s)]
    return len(gaps) == len(group) - 1 and min(gaps) > EDGE_PX and (len(rounded) > 1 or max(gaps) < 40)


def _table(separators: Sequence[Region], items: Sequence[Region], arrange: Arrange) -> tuple[Region, set[int]] | None:
    ids = {id(s) for s in separators}
    left, right = separators[0].box.x - EDGE_PX, separators[0].box.right + EDGE_PX
    inside = [i for i in items if id(i) not in ids and i.box.x >= left and i.box.right <= right]
    uprights = [i for i in inside if is_upright_rule(i)]
    bands = _bands(separators, [i for i in inside if not is_upright_rule(i)])
    if bands is None:
        return None
    found = _aligned(bands)
    if found is None:
        return None
    whole = len(found[0]) == len(bands)
    bands, columns = found
    top, bottom = bands[0].top, bands[-1].bottom
    reach = MAX_ROW_PX / 2
    uprights = [rule for rule in uprights if rule.box.y >= top - reach and rule.box.bottom <= bottom + reach]
    uprights = [rule for rule in uprights if rule.box.y < bottom and rule.box.bottom > top]
    rules = [s for s in separators if not is_stripe(s)]
    rules = [rule for rule in rules if whole or top - EDGE_PX <= rule.box.center_y <= bottom + EDGE_PX]
    rows = [band_row(band, columns, arrange) for band in bands]
    children = (*sorted([*rows, *rules], key=lambda r: r.box.center_y), *uprights)
    used = {id(x) for x in (*rules, *uprights)} | {id(cell) for band in bands for cell in band.items}
    box = bounding(child.box for child in children)
    return Region(id=0, kind=RegionKind.TABLE, box=box, children=children, columns=len(columns)), used


def _aligned(bands: list[Band]) -> tuple[list[Band], list[tuple[float, float]]] | None:
    """
    The bands that are rows of one table, and its columns; None when they are none.

    Tabs above a table and a paragraph below have edges where it has: up to ``MAX_STRAY_BANDS`` at the ends are left
    out, so that most columns are left.
    """
    columns = _table_columns(bands)
    if columns is not None:
        return bands, columns
    least = max(MIN_ROWS + 1, len(bands) // 2)
    runs = [
        bands[first : len(bands) - (strays - first)]
        for strays in range(1, MAX_STRAY_BANDS + 1)
        for first in range(strays + 1)
    ]
    found = [(run, columns) for run in runs if len(run) >= least and (columns := _table_columns(run)) is not None]
    return max(found, key=lambda each: len(each[1]), default=None)


def _table_columns(bands: Sequence[Band]) -> list[tuple[float, float]] | None:
    """
    The columns of a table whose rows are ``bands``; None when they do not look like one.
    """
    columns = _without_ornaments(columns_of(box for band in bands for box in spans(_cells(band))), bands)
    return columns if len(columns) >= 2 and _looks_like_table(bands, columns) else None


def _bands(separators: Sequence[Region], inside: Sequence[Region]) -> list[Band] | None:
    """
    Bands from top to bottom; None when something crosses a separator.
    """
    first, last = separators[0].box.y, separators[-1].box.bottom
    bands = [Band(s.box.y, s.box.bottom, (s,)) for s in separators if is_stripe(s)]
    edges: list[tuple[float, float]] = [(s.box.y, s.box.bottom) for s in separators]
    for (_, top), (bottom, _) in pairwise(edges):
        between = [i for i in inside if i.box.center_y > top - 1 and i.box.center_y < bottom + 1]
        if any(extent(i).y < top - EDGE_PX or extent(i).bottom > bottom + EDGE_PX for i in between):
            return None
        if between:
            bands.append(Band(top, bottom, tuple(between)))
    above = _touching_band([i for i in inside if i.box.center_y < first], from_below=True)
    below = _touching_band([i for i in inside if i.box.center_y > last], from_below=False)
    heights = [band.bottom - band.top for band in bands] or [MAX_ROW_PX / 2]
    reach = 1.2 * max(heights)
    if above and first - above[0].box.y <= reach and len(above) > 1:
        bands.append(Band(min(i.box.y for i in above), first, tuple(above)))
    pages = is_pagination([i for i in sorted(below, key=lambda i: i.box.x) if not is_rule(i)])
    if below and not pages and max(i.box.bottom for i in below) - last <= reach and len(below) > 1:
        bands.append(Band(last, max(i.box.bottom for i in below), tuple(below)))
    return sorted(bands, key=lambda band: band.top)


def _touching_band(items: Sequence[Region], *, from_below: bool) -> list[Region]:
    """
    Items of the last (first) horizontal band of a set: those that overlap it vertically.
    """
    ordered = sorted(items, key=lambda i: -extent(i).bottom if from_below else extent(i).y)
    band: list[Region] = []
    for item in ordered:
        box = extent(item)
        reach = bounding(extent(i) for i in band) if band else box
        if box.bottom > reach.y and box.y < reach.bottom:
            band.append(item)
        else:
            break
    return band


def _cells(band: Band) -> tuple[Region, ...]:
    stripe = band.items[0]
    return spread(stripe) if len(band.items) == 1 and is_stripe(stripe) else band.items


def spread(region: Region) -> tuple[Region, ...]:
    """
    The cells of a stripe: nested rows opened.
    """
    cells: list[Region] = []
    for child in region.children:
        nested = child.kind is RegionKind.ROW and child.surface is None
        cells.extend(spread(child) if nested else [child])
    return tuple(cells)


def content(cell: Region) -> Box:
    """
    Where a cell's words are: cells with a ground or a frame of their own touch one another. Of an empty one what is
    left without the room that two columns have between them: the sides of fields stand nearer.
    """
    if cell.surface is None:
        return extent(cell)
    inner = [line.box for line in cell.lines] or [extent(child) for child in cell.children]
    if inner:
        return bounding(inner)
    box, room = cell.surface.box, MIN_COLUMN_GAP_PX / 2 if cell.box.w > 2 * MIN_COLUMN_GAP_PX else 0.0
    return replace(box, x=box.x + room, w=box.w - 2 * room)


def spans(cells: Sequence[Region], bare: Callable[[Region], Box] = content) -> list[Box]:
    """
    What the cells of a row take of its columns: a little less than the frames that share their sides, else ``bare``.
    """
    inset = MIN_COLUMN_GAP_PX / 2 + FRAME_PX
    return [cell.box.inset(inset) if is_framed(cell, cells) else bare(cell) for cell in cells]


def is_framed(cell: Region, cells: Sequence[Region]) -> bool:
    """
    Whether the frame or ground of one of a row's cells is the table's, not that of a thing in it: the next cell begins
    where it ends.
    """
    return any(are_framed_neighbours(cell, other) for other in cells)


def are_framed_neighbours(a: Region, b: Region) -> bool:
    """
    Whether two regions with a ground or a frame stand beside each other like the cells of a grid.
    """
    if a is b or not _has_sides(a) or not _has_sides(b):
        return False
    gap = max(a.box.x, b.box.x) - min(a.box.right, b.box.right)
    level = min(a.box.bottom, b.box.bottom) - max(a.box.y, b.box.y)
    return -EDGE_PX <= gap <= EDGE_PX and level > max(a.box.h, b.box.h) / 2


def _has_sides(region: Region) -> bool:
    """
    Whether a region shows where it begins and ends: by its own ground or frame, or by those of all things in it.
    """
    if region.surface is None:
        return bool(region.children) and all(map(_has_sides, region.children))
    return not is_rule(region)


def columns_of(boxes: Iterable[Box]) -> list[tuple[float, float]]:
    """
    Column intervals: the joint projection of the contents of all cells, cut at its gaps.
    """
    columns: list[tuple[float, float]] = []
    for box in sorted(boxes, key=lambda b: b.x):
        if columns and box.x < columns[-1][1] + MIN_COLUMN_GAP_PX:
            columns[-1] = (columns[-1][0], max(columns[-1][1], box.right))
        else:
            columns.append((box.x, box.right))
    return columns


def _without_ornaments(columns: list[tuple[float, float]], bands: Sequence[Band]) -> list[tuple[float, float]]:
    """
    The columns without those that hold no word and are empty in most rows: arrows to sort by belong to the head beside
    them.
    """
    kept = columns[:1]
    for column in columns[1:]:
        held = [[cell for cell in _cells(band) if column[0] <= content(cell).center_x <= column[1]] for band in bands]
        words = any(inner.lines for cells in held for cell in cells for inner in cell.walk())
        if words or sum(map(bool, held)) * 2 > len(bands):
            kept.append(column)
        else:
            kept[-1] = (kept[-1][0], column[1])
    return kept


def column_of(box: Box, columns: Sequence[tuple[float, float]]) -> int:
    """
    Index of the column that the middle of a box lies in or nearest to.
    """
    x = box.center_x
    return min(range(len(columns)), key=lambda i: max(columns[i][0] - x, x - columns[i][1], 0.0))


def _looks_like_table(bands: Sequence[Band], columns: Sequence[tuple[float, float]]) -> bool:
    highest = max(band.bottom - band.top for band in bands)
    if len(bands) < MIN_ROWS or highest > MAX_FULL_ROW_PX:
        return False
    if overlap([(band.top, band.bottom) for band in bands]):
        return False
    filled = simple = total = 0
    fewest = len(columns)
    for band in bands:
        cells: dict[int, int] = {}
        for cell in _cells(band):
            column = column_of(content(cell), columns)
            cells[column] = cells.get(column, 0) + 1
        filled += len(cells) >= 2
        fewest = min(fewest, len(cells))
        simple += sum(count == 1 for count in cells.values())
        total += len(cells)
    if highest > MAX_ROW_PX and fewest < FULL_COLUMNS:
        return False
    return filled >= SIMPLE_SHARE * len(bands) and simple >= SIMPLE_SHARE * total


def overlap(rows: Sequence[tuple[float, float]]) -> bool:
    """
    Whether some of a table's rows, given by top and bottom, stand beside each other: then they are none.
    """
    return any(top < bottom - EDGE_PX for (_, bottom), (top, _) in pairwise(rows))


def band_row(band: Band, columns: Sequence[tuple[float, float]], arrange: Arrange) -> Region:
    """
    A band as a ROW with one child for each column that holds something.
    """
    stripe = band.items[0]
    cells: dict[int, list[Region]] = {}
    for item in _cells(band):
        cells.setdefault(column_of(content(item), columns), []).append(item)
    children = tuple(arrange(cells[column]) for column in sorted(cells))
    if len(band.items) == 1 and is_stripe(stripe):
        return replace(stripe, kind=RegionKind.ROW, children=children)
    return Region(id=0, kind=RegionKind.ROW, box=bounding(child.box for child in children), children=children)
