"""
Tables in a full grid of lines: whatever their cells hold, no other thing is drawn so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vision_code.divide.extent import extent
from vision_code.divide.tables import EDGE_PX, MIN_RULE_PX, Arrange, is_flat_rule, is_rule, is_stripe, is_upright_rule
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind

#: Lines of a grid run along this share of its sides.
WHOLE_SHARE = 0.9
#: A head and a row, a name and a value.
MIN_ROWS, MIN_COLUMNS = 2, 2
#: Share of the cells that hold something.
FILLED_SHARE = 0.6


def lift_ruled_grids(items: Sequence[Region], arrange: Arrange) -> list[Region]:
    """
    The items with every grid of lines among them, and what stands in it, replaced by one TABLE region.
    """
    result = list(items)
    for lines in _level_lines(items):
        table = _table(lines, result, arrange)
        if table is not None:
            region, used = table
            result = [*(item for item in result if id(item) not in used), region]
    return result


def _level_lines(items: Sequence[Region]) -> list[list[Region]]:
    """
    Horizontal lines by where they begin and end.
    """
    groups: list[list[Region]] = []
    for line in (item for item in items if is_flat_rule(item) and item.box.w >= MIN_RULE_PX):
        group = next((group for group in groups if _are_twins(group[0].box, line.box)), None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    return groups


def _are_twins(a: Box, b: Box) -> bool:
    return abs(a.x - b.x) <= EDGE_PX and abs(a.right - b.right) <= EDGE_PX


def _table(lines: Sequence[Region], items: Sequence[Region], arrange: Arrange) -> tuple[Region, set[int]] | None:
    left, right = lines[0].box.x, lines[0].box.right
    crossing = [
        item
        for item in items
        if is_upright_rule(item)
        and left - EDGE_PX <= item.box.x <= right + EDGE_PX
        and any(_meet(item.box, line.box) for line in lines)
    ]
    if not crossing:
        return None
    whole = bounding(rule.box for rule in (*lines, *crossing))
    ys = _edges([whole.y, whole.bottom, *(line.box.center_y for line in lines)])
    inner = [x for x in _edges([rule.box.center_x for rule in crossing]) if _runs_through(x, crossing, whole)]
    xs = _edges([left, right, *inner])
    inside = [item for item in items if not is_rule(item) and extent(item).intersection_area(whole) > 0]
    held = [item for item in inside if whole.inset(-EDGE_PX).contains(extent(item))]
    if (
        len(held) < len(inside)
        or len(ys) <= MIN_ROWS
        or len(xs) <= MIN_COLUMNS
        or any(_goes_on(item, whole) for item in items)
    ):
        return None
    cells = _cells(held, xs, ys)
    if cells is None:
        return None
    rows = [
        Region(id=0, kind=RegionKind.ROW, box=bounding(part.box for part in parts), children=parts)
        for row in cells
        if (parts := tuple(arrange(cell) for cell in row if cell))
    ]
    filled = sum(len(row.children) for row in rows)
    if len(rows) < len(ys) - 1 or filled < FILLED_SHARE * len(rows) * (len(xs) - 1) or not _are_columns(cells):
        return None
    children = (*sorted([*rows, *lines], key=lambda child: child.box.center_y), *crossing)
    box = bounding(child.box for child in children)
    table = Region(id=0, kind=RegionKind.TABLE, box=box, children=children, columns=len(xs) - 1)
    return table, {id(item) for item in (*held, *lines, *crossing)}


def _goes_on(item: Region, whole: Box) -> bool:
    """
    Whether something is a row on a ground of its own at an end of the grid: such tables are told by their bands.
    """
    box = item.box
    return (
        is_stripe(item)
        and _are_twins(box, whole)
        and -EDGE_PX <= max(whole.y - box.bottom, box.y - whole.bottom) <= EDGE_PX
    )


def _meet(upright: Box, line: Box) -> bool:
    return upright.y - EDGE_PX <= line.center_y <= upright.bottom + EDGE_PX


def _edges(values: Sequence[float]) -> list[float]:
    """
    The values in order, those that are nearly the same once.
    """
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > EDGE_PX:
            edges.append(value)
    return edges


def _runs_through(x: float, rules: Sequence[Region], whole: Box) -> bool:
    """
    Whether the upright lines at ``x`` reach from top to bottom together.
    """
    length = sum(rule.box.h for rule in rules if abs(rule.box.center_x - x) <= EDGE_PX)
    return length >= WHOLE_SHARE * whole.h


def _cells(items: Sequence[Region], xs: Sequence[float], ys: Sequence[float]) -> list[list[list[Region]]] | None:
    """
    What stands in each cell, by row and column; None where something stands in two.
    """
    cells: list[list[list[Region]]] = [[[] for _ in xs[1:]] for _ in ys[1:]]
    for item in items:
        box = extent(item)
        row = _slot(box.center_y, box.y, box.bottom, ys)
        column = _slot(box.center_x, box.x, box.right, xs)
        if row is None or column is None:
            return None
        cells[row][column].append(item)
    return cells


def _slot(middle: float, start: float, end: float, edges: Sequence[float]) -> int | None:
    for number, (low, high) in enumerate(pairwise(edges)):
        if low - EDGE_PX <= middle <= high + EDGE_PX and start >= low - EDGE_PX and end <= high + EDGE_PX:
            return number
    return None


def _are_columns(cells: Sequence[Sequence[Sequence[Region]]]) -> bool:
    """
    Whether something stands in every column.
    """
    return all(any(row[column] for row in cells) for column in range(len(cells[0])))
