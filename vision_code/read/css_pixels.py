"""
From pixels of a screenshot to CSS pixels: the picture shrunk for reading, and what was read divided.
"""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import Observation, Rect, TextLine, TextStyle, Word

#: What a division may be off a whole number by.
_ROUNDING = 1e-6
#: Boxes up to this thick are lines; their thickness counts more than where they end.
_THIN_PX = 4.0


def shrinking(scale: float) -> int:
    """
    By what a picture of a scale is shrunk to be read: the whole number of pixels that a CSS pixel has at least.

    The reader knows type of 10 to 40 px best. By no fraction: at 1.5 device pixels a border of 1 CSS px is one device
    pixel, which would be gone or pale in two thirds of the picture.
    """
    return max(1, math.floor(scale))


def shrunk(pixels: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    """
    The mean of each ``by`` by ``by`` pixels: [H/by, W/by, 3] uint8.
    """
    if by == 1:
        return pixels
    size = max(1, round(pixels.shape[1] / by)), max(1, round(pixels.shape[0] / by))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def sampled(pixels: NDArray[np.uint8], by: int) -> NDArray[np.uint8]:
    """
    One of each ``by`` by ``by`` pixels, as many as `shrunk` gives.

    Edges and lines of a dense display stand on any device pixel: their mean would be an edge of two steps, a line twice
    as thick and half as dark.
    """
    if by == 1:
        return pixels
    rows, columns = (
        np.minimum(np.arange(max(1, round(side / by))) * by + by // 2, side - 1) for side in pixels.shape[:2]
    )
    return np.ascontiguousarray(pixels[rows][:, columns])


def in_css_pixels(observation: Observation, scale: float) -> Observation:
    """
    An observation of a shrunk picture, in CSS pixels.

    Edges stand on whole CSS pixels, borders have a whole number of them: at 1.5 a border of 1 px is drawn as one device
    pixel, one of 3 px as four (rounded down, but never to nothing).

    Args:
        scale: Device pixels of the picture per CSS pixel; it was shrunk by ``shrinking(scale)``.
    """
    by = scale / shrinking(scale)
    if math.isclose(by, 1.0):
        return replace(observation, scale=scale)
    return replace(
        observation,
        scale=scale,
        width_px=observation.width_px / by,
        height_px=observation.height_px / by,
        lines=tuple(_line(line, by) for line in observation.lines),
        rects=tuple(_rect(rect, by) for rect in observation.rects),
        pictures=tuple(
            replace(each, box=_snapped(each.box, by), radius_px=each.radius_px / by) for each in observation.pictures
        ),
    )


def _rect(rect: Rect, by: float) -> Rect:
    border, cap, shadow = rect.border, rect.cap, rect.shadow
    return replace(
        rect,
        box=_snapped(rect.box, by),
        radius_px=rect.radius_px / by,
        border=border and replace(border, width_px=_thickness(border.width_px, by)),
        cap=cap and replace(cap, radius_px=cap.radius_px / by),
        shadow=shadow
        and replace(shadow, dx_px=shadow.dx_px / by, dy_px=shadow.dy_px / by, blur_px=shadow.blur_px / by),
    )


def _snapped(box: Box, by: float) -> Box:
    x, y = round(box.x / by), round(box.y / by)
    w = round(box.right / by) - x if box.w > _THIN_PX else _thickness(box.w, by)
    h = round(box.bottom / by) - y if box.h > _THIN_PX else _thickness(box.h, by)
    return Box(x, y, max(1, w), max(1, h))


def _thickness(px: float, by: float) -> float:
    return math.ceil(px / by - _ROUNDING)


def _line(line: TextLine, by: float) -> TextLine:
    return replace(
        line,
        box=divided(line.box, by),
        words=tuple(_word(word, by) for word in line.words),
        style=_style(line.style, by),
        baseline_y=line.baseline_y / by,
        bullet=line.bullet and divided(line.bullet, by),
    )


def _word(word: Word, by: float) -> Word:
    ground = word.ground
    return replace(
        word,
        box=divided(word.box, by),
        style=word.style and _style(word.style, by),
        ground=ground and replace(ground, box=divided(ground.box, by), radius_px=ground.radius_px / by),
    )


def divided(box: Box, by: float) -> Box:
    """
    A box in pixels that are ``by`` times as large.
    """
    return Box(box.x / by, box.y / by, box.w / by, box.h / by)


def _style(style: TextStyle, by: float) -> TextStyle:
    return replace(
        style, size_px=round(style.size_px / by, 1), letter_spacing_px=round(style.letter_spacing_px / by, 2)
    )
