"""
Tables whose cells are boxes: each in a frame of its own, hardly apart from the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vision_code.divide.tables import EDGE_PX, MAX_FULL_ROW_PX, MIN_ROWS, are_framed_neighbours, is_rule
from vision_code.geometry import bounding
from vision_code.region import Region, RegionKind

#: Cells of one row start and end level within this, those of one column as well.
LEVEL_PX = 2.0
MIN_COLUMNS = 2


def lift_boxed_tables(items: Sequence[Region]) -> list[Region]:
    """
    The items with every block of boxes that touch in rows and columns replaced by one TABLE region.
    """
    result = list(items)
    for rows in _blocks(_rows(items)):
        cells = {id(cell) for row in rows for cell in row}
        children = tuple(
            Region(id=0, kind=RegionKind.ROW, box=bounding(cell.box for cell in row), children=tuple(row))
            for row in rows
        )
        box = bounding(row.box for row in children)
        rest = [item for item in result if id(item) not in cells]
        if any(item.box.intersection_area(box) for item in rest):
            continue
        result = [*rest, Region(id=0, kind=RegionKind.TABLE, box=box, children=children, columns=len(rows[0]))]
    return result


def _rows(items: Sequence[Region]) -> list[list[Region]]:
    """
    Boxes that stand beside each other, from top to bottom.
    """
    boxes = [item for item in items if _is_box(item)]
    rows: list[list[Region]] = []
    for box in sorted(boxes, key=lambda item: (item.box.y, item.box.x)):
        row = next((row for row in rows if _is_level(row[0], box)), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    ordered = [sorted(row, key=lambda item: item.box.x) for row in rows]
    return [row for row in ordered if len(row) >= MIN_COLUMNS and _are_close(row)]


def _is_box(item: Region) -> bool:
    surface = item.surface
    if surface is None or is_rule(item) or item.box.h > MAX_FULL_ROW_PX:
        return False
    return surface.border is not None and surface.border.sides == "trbl" and not surface.radius_px


def _is_level(a: Region, b: Region) -> bool:
    return abs(a.box.y - b.box.y) <= LEVEL_PX and abs(a.box.bottom - b.box.bottom) <= LEVEL_PX


def _are_close(row: Sequence[Region]) -> bool:
    return all(are_framed_neighbours(a, b) for a, b in pairwise(row))


def _blocks(rows: Sequence[list[Region]]) -> list[list[list[Region]]]:
    """
    Runs of rows with the same columns, one close below the other; at least ``MIN_ROWS`` of them.
    """
    runs: list[list[list[Region]]] = []
    for row in rows:
        run = next((run for run in runs if _goes_on(run[-1], row)), None)
        if run is None:
            runs.append([row])
        else:
            run.append(row)
    return [run for run in runs if len(run) >= MIN_ROWS]


def _goes_on(above: Sequence[Region], row: Sequence[Region]) -> bool:
    gap = row[0].box.y - above[0].box.bottom
    if len(above) != len(row) or not -LEVEL_PX <= gap <= EDGE_PX:
        return False
    return all(
        abs(a.box.x - b.box.x) <= LEVEL_PX and abs(a.box.right - b.box.right) <= LEVEL_PX
        for a, b in zip(above, row, strict=True)
    )
