"""
Grounds of words: flat areas in what would pass for a picture because their outline is not a box's.

A header that cards lie over, a card that stands half on it: their sides are hidden, and all of it together looks like
one photograph with words. What a plain box of the area's colour explains of it is no photograph.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import Rect
from vision_code.read.expected import unexplained
from vision_code.read.flat import components, modal

#: Pictures with so many lines of text on a flat surround are suspected.
_MIN_TEXTS = 2
#: Areas of at least this share of the picture and this size are looked at, the largest first.
_MIN_SHARE, _MIN_W_PX, _MIN_H_PX, _MOST = 0.02, 24, 10, 12
#: So much of it lies in such areas; of photographs over which words stand 0.62 to 0.88 do.
_FLAT_SHARE = 0.9
#: All boxes together explain at least this share of what was not explained, each one this share of its area.
_GAIN, _LEAST_GAIN = 0.5, 0.1


def find_grounds(
    clean: NDArray[np.uint8], rects: Sequence[Rect], background: Color, texts: Sequence[Box], pictures: Sequence[Box]
) -> list[Rect]:
    """
    The boxes behind words in ``pictures``.

    Args:
        clean: [H, W, 3] uint8 without text.
        rects: What is known already.
        texts: Boxes of the lines with a flat surround.
        pictures: Boxes of what is not explained.
    """
    found: list[Rect] = []
    for picture in pictures:
        words = [text for text in texts if picture.intersection_area(text) > 0.5 * text.area]
        if len(words) >= _MIN_TEXTS:
            found += _grounds(clean, [*rects, *found], background, words, picture)
    return found


def _grounds(
    clean: NDArray[np.uint8], rects: Sequence[Rect], background: Color, words: Sequence[Box], picture: Box
) -> list[Rect]:
    x0, y0 = max(0, round(picture.x)), max(0, round(picture.y))
    where = (slice(y0, round(picture.bottom)), slice(x0, round(picture.right)))

    def missing(grounds: Sequence[Rect]) -> int:
        return int(unexplained(clean, [*rects, *grounds], background)[where].sum())

    grounds = _flat_boxes(clean[where], x0, y0, words)
    # Together: a card on a header explains nothing on a page of its colour until the header is there.
    now = missing(grounds) if grounds else 0
    if not grounds or now > (1 - _GAIN) * missing([]):
        return []
    for ground in sorted(grounds, key=lambda each: each.box.area):
        others = [each for each in grounds if each is not ground]
        without = missing(others)
        if without - now < _LEAST_GAIN * ground.box.area:
            grounds, now = others, without
    return grounds


def _flat_boxes(part: NDArray[np.uint8], x0: int, y0: int, words: Sequence[Box]) -> list[Rect]:
    """
    The boxes of the large flat areas of a picture at ``x0``, ``y0`` that words stand in; none if it is not mostly such.
    """
    areas = components(part)
    size = part.shape[0] * part.shape[1]
    large = areas.area >= _MIN_SHARE * size
    if areas.area[large].sum() < _FLAT_SHARE * size:
        return []
    found: list[Rect] = []
    for index in np.argsort(-areas.area)[:_MOST].tolist():
        left, top, right, bottom = (int(side[index]) for side in (areas.left, areas.top, areas.right, areas.bottom))
        box = Box(x0 + left, y0 + top, right - left, bottom - top)
        if not large[index] or box.w < _MIN_W_PX or box.h < _MIN_H_PX:
            continue
        if any(box.contains(word, 2.0) for word in words):
            color, _ = modal(part[areas.labels == index].reshape(1, -1, 3))
            found.append(Rect(id=0, box=box, fill=color))
    return found
