"""
Underlines: a row of ink, whole or dotted, that runs on where there are no letters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.ink import INK_SHARE, Background, contrast

#: How far below a word's box its underline may lie, as a share of the box's height.
_BELOW_SHARE = 0.35
#: Share of the word's columns an underline covers: it may step aside for descenders.
_COVER = 0.8
#: It steps aside for nothing else, from its first pixel to its last: the feet of short words ("Ltd") leave a sixth out.
_WHOLE = 0.92
#: Letters alone cover less than this of any row in the lower part.
_LETTERS = 0.62
#: Share of ink right above and below a row of dots: descenders at most, and much less than in the dots.
_FREE, _DENSER = 0.2, 0.25
#: Dots of an underline are as wide as it is thick, at one distance; letters that reach below hide some of them.
_MAX_DOT_PX, _MAX_DOT_STEP_PX, _MIN_DOTS, _EVEN_SHARE = 2, 4, 8, 0.9


def find_underline(pixels: NDArray[np.uint8], box: Box, background: Background, *, descends: bool) -> int | None:
    """
    First row of the underline of the word in ``box``, in pixels of the picture; None without one.

    Args:
        descends: Some letters of the word reach below its baseline.
    """
    x0, y0, x1, y1 = int(box.x), int(box.y), int(box.right), int(box.bottom)
    bottom = min(pixels.shape[0], y1 + max(2, round(_BELOW_SHARE * (y1 - y0))))
    if x1 - x0 < 4 or y1 - y0 < 4:
        return None
    distance = contrast(pixels[y0:bottom, x0:x1], background)
    full = float(np.percentile(distance[: y1 - y0], 98))
    ink = distance > INK_SHARE * full
    share = ink.mean(axis=1)
    start = round(0.6 * (y1 - y0))
    for row in range(start, len(share)):
        if _stands_out(share, row, free=_FREE if descends else 0.0) and _is_dotted(ink[row]):
            return y0 + row
        if share[row] >= _COVER and (row == 0 or share[row - 1] <= _LETTERS):
            end = row
            while end < len(share) and share[end] >= _COVER:
                end += 1
            thin = end - row <= max(1, round((y1 - y0) / 6))
            closed = end < len(share) and share[end] <= _LETTERS
            unbroken = descends or _span_share(ink[row]) >= _WHOLE
            return y0 + row if thin and closed and unbroken else None
    return None


def _stands_out(share: NDArray[np.floating], row: int, *, free: float) -> bool:
    """
    Whether a row, or it and the next, has room above and below: strokes of letters go on there.
    """
    below = row + 2 if row + 1 < len(share) and share[row + 1] > free else row + 1
    if share[row - 1] > free or below >= len(share) or share[below] > free:
        return False
    return bool(share[row] >= max(share[row - 1], share[below]) + _DENSER)


def _is_dotted(row: NDArray[np.bool_]) -> bool:
    """
    Whether a row is nothing but small dots at one distance, from one end of the word to the other.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    if starts.size < _MIN_DOTS or ends[-1] - starts[0] < _WHOLE * row.size:
        return False
    steps = starts[1:] - starts[:-1]
    step = float(np.median(steps))
    small, even = ends - starts <= _MAX_DOT_PX, np.abs(steps - step) <= 1
    return bool(step <= _MAX_DOT_STEP_PX and small.mean() >= _EVEN_SHARE and even.mean() >= _EVEN_SHARE)


def _span_share(row: NDArray[np.bool_]) -> float:
    """
    Share of ink between the first and the last pixel of it.
    """
    inked = np.flatnonzero(row)
    return float(inked.size / (inked[-1] - inked[0] + 1))
