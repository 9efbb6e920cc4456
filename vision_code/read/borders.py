"""
Borders of filled shapes: the line of another colour just outside each side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Color, color_distance
from vision_code.read.cores import SIDE_SHARE
from vision_code.read.flat import modal
from vision_code.read.surfaces import Surface

MAX_WIDTH_PX = 6
#: Beyond a border the colour must change by this; rows of a shadow change by less or go on changing.
_STEP = 6
#: Sides of one border differ at most by this; a neighbour's shadow may lie over one of them.
_SAME_COLOR = 5
#: From this share of the height on, a radius makes the ends round.
PILL_SHARE = 0.4
_ROUND_PX = 2.0
#: Radio buttons and the like; their ring is thin, so its pixels are mixed with both sides.
_MAX_RING_PX = 40
_MAX_RING_WIDTH_PX = 4
_RING_SPREAD = 24


def _line(pixels: NDArray[np.uint8], s: Surface, side: str, distance: int) -> NDArray[np.uint8]:
    """
    The pixels ``distance`` outside one side, without the corners; empty beyond the picture.
    """
    rows, columns = pixels.shape[:2]
    cut_x = min(int(np.ceil(s.radius)) + 1, int(s.width * 0.4))
    cut_y = min(int(np.ceil(s.radius)) + 1, int(s.height * 0.4))
    across, down = slice(s.left + cut_x, s.right - cut_x), slice(s.top + cut_y, s.bottom - cut_y)
    position = {"t": s.top - distance, "b": s.bottom - 1 + distance, "l": s.left - distance}.get(
        side, s.right - 1 + distance
    )
    if side in "tb":
        return pixels[position, across] if 0 <= position < rows else pixels[0, :0]
    return pixels[down, position] if 0 <= position < columns else pixels[0, :0]


def _dominant(line: NDArray[np.uint8]) -> Color | None:
    """
    The colour of a line when at least three quarters of it are within 2 levels of its median.
    """
    if line.size == 0:
        return None
    middle = np.median(line, axis=0)
    near = np.abs(line - middle).max(axis=1) <= 2
    return modal(line[near])[0] if near.mean() >= SIDE_SHARE else None


def _similar(a: Color | None, b: Color | None) -> bool:
    return a is not None and b is not None and color_distance(a, b) <= 2


def side_border(pixels: NDArray[np.uint8], surface: Surface, side: str) -> tuple[Color, int] | None:
    """
    Colour and width of the border on one side ("t", "r", "b" or "l"), None without one.
    """
    color = _dominant(_line(pixels, surface, side, 1))
    if color is None or color_distance(color, surface.color) < 3:
        return None
    width = 1
    while width <= MAX_WIDTH_PX and _similar(_dominant(_line(pixels, surface, side, width + 1)), color):
        width += 1
    if width > MAX_WIDTH_PX:
        return None
    line = _line(pixels, surface, side, width + 1)
    if line.size == 0:  # the picture ends with the border
        return color, width
    beyond = _dominant(line)
    if beyond is None:
        return color, width
    step = color_distance(color, beyond)
    further = _dominant(_line(pixels, surface, side, width + 2))
    slope = 0 if further is None else color_distance(beyond, further)
    if step < _STEP or (slope >= 2 and step <= 3 * slope):
        return None
    return color, width


def borders(pixels: NDArray[np.uint8], surface: Surface) -> tuple[Color, int, str] | None:
    """
    Colour, width and sides of the border most sides share, None without one.
    """
    found = {side: side_border(pixels, surface, side) for side in "trbl"}
    present = [value for value in found.values() if value is not None]
    ring = _ring(pixels, surface)
    if not present or ring is not None:  # a circle has no straight line to measure
        return ring
    groups = [[value for value in present if _alike(value, chosen)] for chosen in present]
    color, width = max(groups, key=len)[0]
    sides = [side for side, value in found.items() if value is not None and _alike(value, (color, width))]
    if surface.radius >= PILL_SHARE * surface.height:  # its ends are all curve: no straight line to measure
        return (color, width, "trbl") if {"t", "b"} <= set(sides) else None
    if set(sides) == {"l", "r"} and surface.radius >= _ROUND_PX:
        return None  # round corners without a line above and below: the edges of a hard shadow
    return color, width, "".join(sides)


def _ring(pixels: NDArray[np.uint8], s: Surface) -> tuple[Color, int, str] | None:
    """
    The border of a small circle, from the four pixels outside the middles of its sides.
    """
    round_enough = s.radius >= PILL_SHARE * min(s.width, s.height)
    if not round_enough or max(s.width, s.height) > _MAX_RING_PX or abs(s.width - s.height) > 2:
        return None
    spots = _around(pixels, s, 1)
    if len(spots) < 4:
        return None
    color = _median(spots)
    if color_distance(color, s.color) < _RING_SPREAD or any(color_distance(color, c) > _RING_SPREAD for c in spots):
        return None
    width = 1
    while (beyond := _around(pixels, s, width + 1)) and color_distance(color, _median(beyond)) < _RING_SPREAD:
        width += 1
        if width > _MAX_RING_WIDTH_PX:  # the ground
            return None
    return color, width, "trbl"


def _around(pixels: NDArray[np.uint8], s: Surface, distance: int) -> list[Color]:
    """
    The colours ``distance`` outside the middles of the four sides, as far as the picture has them.
    """
    middle_x, middle_y = (s.left + s.right) // 2, (s.top + s.bottom) // 2
    rows, columns = pixels.shape[:2]
    spots = [
        (s.top - distance, middle_x),
        (s.bottom - 1 + distance, middle_x),
        (middle_y, s.left - distance),
        (middle_y, s.right - 1 + distance),
    ]
    return [Color(*pixels[y, x].tolist()) for y, x in spots if 0 <= y < rows and 0 <= x < columns]


def _median(colors: Sequence[Color]) -> Color:
    r, g, b = np.median(colors, axis=0).astype(int).tolist()
    return Color(r, g, b)


def _alike(a: tuple[Color, int], b: tuple[Color, int]) -> bool:
    return a[1] == b[1] and color_distance(a[0], b[0]) <= _SAME_COLOR
