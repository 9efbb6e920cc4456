"""
Letters in one ink: what displays and compression do to their colours is taken back before they are measured.

Displays draw letters on thirds of pixels, so that their left and right edges are tinted; JPEG keeps colour for every
second pixel only. A word's ink is one colour all the same: the sum of its letters' difference from the ground points
there, for neither moves colour further than a few pixels. Each pixel is put back on that line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.mask import Surround
from vision_code.read.raw import RawLine

#: Tints reach so far out of a word's box, and the colour of a lossy picture so far.
_REACH_PX, _LOSSY_REACH_PX = 2, 4
#: Brightness (Rec. 601, as JPEG has it); ink whose brightness is the ground's but for this share of its difference is
#: told by its colour alone.
_LIGHT = np.array([0.299, 0.587, 0.114], np.float32)
_LEAST_LIGHT = 0.25
#: A frame around a word is its line's ground on this share, give or take so many levels (ringing), or the word stands
#: on something of its own.
_GROUND_SHARE, _GROUND_LEVELS = 0.7, 12
#: Mean difference from the ground below which there is no ink to speak of, levels.
_LEAST_INK = 4.0
#: What does not point along the ink, over all that differs, both meant over so many pixels: of words in one ink at most
#: .033 for 98 of 100; more is several inks, or an icon.
_RUN_PX, _MOST_OFF = 5, 0.1
#: On thirds of pixels red lags behind blue by two thirds of the letters' slope (or leads, in the other order); grey
#: letters have none of it.
_TINT = 0.25
#: The filter that softens tints makes thin strokes paler than they are, by this at most.
_MOST_PALER = 1.35
_FULL_PERCENTILE = 98.5


def has_fringes(pixels: NDArray[np.uint8], lines: Sequence[RawLine], behind: Sequence[Surround | None]) -> bool:
    """
    Whether letters are drawn on thirds of pixels.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        behind: What lies behind each line.
    """
    along = total = 0.0
    for box, ground in _words(pixels, lines, behind):
        crop = _around(pixels, box, _REACH_PX)
        off = crop.astype(np.float32) - ground
        ink = off.sum(axis=(0, 1))
        if float(np.abs(ink).min()) < _LEAST_INK * crop.shape[0] * crop.shape[1]:
            continue  # a channel without contrast shows no tint
        share = off / ink
        slope = np.gradient(share.mean(axis=2), axis=1)
        along += float(((share[..., 0] - share[..., 2]) * slope).sum())
        total += float((slope * slope).sum())
    return total > 0 and abs(along) > _TINT * total


def without_fringes(
    pixels: NDArray[np.uint8], lines: Sequence[RawLine], behind: Sequence[Surround | None]
) -> NDArray[np.uint8]:
    """
    The picture with the letters of every word on a flat ground in shades of one ink: [H, W, 3] uint8.
    """
    result = pixels.copy()
    for box, ground in _words(pixels, lines, behind):
        crop = _around(result, box, _REACH_PX)
        off = crop.astype(np.float32) - ground
        ink = off.mean(axis=(0, 1))
        if float(np.abs(ink).max()) < _LEAST_INK:
            continue
        amount = off @ ink / float(ink @ ink)
        if _is_one(off, amount, ink):
            crop[:] = _inked(ground, _deepened(amount, off, ink), ink)
    return result


def with_colors_back(
    pixels: NDArray[np.uint8],
    raw: NDArray[np.uint8],
    lines: Sequence[RawLine],
    behind: Sequence[Surround | None],
) -> NDArray[np.uint8]:
    """
    The same for a lossy picture: [H, W, 3] uint8. How much of a pixel is ink is told from its brightness, which is kept
    best; what colour that is from all around the word.

    Args:
        pixels: With flat areas made flat again.
        raw: As it came.
    """
    result = pixels.copy()
    for box, ground in _words(pixels, lines, behind):
        ink = (_around(raw, box, _LOSSY_REACH_PX).astype(np.float32) - ground).sum(axis=(0, 1))
        crop, came = _around(result, box, _REACH_PX), _around(raw, box, _REACH_PX)
        light = float(ink @ _LIGHT)
        if abs(light) < _LEAST_INK * crop.shape[0] * crop.shape[1] or abs(light) < _LEAST_LIGHT * np.abs(ink).max():
            continue
        off = came.astype(np.float32) - ground
        amount = np.asarray(off @ _LIGHT / light, np.float32)
        if _is_one(off, amount, ink):
            crop[:] = _inked(ground, amount, ink)
    return result


def _is_one(off: NDArray[np.float32], amount: NDArray[np.float32], ink: NDArray[np.float32]) -> bool:
    """
    Whether what differs from the ground is one ink, but for what runs from pixel to pixel.
    """
    whole = cv2.blur(off, (_RUN_PX, _RUN_PX))
    rest = whole - cv2.blur(amount, (_RUN_PX, _RUN_PX))[..., None] * ink
    return float((rest * rest).sum()) <= _MOST_OFF * float((whole * whole).sum())


def _inked(ground: NDArray[np.float32], amount: NDArray[np.float32], ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """
    So much of an ink on a ground: [h, w, 3].
    """
    return np.clip(np.rint(ground + amount[..., None] * ink), 0, 255).astype(np.uint8)


def _deepened(amount: NDArray[np.float32], off: NDArray[np.float32], ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """
    How much of each pixel is ink, at most as much as of any third of a pixel.
    """
    channel = int(np.abs(ink).argmax())
    of_thirds = float(np.percentile(off[..., channel] / ink[channel], _FULL_PERCENTILE))
    of_pixels = max(1.0, float(np.percentile(amount, _FULL_PERCENTILE)))  # the mean is 1
    by = min(_MOST_PALER, max(1.0, of_thirds / of_pixels))
    result: NDArray[np.float32] = np.minimum(amount * by, of_pixels * by)
    return result


def _words(
    pixels: NDArray[np.uint8], lines: Sequence[RawLine], behind: Sequence[Surround | None]
) -> Iterator[tuple[Box, NDArray[np.float32]]]:
    """
    The words on flat grounds, and their ground.
    """
    for line, around in zip(lines, behind, strict=True):
        if around is None or around.kind != "flat":
            continue
        ground = np.asarray(around.color, np.float32)
        for word in line.words:
            crop = _around(pixels, word.box, _REACH_PX)
            if min(crop.shape[:2]) > 2 * _REACH_PX and _stands_on(crop, ground):
                yield word.box, ground


def _around(pixels: NDArray[np.uint8], box: Box, reach: int) -> NDArray[np.uint8]:
    grown = box.inset(-reach)
    rows = slice(max(0, int(grown.y)), round(grown.bottom))
    return pixels[rows, max(0, int(grown.x)) : round(grown.right)]


def _stands_on(crop: NDArray[np.uint8], ground: NDArray[np.float32]) -> bool:
    rim = np.concatenate([crop[0], crop[-1]]).astype(np.float32)
    return bool((np.abs(rim - ground).max(axis=1) <= _GROUND_LEVELS).mean() >= _GROUND_SHARE)
