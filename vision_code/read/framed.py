"""
Boxes of text that reach over the sides of a frame, cut there: the detector joins the words of buttons that stand close,
and a label with what is in the field behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.flat import modal
from vision_code.read.frames import alike
from vision_code.read.rows import cut_out
from vision_code.read.strokes import MIN_LENGTH_PX, Stroke, find_strokes

#: The frame of a button or a field reaches this share of the height of its words' box beyond that.
_REACH = 1.5
#: Sides of one frame are as high, give or take this; a column's pixels of one colour differ by this.
_LEVEL_PX, _EVEN_LEVELS = 1, 5
#: A side reaches this far from the middle of the words at least.
_HALF_PX = 4
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
#: A side is so thick at most.
_SIDE_PX = 2
#: Narrower parts hold no word.
_MIN_PART = 0.35


def within_frames(pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Box]:
    """
    The boxes, those that cross the left or right side of a button or field in as many parts, each within its frame.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    insides = (_insides(pixels, box) if _may_cross(pixels, box) else [] for box in boxes)
    parts = (cut_out(box, _words_within(box, own), _MIN_PART) for box, own in zip(boxes, insides, strict=True))
    return [part for found in parts for part in found]


def _may_cross(pixels: NDArray[np.uint8], box: Box) -> bool:
    """
    Whether a column of one colour stands out in the middle of a box, higher than the letters of most text: to look for
    lines all over the page would take several times as long.
    """
    middle, x0 = round(box.center_y), max(1, int(box.x) - 1)
    strip = pixels[max(0, middle - _HALF_PX) : middle + _HALF_PX + 1, x0 - 1 : int(box.right) + 3].astype(np.int16)
    even = (strip.max(axis=0) - strip.min(axis=0)).max(axis=1) <= _EVEN_LEVELS
    steps = np.abs(np.diff(strip[strip.shape[0] // 2], axis=0)).max(axis=1) > _EVEN_LEVELS
    return bool((steps & even[1:] & even[:-1]).any())


def _insides(pixels: NDArray[np.uint8], box: Box) -> list[tuple[Box, bool]]:
    """
    The insides of the frames that have a side in a box, and whether there are words in them.
    """
    reach = _REACH * box.h
    x0, y0 = max(0, int(box.x - reach)), max(0, int(box.y - reach))
    crop = pixels[y0 : int(box.bottom + reach) + 1, x0 : int(box.right + reach) + 1]
    strokes = find_strokes(crop)
    flat = [s for s in strokes if s.is_horizontal]
    sides = [s for s in strokes if not s.is_horizontal and s.top + y0 < box.center_y < s.bottom + y0]
    sides.sort(key=lambda side: side.left)
    if not any(box.x <= side.right + x0 and side.left + x0 <= box.right for side in sides):
        return []
    found = [
        (Box(a.right + x0, a.top + y0, b.left - a.right, a.bottom - a.top), words)
        for a, b, words in _pairs(crop, sides, flat)
    ]
    found = [(inside, words) for inside, words in found if _lies_in(box, inside)]
    with_words = [inside for inside, words in found if words]
    # The words in a field in the cell of a table are in two frames: they are those of the inner one.
    return [
        (a, words) for a, words in found if not any(b.area < a.area and a.contains(b, _SIDE_PX) for b in with_words)
    ]


def _pairs(
    crop: NDArray[np.uint8], sides: Sequence[Stroke], flat: Sequence[Stroke]
) -> list[tuple[Stroke, Stroke, bool]]:
    """
    Sides of one frame, and whether there are words between them.
    """
    levels: dict[tuple[int, int], list[Stroke]] = {}
    for side in sides:
        near = (key for key in levels if max(abs(side.top - key[0]), abs(side.bottom - key[1])) <= _LEVEL_PX)
        levels.setdefault(next(near, (side.top, side.bottom)), []).append(side)
    return [
        (left, right, words)
        for level in levels.values()
        for left, right in pairwise(_with_ends(level, flat, crop.shape[1]))
        if alike(left, right) and (words := _holds_words(crop, left, right)) is not None
    ]


def _with_ends(sides: Sequence[Stroke], flat: Sequence[Stroke], width: int) -> list[Stroke]:
    """
    The sides, and the edges of the crop for those of a frame that goes on beyond it.
    """
    first, last = sides[0], sides[-1]
    before = [replace(first, left=-1, right=0)] if _has_arms(first, flat, lambda arm: first.left - arm.right) else []
    behind = (
        [replace(last, left=width, right=width + 1)] if _has_arms(last, flat, lambda arm: arm.left - last.right) else []
    )
    return [*before, *sides, *behind]


def _has_arms(side: Stroke, flat: Sequence[Stroke], gap: Callable[[Stroke], int]) -> bool:
    """
    Whether lines go on from the upper and the lower end of a side.
    """
    arms = [arm for arm in flat if abs(gap(arm)) <= _CORNER_PX and alike(arm, side)]
    above = any(abs(arm.bottom - side.top) <= _CORNER_PX for arm in arms)
    return above and any(abs(arm.top - side.bottom) <= _CORNER_PX for arm in arms)


def _holds_words(crop: NDArray[np.uint8], left: Stroke, right: Stroke) -> bool | None:
    """
    Whether there are words between two sides; None when they are no sides of one frame.
    """
    if right.left - left.right < MIN_LENGTH_PX:
        return None
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
    if not rows.size and not columns.size:  # an empty field has all its sides, the room between two buttons has not
        return False if above.size and below.size else None
    if not rows.size or not columns.size:
        return None
    room = (int(rows[0]), last - first - 1 - int(rows[-1]), int(columns[0]), ink.shape[1] - 1 - int(columns[-1]))
    least = 1 if above.size and below.size else _PADDING_PX  # descenders in low fields
    return True if min(room) >= least else None


def _lies_in(box: Box, inside: Box) -> bool:
    reach = _WITHIN * min(box.h, inside.h)
    return inside.y + reach <= box.center_y <= inside.bottom - reach


def _words_within(box: Box, insides: Sequence[tuple[Box, bool]]) -> list[tuple[Box, Box | None]]:
    """
    The frames from left to right, with their sides, each with the part of a box in it if it holds words.
    """
    found: list[tuple[Box, Box | None]] = []
    for inside, words in sorted(insides, key=lambda each: each[0].x):
        left, right = max(inside.x, box.x), min(inside.right, box.right)
        top, bottom = max(inside.y, box.y), min(inside.bottom, box.bottom)
        found.append((inside.inset(-_SIDE_PX), Box(left, top, right - left, bottom - top) if words else None))
    return found
