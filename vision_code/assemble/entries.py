"""
Entries of a menu of which one stands on a surface: the others have the same box, whose ground does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import Box
from vision_code.observation import Rect
from vision_code.region import Region, RegionKind

#: Words of entries begin level within this: side bearings differ by a pixel or two.
LEVEL_PX = 3.0
#: Sizes of type that differ by less are one size.
SAME_SIZE_PX = 1.0
#: Boxes that overlap by more than this are no boxes of one list.
OVERLAP_PX = 3.0
#: One entry beside the marked one may be anything.
LEAST_BARE = 2


def boxed_entries(root: Region) -> tuple[Region, frozenset[int]]:
    """
    The tree where entries below and above a marked one have a box like its own, without fill and border.

    Returns:
        The tree, and the ids of all entries of such lists, the marked ones among them.
    """
    boxes: dict[int, Rect] = {}
    entries: set[int] = set()
    for column in _outer_columns(root):
        lists = [entries for entries in _lists(column) if all(map(_is_line, entries))]
        for marked in [entry for entries in lists for entry in entries if entry.surface is not None]:
            twins = [twin for entries in lists if _has_room(entries, marked) for twin in entries]
            bare = [twin for twin in twins if twin.surface is None and _is_like(twin, marked)]
            if len(bare) >= LEAST_BARE and _is_entry_box(marked):
                boxes |= {twin.id: _box_like(marked, twin) for twin in bare}
                entries |= {marked.id, *(twin.id for twin in bare)}
    return (_with_boxes(root, boxes) if boxes else root), frozenset(entries)


def _outer_columns(region: Region, *, inside: bool = False) -> Iterator[Region]:
    """
    The columns that do not stand in a bare column themselves.
    """
    is_column = region.kind is RegionKind.COLUMN
    if is_column and not inside:
        yield region
    for child in region.children:
        yield from _outer_columns(child, inside=is_column and child.surface is None)


def _lists(column: Region) -> Iterator[list[Region]]:
    """
    The like siblings in a column, and in the bare columns in it.
    """
    numbers = {child.repeat for child in column.children} - {None}
    for number in numbers:
        yield [child for child in column.children if child.repeat == number]
    for child in column.children:
        if child.kind is RegionKind.COLUMN and child.surface is None:
            yield from _lists(child)


def _is_line(region: Region) -> bool:
    return region.kind is RegionKind.TEXT and len(rows_of(region.lines)) == 1


def _is_entry_box(marked: Region) -> bool:
    """
    Whether a box reaches further than its words: a button or badge hugs them.
    """
    ink = marked.lines[0].box
    return marked.box.right - ink.right > ink.x - marked.box.x + LEVEL_PX


def _has_room(entries: Sequence[Region], marked: Region) -> bool:
    baselines = [entry.lines[0].baseline_y for entry in entries]
    return median(b - a for a, b in pairwise(baselines)) >= marked.box.h - OVERLAP_PX if len(entries) > 1 else False


def _is_like(bare: Region, marked: Region) -> bool:
    a, b = bare.lines[0], marked.lines[0]
    level = abs(a.box.x - b.box.x) <= LEVEL_PX and a.box.right <= marked.box.right
    return level and abs(a.style.size_px - b.style.size_px) <= SAME_SIZE_PX


def _box_like(marked: Region, bare: Region) -> Rect:
    shape = marked.surface
    assert shape is not None
    top = bare.lines[0].baseline_y - (marked.lines[0].baseline_y - shape.box.y)
    box = Box(shape.box.x, top, shape.box.w, shape.box.h)
    return Rect(id=shape.id, box=box, fill=None, radius_px=shape.radius_px, parent=shape.parent)


def _with_boxes(region: Region, boxes: Mapping[int, Rect]) -> Region:
    children = tuple(_with_boxes(child, boxes) for child in region.children)
    surface = boxes.get(region.id)
    if surface is None:
        return replace(region, children=children)
    return replace(region, box=surface.box, surface=surface)
