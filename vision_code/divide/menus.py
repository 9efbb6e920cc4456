"""
Lines that are several things side by side: menu entries or cells that the reader saw as one line of text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vision_code.geometry import Box, bounding
from vision_code.observation import FontFamily, TextLine, Word

#: A gap of this many font sizes is no word space (0.2-0.35 em), even in justified text (up to 0.6 em).
BREAK_EM = 0.8
#: Letter spacing from here on widens word spaces too much to tell. Less is no hint: it is fitted to the line's width,
#: so that wide gaps between menu entries alone give 0.15 em.
MAX_TRACKING_EM = 0.25


def split_lines(lines: Sequence[TextLine]) -> list[TextLine]:
    """
    The lines, those with wide gaps between words in their parts; every word stays, every part keeps the line's id.

    Code is left alone: there wide gaps are indentation and columns of comments.
    """
    return [part for line in lines for part in _split(line)]


def _split(line: TextLine) -> list[TextLine]:
    size = line.style.size_px
    if len(line.words) < 2 or line.style.family is FontFamily.MONO:
        return [line]
    if line.style.letter_spacing_px > MAX_TRACKING_EM * size:
        return [line]
    parts: list[list[Word]] = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if _edges(word)[0] - _edges(before)[1] >= BREAK_EM * size:
            parts.append([word])
        else:
            parts[-1].append(word)
    if len(parts) == 1:
        return [line]
    rest = replace(line, bullet=None, ordinal=None)
    return [_part(line, words) for words in parts[:1]] + [_part(rest, words) for words in parts[1:]]


def _edges(word: Word) -> tuple[float, float]:
    """
    Where a word begins and ends, with the ground that it stands on.
    """
    if word.ground is None:
        return word.box.x, word.box.right
    return min(word.box.x, word.ground.box.x), max(word.box.right, word.ground.box.right)


def _box(words: Sequence[Word]) -> Box:
    ink = bounding(word.box for word in words)
    left, right = min(_edges(word)[0] for word in words), max(_edges(word)[1] for word in words)
    return Box(left, ink.y, right - left, ink.h)


def _part(line: TextLine, words: Sequence[Word]) -> TextLine:
    looks = {word.style for word in words}
    style = replace(line.style, letter_spacing_px=0.0)  # fitted over the gaps
    if len(looks) == 1 and (own := next(iter(looks))) is not None:
        style, words = replace(own, letter_spacing_px=0.0), [replace(word, style=None) for word in words]
    return replace(
        line,
        text=" ".join(word.text for word in words),
        box=_box(words),
        words=tuple(words),
        style=style,
    )
