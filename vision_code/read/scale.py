"""
Screenshots of dense displays: the scale found from the sizes of text, pictures and lines divided by it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import TextLine, TextStyle, Word
from vision_code.read.flat import steps

#: Letters below this size are a tenth or more of any ordinary page; on a 2x shot nothing is that small.
_SMALL_TEXT_PX = 17.5
_SMALL_SHARE = 0.1
#: The usual body text of a 2x shot is at least this big …
_DENSE_BODY_PX = 24.0
#: … and pictures narrower than this are too small to tell.
_MIN_WIDTH_PX = 700
_MIN_LETTERS = 80
#: A straight edge: this many pixels in a row, flat on both sides, with this much of a step between.
_EDGE_RUN_PX, _EDGE_STEP, _FLAT_STEP = 48, 8, 2
#: On a dense display edges stand on whole CSS pixels, so nearly all on even ones; by chance, on half of them. Fewer
#: edges than this say nothing.
_MAX_ODD_SHARE, _MIN_EDGES = 0.25, 4


def detect_scale(lines: Sequence[TextLine], pixels: NDArray[np.uint8]) -> float:
    """
    2.0 for the shot of a dense display, else 1.0; also 1.0 when there is too little text to tell.

    Large type alone is no proof (a blog on a desktop has it too): the straight edges must stand on even pixels.

    Args:
        lines: Measured in pixels of the picture.
        pixels: [H, W, 3] uint8 RGB.
    """
    return 2.0 if _is_large_type(lines, pixels.shape[1]) and _has_even_edges(pixels) else 1.0


def _is_large_type(lines: Sequence[TextLine], width_px: int) -> bool:
    sized = sorted((line.style.size_px, len(line.text)) for line in lines)
    letters = sum(count for _, count in sized)
    if letters < _MIN_LETTERS or width_px < _MIN_WIDTH_PX:
        return False
    small = sum(count for size, count in sized if size < _SMALL_TEXT_PX)
    seen, median = 0, 0.0
    for size, count in sized:
        seen += count
        if seen * 2 >= letters:
            median = size
            break
    return small < _SMALL_SHARE * letters and median >= _DENSE_BODY_PX


def _has_even_edges(pixels: NDArray[np.uint8]) -> bool:
    odd = total = 0
    for axis in (0, 1):
        across = steps(pixels, axis)
        along = steps(pixels, 1 - axis)
        edge = across > _EDGE_STEP
        if axis == 0:
            flat = np.pad(along <= _FLAT_STEP, ((0, 0), (1, 0)), constant_values=True)
            edge &= flat[1:] & flat[:-1]
            kernel = np.ones((1, _EDGE_RUN_PX), np.uint8)
        else:
            flat = np.pad(along <= _FLAT_STEP, ((1, 0), (0, 0)), constant_values=True)
            edge &= flat[:, 1:] & flat[:, :-1]
            kernel = np.ones((_EDGE_RUN_PX, 1), np.uint8)
        runs = cv2.erode(edge.astype(np.uint8), kernel)
        at = np.flatnonzero(runs.any(axis=1 - axis)) + 1
        odd += int((at % 2).sum())
        total += len(at)
    return total < _MIN_EDGES or odd <= _MAX_ODD_SHARE * total


def to_css_pixels(pixels: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """
    The picture at one pixel per CSS pixel: [H/scale, W/scale, 3] uint8; edges on whole CSS pixels stay sharp.
    """
    if math.isclose(scale, 1.0):
        return pixels
    size = max(1, round(pixels.shape[1] / scale)), max(1, round(pixels.shape[0] / scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def divide_line(line: TextLine, scale: float) -> TextLine:
    """
    A line measured in pixels of the picture, in CSS pixels.
    """
    if math.isclose(scale, 1.0):
        return line
    words = tuple(
        Word(
            text=w.text,
            box=divide_box(w.box, scale),
            style=None if w.style is None else _style(w.style, scale),
            ground=None
            if w.ground is None
            else replace(w.ground, box=divide_box(w.ground.box, scale), radius_px=w.ground.radius_px / scale),
        )
        for w in line.words
    )
    return replace(
        line,
        box=divide_box(line.box, scale),
        words=words,
        style=_style(line.style, scale),
        baseline_y=line.baseline_y / scale,
    )


def divide_box(box: Box, scale: float) -> Box:
    """
    A box in pixels of the picture, in CSS pixels.
    """
    return Box(box.x / scale, box.y / scale, box.w / scale, box.h / scale)


def _style(style: TextStyle, scale: float) -> TextStyle:
    return replace(
        style, size_px=round(style.size_px / scale, 1), letter_spacing_px=round(style.letter_spacing_px / scale, 2)
    )
