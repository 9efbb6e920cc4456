"""
Columns of a row or grid: equal tracks, the room around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vision_code.assemble.column import across
from vision_code.assemble.context import Context
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.assemble.shape import is_solid
from vision_code.design_scale import snap_size, snap_spacing
from vision_code.geometry import Box
from vision_code.region import Region
from vision_code.uitree import AUTO, FULL, Edges, Length

#: Edges within this coincide: antialiased borders and side bearings move them by a pixel or two.
ALIGN_PX = 3.0
#: Gutters of column layouts are no wider.
MAX_GUTTER_PX = 96.0
#: Gaps wider than this are room left over, not distances that somebody chose.
PUSH_PX = 64.0


def equal_tracks(boxes: Sequence[Box], solid: Sequence[bool], frame: Frame) -> float | None:
    """
    The gutter, px, with which equal columns across the frame explain where the boxes stand; None when none does.
    """
    count = len(boxes)
    if count < 2:
        return None
    for marks in ([box.x for box in boxes], [box.center_x for box in boxes]):
        steps = [b - a for a, b in pairwise(marks)]
        step = sum(steps) / len(steps)
        if max(steps) - min(steps) > 2 * ALIGN_PX:
            continue
        gutter = count * step - frame.width
        if not -2 <= gutter <= MAX_GUTTER_PX or gutter > 0.5 * step:
            continue
        gutter = max(0.0, gutter)
        width = step - gutter
        if all(
            _fits(box, frame.left + i * step, width, s) for i, (box, s) in enumerate(zip(boxes, solid, strict=True))
        ):
            return gutter
    return None


def _fits(box: Box, left: float, width: float, solid: bool) -> bool:
    inside = box.x >= left - ALIGN_PX and box.right <= left + width + ALIGN_PX
    full = abs(box.x - left) <= ALIGN_PX + 1 and abs(box.w - width) <= 2 * ALIGN_PX
    return inside and (full or not solid or box.w < 0.8 * width)


def inset(frame: Frame, boxes: Sequence[Box], *, solid: bool = False) -> tuple[Frame, dict[str, object]]:
    """
    The frame without the free room left (and, when it is as wide, right) of what stands in it, and the style for that.

    Args:
        solid: The last thing shows its right edge (a card, a photo): what is free beyond it is not its own.
    """
    before = min(box.x for box in boxes) - frame.left
    after = frame.right - max(box.right for box in boxes)
    if solid and after > ALIGN_PX and before <= after - 2 * ALIGN_PX:
        narrowed = replace(frame, left=frame.left + max(0.0, before), right=frame.right - after)
        return narrowed, {"max_width": Length(snap_size(narrowed.width)), "margin": indent(before)}
    if before <= ALIGN_PX:
        return frame, {}
    if solid and after > ALIGN_PX and before > after + max(2 * ALIGN_PX, 0.1 * before):
        narrowed = replace(frame, left=frame.left + before, right=frame.right - after)
        return narrowed, {"margin": Edges(left=Length(snap_spacing(before)), right=Length(snap_spacing(after)))}
    if abs(before - after) > max(2 * ALIGN_PX, 0.1 * before):
        return replace(frame, left=frame.left + before), {"margin": indent(before)}
    side = (before + after) / 2
    narrowed = replace(frame, left=frame.left + side, right=frame.right - side)
    if side <= PUSH_PX:
        length = Length(snap_spacing(side))
        return narrowed, {"margin": Edges(left=length, right=length)}
    width = Length(snap_size(narrowed.width))
    return narrowed, {"width": FULL, "max_width": width, "margin": Edges(left=AUTO, right=AUTO)}


def room_behind(region: Region, frame: Frame, context: Context) -> float:
    """
    The room, px, that a row from one edge of the page on leaves at the other: its padding, where the last column shows
    with a box or picture that it ends there.
    """
    first, last = region.children[0], region.children[-1]
    right = context.box(last).right
    room = frame.right - right
    whole = frame.left <= 0 and frame.right >= context.observation.width_px and context.box(first).x <= ALIGN_PX
    if not whole or not ALIGN_PX < room <= PUSH_PX or last.surface is not None:
        return 0.0
    ends = any(is_solid(part) and context.box(part).right >= right - ALIGN_PX for part in last.walk())
    return room if ends else 0.0


def indent(px: float) -> Edges | None:
    return Edges(left=Length(snap_spacing(px))) if px > ALIGN_PX else None


def in_track(child: Region, frame: Frame, context: Context, build: Build) -> Built:
    return across(child, build(child, frame), frame, context)


def beside(built: Built, sides: dict[str, object]) -> Built:
    return built.styled(**sides) if sides else built
