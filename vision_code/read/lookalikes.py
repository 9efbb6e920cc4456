"""
Icons that were read as a character: a lone glyph whose shape no font explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color, bounding, color_distance
from vision_code.read.fit import WordShape, line_costs
from vision_code.read.flat import modal
from vision_code.read.fonts import font_table
from vision_code.read.ink import coverage
from vision_code.read.lineink import line_ink
from vision_code.read.raw import RawLine, RawWord

#: Cost (see `fit`) above which no face at any size explains a lone glyph; letters and digits stay under 6.
_MAX_COST = 7.0
#: Symbols that pages do write alone, as text: close, plus, arrows, separators, currency, marks.
_SYMBOLS = frozenset("×+-–—→←›‹»«•·?!&%#@/|<>:*✓")
#: Magnifying glasses, radio buttons and rings are read as these; nobody writes them alone.
_ROUND = frozenset("QOo")
#: At the end of a line they are when they stand out above the other words.
_ROUND_SIGNS = frozenset("QOo0©@")
_TALL_SHARE = 1.15
#: A tick in a filled box has another background than its line.
_OTHER_BACKGROUND = 24
#: A page with fewer characters of this kind does not use the script: the one it seems to have is an icon.
_MIN_SCRIPT = 3
_FIRST_CJK = "\u2e80"
#: An icon before a word is at most so many times as wide as the word with it is high; the widest blank there parts
#: them. Ink is sought with this share of the word's height above and below.
_MAX_ICON_SHARE, _LINE_MARGIN_SHARE = 1.6, 0.25


def without_lookalikes(pixels: NDArray[np.uint8], lines: Sequence[RawLine]) -> list[RawLine]:
    """
    The lines without lone glyphs that are icons.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    cjk = sum(c >= _FIRST_CJK for line in lines if len(line.text) > 1 for c in line.text)
    has_cjk = cjk >= _MIN_SCRIPT
    whole = lines if has_cjk else [_without_glued(pixels, line) for line in lines]
    trimmed = (_without_signs(pixels, line) for line in whole)
    return [line for line in trimmed if line is not None and (len(line.text) > 1 or _is_glyph(pixels, line, has_cjk))]


def _without_signs(pixels: NDArray[np.uint8], line: RawLine) -> RawLine | None:
    """
    The line without signs at its ends that are drawn, not set: stars, ticks in a coloured box; None without a rest.
    """
    words = list(line.words)
    for end in (0, -1):
        while words and _is_sign(pixels, words[end], line):
            words.pop(end)
    if len(words) == len(line.words):
        return line
    if not words:
        return None
    text = " ".join(word.text for word in words)
    return replace(line, text=text, words=tuple(words), box=bounding(word.box for word in words))


def _without_glued(pixels: NDArray[np.uint8], line: RawLine) -> RawLine:
    """
    The line without an icon right before its first word that was read as an ideograph of it.
    """
    first, *rest = line.words
    box = first.box
    if len(first.text) < 2 or first.text[0] < _FIRST_CJK or first.text[1] >= _FIRST_CJK:
        return line
    margin = _LINE_MARGIN_SHARE * box.h
    ink = line_ink(pixels, Box(box.x, max(0.0, box.y - margin), box.w, box.h + 2 * margin))
    if ink is None:
        return line
    blank = np.asarray(~ink.any(axis=0))[: round(_MAX_ICON_SHARE * box.h)]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], blank.astype(np.int8), [0]])))
    gaps = [(int(b - a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b < blank.size]
    if not gaps:
        return line
    start = float(int(box.x) + max(gaps)[1])
    word = replace(first, text=first.text[1:], box=Box(start, box.y, box.right - start, box.h))
    words = (word, *rest)
    text = " ".join(each.text for each in words)
    return replace(line, text=text, words=words, box=bounding(each.box for each in words))


def _is_sign(pixels: NDArray[np.uint8], word: RawWord, line: RawLine) -> bool:
    if len(word.text) != 1:
        return False
    if word.text in _ROUND_SIGNS:
        others = [other.box.h for other in line.words if other is not word]
        return bool(others) and word.box.h > _TALL_SHARE * max(others)
    if word.text.isalnum():
        return False
    if font_table().columns(word.text) is None:
        return True
    return (
        word.text == "✓"
        and color_distance(_frame_color(pixels, word.box), _frame_color(pixels, line.box)) > _OTHER_BACKGROUND
    )


def _frame_color(pixels: NDArray[np.uint8], box: Box) -> Color:
    x, y = int(box.x), int(box.y)
    frame = pixels[max(0, y - 2) : round(box.bottom) + 2, max(0, x - 2) : round(box.right) + 2]
    return modal(frame)[0]


def _is_glyph(pixels: NDArray[np.uint8], line: RawLine, has_cjk: bool) -> bool:
    if line.text >= _FIRST_CJK:
        return has_cjk
    if line.text in _ROUND:
        return False
    if not line.text.isalnum() and line.text not in _SYMBOLS:
        return False
    return is_lettering(pixels, line)


def is_lettering(pixels: NDArray[np.uint8], line: RawLine) -> bool:
    """
    Whether some face at some size explains the ink of a line of one short word.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    box = line.box
    crop = pixels[int(box.y) : round(box.bottom), int(box.x) : round(box.right)]
    area = float(coverage(crop, _frame_color(pixels, box)).sum())
    costs = line_costs([WordShape(line.text, box.w, box.h, area)])
    return costs is not None and float(costs.min()) <= _MAX_COST
