"""
Tables told by their words: rows whose cells stand in columns, with a head, near neighbours or lines to prove it.

Found before lines are merged to paragraphs, since the entries of a tight column look like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import median

from vision_code.divide.extent import extent
from vision_code.divide.page_numbers import is_pagination
from vision_code.divide.paragraphs import merge, text_region
from vision_code.divide.tables import (
    EDGE_PX,
    MAX_ROW_PX,
    Arrange,
    Band,
    band_row,
    column_of,
    columns_of,
    content,
    is_flat_rule,
    is_rule,
    is_stripe,
    is_upright_rule,
    overlap,
    spread,
)
from vision_code.geometry import Box, bounding, color_distance
from vision_code.observation import FontFamily, TextLine
from vision_code.region import Region, RegionKind

#: Fewer rows (with the head) or columns are just layout.
MIN_ROWS, MIN_COLUMNS = 3, 3
#: Rows of one table are at most this far apart, in font sizes.
MAX_GAP_EM = 3.5
#: Words on one line have middles this near, in font sizes.
LEVEL_EM = 0.45
#: A line this near below another (leading, in font sizes) goes on with its cell.
LEADING_EM = 1.5
#: Most of the cells hold something; the head names nearly every column.
FILLED_SHARE = 0.7
#: Browsers make columns as wide as their words need: some stand nearer to each other than columns of a layout ever do.
TIGHT_EM = 1.6
#: Weight from which words are bold.
BOLD = 600
#: Distance in RGB (largest channel) from which two inks differ.
OTHER_INK = 60
#: Steps between columns of a layout differ by at most this share.
EVEN_SHARE = 0.06
#: Font sizes of one column's cells scatter less, px.
SAME_SIZE_PX = 1.6
#: The size of fewer letters ("m2") is not sure.
MEASURED = 3
#: Arrows to sort by are narrower, things that are a cell of their own wider.
MARK_PX = 14.0


@dataclass(frozen=True, slots=True)
class Level:
    """
    What stands on one line of a page: words, badges and the like, or the cells of one stripe.

    Attributes:
        cells: From left to right.
        stripe: The row on a ground of its own that the cells lie in.
    """

    cells: tuple[Region, ...]
    stripe: Region | None = None

    @property
    def boxes(self) -> list[Box]:
        return [content(cell) for cell in self.cells]

    @property
    def box(self) -> Box:
        return self.stripe.box if self.stripe is not None else bounding(self.boxes)

    @property
    def lines(self) -> list[TextLine]:
        return [line for cell in self.cells for leaf in cell.walk() for line in leaf.lines]

    @property
    def size_px(self) -> float:
        return median(line.style.size_px for line in self.lines) if self.lines else 16.0


def lift_plain_tables(
    lines: Sequence[TextLine], regions: Sequence[Region], arrange: Arrange
) -> tuple[list[Region], list[TextLine], list[Region]]:
    """
    The tables among the things of one container, and the lines and regions that belong to none.
    """
    levels = _levels(lines, regions)
    tables: list[Region] = []
    used: set[int] = set()
    start = 0
    while start < len(levels):
        run = _run(_within(levels[start:], _bounds(levels[start], regions)))
        found = _table(run, regions, arrange, _goes_before(levels[:start], run)) if len(run) >= MIN_ROWS else None
        if found is None:
            start += 1
            continue
        table, members = found
        tables.append(table)
        used |= members | {id(line) for region in table.walk() for line in region.lines}
        levels = _without(levels, {id(cell) for level in run for cell in level.cells})
    return tables, [line for line in lines if id(line) not in used], [r for r in regions if id(r) not in used]


def _bounds(level: Level, regions: Sequence[Region]) -> Box | None:
    """
    How far a table reaches that begins with a level, by the ground of its head or the line below it: what stands beyond
    is a sidebar. None where neither tells.
    """
    if level.stripe is not None:
        return level.stripe.box
    below = [r.box for r in regions if is_flat_rule(r) and 0 <= r.box.y - level.box.bottom <= level.size_px]
    held = [(box, sum(_holds(box, each) for each in level.boxes)) for box in below]
    return next((box for box, count in held if MIN_COLUMNS <= count < len(level.cells)), None)


def _within(levels: Sequence[Level], bounds: Box | None) -> list[Level]:
    """
    The levels with only what stands within the left and right edge of ``bounds``.
    """
    if bounds is None:
        return list(levels)
    cut = [
        level
        if level.stripe is not None
        else replace(level, cells=tuple(cell for cell in level.cells if _holds(bounds, content(cell))))
        for level in levels
    ]
    return [cut[0], *(level for level in cut[1:] if level.cells)]


def _holds(bounds: Box, box: Box) -> bool:
    return box.x >= bounds.x - EDGE_PX and box.right <= bounds.right + EDGE_PX


def _without(levels: Sequence[Level], taken: AbstractSet[int]) -> list[Level]:
    rest = [replace(level, cells=tuple(c for c in level.cells if id(c) not in taken)) for level in levels]
    return [level for level, whole in zip(rest, levels, strict=True) if level.cells or not whole.cells]


def _levels(lines: Sequence[TextLine], regions: Sequence[Region]) -> list[Level]:
    """
    Lines and small regions by the line of the page that they stand on, from top to bottom.
    """
    things = [text_region([line]) for line in lines]
    stripes = [region for region in regions if is_stripe(region)]
    things += [r for r in regions if r not in stripes and not is_rule(r) and r.box.h <= MAX_ROW_PX / 2]
    groups: list[list[Region]] = []
    for thing in sorted(things, key=lambda each: extent(each).center_y):
        box, last = extent(thing), extent(groups[-1][0]) if groups else None
        if last is not None and abs(last.center_y - box.center_y) <= LEVEL_EM * min(last.h, box.h):
            groups[-1].append(thing)
        else:
            groups.append([thing])
    levels = [Level(tuple(sorted(group, key=lambda each: each.box.x))) for group in groups]
    levels += [Level(tuple(c for c in spread(stripe) if not is_rule(c)), stripe) for stripe in stripes]
    return sorted(levels, key=lambda level: level.box.center_y)


def _run(levels: Sequence[Level]) -> list[Level]:
    """
    The first levels as long as their things stand in the same columns; without lines alone at the end.
    """
    run = [levels[0]]
    columns = len(_columns(run))
    if columns < MIN_COLUMNS:
        return run
    for before, level in pairwise(levels):
        now = len(_columns([*run, level]))
        if is_pagination(level.cells) or level.box.y - before.box.bottom > MAX_GAP_EM * before.size_px or now < columns:
            break
        run.append(level)
        columns = now
    while len(run) > 1 and len(run[-1].cells) < 2 and not _goes_on(run[-2], run[-1]):
        run.pop()
    return run


def _columns(levels: Sequence[Level]) -> list[tuple[float, float]]:
    """
    The columns that things stand in.
    """
    return _with_marks(columns_of(box for level in levels for box in _unmarked(level)), levels)


def _with_marks(columns: list[tuple[float, float]], levels: Sequence[Level]) -> list[tuple[float, float]]:
    """
    Columns with the marks behind their things in them, arrows to sort by, however near the next column they are.
    """
    wider = list(columns)
    for box in (box for level in levels for box in level.boxes):
        # What begins where a column does is no mark behind the one before.
        number = max(index for index, (left, _) in enumerate(wider) if left <= box.x + EDGE_PX or not index)
        left, right = wider[number]
        wider[number] = (left, max(right, box.right))
    return wider


def _unmarked(level: Level) -> list[Box]:
    """
    Where the things of a level are, without the marks behind them.
    """
    return [content(cell) for number, cell in enumerate(level.cells) if not number or not _is_mark(cell)]


def _is_mark(cell: Region) -> bool:
    return cell.kind is RegionKind.PICTURE and cell.box.w <= MARK_PX


def _headed_columns(rows: Sequence[Sequence[Level]]) -> list[tuple[float, float]]:
    """
    The columns of a table's rows. Browsers centre heads: in a wide column one stands beside the words that it heads.
    """
    heads = [box for level in rows[0] for box in _unmarked(level)]
    below = _columns([level for row in rows[1:] for level in row])
    starts = [left for left, _ in below]
    inside = len(heads) == len(below) and all(
        left <= head.x and head.right < after
        for head, left, after in zip(heads, starts, [*starts[1:], inf], strict=True)
    )
    if not inside:
        return _columns([level for row in rows for level in row])
    columns = [(left, max(right, head.right)) for head, (left, right) in zip(heads, below, strict=True)]
    return _with_marks(columns, rows[0])


def _goes_on(above: Level, level: Level) -> bool:
    """
    Whether a level only goes on with cells of the one above: wrapped words.
    """
    leading = level.box.center_y - above.box.center_y
    fewer = 2 * len(level.cells) <= len(_unmarked(above)) or len(level.cells) == 1
    return level.stripe is None and fewer and leading <= LEADING_EM * level.size_px


def _goes_before(levels: Sequence[Level], run: Sequence[Level]) -> bool:
    """
    Whether what stands above a run stands in its columns: then the first row of the run heads nothing.
    """
    return bool(levels) and len(levels[-1].cells) > 1 and _run([levels[-1], *run])[1:] == list(run)


def _table(
    levels: Sequence[Level], regions: Sequence[Region], arrange: Arrange, continued: bool
) -> tuple[Region, set[int]] | None:
    """
    The table that the levels are, and the ids (``id``) of the ``regions`` in it; ``continued``: it has no head.
    """
    rows: list[list[Level]] = []
    for level in levels:
        if rows and _goes_on(rows[-1][-1], level):
            rows[-1].append(level)
        else:
            rows.append([level])
    box = bounding(level.box for level in levels)
    members = {id(cell) for level in levels for cell in level.cells} | {id(level.stripe) for level in levels}
    others = [r for r in regions if id(r) not in members and _crosses(r, box)]
    columns = _headed_columns(rows)
    if overlap([(min(level.box.y for level in row), max(level.box.bottom for level in row)) for row in rows]):
        return None
    if others:  # lines between columns end at the line below the last row
        box = bounding([box, *(rule.box for rule in others)])
        known = members | {id(rule) for rule in others}
        others += [r for r in regions if is_flat_rule(r) and id(r) not in known and _crosses(r, box)]
    if not all(map(is_rule, others)) or len(rows) < MIN_ROWS or not _looks_like_table(rows, columns, others, continued):
        return None
    bands = [band_row(_band(row, columns), columns, arrange) for row in rows]
    rules = [*others, *(c for level in levels if level.stripe is not None for c in spread(level.stripe) if is_rule(c))]
    children = (
        *sorted([*bands, *filter(is_flat_rule, rules)], key=lambda child: child.box.center_y),
        *filter(is_upright_rule, rules),
    )
    box = bounding(child.box for child in children)
    table = Region(id=0, kind=RegionKind.TABLE, box=box, children=children, columns=len(columns))
    return table, members | {id(rule) for rule in others}


def _crosses(region: Region, box: Box) -> bool:
    return region.box.inset(-EDGE_PX).intersection_area(box) > 0


def _band(row: Sequence[Level], columns: Sequence[tuple[float, float]]) -> Band:
    box = bounding(level.box for level in row)
    stripe = row[0].stripe
    whole = [cell for level in row for cell in level.cells]
    loose: dict[int, list[TextLine]] = {}
    for cell in whole:
        if cell.kind is RegionKind.TEXT and cell.surface is None:
            loose.setdefault(column_of(cell.box, columns), []).extend(cell.lines)
    cells = [cell for cell in whole if cell.kind is not RegionKind.TEXT or cell.surface is not None]
    for lines in loose.values():
        cells += [text_region(block) for block in merge(lines, (), box)]
    items = tuple(cells) if stripe is None else (replace(stripe, children=tuple(cells)),)
    return Band(box.y, box.bottom, items)


def _looks_like_table(
    rows: Sequence[Sequence[Level]], columns: Sequence[tuple[float, float]], rules: Sequence[Region], continued: bool
) -> bool:
    filled = [{column_of(box, columns) for level in row for box in level.boxes} for row in rows]
    if len(filled[0]) < len(columns) - 1 or min(map(len, filled)) < 2:
        return False
    if sum(map(len, filled)) < FILLED_SHARE * len(rows) * len(columns) or not _like_cells(rows[1:], columns):
        return False
    if _are_parted_columns(rows, rules):
        return False
    size = median(level.size_px for row in rows for level in row)
    tight = min(right[0] - left[1] for left, right in pairwise(columns)) <= TIGHT_EM * size
    striped = rows[0][0].stripe is not None and rows[1][0].stripe is None and not continued
    if striped or _has_marked_row(rows) or (tight and _has_head(rows)) or _are_ruled(rows, rules):
        return True
    return _has_head(rows) and not _is_even(columns)


def _has_marked_row(rows: Sequence[Sequence[Level]]) -> bool:
    """
    Whether one row among others has a ground, the chosen one: where rows are as far apart as that ground is high.
    """
    marked = [row[0].stripe for row in rows if row[0].stripe is not None]
    middles = [row[0].box.center_y for row in rows]
    steps = [below - above for above, below in pairwise(middles)]
    even = max(steps) - min(steps) <= EDGE_PX and len(rows) > MIN_ROWS
    return len(marked) == 1 and even and abs(marked[0].box.h - steps[0]) <= EDGE_PX and max(map(len, rows)) == 1


def _are_parted_columns(rows: Sequence[Sequence[Level]], rules: Sequence[Region]) -> bool:
    """
    Whether there are lines between columns, but neither lines nor grounds to part the rows: such columns are read one
    after the other.
    """
    striped = any(row[0].stripe is not None for row in rows)
    return not striped and any(map(is_upright_rule, rules)) and not any(map(is_flat_rule, rules))


def _are_ruled(rows: Sequence[Sequence[Level]], rules: Sequence[Region]) -> bool:
    """
    Whether there is a line between most of the rows.
    """
    heights = [rule.box.center_y for rule in rules if is_flat_rule(rule)]
    parted = sum(
        any(above[0].box.center_y < y < below[0].box.center_y for y in heights) for above, below in pairwise(rows)
    )
    return parted >= FILLED_SHARE * (len(rows) - 1)


def _like_cells(rows: Sequence[Sequence[Level]], columns: Sequence[tuple[float, float]]) -> bool:
    """
    Whether the words of each column are of one size, and not all code.
    """
    sizes: dict[int, list[float]] = {}
    lines = [line for row in rows for level in row for line in level.lines]
    for line in (line for line in lines if len(line.text) >= MEASURED):
        sizes.setdefault(column_of(line.box, columns), []).append(line.style.size_px)
    even = all(max(column) - min(column) <= SAME_SIZE_PX for column in sizes.values())
    return even and any(line.style.family is not FontFamily.MONO for line in lines)


def _has_head(rows: Sequence[Sequence[Level]]) -> bool:
    """
    Whether the words of the first row are bolder than most, or of another colour.
    """
    head = [line.style for level in rows[0] for line in level.lines]
    body = [line.style for row in rows[1:] for level in row for line in level.lines]
    if not head or not body:
        return False
    bold = sum(style.weight >= BOLD for style in body)
    bolder = min(style.weight for style in head) >= BOLD and 2 * bold < len(body)
    other = [style for style in body if color_distance(style.color, head[0].color) >= OTHER_INK]
    one_ink = all(color_distance(style.color, head[0].color) < OTHER_INK for style in head)
    return bolder or (one_ink and len(other) >= 0.8 * len(body))


def _is_even(columns: Sequence[tuple[float, float]]) -> bool:
    """
    Whether columns start (or have their middles) in equal steps: side by side in a layout, not as wide as their words.
    """
    for edges in ([left for left, _ in columns], [(left + right) / 2 for left, right in columns]):
        steps = [b - a for a, b in pairwise(edges)]
        if max(steps) - min(steps) <= EVEN_SHARE * max(steps):
            return True
    return False
