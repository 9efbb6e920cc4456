"""
Small things that lie over the page at its edge and belong to none of its columns: a button, a ribbon in the corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vision_code.geometry import Box
from vision_code.region import Region, RegionKind

#: Floating buttons are 36 to 72 px wide (Material's are 40, 56 and, extended, wider) and at most so far from the edge.
MAX_FLOATING_PX, EDGE_PX = 72.0, 32.0
#: A ribbon across a corner of the page (GitHub's "Fork me" is 149 px wide) touches both edges, give or take this.
MAX_RIBBON_PX, TOUCH_PX = 160.0, 3.0
#: Smaller pictures are of components.
PAGE_PX = 600.0
#: Bands from edge to edge stand in nobody's column.
BAND_SHARE = 0.9


def lift_floating(items: Sequence[Region], page: Box) -> tuple[list[Region], list[Region]]:
    """
    What flows, and what floats: alone between an edge of the page and its content, beside what stands there.
    """
    floating = [i for i in items if (_is_small(i) or _is_ribbon(i, page)) and _floats(i, items, page)]
    if min(page.w, page.h) < PAGE_PX or len(floating) != 1 or len(items) == 1:
        return list(items), []
    return [item for item in items if item is not floating[0]], [replace(floating[0], floats=True)]


def _floats(item: Region, items: Sequence[Region], page: Box) -> bool:
    others = [other.box for other in items if other is not item and other.box.w < BAND_SHARE * page.w]
    return any(_is_alone(item.box, others, page, left=left) for left in (True, False))


def _is_small(item: Region) -> bool:
    return max(item.box.w, item.box.h) <= MAX_FLOATING_PX and item.surface is not None


def _is_ribbon(item: Region, page: Box) -> bool:
    box = item.box
    at_side = min(box.x, page.right - box.right) <= TOUCH_PX
    at_end = min(box.y, page.bottom - box.bottom) <= TOUCH_PX
    return item.kind is RegionKind.PICTURE and max(box.w, box.h) <= MAX_RIBBON_PX and at_side and at_end


def _is_alone(box: Box, others: Sequence[Box], page: Box, *, left: bool) -> bool:
    if (box.x if left else page.right - box.right) > EDGE_PX:
        return False
    in_strip = [other for other in others if (other.x < box.right if left else other.right > box.x)]
    beside = [other for other in others if other.y < box.bottom and other.bottom > box.y]
    return not in_strip and bool(beside)
