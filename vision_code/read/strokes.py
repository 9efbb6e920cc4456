"""
Thin straight lines: dividers, sides of frames, grid lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Color
from vision_code.read.flat import TOLERANCE, components, modal, run_lengths, steps

#: Shorter lines are parts of icons and letters, but for the sides of low fields, which end where round corners begin.
MIN_LENGTH_PX, MIN_SIDE_PX = 14, 10
#: Thicker ones are bars with an area of their own.
MAX_THICKNESS_PX = 3
#: Least difference (largest channel) to the stronger and to the weaker side. Rows of a shadow differ by 1…5.
_STRONG_STEP = 8
_WEAK_STEP = 3
#: Share of its box that a straight line fills; of two pixels and more, the outer one is shorter by up to so much at a
#: round corner.
_FILLED_SHARE, _ROUNDED_SHARE = 0.9, 0.8
_ROUND_END_PX = 6


@dataclass(frozen=True, slots=True)
class Stroke:
    """
    A horizontal or vertical line of one colour, ends exclusive.
    """

    left: int
    top: int
    right: int
    bottom: int
    color: Color
    is_horizontal: bool


def find_strokes(pixels: NDArray[np.uint8]) -> list[Stroke]:
    """
    All lines of one colour, 1…3 px thick and at least 14 px long, upright ones 10 px.

    Args:
        pixels: [H, W, 3] uint8 without text.
    """
    across = run_lengths(steps(pixels, 1) > TOLERANCE)
    down = run_lengths(np.ascontiguousarray((steps(pixels, 0) > TOLERANCE).T)).T
    flat = [Stroke(*box, color, True) for box, color in _lines(pixels, across, down, MIN_LENGTH_PX)]
    turned = np.ascontiguousarray(pixels.transpose(1, 0, 2))
    lines = _lines(turned, down.T, across.T, MIN_SIDE_PX)
    upright = [Stroke(y, x, bottom, right, color, False) for (x, y, right, bottom), color in lines]
    return flat + upright


def is_long(stroke: Stroke) -> bool:
    """
    Whether a line is no part of an icon by its length.
    """
    return max(stroke.right - stroke.left, stroke.bottom - stroke.top) >= MIN_LENGTH_PX


_Ends = tuple[int, int, int, int]


def _lines(
    pixels: NDArray[np.uint8], along: NDArray[np.int32], across: NDArray[np.int32], least_px: int
) -> list[tuple[_Ends, Color]]:
    """
    Horizontal lines, given the run lengths along and across them.
    """
    long = along >= least_px
    thin = (long & (across <= MAX_THICKNESS_PX)).astype(np.uint8)
    # A crossing line interrupts the thin part, not the colour: bridge up to 6 px where the colour goes on.
    mask = (cv2.morphologyEx(thin, cv2.MORPH_CLOSE, np.ones((1, 7), np.uint8)) > 0) & long
    areas = components(pixels, mask=mask)
    width, height = areas.right - areas.left, areas.bottom - areas.top
    missing = width * height - areas.area
    rounded = (missing <= 2 * _ROUND_END_PX * (height - 1)) & (areas.area >= _ROUNDED_SHARE * width * height)
    filled = rounded | (areas.area >= _FILLED_SHARE * width * height)
    straight = (height <= MAX_THICKNESS_PX) & (width >= least_px) & filled
    found = []
    for i in np.flatnonzero(straight & mask.ravel()[areas.seed]):
        ends = (int(areas.left[i]), int(areas.top[i]), int(areas.right[i]), int(areas.bottom[i]))
        color, _ = modal(pixels[ends[1] : ends[3], ends[0] : ends[2]])
        if _stands_out(pixels, ends, color):
            found.append((ends, color))
    return found


def _stands_out(pixels: NDArray[np.uint8], ends: _Ends, color: Color) -> bool:
    """
    Whether both sides differ from the line, one of them clearly; the edge of the picture counts as clear.
    """
    left, top, right, bottom = ends
    beside = [
        _step(pixels[row, left + 1 : right - 1], color) if 0 <= row < pixels.shape[0] else 255
        for row in (top - 1, bottom)
    ]
    return max(beside) >= _STRONG_STEP and min(beside) >= _WEAK_STEP


def _step(line: NDArray[np.uint8], color: Color) -> int:
    """
    Median over the line of the largest channel difference to ``color``.
    """
    return int(np.median(np.abs(line.astype(np.int16) - np.array(color, np.int16)).max(axis=1)))
