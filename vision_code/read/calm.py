"""
Lossy pictures: flat areas made flat again, so that their shapes can be found.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.read.flat import pack, steps, unpack

#: A picture is noisy when this share of all neighbours differs by 1…6 levels; rendered pages stay below .05, their
#: gradients and shadows included.
_NOISY_SHARE = 0.04
_NOISE_LEVELS = 6
#: Colours that cover this share of the picture are flat colours of the page …
_MIN_SHARE = 0.0015
#: … and pixels within so many levels of one are it. Ringing beside letters reaches further than noise on flat areas.
_SNAP_LEVELS = 7
_MAX_COLORS = 24
_COLOR_GAP = 3


def is_noisy(pixels: NDArray[np.uint8]) -> bool:
    """
    Whether a picture went through lossy compression.
    """
    if min(pixels.shape[:2]) < 2:
        return False
    across = steps(pixels, 1)
    flat = across == 0
    faint = (across > 0) & (across <= _NOISE_LEVELS)
    edges = across > 48
    near_edges = cv2.dilate(edges.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    beside = near_edges & ~edges
    if flat.mean() < 0.2 or not beside.any():  # a photograph, or nothing drawn at all
        return False
    return bool(faint[beside].mean() > 5 * _NOISY_SHARE and faint.mean() > _NOISY_SHARE)


def calm(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """
    The picture with pixels near one of its flat colours set to it: [H, W, 3] uint8.
    """
    smooth: NDArray[np.uint8] = np.asarray(cv2.bilateralFilter(np.ascontiguousarray(pixels), 5, 14, 3), np.uint8)
    values, counts = np.unique(pack(smooth), return_counts=True)
    order = np.argsort(counts)[::-1]
    chosen: list[NDArray[np.int16]] = []
    for index in order[: _MAX_COLORS * 8]:
        if counts[index] < _MIN_SHARE * smooth.shape[0] * smooth.shape[1] or len(chosen) == _MAX_COLORS:
            break
        color = np.array(unpack(int(values[index])), np.int16)
        if all(int(np.abs(color - other).max()) > _COLOR_GAP for other in chosen):
            chosen.append(color)
    result: NDArray[np.uint8] = smooth.copy()
    for color in chosen:
        gaps = [int(np.abs(color - other).max()) for other in chosen if other is not color]
        reach = min([_SNAP_LEVELS, *(gap // 2 for gap in gaps)])
        low, high = (np.clip(color + step, 0, 255).astype(np.uint8) for step in (-reach, reach))
        result[cv2.inRange(smooth, low, high) > 0] = color.astype(np.uint8)
    return result
