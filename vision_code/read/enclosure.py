"""
Frames of fields and buttons that a text recogniser took into the box of the line inside.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.ink import contrast, ink_box
from vision_code.read.mask import Surround
from vision_code.read.raw import RawLine

#: A row of ink that goes on this far beyond a line of text (share of its height) belongs to a frame or a rule.
_MIN_REACH_PX, _REACH_SHARE = 6, 0.5
#: Distance from the ground from which there is ink.
_MIN_CONTRAST = 12
#: Frames are in the outer part of the box, and cover this share of it: corners may be round.
_OUTER_SHARE, _COVER = 0.3, 0.9
#: Widest side of a frame.
_MAX_SIDE_PX = 3


def runs_on(pixels: NDArray[np.uint8], row: int, line: Box, around: Surround) -> bool:
    """
    Whether ink in a row above or below a line of text goes on beyond its ends: a frame around it, a rule below it. On
    uneven grounds that cannot be told: they differ from one colour everywhere.
    """
    if around.kind != "flat":
        return False
    reach = max(_MIN_REACH_PX, round(_REACH_SHARE * line.h))
    left, right = int(line.x), round(line.right)
    for start, end in ((left - reach, left), (right, right + reach)):
        beyond = pixels[row : row + 1, max(0, start) : max(0, end)]
        if beyond.shape[1] == reach and (contrast(beyond, around.color) > _MIN_CONTRAST).all():
            return True
    return False


def unframed(pixels: NDArray[np.uint8], line: RawLine, around: Surround) -> RawLine:
    """
    The line with its boxes cut to the ink inside of a frame; the line itself without one.
    """
    left, top = max(0, int(line.box.x)), max(0, int(line.box.y))
    ink = contrast(pixels[top : round(line.box.bottom), left : round(line.box.right)], around.color) > _MIN_CONTRAST
    height, width = ink.shape
    if min(height, width) <= 2 * _MAX_SIDE_PX:
        return line
    outer = round(_OUTER_SHARE * height)
    sides = [
        row
        for row in (*range(outer), *range(height - outer, height))
        if ink[row].mean() >= _COVER and runs_on(pixels, top + row, line.box, around)
    ]
    if not sides:
        return line
    first = max((row for row in sides if row < outer), default=-1) + 1
    last = min((row for row in sides if row >= outer), default=height)
    # Letters end before the frame, its upright sides do not.
    tall = pixels[max(0, top + first - 1) : top + last + 1, left : left + width]
    upright = (contrast(tall, around.color) > _MIN_CONTRAST).mean(axis=0) >= _COVER
    start = next((n for n in range(_MAX_SIDE_PX) if not upright[n]), _MAX_SIDE_PX)
    end = width - next((n for n in range(_MAX_SIDE_PX) if not upright[width - 1 - n]), _MAX_SIDE_PX)
    letters = ink_box(ink[first:last, start:end])
    if letters is None:
        return line
    inside = replace(letters, x=left + start + letters.x, y=top + first + letters.y)
    words = tuple(replace(word, box=_within(word.box, inside)) for word in line.words)
    return replace(line, box=inside, words=words)


def _within(box: Box, frame: Box) -> Box:
    x, y = max(box.x, frame.x), max(box.y, frame.y)
    right, bottom = min(box.right, frame.right), min(box.bottom, frame.bottom)
    return Box(x, y, right - x, bottom - y) if right > x and bottom > y else box
