"""
Boxes of text that reach over the sides of a frame, cut there: the detector joins the words of buttons that stand close,
and a label with what is in the field behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, color_distance
from vision_code.read.flat import modal
from vision_code.read.strokes import MIN_LENGTH_PX, Stroke, find_strokes

#: The frame of a button or a field reaches this share of the height of its words' box beyond that.
_REACH = 1.5
#: Sides of one frame are as high and of one colour, give or take this.
_LEVEL_PX, _SAME_COLOR = 1, 5
#: Ink differs from the ground by this.
_INK_LEVELS = 24
#: A line of ink over this share of a row is the upper or lower side.
_SIDE_SHARE = 0.9
#: Sides end where round corners begin.
_CORNER_PX = 4
#: Words keep this distance from all sides; letters stand where the strokes of others end.
_PADDING_PX = 2
#: Words lie in a frame, not on its upper side as a legend does.
_WITHIN = 0.3
#: Narrower parts hold no word.
_MIN_PART = 0.35


def within_frames(pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Box]:
    """
    The boxes, those that cross the left or right side of a button or field in as many parts, each within its frame.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    return [part for box in boxes for part in _parts(box, _insides(pixels, box))]


def _insides(pixels: NDArray[np.uint8], box: Box) -> list[Box]:
    """
    The insides of the frames with words that have a side in a box.
    """
    reach = _REACH * box.h
    x0, y0 = max(0, int(box.x - reach)), max(0, int(box.y - reach))
    crop = pixels[y0 : int(box.bottom + reach) + 1, x0 : int(box.right + reach) + 1]
    sides = [s for s in find_strokes(crop) if not s.is_horizontal and s.top + y0 < box.center_y < s.bottom + y0]
    sides.sort(key=lambda side: side.left)
    if not any(box.x <= side.right + x0 and side.left + x0 <= box.right for side in sides):
        return []
    found = [Box(a.right + x0, a.top + y0, b.left - a.right, a.bottom - a.top) for a, b in _pairs(crop, sides)]
    return [inside for inside in found if _lies_in(box, inside)]


def _pairs(crop: NDArray[np.uint8], sides: Sequence[Stroke]) -> list[tuple[Stroke, Stroke]]:
    """
    Sides that stand opposite each other with words between them.
    """
    levels: dict[tuple[int, int], list[Stroke]] = {}
    for side in sides:
        near = (key for key in levels if max(abs(side.top - key[0]), abs(side.bottom - key[1])) <= _LEVEL_PX)
        levels.setdefault(next(near, (side.top, side.bottom)), []).append(side)
    return [
        (left, right)
        for level in levels.values()
        for left, right in pairwise(level)
        if color_distance(left.color, right.color) <= _SAME_COLOR and _holds_words(crop, left, right)
    ]


def _holds_words(crop: NDArray[np.uint8], left: Stroke, right: Stroke) -> bool:
    if right.left - left.right < MIN_LENGTH_PX:
        return False
    top = max(0, left.top - _CORNER_PX)
    inside = crop[top : left.bottom + _CORNER_PX, left.right : right.left]
    ground, _ = modal(inside)
    ink = np.abs(inside.astype(np.int16) - np.array(ground, np.int16)).max(axis=2) > _INK_LEVELS
    middle = (left.top + left.bottom) // 2 - top
    lined = np.flatnonzero(ink.mean(axis=1) >= _SIDE_SHARE)
    above, below = lined[lined < middle], lined[lined > middle]
    first = int(above[-1]) + 1 if above.size else left.top - top
    last = int(below[0]) if below.size else left.bottom - top
    rows = np.flatnonzero(ink[first:last, _CORNER_PX:-_CORNER_PX].any(axis=1))
    columns = np.flatnonzero(ink[max(first, left.top - top) : min(last, left.bottom - top)].any(axis=0))
    if not rows.size or not columns.size:
        return False
    room = (int(rows[0]), last - first - 1 - int(rows[-1]), int(columns[0]), ink.shape[1] - 1 - int(columns[-1]))
    return bool(min(room) >= _PADDING_PX)


def _lies_in(box: Box, inside: Box) -> bool:
    reach = _WITHIN * min(box.h, inside.h)
    return inside.y + reach <= box.center_y <= inside.bottom - reach


def _parts(box: Box, insides: Sequence[Box]) -> list[Box]:
    parts, start = [], box.x
    for inside in sorted(insides, key=lambda inside: inside.x):
        if start < inside.x:
            parts.append(replace(box, x=start, w=min(inside.x, box.right) - start))
        left, right = max(inside.x, box.x), min(inside.right, box.right)
        top, bottom = max(inside.y, box.y), min(inside.bottom, box.bottom)
        parts.append(Box(left, top, right - left, bottom - top))
        start = max(start, inside.right)
    if start < box.right:
        parts.append(replace(box, x=start, w=box.right - start))
    return [part for part in parts if part.w >= _MIN_PART * box.h] if insides else [box]
