"""
Ink against background in the crop of a text line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.read.flat import modal, pack, unpack

#: Share of the strongest contrast above which a pixel counts as ink (fitted on 273 lines: size within 5 % on 81 %).
INK_SHARE = 0.4
#: Contrast below which a crop holds no ink at all: compression noise of a JPEG screenshot stays under it.
MIN_CONTRAST = 18


#: One colour, or a row of them [1, w, 3] where the background is a gradient.
Background = Color | NDArray[np.float32]
#: Lighter than the background, darker, or both.
Side = Literal[-1, 0, 1]
#: Ink lies on two sides of its background only where both stand out by so much: ringing of a lossy picture does not.
_TWO_SIDED_CONTRAST = 40.0

#: A gradient changes by at most this between neighbouring columns, on this share of them.
_SOFT_STEP = 6
_SOFT_SHARE = 0.9


#: Text over a photograph fills at least this share of its box with one exact colour (one of its few most frequent), and
#: not more than letters can; pixels within so many levels of it are ink, and the rest differs from it by at least the
#: contrast. Above and below the letters the colour is at most this much as frequent.
_UNIFORM_SHARE = 0.06
_MAX_INK_SHARE = 0.5
_UNIFORM_SPREAD = 24
_UNIFORM_CONTRAST = 70.0
_MOST_COLORS = 4
_MAX_OUTSIDE = 0.5
#: Text that shows a photograph through it has no exact colour. It differs from all but so many of a hundred pixels
#: above and below (looked at over this share of the line's height, at least so many px). Letters are at least so high,
#: and stand in this share of the line's columns.
_BESIDE_PERCENT, _BESIDE_SHARE, _MIN_BESIDE_PX = 2, 0.3, 3
_MIN_MIDDLE_PX = 6
_LETTER_COLUMNS = 0.6


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


def ink_box(ink: NDArray[np.bool_]) -> Box | None:
    """
    The box around all ink of a crop [h, w], in its own pixels; None without any.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    return Box(float(columns[0]), float(rows[0]), float(np.ptp(columns)) + 1, float(np.ptp(rows)) + 1)


def coverage(crop: NDArray[np.uint8], background: Background, side: Side = 0) -> NDArray[np.float32]:
    """
    How much of each pixel is ink: [h, w] float32 0…1, 1 at the full contrast of the line; zeros when there is none.

    Args:
        side: Where ink is sought: 1 for what is lighter than the background, -1 for what is darker, 0 for both.
    """
    distance = contrast(crop, background)
    if side:
        distance[_lighter(crop, background) != (side > 0)] = 0.0
    full = float(np.percentile(distance, 98.5))
    if full < MIN_CONTRAST:
        full = float(distance.max(initial=0.0))
    if full < MIN_CONTRAST:
        return np.zeros_like(distance)
    share: NDArray[np.float32] = np.minimum(distance / full, 1.0)
    return share


def letters_side(crop: NDArray[np.uint8], background: Background) -> Side:
    """
    Whether the letters of a line are lighter (1) or darker (-1) than what they lie on; 0 when all ink is on one side.

    Letters stand in nearly every column of a line; what else differs from the background there (a cable on a
    photograph's wall) may be as far from it, but in few columns. Only the middle half of the rows is looked at: what
    lies around a badge may show above and below.
    """
    edge = crop.shape[0] // 4
    crop = crop[edge : crop.shape[0] - edge]
    distance = contrast(crop, background)
    lighter = _lighter(crop, background)
    light, dark = (np.where(own, distance, 0.0).max(axis=0, initial=0.0) for own in (lighter, ~lighter))
    if min(float(light.max(initial=0.0)), float(dark.max(initial=0.0))) < _TWO_SIDED_CONTRAST:
        return 0
    return 1 if float(light.mean()) > float(dark.mean()) else -1


def _lighter(crop: NDArray[np.uint8], background: Background) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = (crop.astype(np.float32) - np.asarray(background, np.float32)).sum(axis=2) > 0
    return result


