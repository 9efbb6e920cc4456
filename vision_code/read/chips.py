"""
Words of a line that stand on a ground of their own: code in a sentence, a key, a marked word.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color, color_distance
from vision_code.observation import FontFamily, Ground
from vision_code.read.fit import Fit, WordShape, fit_alone
from vision_code.read.flat import modal
from vision_code.read.fonts import font_table
from vision_code.read.ink import contrast
from vision_code.read.mask import Surround, frame_colors
from vision_code.read.raw import RawLine
from vision_code.read.surfaces import corner_radii

#: A ground differs by so many levels from what lies behind the line; its own pixels by at most so many.
_OTHER_LEVELS, _SAME_LEVELS = 4, 2
#: Share of the pixels above and below a word that its ground fills; descenders and neighbours touch some.
_FILLED_SHARE = 0.8
#: A colour with this share of the frame around a line may be what lies behind it.
_FRAME_SHARE = 0.15
#: … and this share of the spaces between the line's words.
_GAP_SHARE = 0.2
#: One exact colour with this share of these spaces lies behind the whole line.
_EVEN_SHARE = 0.9
#: Padding around the ink of the words, over the ink's height …
_MAX_PADDING = 1.2
#: … and what is looked at at least.
_MIN_PADDING_PX = 2
#: Height of a line's ink over its font size, with letters that reach below the line and without.
_DEEP, _DEEP_EM, _FLAT_EM = frozenset("gjpqy,;()[]{}|"), 0.93, 0.73
#: Over the font size: height of a ground, space to what stands beside it, and a sign between.
_MAX_HEIGHT, _MAX_SPACE, _SIGN_SPACE = 1.45, 0.62, 0.3
#: With fewer words besides, a line is no sentence.
_SENTENCE_WORDS = 2
_SIGNS = frozenset(".,:;!?)")
#: What is set on a ground in a sentence is code, unless another face explains it by so much better.
_CODE_GAIN = 1.5


def behind_grounds(pixels: NDArray[np.uint8], line: RawLine, around: Surround | None) -> Surround | None:
    """
    What lies behind a line where grounds of its words make up much of what is around it, or where what it stands on
    ends; else ``around``.
    """
    if len(line.words) < 2:
        return around
    colors = frame_colors(pixels, line.box, _FRAME_SHARE)
    if len(colors) < 2 and around is not None and around.kind == "flat":
        return around
    between = _between_words(pixels, line)
    if not between.size:
        return around
    candidates = [Surround(c, "flat") for c in colors if (contrast(between, c) <= _SAME_LEVELS).mean() >= _GAP_SHARE]
    for each in candidates:
        if any(word_grounds(pixels, line, each)):
            return each
    if around is not None and around.kind == "flat":
        return around
    color, share = modal(between)
    return Surround(color, "flat") if share >= _EVEN_SHARE and color in colors else around


def _between_words(pixels: NDArray[np.uint8], line: RawLine) -> NDArray[np.uint8]:
    """
    The pixels of the spaces between the words of a line: [1, n, 3].
    """
    top, bottom = max(0, int(line.box.y)), round(line.box.bottom)
    spaces = [
        pixels[top:bottom, round(before.box.right) + 1 : max(0, int(after.box.x) - 1)].reshape(-1, 3)
        for before, after in pairwise(line.words)
    ]
    return np.concatenate(spaces)[None]


def word_grounds(pixels: NDArray[np.uint8], line: RawLine, behind: Surround) -> tuple[Ground | None, ...]:
    """
    The ground of each word of a line that has one of its own; none where there are more of them than other words, or
    where there is no sentence: a badge stands beside a name.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        behind: What lies behind the line; only flat colours are looked at.
    """
    none = (None,) * len(line.words)
    if behind.kind != "flat" or len(line.words) < 2:
        return none
    found: list[Ground | None] = []
    for word in line.words:
        before = found[-1] if found else None
        if before is None or not before.box.x <= word.box.center_x <= before.box.right:
            before = _ground(pixels, word.box, behind.color)
        found.append(before)
    boxes = [word.box if ground is None else ground.box for word, ground in zip(line.words, found, strict=True)]
    signs = [word.text[-1] in _SIGNS and ground is not None for word, ground in zip(line.words, found, strict=True)]
    em = line.box.h / (_DEEP_EM if _DEEP & set(line.text) else _FLAT_EM)
    kept = [ground if _is_in_line(at, boxes, signs, em) else None for at, ground in enumerate(found)]
    least = max(_SENTENCE_WORDS, len({*kept} - {None}))
    return tuple(kept) if sum(ground is None for ground in kept) >= least else none


def _is_in_line(at: int, boxes: Sequence[Box], signs: Sequence[bool], em: float) -> bool:
    """
    Whether what a word stands on is no higher than code in a sentence, and a word space from what stands beside it:
    tags and buttons are larger and further apart.

    Args:
        boxes: Of the line's words, with their grounds.
        signs: Whether a sign may stand right behind each ground.
        em: About the font size, px.
    """
    own = boxes[at]
    before = next((i for i in range(at - 1, -1, -1) if boxes[i] != own), None)
    after = next((i for i in range(at + 1, len(boxes)) if boxes[i] != own), None)
    gaps = [] if before is None else [own.x - boxes[before].right - signs[before] * _SIGN_SPACE * em]
    gaps += [] if after is None else [boxes[after].x - own.right - signs[after - 1] * _SIGN_SPACE * em]
    return own.h <= _MAX_HEIGHT * em and max(gaps, default=0.0) <= _MAX_SPACE * em


def _ground(pixels: NDArray[np.uint8], word: Box, behind: Color) -> Ground | None:
    height, width = pixels.shape[:2]
    x0, x1 = int(word.x), round(word.right)
    y0, y1 = int(word.y), round(word.bottom)
    reach = max(_MIN_PADDING_PX, round(_MAX_PADDING * word.h))
    if y0 - _MIN_PADDING_PX < 0 or y1 + _MIN_PADDING_PX > height or x1 - x0 < 2:
        return None
    middle = slice(x0 + (x1 - x0) // 4, max(x0 + (x1 - x0) // 4 + 1, x1 - (x1 - x0) // 4))
    color, share = modal(np.stack([pixels[y0 - 1, middle], pixels[y1, middle]]))
    if share < _FILLED_SHARE or color_distance(color, behind) < _OTHER_LEVELS:
        return None
    near = np.abs(pixels[max(0, y0 - reach) : y1 + reach].astype(np.int16) - np.array(color, np.int16)).max(axis=2)
    own = near <= _SAME_LEVELS
    first = y0 - max(0, y0 - reach)  # the word's first row in this part of the picture
    rows = own[:, middle].mean(axis=1) >= _FILLED_SHARE
    top = first - _run(rows[:first][::-1])
    bottom = first + (y1 - y0) + _run(rows[first + (y1 - y0) :])
    level = own[top] & own[bottom - 1]
    start = (middle.start + middle.stop) // 2
    left, right = start - _run(level[:start][::-1]), start + _run(level[start:])
    heart = own[top + (bottom - top) // 3 : bottom - (bottom - top) // 3].all(axis=0)  # where no corner is round
    left, right = left - _run(heart[:left][::-1]), right + _run(heart[right:])
    above, below = first - top, bottom - first - (y1 - y0)
    closed = top > 0 and bottom < len(own) and left > 0 and right < width
    if not closed or min(above, below) < 1 or x0 - left > reach or right - left < (x1 - x0) // 2:
        return None
    at = max(0, y0 - reach) + top
    part = pixels[at : at + bottom - top, left:right]
    radii = corner_radii(part, np.ones(part.shape[:2], np.bool_), color, min(8, (bottom - top) // 2))
    box = Box(float(left), float(at), float(right - left), float(bottom - top))
    return Ground(box=box, fill=color, radius_px=round(float(np.median(radii)), 1))


def _run(filled: NDArray[np.bool_]) -> int:
    """
    How many of the first values are true.
    """
    return int(np.argmin(filled)) if not filled.all() else len(filled)


def fit_chips(words: Sequence[tuple[Ground, WordShape]]) -> dict[Color, Fit]:
    """
    Face and size of all words of a page on grounds of one colour, by that colour: code where it may be.
    """
    table = font_table()
    handicap = np.array([0.0 if family is FontFamily.MONO else _CODE_GAIN for family in table.families], np.float32)
    shapes: dict[Color, list[WordShape]] = {}
    for ground, shape in words:
        shapes.setdefault(ground.fill, []).append(shape)
    fits = {fill: fit_alone(group, handicap) for fill, group in shapes.items()}
    return {fill: fit for fill, fit in fits.items() if fit is not None}
