"""
Marks that begin rows: avatars beside comments, icons beside the events of a timeline, whatever each row holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from vision_code.divide.extent import extent
from vision_code.divide.tables import is_upright_rule
from vision_code.region import Region, RegionKind

#: With fewer rows, marks and blocks may be level by chance.
MIN_ROWS = 3
#: Avatars and icons in discs are 24 to 56 px.
MARK_PX = 56.0
#: A mark stands beside the first line of its block, whose padding is up to this.
LEVEL_PX = 24.0
#: Neighbours may overlap by this much.
OVERLAP_PX = 3.0


def begin_rows(column: Sequence[Region], others: Sequence[Region]) -> bool:
    """
    Whether a column is marks (and the line between them), each beside the beginning of a block of its own.
    """
    items = [item for item in column if not is_upright_rule(item)]
    if len(items) < MIN_ROWS or not all(map(_is_mark, items)):
        return False
    marks = sorted((extent(item) for item in items), key=lambda box: box.y)
    boxes = sorted((extent(item) for item in others), key=lambda box: box.y)
    tops = [mark.y - LEVEL_PX for mark in marks]
    for number, mark in enumerate(marks):
        end = tops[number + 1] if number + 1 < len(marks) else float("inf")
        block = [box for box in boxes if tops[number] <= box.y < end]
        if not block or abs(block[0].y - mark.y) > LEVEL_PX:
            return False
        if number + 1 < len(marks) and max(box.bottom for box in block) > marks[number + 1].y + OVERLAP_PX:
            return False
    return boxes[0].y >= tops[0]


def _is_mark(item: Region) -> bool:
    """
    Whether something is small and drawn: words are marks in a disc alone.
    """
    box = extent(item)
    return (item.surface is not None or item.kind is RegionKind.PICTURE) and max(box.w, box.h) <= MARK_PX