@dataclass(frozen=True, slots=True)
class UniformInk:
    """
    The one colour of text over a photograph, and how far from it the photograph's own colours are.
    """

    color: Color
    reach: float

    def coverage(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        """
        How much of each pixel is ink: [h, w] float32 0…1.
        """
        amount: NDArray[np.float32] = np.clip(1.0 - contrast(crop, self.color) / self.reach, 0.0, 1.0)
        return amount


def ink_over_photo(crop: NDArray[np.uint8], margin: int) -> UniformInk | None:
    """
    The ink of a line or word over a photograph: of one exact colour, or what stands out from above and below.

    Args:
        crop: With so many rows above and below the letters.
    """
    return _exact_ink(crop, margin) or _outstanding_ink(crop, margin)


def _exact_ink(crop: NDArray[np.uint8], margin: int) -> UniformInk | None:
    """
    The one exact colour of the letters, that stands out among the photograph's many; None when no colour is common, far
    enough from the rest, spread along the line, and rare above and below it.
    """
    middle, beside = _middle_and_beside(crop, margin)
    if middle.size == 0:
        return None
    values, counts = np.unique(pack(middle), return_counts=True)
    for index in np.argsort(-counts)[:_MOST_COLORS].tolist():
        share = float(counts[index] / counts.sum())
        if share < _UNIFORM_SHARE:
            return None
        color = unpack(int(values[index]))
        distance = contrast(middle, color)
        rest = distance[distance > _UNIFORM_SPREAD]
        if share > _MAX_INK_SHARE or rest.size == 0 or float(np.median(rest)) < _UNIFORM_CONTRAST:
            continue
        along = float((distance <= _UNIFORM_SPREAD).any(axis=0).mean())
        outside = float((contrast(beside, color) == 0).mean()) if beside.size else 0.0
        if along >= _LETTER_COLUMNS and outside <= _MAX_OUTSIDE * share:
            return UniformInk(color, float(np.median(rest)))
    return None


def _outstanding_ink(crop: NDArray[np.uint8], margin: int) -> UniformInk | None:
    """
    Text that a photograph shows through: what is lighter, or darker, than all there is above and below; None where
    nothing stands out, or nothing as evenly along the line as letters do.
    """
    middle, beside = _middle_and_beside(crop, margin)
    if middle.shape[0] < _MIN_MIDDLE_PX or middle.shape[1] < middle.shape[0] or not beside.size:
        return None
    level = middle.astype(np.float32).mean(axis=2)
    found: list[UniformInk] = []
    for extreme in (level >= np.percentile(level, 95), level <= np.percentile(level, 5)):
        r, g, b = np.median(middle[extreme], axis=0).astype(int).tolist()
        color = Color(r, g, b)
        reach = float(np.percentile(contrast(beside, color), _BESIDE_PERCENT))
        letters = contrast(middle, color) < reach / 2
        even = letters.any(axis=0).mean() >= _LETTER_COLUMNS
        if reach >= _UNIFORM_CONTRAST and even and _UNIFORM_SHARE <= letters.mean() <= _MAX_INK_SHARE:
            found.append(UniformInk(color, reach))
    return max(found, key=lambda ink: ink.reach, default=None)


def _middle_and_beside(crop: NDArray[np.uint8], margin: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    end = crop.shape[0] - margin
    return crop[margin:end], np.concatenate([crop[:margin], crop[max(margin, end) :]])


def photo_ink(pixels: NDArray[np.uint8], line: Box, words: Sequence[Box]) -> UniformInk | None:
    """
    The one ink that a line over a photograph is written in: what shows in the whole line, else in its widest word.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        line: Box around the ink, in pixels of the picture; likewise those of the words.
    """
    margin = max(_MIN_BESIDE_PX, round(_BESIDE_SHARE * line.h))
    for box in (line, *sorted(words, key=lambda word: -word.w)):
        ink = _exact_ink(crop_of(pixels, _grown(box, margin)), margin)
        if ink is not None:
            return ink
    return _outstanding_ink(crop_of(pixels, _grown(line, margin)), margin)


def _grown(box: Box, margin: int) -> Box:
    return Box(box.x, int(box.y) - margin, box.w, round(box.bottom) - int(box.y) + 2 * margin)


def crop_of(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """
    The part of a picture in a box: [h, w, 3] uint8.
    """
    return pixels[max(0, int(box.y)) : round(box.bottom), max(0, int(box.x)) : round(box.right)]


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
