"""
Ink against background in the crop of a text line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.read.flat import modal

#: Share of the strongest contrast above which a pixel counts as ink (fitted on 273 lines: size within 5 % on 81 %).
INK_SHARE = 0.4
#: Contrast below which a crop holds no ink at all: compression noise of a JPEG screenshot stays under it.
MIN_CONTRAST = 18


#: One colour, or a row of them [1, w, 3] where the background is a gradient.
Background = Color | NDArray[np.float32]

#: A gradient changes by at most this between neighbouring columns, on this share of them.
_SOFT_STEP = 6
_SOFT_SHARE = 0.9


#: Text over a photograph fills at least this share of its box with one exact colour, and not more than letters can;
#: pixels within so many levels of it are ink, and the rest differs from it by at least the contrast.
_UNIFORM_SHARE = 0.06
_MAX_INK_SHARE = 0.5
_UNIFORM_SPREAD = 24
_UNIFORM_CONTRAST = 70.0


def gradient_behind(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.float32] | None:
    """
    The background under a line of text from the rows just above and below it: [1, w, 3]; None when these are rough.
    """
    x0, x1 = max(0, int(box.x)), min(pixels.shape[1], round(box.right))
    above, below = max(0, int(box.y) - 2), min(pixels.shape[0] - 1, round(box.bottom) + 1)
    rows = pixels[[above, below], x0:x1].astype(np.float32)
    steps = np.abs(np.diff(rows, axis=1)).max(axis=2)
    if steps.size == 0 or (steps <= _SOFT_STEP).mean() < _SOFT_SHARE:
        return None
    middle: NDArray[np.float32] = rows.mean(axis=0, keepdims=True)
    return middle


def contrast(crop: NDArray[np.uint8], background: Background) -> NDArray[np.float32]:
    """
    Distance of each pixel from the background: [h, w] float32, largest channel difference 0…255.
    """
    difference = np.abs(crop.astype(np.float32) - np.asarray(background, np.float32))
    result: NDArray[np.float32] = difference.max(axis=2)
    return result


def coverage(crop: NDArray[np.uint8], background: Background) -> NDArray[np.float32]:
    """
    How much of each pixel is ink: [h, w] float32 0…1, 1 at the full contrast of the line; zeros when there is none.
    """
    distance = contrast(crop, background)
    full = float(np.percentile(distance, 98.5))
    if full < MIN_CONTRAST:
        full = float(distance.max(initial=0.0))
    if full < MIN_CONTRAST:
        return np.zeros_like(distance)
    share: NDArray[np.float32] = np.minimum(distance / full, 1.0)
    return share


def uniform_ink(crop: NDArray[np.uint8]) -> tuple[NDArray[np.float32], Color] | None:
    """
    Text over a photograph: its one exact colour stands out among the photograph's many.

    Returns:
        Coverage of each pixel [h, w] 0…1 and the text's colour; None when no colour is common and far enough from
        the rest.
    """
    if crop.size == 0:
        return None
    color, share = modal(crop)
    distance = np.abs(crop.astype(np.float32) - np.array(color, np.float32)).max(axis=2)
    rest = distance[distance > _UNIFORM_SPREAD]
    if not _UNIFORM_SHARE <= share <= _MAX_INK_SHARE or rest.size == 0:
        return None
    reach = float(np.median(rest))
    if reach < _UNIFORM_CONTRAST:
        return None
    amount: NDArray[np.float32] = np.clip(1.0 - distance / reach, 0.0, 1.0)
    return amount, color


def ink_color(pixels: NDArray[np.uint8], distance: NDArray[np.float32]) -> Color | None:
    """
    Colour at full coverage: the most frequent among the strongest pixels, else their median; None without contrast.

    Args:
        pixels: [..., 3] uint8.
        distance: [...], contrast of each pixel.
    """
    if distance.size == 0 or distance.max() == 0:
        return None
    strongest = float(np.percentile(distance[distance > 0.3 * distance.max()], 95))
    strong = pixels[distance >= 0.9 * strongest]
    color, share = modal(strong)
    if share >= 0.25:
        return color
    r, g, b = np.median(strong, axis=0).astype(int).tolist()
    return Color(r, g, b)
