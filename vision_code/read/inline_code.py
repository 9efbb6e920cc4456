"""
Words of a sentence that are set in a monospaced face without a ground of their own: code in documentation.

One such word could be any word of an unusual width. But a page sets all of them in one face and size, and what does not
fit the face of its lines fits that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from vision_code.observation import FontFamily
from vision_code.read.fit import Fit, WordShape, candidate_sizes, is_mono, word_costs
from vision_code.read.fonts import font_table

#: Words of this many letters tell what they are set in.
_MIN_LETTERS = 3
#: A word is odd that the face of its line explains no better than this (see `fit.word_costs`) …
_ODD_COST = 12.0
#: … and monospaced when that explains it by so much better.
_GAIN = 10.0
#: At least so many letters of a page are monospaced in its sentences, and they are this share of all odd ones there.
_LETTERS, _SHARE = 12, 0.5
#: Size of code over that of the text around it: browsers set it in 13 px where text has 16.
_LEAST, _MOST = 0.72, 1.05
#: Headings within the text are larger by this factor at most.
_HEADING = 1.4
#: Lines larger or smaller than most of the text by more than this are headings and notes.
_BODY = 0.12
#: A line that seems to be monospaced is prose when this share of its letters is not.
_PROSE = 0.3
#: Sizes around the body's that rounding may give.
_MISSED = 0.03


@dataclass(frozen=True, slots=True)
class InlineCode:
    """
    Attributes:
        fit: The face and size of code in sentences.
        words: For each line the positions of its words that are code.
    """

    fit: Fit
    words: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class _Odd:
    """
    A word that is not as the text of the page, and how badly the face of that explains it: at the size of the text, and
    at any other, for small print and headings are none.

    Attributes:
        in_prose: Others of its line are as the text of the page.
    """

    line: int
    position: int
    shape: WordShape
    own_cost: float
    any_size_cost: float
    in_prose: bool = False


def find_inline_code(lines: Sequence[Sequence[WordShape]], fits: Sequence[Fit | None]) -> InlineCode | None:
    """
    The monospaced words of a page that is set in another face; None where there are none.

    Args:
        fits: What explains each line as a whole.
    """
    table = font_table()
    letters: dict[Fit, int] = {}
    for words, fit in zip(lines, fits, strict=True):
        if fit is not None:
            letters[fit] = letters.get(fit, 0) + sum(len(word.text) for word in words)
    if not letters:
        return None
    body = max(letters, key=lambda fit: letters[fit])
    if is_mono(body.face):
        return None
    odd = _odd_words(lines, fits, body)
    telling = [word for word in odd if word.any_size_cost > _ODD_COST and word.in_prose]
    if sum(len(word.shape.text) for word in telling) < _LETTERS:
        return None
    faces = [face for face, family in enumerate(table.families) if family is FontFamily.MONO]
    sizes = candidate_sizes(_LEAST * body.size_px, _MOST * body.size_px)
    costs = word_costs([word.shape for word in telling], faces, sizes)  # [W, F, S]
    gains = np.array([word.any_size_cost for word in telling], np.float32)[:, None, None] - costs
    face, size = np.unravel_index(int(np.where(gains >= _GAIN, gains, 0).sum(axis=0).argmax()), gains.shape[1:])
    told = sum(len(w.shape.text) for w, gain in zip(telling, gains[:, face, size], strict=True) if gain >= _GAIN)
    if told < _LETTERS or told < _SHARE * sum(len(word.shape.text) for word in telling):
        return None
    fit = Fit(faces[int(face)], float(sizes[int(size)]))
    as_code = word_costs([word.shape for word in odd], [fit.face], np.array([fit.size_px], np.float32))[:, 0, 0]
    code = [
        word
        for word, cost in zip(odd, as_code.tolist(), strict=True)
        if word.own_cost - cost >= _GAIN and (word.any_size_cost > _ODD_COST or word.in_prose)
    ]
    places: list[set[int]] = [set() for _ in lines]
    for word in code:
        places[word.line].add(word.position)
    return InlineCode(fit, tuple(map(frozenset, places)))


def _odd_words(lines: Sequence[Sequence[WordShape]], fits: Sequence[Fit | None], body: Fit) -> list[_Odd]:
    """
    Words that the body's face explains badly, however bold, and a little larger or smaller, in lines of its size: the
    others of a line, or of one that has so much code that it seems to be nothing else, are as the body is.
    """
    table = font_table()
    places = [
        (number, position, word)
        for number, (words, fit) in enumerate(zip(lines, fits, strict=True))
        if fit is not None and (is_mono(fit.face) or abs(fit.size_px - body.size_px) <= _BODY * body.size_px)
        for position, word in enumerate(words)
        if len(word.text) >= _MIN_LETTERS and not word.over_photo and table.columns(word.text) is not None
    ]
    if not places:
        return []
    faces = [face for face, name in enumerate(table.names) if name == table.names[body.face]]
    sizes = candidate_sizes(_LEAST * body.size_px, _HEADING * body.size_px)
    shapes = [word for _, _, word in places]
    stretch, spread = _stretch(shapes, body)
    costs = word_costs(shapes, faces, sizes, stretch=stretch, spread=spread).min(axis=1)  # [W, S]
    own = costs[:, np.abs(sizes - body.size_px) <= _MISSED * body.size_px].min(axis=1)
    words = [
        _Odd(*place, own_cost, any_size_cost)
        for place, own_cost, any_size_cost in zip(places, own.tolist(), costs.min(axis=1).tolist(), strict=True)
    ]
    odd: list[_Odd] = []
    for number, group in groupby(words, key=lambda word: word.line):
        line = list(group)
        plain = sum(len(word.shape.text) for word in line if word.own_cost <= _ODD_COST)
        in_prose = plain >= _PROSE * sum(len(word.shape.text) for word in line)
        fit = fits[number]
        if fit is not None and (in_prose or not is_mono(fit.face)):
            odd += [replace(word, in_prose=in_prose) for word in line if word.own_cost > _ODD_COST]
    return odd


def _stretch(words: Sequence[WordShape], body: Fit) -> tuple[float, float]:
    """
    How much wider the page's own face is than the nearest one of the table, and by how much that varies from word to
    word.
    """
    table = font_table()
    ratios: NDArray[np.float64] = np.array(
        [
            word.width / (float(table.ink_width(columns)[body.face]) * body.size_px)
            for word in words
            if (columns := table.columns(word.text)) is not None
        ]
    )
    middle = float(np.median(ratios))
    return middle, float(np.median(np.abs(ratios - middle)))


def is_one_word(left: tuple[str, float], right: tuple[str, float], fit: Fit) -> bool:
    """
    Whether two pieces of code were written without a space between: a recogniser sees one behind a full stop there.

    Args:
        left: Text of the first and where its ink ends, px.
        right: Text of the second and where its ink begins.
    """
    table = font_table()
    before, after = table.columns(left[0][-1]), table.columns(right[0][0])
    if before is None or after is None:
        return False
    advance = float(table.advance[fit.face, before[0]])
    bearings = advance - float(table.right[fit.face, before[0]]) + float(table.left[fit.face, after[0]])
    return right[1] - left[1] < (bearings + advance / 2) * fit.size_px
