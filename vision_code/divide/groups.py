"""
Tidying of the raw cuts: needless nesting opened, aligned rows made grids and tables, like siblings numbered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from vision_code.divide.extent import extent
from vision_code.divide.likeness import alike, same_pattern
from vision_code.divide.notes import with_notes
from vision_code.divide.page_numbers import is_pagination
from vision_code.divide.paginations import opened
from vision_code.divide.repeats import NUMBERS, gather, number_repeats
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind

#: A group inside a row stays one when its own gaps are at most this share of the gaps around it (icon + label).
TIGHT_SHARE = 0.65
#: Left edges of grid columns agree within this.
COLUMN_EDGE_PX = 6.0
#: Cells with a ground are as wide as those above them, give or take this share.
SAME_WIDTH = 0.1
#: With fewer rows, ends that are level may be so by chance.
MIN_ENDS = 3


def tidy(region: Region) -> Region:
    """
    The region with its needless nesting opened and its repeats found; surfaces below it were tidied before.
    """
    if region.surface is not None or region.is_leaf:
        return region
    region = opened(region)
    if region.kind is RegionKind.TABLE:
        rows = (replace(row, children=tuple(tidy(cell) for cell in row.children)) for row in region.children)
        return replace(region, children=tuple(rows))
    children = [tidy(child) for child in region.children]
    if region.kind in {RegionKind.COLUMN, RegionKind.ROW}:
        children = _open(region.kind, children)
    if region.kind is RegionKind.COLUMN:
        children = _grids(with_notes(children))
    if region.kind in {RegionKind.COLUMN, RegionKind.ROW} and not is_pagination(children):
        children = gather(children, region.kind)
    if region.kind is RegionKind.COLUMN and len(children) == 1:
        return children[0]
    return replace(region, children=tuple(number_repeats(children)))


def _open(kind: RegionKind, children: Sequence[Region]) -> list[Region]:
    """
    Children with nested containers of the same direction replaced by their own children, unless they are groups.
    """
    result: list[Region] = []
    for index, child in enumerate(children):
        nested = child.kind is kind and child.surface is None and child.repeat is None
        if nested and not _is_group(kind, children, index):
            result.extend(child.children)
        else:
            result.append(child)
    return result


def _is_group(kind: RegionKind, siblings: Sequence[Region], index: int) -> bool:
    child = siblings[index]
    twins = [s for i, s in enumerate(siblings) if i != index and s.kind is kind and same_pattern(child, s)]
    if twins and len(child.children) > 1:
        return True
    if kind is RegionKind.COLUMN:
        return False
    inner = max(_gaps(child.children), default=0.0)
    around = _gaps(siblings)
    outer = [around[i] for i in (index - 1, index) if 0 <= i < len(around)]
    return inner <= TIGHT_SHARE * min(outer, default=0.0)


def _gaps(row: Sequence[Region]) -> list[float]:
    boxes = [extent(r) for r in row]
    return [b.x - a.right for a, b in pairwise(boxes)]


def _grids(children: Sequence[Region]) -> list[Region]:
    """
    Runs of rows with like cells in the same columns, each run as one GRID.
    """
    paired = {id(row) for is_pair, run in groupby(children, _is_pair) if is_pair for row in _if_end_level(list(run))}
    result: list[Region] = []
    run: list[Region] = []
    for child in [*children, None]:
        is_row = child is not None and id(child) not in paired and _is_card_row(child)
        if child is not None and is_row and (not run or _same_columns(run[0], child)):
            run.append(child)
            continue
        result.extend(_close(run))
        run = []
        if child is not None:
            if is_row:
                run = [child]
            else:
                result.append(child)
    return result


def _if_end_level(rows: Sequence[Region]) -> Sequence[Region]:
    """
    Rows of names with what belongs to them at the other end, hours beside days: it is level there, not where it begins.
    """
    ends = [row.children[1].box for row in rows]
    rights, lefts = [box.right for box in ends], [box.x for box in ends]
    is_level = max(rights) - min(rights) <= COLUMN_EDGE_PX < max(lefts) - min(lefts)
    return rows if is_level and len(rows) >= MIN_ENDS else ()


def _is_pair(row: Region) -> bool:
    texts = [child for child in row.children if child.kind is RegionKind.TEXT and len(child.lines) == 1]
    return row.kind is RegionKind.ROW and row.surface is None and len(texts) == len(row.children) == 2


def _close(run: Sequence[Region]) -> list[Region]:
    if len(run) < 2:
        return list(run)
    cells = [cell for row in run for cell in row.children]
    repeat = next(NUMBERS)
    return [
        Region(
            id=0,
            kind=RegionKind.GRID,
            box=bounding(cell.box for cell in cells),
            children=tuple(replace(cell, repeat=repeat) for cell in cells),
            columns=len(run[0].children),
        )
    ]


def _is_card_row(region: Region) -> bool:
    return (
        region.kind is RegionKind.ROW
        and region.surface is None
        and len(region.children) >= 1
        and all(alike(region.children[0], child) for child in region.children[1:])
    )


def _same_columns(first: Region, row: Region) -> bool:
    if len(row.children) > len(first.children) or len(first.children) < 2:
        return False
    if not alike(first.children[0], row.children[0]):
        return False
    pairs = list(zip(first.children, row.children, strict=False))
    if not all(a.surface is None or b.surface is None or _as_wide(a.box, b.box) for a, b in pairs):
        return False  # buttons as wide as their words, in lines that wrapped
    return all(
        abs(a.box.x - b.box.x) <= COLUMN_EDGE_PX or abs(a.box.center_x - b.box.center_x) <= COLUMN_EDGE_PX
        for a, b in pairs
    )


def _as_wide(a: Box, b: Box) -> bool:
    return abs(a.w - b.w) <= max(COLUMN_EDGE_PX, SAME_WIDTH * max(a.w, b.w))
