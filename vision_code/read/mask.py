"""
Taking the text out of the picture: ink is painted over with what lies behind it, so that flat areas close again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.read.flat import modal, pack, unpack

#: Pixels around a word's ink box that belong to its anti-aliased edge.
MARGIN_PX = 2
#: The shadow of letters reaches so far below and right of them: a gradient shows beyond it.
_SHADOW_PX = 2
#: Share of the frame around a box that must have one colour for the surround to be flat.
_FLAT_SHARE = 0.55
#: Ringing of JPEG at quality 80 and more, beside letters on a coloured button.
_RINGING_LEVELS = 20
#: Of a steep gradient from left to right the rows above and below a text differ by at most this.
_STEEP_LEVELS = 8
#: A row beyond the edge of what text stands on has one colour on this share of it.
_EDGE_SHARE = 0.9
#: Lines of a field go on beyond its words by this at least.
_BEYOND_PX = 6
#: A gradient stays within this range over a line of text and changes by at most this between neighbours …
_SOFT_RANGE = 40
_SOFT_STEP = 5
#: … on this share of the frame: a descender or a neighbour's edge may touch it.
_SOFT_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Surround:
    """
    What lies behind a word or line: its (mean) colour; one exact colour, a soft gradient or a busy photograph.
    """

    color: Color
    kind: Literal["flat", "soft", "busy"]


def surround(pixels: NDArray[np.uint8], box: Box, *, lossy: bool = False) -> Surround | None:
    """
    What is around a box, read from a frame of 2 px; None for a photograph.

    Args:
        lossy: Compression left ringing around the letters: colours near the frame's median count as one.
    """
    sides = _sides(pixels, box)
    if not sides:
        return None
    frame = np.concatenate(sides)
    color, share = modal(frame)
    if share >= _FLAT_SHARE:
        return Surround(color, "flat")
    if lossy:
        near = np.abs(frame - np.median(frame, axis=0)).max(axis=1) <= _RINGING_LEVELS
        if near.mean() >= _FLAT_SHARE:
            return Surround(modal(frame[near])[0], "flat")
    return _soft(sides) or _soft(_sides(pixels, box.inset(-_SHADOW_PX)))


def frame_colors(pixels: NDArray[np.uint8], box: Box, least_share: float) -> list[Color]:
    """
    The exact colours with at least a share of the frame of 2 px around a box, the most frequent first.
    """
    sides = _sides(pixels, box)
    if not sides:
        return []
    colors, counts = np.unique(pack(np.concatenate(sides)[None]), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [unpack(int(colors[i])) for i in order if counts[i] >= least_share * counts.sum()]


def _sides(pixels: NDArray[np.uint8], box: Box) -> list[NDArray[np.uint8]]:
    """
    The frame of 2 px around a box, top, bottom, left and right, each [n, 3]; empty outside of the picture.
    """
    x0, y0 = max(0, int(box.x) - MARGIN_PX), max(0, int(box.y) - MARGIN_PX)
    x1 = min(pixels.shape[1], int(np.ceil(box.right)) + MARGIN_PX)
    y1 = min(pixels.shape[0], int(np.ceil(box.bottom)) + MARGIN_PX)
    if x1 - x0 < 2 or y1 - y0 < 2:
        return []
    sides = (
        pixels[y0 : y0 + 2, x0:x1],
        pixels[y1 - 2 : y1, x0:x1],
        pixels[y0:y1, x0 : x0 + 2],
        pixels[y0:y1, x1 - 2 : x1],
    )
    return [side.reshape(-1, 3) for side in sides]


def _soft(sides: Sequence[NDArray[np.uint8]]) -> Surround | None:
    """
    The median colour of a gradient, or of a flat ground with noise; None for a photograph.
    """
    if not sides:
        return None
    frame = np.concatenate(sides)
    middle = np.median(frame, axis=0)
    if not _is_calm(frame, middle, sides) and not _comes_back(sides):
        return None
    r, g, b = middle.astype(int).tolist()
    return Surround(Color(r, g, b), "soft")


def _is_calm(frame: NDArray[np.uint8], middle: NDArray[np.float64], sides: Sequence[NDArray[np.uint8]]) -> bool:
    """
    Whether each side is even in itself and all are close.
    """
    if (np.abs(frame - middle).max(axis=1) <= _SOFT_RANGE).mean() < _SOFT_SHARE:
        return False
    rough = [np.abs(np.diff(side.astype(np.int16), axis=0)).max(axis=1) for side in sides if len(side) > 1]
    return bool((np.concatenate(rough) <= _SOFT_STEP).mean() >= _SOFT_SHARE)


def _comes_back(sides: Sequence[NDArray[np.uint8]]) -> bool:
    """
    Whether all above a text comes back below it and changes little by little: a badge's gradient, which goes through
    all its colours within a word.
    """
    above, below = (side.reshape(2, -1, 3).astype(np.int16) for side in sides[:2])
    alike = np.abs(above - below).max(axis=2) <= _STEEP_LEVELS
    even = np.abs(np.diff(above[0], axis=0)).max(axis=1) <= _SOFT_STEP
    return bool(alike.mean() >= _SOFT_SHARE and even.mean() >= _SOFT_SHARE)


def without_text(pixels: NDArray[np.uint8], words: Sequence[tuple[Box, Surround | None]]) -> NDArray[np.uint8]:
    """
    A copy of the picture in which each box is filled with what lies behind it.

    Args:
        pixels: [H, W, 3] uint8.
        words: Ink box of each word and its surround; None leaves the pixels alone.
    """
    clean = pixels.copy()
    for box, behind in words:
        if behind is None:
            continue
        y0, x0 = max(0, int(box.y) - MARGIN_PX), max(0, int(box.x) - MARGIN_PX)
        y1 = min(pixels.shape[0], int(np.ceil(box.bottom)) + MARGIN_PX)
        x1 = min(pixels.shape[1], int(np.ceil(box.right)) + MARGIN_PX)
        if behind.kind == "flat":
            y0, y1 = _within_lines(pixels, (y0, y1), (x0, x1), behind)
            y0 += _beyond_edge(pixels[y0 : y0 + MARGIN_PX, x0:x1], pixels[max(0, y0 - MARGIN_PX) : y0, x0:x1], behind)
            y1 -= _beyond_edge(pixels[y1 - MARGIN_PX : y1, x0:x1][::-1], pixels[y1 : y1 + MARGIN_PX, x0:x1], behind)
            clean[y0:y1, x0:x1] = behind.color
        else:
            clean[y0:y1, x0:x1] = _bridge(clean[y0:y1, x0:x1])
    return clean


def _within_lines(
    pixels: NDArray[np.uint8], rows: tuple[int, int], columns: tuple[int, int], behind: Surround
) -> tuple[int, int]:
    """
    First and last row, exclusive, without those of the margins that a line takes which goes on beyond an end of a text:
    a side of a low field.
    """
    (y0, y1), (x0, x1) = rows, columns
    for row in range(y0, min(y0 + MARGIN_PX, y1)):
        y0 = row + 1 if _goes_on(pixels[row], x0, x1, behind) else y0
    for row in reversed(range(max(y1 - MARGIN_PX, y0), y1)):
        y1 = row if _goes_on(pixels[row], x0, x1, behind) else y1
    return y0, y1


def _goes_on(line: NDArray[np.uint8], x0: int, x1: int, behind: Surround) -> bool:
    """
    Whether a row of pixels has one other colour on a text's whole length and beyond an end of it.
    """
    for part in (line[x0 : x1 + _BEYOND_PX], line[max(0, x0 - _BEYOND_PX) : x1]):
        if len(part) < x1 - x0 + _BEYOND_PX:  # the picture ends there
            continue
        color, share = modal(part)
        if share >= _EDGE_SHARE and color != behind.color:
            return True
    return False


def _beyond_edge(margin: NDArray[np.uint8], outside: NDArray[np.uint8], behind: Surround) -> int:
    """
    How many rows of a margin, from the outermost on, lie beyond the edge of what text stands on: they have one other
    colour, and so have the rows outside (an underline is thinner).
    """
    if not outside.size or not margin.size:
        return 0
    color, share = modal(outside)
    if share < _EDGE_SHARE or color == behind.color:
        return 0
    beyond = (margin == np.array(color, np.uint8)).all(axis=2).mean(axis=1) >= _EDGE_SHARE
    return int(np.logical_and.accumulate(beyond).sum())


def _bridge(patch: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """
    Each row blended from its left end to its right end: exact for linear gradients.
    """
    share = np.linspace(0.0, 1.0, patch.shape[1])[None, :, None]
    left, right = patch[:, :1].astype(np.float64), patch[:, -1:].astype(np.float64)
    result: NDArray[np.uint8] = np.rint(left + (right - left) * share).astype(np.uint8)
    return result
