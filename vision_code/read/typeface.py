"""
The typeface of a page: by how much its words are wider than in the reference face, and what it is called.

A page set in Inter or Verdana is not a page in Arial with letter spacing on every word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision_code.observation import BOLD_WEIGHT, FontFamily, Typeface
from vision_code.read.fit import Fit, natural_width_px
from vision_code.read.fonts import REFERENCE, font_table

#: Shorter lines say little of a face, and a page of fewer letters nothing.
_LEAST_LETTERS, _LEAST_PAGE_LETTERS = 6, 40
#: A face is one when this share of the letters stands in lines whose width it explains this well.
_EXPLAINED_SHARE, _EXPLAINED = 0.7, 0.035
#: The reference face itself scatters by hinting; wider than the widest known face (DejaVu Sans Bold) is spaced.
_LEAST_RATIO, _WIDEST, _NARROWEST = 0.025, 1.3, 0.85
_FAMILIES = (FontFamily.SANS, FontFamily.SERIF)


@dataclass(frozen=True, slots=True)
class SetLine:
    """
    A line as it was set: its words, ink width in px, best fit.
    """

    text: str
    width_px: float
    fit: Fit | None


@dataclass(frozen=True, slots=True)
class _Sample:
    letters: int
    ratio: float
    is_bold: bool
    face: str


def typefaces(lines: Sequence[SetLine]) -> tuple[Typeface, ...]:
    """
    The face of each proportional family that the lines are set in, as far as it is not the reference face.
    """
    found = (_typeface(family, _samples(family, lines)) for family in _FAMILIES)
    return tuple(face for face in found if face is not None)


def _samples(family: FontFamily, lines: Sequence[SetLine]) -> list[_Sample]:
    table = font_table()
    samples = []
    for line in lines:
        if line.fit is None or table.families[line.fit.face] is not family or len(line.text) < _LEAST_LETTERS:
            continue
        natural = natural_width_px(line.text, line.fit)
        if natural:
            weight = table.weights[line.fit.face]
            name = table.names[line.fit.face]
            samples.append(_Sample(len(line.text), line.width_px / natural, weight >= BOLD_WEIGHT, name))
    return samples


def _typeface(family: FontFamily, samples: Sequence[_Sample]) -> Typeface | None:
    if sum(sample.letters for sample in samples) < _LEAST_PAGE_LETTERS:
        return None
    whole = _median(samples)
    regular = _median([s for s in samples if not s.is_bold]) or whole
    bold = _median([s for s in samples if s.is_bold]) or regular
    explained = sum(s.letters for s in samples if abs(s.ratio - (bold if s.is_bold else regular)) <= _EXPLAINED)
    if explained < _EXPLAINED_SHARE * sum(sample.letters for sample in samples):
        return None
    if abs(regular - 1) < _LEAST_RATIO or not _NARROWEST <= regular <= _WIDEST:
        return None
    names = Counter[str]()
    for sample in samples:
        names[sample.face] += sample.letters
    name = names.most_common(1)[0][0]
    return Typeface(
        family=family,
        name="" if name == REFERENCE[family] else name,
        width_ratio=round(regular, 3),
        bold_width_ratio=round(bold, 3),
    )


def _median(samples: Sequence[_Sample]) -> float:
    """
    The ratio of the middle letter; 0 without any.
    """
    if not samples:
        return 0.0
    ordered = sorted(samples, key=lambda sample: sample.ratio)
    letters = np.cumsum([sample.letters for sample in ordered])
    return ordered[int(np.searchsorted(letters, letters[-1] / 2))].ratio
