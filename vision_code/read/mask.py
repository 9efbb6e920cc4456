"""
Taking the text out of the picture: ink is painted over with what lies behind it, so that flat areas close again.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.read.flat import modal

#: Pixels around a word's ink box that belong to its anti-aliased edge.
MARGIN_PX = 2
#: Share of the frame around a box that must have one colour for the surround to be flat.
_FLAT_SHARE = 0.55


def surround(pixels: NDArray[np.uint8], box: Box) -> Color | None:
    """
    The flat colour around a box, read from a frame of 2 px; None when there is no such colour (photograph, gradient).
    """
    x0, y0 = max(0, int(box.x) - MARGIN_PX), max(0, int(box.y) - MARGIN_PX)
    x1 = min(pixels.shape[1], int(np.ceil(box.right)) + MARGIN_PX)
    y1 = min(pixels.shape[0], int(np.ceil(box.bottom)) + MARGIN_PX)
    frame = np.concatenate(
        [
            pixels[y0 : y0 + 2, x0:x1].reshape(-1, 3),
            pixels[y1 - 2 : y1, x0:x1].reshape(-1, 3),
            pixels[y0:y1, x0 : x0 + 2].reshape(-1, 3),
            pixels[y0:y1, x1 - 2 : x1].reshape(-1, 3),
        ]
    )
    if frame.size == 0:
        return None
    color, share = modal(frame)
    return color if share >= _FLAT_SHARE else None


def without_text(pixels: NDArray[np.uint8], boxes: Sequence[tuple[Box, Color | None]]) -> NDArray[np.uint8]:
    """
    A copy of the picture in which each box with a flat surround is filled with that colour.

    Args:
        pixels: [H, W, 3] uint8.
        boxes: Ink box of each word and the colour around it; None leaves the pixels alone.
    """
    clean = pixels.copy()
    for box, color in boxes:
        if color is None:
            continue
        y0, x0 = max(0, int(box.y) - MARGIN_PX), max(0, int(box.x) - MARGIN_PX)
        clean[y0 : int(np.ceil(box.bottom)) + MARGIN_PX, x0 : int(np.ceil(box.right)) + MARGIN_PX] = color
    return clean
