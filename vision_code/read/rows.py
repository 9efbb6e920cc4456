"""
Boxes around several lines of text cut into one box a line: the detector joins lines that stand close.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.flat import modal
from vision_code.read.ink import INK_SHARE, coverage

#: Only boxes this much higher than the usual one are looked at: a heading is higher too, but is one row of ink.
_TALL = 1.6
#: Rows with at most this share of the fullest row's ink lie between two lines: descenders and ascenders may meet there.
_GAP_SHARE = 0.05
#: Lower rows of ink are dots and accents of the line below, or an underline.
_MIN_ROW_PX = 5
#: Lines that one box holds are about equally high (an x-height is .55 of a line with capitals); less are descenders.
_LIKE_SHARE = 0.4
_MARGIN_PX = 3.0
_SAME_LINE_SHARE = 0.6
#: Boxes of two lines: their centres are this share of the lower height apart, or more; they have this share of the
#: narrower width in common, and are alike in height. A badge beside a heading is none of it.
_NEXT_LINE_SHARE = 0.4
_BELOW_SHARE = 0.2
_LIKE_HEIGHT = 1.5


def cut_out(box: Box, taken: Sequence[tuple[Box, Box | None]], least_share: float) -> list[Box]:
    """
    A box in parts: what lies beside things that it reaches over, and instead of each its words, if it has any.

    Args:
        taken: The things from left to right, each with the box of its words.
        least_share: Parts are at least so wide, of the height of the box; narrower ones hold no word.
    """
    if not taken:
        return [box]
    parts, start = [], box.x
    for thing, words in taken:
        parts.append(replace(box, x=start, w=max(0.0, min(thing.x, box.right) - start)))
        parts += [] if words is None else [words]
        start = max(start, thing.right)
    parts.append(replace(box, x=start, w=max(0.0, box.right - start)))
    return [part for part in parts if part.w >= least_share * box.h]


def one_line_each(pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Box]:
    """
    The boxes, those around several lines in as many parts.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    if not boxes:
        return []
    usual = median(box.h for box in boxes)
    split = {box: _split(pixels, box) for box in boxes if box.h >= _TALL * usual}
    parts = [part for found in split.values() if len(found) > 1 for part in found]
    whole = [box for box in boxes if len(split.get(box, ())) < 2]
    # A line that has a box of its own besides is there twice.
    return parts + [box for box in whole if not any(_covers(part, box) for part in parts)]


def apart(boxes: Sequence[Box]) -> list[Box]:
    """
    The boxes without what they have in common with those of the lines right above and below: lines that stand close
    have the detector's margin in each other. In the order given.
    """
    tops, bottoms = [box.y for box in boxes], [box.bottom for box in boxes]
    order = sorted(range(len(boxes)), key=lambda n: boxes[n].y)
    for rank, upper in enumerate(order):
        one = boxes[upper]
        for lower in order[rank + 1 :]:
            other = boxes[lower]
            if other.y >= one.bottom:
                break
            shared = min(one.right, other.right) - max(one.x, other.x)
            like = max(one.h, other.h) <= _LIKE_HEIGHT * min(one.h, other.h)
            next_line = other.center_y - one.center_y >= _NEXT_LINE_SHARE * min(one.h, other.h)
            if like and next_line and shared >= _BELOW_SHARE * min(one.w, other.w):
                border = one.bottom - (one.bottom - other.y) * one.h / (one.h + other.h)
                bottoms[upper] = min(bottoms[upper], border)
                tops[lower] = max(tops[lower], border)
    return [replace(box, y=top, h=bottom - top) for box, top, bottom in zip(boxes, tops, bottoms, strict=True)]


def _covers(part: Box, box: Box) -> bool:
    return part.intersection_area(box) >= _SAME_LINE_SHARE * box.area


def _split(pixels: NDArray[np.uint8], box: Box) -> list[Box]:
    crop = pixels[int(box.y) : round(box.bottom), int(box.x) : round(box.right)]
    if not crop.size:
        return [box]
    color, _ = modal(crop)
    ink = coverage(crop, color) > INK_SHARE
    bands = _bands(ink.sum(axis=1))
    if len(bands) < 2:
        return [box]
    return [_part(box, ink, top, bottom) for top, bottom in bands]


def _bands(profile: NDArray[np.int64]) -> list[tuple[int, int]]:
    """
    First and last row (exclusive) of each line of ink.
    """
    full = np.flatnonzero(profile > max(1, int(_GAP_SHARE * profile.max(initial=0))))
    if not full.size:
        return []
    edges = np.flatnonzero(np.diff(full) > 1)
    starts, ends = [full[0], *full[edges + 1]], [*full[edges], full[-1]]
    runs = [(int(start), int(end) + 1) for start, end in zip(starts, ends, strict=True)]
    least = max(_MIN_ROW_PX, _LIKE_SHARE * max(bottom - top for top, bottom in runs))
    tall = [(top, bottom) for top, bottom in runs if bottom - top >= least]
    if len(tall) < 2:
        return tall
    # What lies between two lines is cut in the middle.
    cuts = [0, *((above[1] + below[0]) // 2 for above, below in pairwise(tall)), len(profile)]
    return list(pairwise(cuts))


def _part(box: Box, ink: NDArray[np.bool_], top: int, bottom: int) -> Box:
    columns = np.flatnonzero(ink[top:bottom].any(axis=0))
    left, right = (float(columns[0]), float(columns[-1] + 1)) if columns.size else (0.0, box.w)
    x0, y0 = int(box.x), int(box.y)
    first = max(box.x, x0 + left - _MARGIN_PX)
    return Box(first, float(y0 + top), min(box.right, x0 + right + _MARGIN_PX) - first, float(bottom - top))
