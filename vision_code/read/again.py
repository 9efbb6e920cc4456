"""
Short words that recognition missed, or saw with the edge of the disc around them: read again from their ink alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import Observation, Picture, PictureKind, Rect, TextLine
from vision_code.read.lookalikes import is_lettering
from vision_code.read.raw import RawLine
from vision_code.read.recognise import recognise
from vision_code.read.words import build_lines

#: Boxes of initials, page numbers, counters; ink in their middle, off it by at most this share of their height.
_BOX_PX, _OFF_SHARE = 64.0, 0.12
_LETTERS = 3
#: Margin around the ink, over its height: enough for the network, not so much that a disc's edge comes in.
_MARGIN_SHARE = 0.35
#: Two letters and more are read as surely as this from no icon; a single one must have boxes of its kind beside it.
_CONFIDENCE, _CONFIDENCE_AMONG_LIKE = 0.95, 0.8
_LIKE, _SAME_PX = 2, 1.5
_BRACKETED = re.compile(r"[(\[{|]?(\w{1,3})[)\]}|]?")


def read_again(pixels: NDArray[np.uint8], observation: Observation, lines: Sequence[RawLine]) -> list[RawLine]:
    """
    The lines, with those on small boxes that were taken for icons, without the edges of discs that were taken for
    brackets, and with capitals where all boxes of the kind have such. The same list when there is nothing to mend.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        observation: What was measured with ``lines``, in pixels of the picture.
    """
    kept = [_unbracketed(pixels, observation, line) for line in lines]
    boxed = _boxed_texts(observation)
    for picture in observation.pictures:
        around = _box_around(observation.rects, picture.box)
        if around is not None and picture.kind is PictureKind.ICON:
            like = [line for rect, line in boxed if _are_like(rect, around)]
            kept += _letters(pixels, picture, like)
    capitals = [_in_capitals(line, kept) for line in kept]
    return sorted(capitals, key=lambda line: (line.box.y, line.box.x)) if capitals != list(lines) else capitals


def _unbracketed(pixels: NDArray[np.uint8], observation: Observation, line: RawLine) -> RawLine:
    """
    A short line without brackets that its ink does not have: what was measured of it is letters only.
    """
    inner = _BRACKETED.fullmatch(line.text)
    if inner is None or inner.group(1) == line.text:
        return line
    measured = [each.box for each in observation.lines if each.text == line.text]
    ink = max(measured, key=lambda box: box.intersection_area(line.box), default=None)
    if ink is None or ink.intersection_area(line.box) == 0:
        return line
    found = _read(pixels, ink)
    return found if found is not None and found.text.lower() == inner.group(1).lower() else line


def _letters(pixels: NDArray[np.uint8], picture: Picture, like: Sequence[TextLine]) -> list[RawLine]:
    """
    The letters that an icon in the middle of a small box is, if any.
    """
    found = _read(pixels, picture.box)
    if found is None or not 1 <= len(found.text) <= _LETTERS or not found.text.isalnum():
        return []
    among = len(like) >= _LIKE and any(abs(line.box.h - picture.box.h) <= _SAME_PX for line in like)
    sure = found.confidence >= (_CONFIDENCE_AMONG_LIKE if among else _CONFIDENCE)
    return [found] if sure and (among or len(found.text) > 1) and is_lettering(pixels, found) else []


def _read(pixels: NDArray[np.uint8], ink: Box) -> RawLine | None:
    margin = max(2.0, _MARGIN_SHARE * ink.h)
    height, width = pixels.shape[:2]
    x, y = max(0.0, ink.x - margin), max(0.0, ink.y - margin)
    box = Box(x, y, min(width, ink.right + margin) - x, min(height, ink.bottom + margin) - y)
    lines = build_lines(pixels, box, recognise(pixels, box))
    return lines[0] if len(lines) == 1 else None


def _boxed_texts(observation: Observation) -> list[tuple[Rect, TextLine]]:
    short = [line for line in observation.lines if len(line.text) <= _LETTERS]
    pairs = ((_box_around(observation.rects, line.box), line) for line in short)
    return [(rect, line) for rect, line in pairs if rect is not None]


def _box_around(rects: Sequence[Rect], ink: Box) -> Rect | None:
    """
    The small box in whose middle something lies.
    """
    around = [rect for rect in rects if rect.box.contains(ink) and max(rect.box.w, rect.box.h) <= _BOX_PX]
    nearest = min(around, key=lambda rect: rect.box.area, default=None)
    if nearest is None:
        return None
    box = nearest.box
    off = max(abs(box.center_x - ink.center_x), abs(box.center_y - ink.center_y))
    return nearest if off <= _OFF_SHARE * box.h + 1 else None


def _are_like(a: Rect, b: Rect) -> bool:
    """
    Whether two boxes are of one size and stand in one row or column.
    """
    p, q = a.box, b.box
    in_line = min(abs(p.center_x - q.center_x), abs(p.center_y - q.center_y)) <= _SAME_PX
    same = max(abs(p.w - q.w), abs(p.h - q.h), abs(a.radius_px - b.radius_px)) <= _SAME_PX
    return a is not b and in_line and same


def _in_capitals(line: RawLine, lines: Sequence[RawLine]) -> RawLine:
    """
    A word of up to three letters in capitals where those above and below it, or beside it, are such and as high.
    """
    if len(line.text) > _LETTERS or not line.text.isalpha() or line.text.isupper():
        return line
    box = line.box
    like = [
        other
        for other in lines
        if other is not line
        and len(other.text) <= _LETTERS
        and other.text.isalpha()
        and abs(other.box.h - box.h) <= _SAME_PX
        and min(abs(other.box.center_x - box.center_x), abs(other.box.center_y - box.center_y)) <= 2 * _SAME_PX
    ]
    if len(like) < _LIKE or 2 * sum(other.text.isupper() for other in like) <= len(like):
        return line
    words = tuple(replace(word, text=word.text.upper()) for word in line.words)
    return replace(line, text=line.text.upper(), words=words)
