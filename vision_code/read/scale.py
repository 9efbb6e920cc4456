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

#: Letters below this size are a tenth or more of any ordinary page; on a 2x shot nothing is that small.
_SMALL_TEXT_PX = 17.5
_SMALL_SHARE = 0.1
#: The usual body text of a 2x shot is at least this big …
_DENSE_BODY_PX = 24.0
#: … and pictures narrower than this are too small to tell.
_MIN_WIDTH_PX = 700
_MIN_LETTERS = 80


def detect_scale(lines: Sequence[TextLine], width_px: int) -> float:
    """
    2.0 for the shot of a dense display, else 1.0; also 1.0 when there is too little text to tell.
    """
    sized = sorted((line.style.size_px, len(line.text)) for line in lines)
    letters = sum(count for _, count in sized)
    if letters < _MIN_LETTERS or width_px < _MIN_WIDTH_PX:
        return 1.0
    small = sum(count for size, count in sized if size < _SMALL_TEXT_PX)
    seen, median = 0, 0.0
    for size, count in sized:
        seen += count
        if seen * 2 >= letters:
            median = size
            break
    return 2.0 if small < _SMALL_SHARE * letters and median >= _DENSE_BODY_PX else 1.0


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
        Word(text=w.text, box=_box(w.box, scale), style=None if w.style is None else _style(w.style, scale))
        for w in line.words
    )
    return replace(
        line,
        box=_box(line.box, scale),
        words=words,
        style=_style(line.style, scale),
        baseline_y=line.baseline_y / scale,
    )


def _box(box: Box, scale: float) -> Box:
    return Box(box.x / scale, box.y / scale, box.w / scale, box.h / scale)


def _style(style: TextStyle, scale: float) -> TextStyle:
    return replace(
        style, size_px=round(style.size_px / scale, 1), letter_spacing_px=round(style.letter_spacing_px / scale, 2)
    )
