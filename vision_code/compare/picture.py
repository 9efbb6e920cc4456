"""
How alike two pictures look, tile by tile.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.render.facts import Pixels

Floats = NDArray[np.float32]

#: Pictures are compared at about this width: at 480 px a 1 px shift of a 1440 px page is a third of a pixel, a moved
#: card or a wrong band still shows.
_WIDTH_PX = 480
#: SSIM window in reduced pixels, and its two constants for 0…255. Source: Wang et al., "Image Quality Assessment: From
#: Error Visibility to Structural Similarity", IEEE TIP 13 (2004), with a uniform window.
_WINDOW = 7
_C1 = (0.01 * 255) ** 2
_C2 = (0.03 * 255) ** 2
#: Tiles of the report, reduced pixels.
TILE = 24


def likeness_map(reference: Pixels, candidate: Pixels) -> tuple[Floats, int]:
    """
    SSIM at every point of the larger of the two pages, mean of the red, green and blue channel, clipped to 0…1.

    Where only one of the pages reaches, the likeness is 0: a page that is too tall or too short pays for it.

    Args:
        reference, candidate: uint8 [H, W, 3] at one pixel per CSS px; the candidate is cut or padded to the
            reference's width.

    Returns:
        float32 [h, w] and the reduction factor (CSS px per point).
    """
    factor = max(1, round(reference.shape[1] / _WIDTH_PX))
    one, other = _reduced(reference, factor), _reduced(candidate, factor)
    height, width = max(one.shape[0], other.shape[0]), one.shape[1]
    shared_h, shared_w = min(one.shape[0], other.shape[0]), min(width, other.shape[1])
    result = np.zeros((height, width), dtype=np.float32)
    if shared_h and shared_w:
        result[:shared_h, :shared_w] = _ssim(one[:shared_h, :shared_w], other[:shared_h, :shared_w])
    return result, factor


def tiles(likeness: Floats) -> Floats:
    """
    [ceil(h / TILE), ceil(w / TILE)] mean likeness of each tile.
    """
    rows, columns = -(-likeness.shape[0] // TILE), -(-likeness.shape[1] // TILE)
    padded = np.full((rows * TILE, columns * TILE), np.nan, dtype=np.float32)
    padded[: likeness.shape[0], : likeness.shape[1]] = likeness
    return np.asarray(np.nanmean(padded.reshape(rows, TILE, columns, TILE), axis=(1, 3)))


def _reduced(pixels: Pixels, factor: int) -> Floats:
    """
    Area average over blocks of ``factor`` × ``factor``; a remainder at the right and bottom edge is left out.
    """
    if factor == 1:
        return pixels.astype(np.float32)
    height, width = (pixels.shape[0] // factor) * factor, (pixels.shape[1] // factor) * factor
    if not height or not width:
        return pixels[:1, :1].astype(np.float32)
    blocks = pixels[:height, :width].reshape(height // factor, factor, width // factor, factor, 3)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float32))


def _ssim(one: Floats, other: Floats) -> Floats:
    total = np.zeros(one.shape[:2], dtype=np.float32)
    for channel in range(3):
        x, y = one[..., channel], other[..., channel]
        mean_x, mean_y = _smooth(x), _smooth(y)
        var_x = np.maximum(0, _smooth(x * x) - mean_x**2)
        var_y = np.maximum(0, _smooth(y * y) - mean_y**2)
        shared = _smooth(x * y) - mean_x * mean_y
        if np.array_equal(x, y):  # rounding of the filter would leave 1 − 1e-7
            total += 1
            continue
        light = (2 * mean_x * mean_y + _C1) / (mean_x**2 + mean_y**2 + _C1)
        total += light * (2 * shared + _C2) / (var_x + var_y + _C2)
    return np.clip(total / 3, 0, 1)


def _smooth(channel: Floats) -> Floats:
    return np.asarray(cv2.blur(channel, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REPLICATE))
