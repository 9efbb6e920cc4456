"""
Which face and size explain a line's ink: measured widths, heights and darkness against the table of real fonts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vision_code.observation import BOLD_WEIGHT, FontFamily, Typeface
from vision_code.read.fonts import REFERENCE, FontTable, font_table

#: Error of a measured word width: half a pixel at each end, and hinting that rounds each advance.
_WIDTH_PX = 0.7
_WIDTH_SHARE = 0.018
#: Error of one word's width against its neighbours'.
_WORD_PX = 0.8
_WORD_SHARE = 0.012
_MAX_SHAPE_WORDS = 8
#: Letter spacing of up to this share of the size is common (capitals, other fonts); allowing it costs this much.
_SPACING_SHARE = 0.035
_SPACING_COST = 5.0
#: Error of a measured ink height: the raster rounds top and bottom.
_HEIGHT_PX = 0.65
_MAX_HEIGHT_WORDS = 4
#: Spread of ln(ink area): anti-aliasing and text contrast change it by some 12 %; over a photograph nobody knows where
#: the soft edge of a letter ends.
_AREA_SPREAD, _PHOTO_AREA_SPREAD = 0.12, 0.2
#: Over a photograph a single word may be measured with a part of the picture: no error counts for more than this.
_MAX_PHOTO_ERROR = 4.0
#: Unlikely sizes cost a little: whole pixels and tenths of 16 px are what pages use.
_ODD_SIZE_COST = 0.8
#: A line keeps a face other than the page's own only when that is clearly better …
_OTHER_FACE_GAIN = 9.0
#: … by less where so many letters of the page have it already: pages with code have prose around it, and more code;
#: where a page is mostly code, that is of one size. With these 92.5 % of the letters of 35 real pages with much code
#: get their own kind of face, without 90.9 %.
_SECOND_FACE_GAIN, _SECOND_FACE_LETTERS = 3.0, 20
_CODE_SIZE_GAIN, _CODE_SIZE = 4.0, 0.04
#: Most text is regular.
_BOLD_COST = 1.0
#: A page uses few sizes: one that other lines have gains this much, half of it at 20 letters.
_SHARED_SIZE_GAIN = 3.0
_SHARED_SIZE_LETTERS = 20
_MAX_LINE_COST = 30.0


@dataclass(frozen=True, slots=True)
class WordShape:
    """
    Ink of one word: width and height of its box in px, coverage summed in px²; whether it lies over a photograph.
    """

    text: str
    width: float
    height: float
    area: float
    over_photo: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """
    The face (row of the table) and size that explain a line best.
    """

    face: int
    size_px: float


@cache
def _sizes() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """
    Candidate sizes in px and what each costs.
    """
    fine = np.arange(35, 160) / 5  # 7.0 … 31.8
    coarse = np.concatenate([np.arange(64, 128) / 2, np.arange(64, 161)])
    sizes = np.concatenate([fine, coarse])
    whole = np.isclose(sizes % 1, 0)
    usual = np.isclose(sizes % 0.8, 0, atol=0.01) | np.isclose(sizes % 0.8, 0.8, atol=0.01) | np.isclose(sizes % 0.5, 0)
    costs = np.where(whole, 0.0, np.where(usual, 0.5 * _ODD_SIZE_COST, _ODD_SIZE_COST))
    return sizes.astype(np.float32), costs.astype(np.float32)


def line_costs(words: Sequence[WordShape]) -> NDArray[np.float32] | None:
    """
    How badly each face at each size explains a line: [F, S]; None when no word's characters are in the table.
    """
    table = font_table()
    known = [(word, columns) for word in words if (columns := table.columns(word.text)) is not None]
    if not known:
        return None
    sizes, cost = _sizes()
    widths = np.stack([table.ink_width(c) for _, c in known], axis=1)  # [F, W] em
    heights = np.stack([table.top[:, c].max(axis=1) - table.bottom[:, c].min(axis=1) for _, c in known], axis=1)
    areas = sum(table.area[:, c].sum(axis=1) for _, c in known)  # [F] em²
    letters = sum(len(c) - 1 for _, c in known)
    width = sum(word.width for word, _ in known)
    off = width - widths.sum(axis=1)[:, None] * sizes
    tight = np.hypot(_WIDTH_PX * np.sqrt(len(known)), _WIDTH_SHARE * width)
    loose = np.hypot(tight, _SPACING_SHARE * sizes * letters)
    total = cost + np.minimum((off / tight) ** 2, (off / loose) ** 2 + _SPACING_COST)
    over_photo = any(word.over_photo for word, _ in known)
    most = _MAX_PHOTO_ERROR if over_photo else np.inf
    total = total + _shape_cost(np.array([word.width for word, _ in known], np.float32), widths, most)[:, None]
    measured = np.array([word.height for word, _ in known], np.float32)
    errors = (measured - heights[:, None, :] * sizes[:, None]) / _HEIGHT_PX  # [F, S, W]
    total = total + np.minimum(errors**2, most).mean(axis=2) * min(len(known), _MAX_HEIGHT_WORDS)
    ink = max(sum(word.area for word, _ in known), 1.0)
    spread = _PHOTO_AREA_SPREAD if over_photo else _AREA_SPREAD
    total = total + (np.log(ink / (areas[:, None] * sizes**2)) / spread) ** 2
    total = total + _BOLD_COST * (np.array(table.weights) >= BOLD_WEIGHT)[:, None]
    result: NDArray[np.float32] = total.astype(np.float32)
    return result


def _shape_cost(measured: NDArray[np.float32], widths: NDArray[np.float32], most: float) -> NDArray[np.float32]:
    """
    How badly the words' widths relative to each other fit each face, whatever the size: [F]; no word costs more than
    ``most`` spreads squared.
    """
    scaled = widths * (measured.sum() / np.maximum(widths.sum(axis=1, keepdims=True), 1e-6))
    errors = (measured - scaled) / (_WORD_PX + _WORD_SHARE * measured)
    result: NDArray[np.float32] = np.minimum(errors**2, most).mean(axis=1) * min(len(measured) - 1, _MAX_SHAPE_WORDS)
    return result


def candidate_sizes(least_px: float, most_px: float) -> NDArray[np.float32]:
    """
    The sizes that pages may use between two: [S] px.
    """
    sizes = _sizes()[0]
    return np.asarray(sizes[(sizes >= least_px) & (sizes <= most_px)], np.float32)


def word_costs(
    words: Sequence[WordShape],
    faces: Sequence[int],
    sizes: NDArray[np.float32],
    *,
    stretch: float = 1.0,
    spread: float = 0.0,
) -> NDArray[np.float32]:
    """
    How badly some faces at some sizes explain each word by itself, letters unspaced: [W, F, S]; all characters must be
    in the table.

    Args:
        faces: Rows of the table.
        stretch: How much wider words are than in these faces, and ``spread`` by how much that varies.
    """
    table, rows = font_table(), np.array(faces, np.intp)
    columns = [known for word in words if (known := table.columns(word.text)) is not None]
    widths = np.stack([table.ink_width(c)[rows] for c in columns])[..., None] * sizes * stretch
    heights = np.stack([(table.top[:, c].max(axis=1) - table.bottom[:, c].min(axis=1))[rows] for c in columns])
    areas = np.stack([table.area[:, c].sum(axis=1)[rows] for c in columns])[..., None] * sizes**2
    width, height, area = (
        np.array(values, np.float32)[:, None, None]
        for values in zip(*((word.width, word.height, max(word.area, 1.0)) for word in words), strict=True)
    )
    total = ((width - widths) / np.hypot(_WIDTH_PX, np.hypot(_WIDTH_SHARE, spread) * width)) ** 2
    total = total + ((height - heights[..., None] * sizes) / _HEIGHT_PX) ** 2
    total = total + (np.log(area / areas) / _AREA_SPREAD) ** 2
    return np.asarray(total, np.float32)


def fit_alone(words: Sequence[WordShape], handicap: NDArray[np.float32]) -> Fit | None:
    """
    The best face and size of some words that have nothing to do with the page's family; None for unknown scripts.

    Args:
        handicap: [F], what each face costs beside what it fails to explain.
    """
    costs = line_costs(words)
    if costs is None:
        return None
    face, size = np.unravel_index(int((costs + handicap[:, None]).argmin()), costs.shape)
    return Fit(int(face), float(_sizes()[0][int(size)]))


@dataclass(frozen=True, slots=True)
class _Families:
    """
    What a page is set in, as places in ``_faces_of``.

    Attributes:
        main: The family of most of its text.
        second: Code beside prose, or prose beside code; None where hardly a line is either.
        code_px: The size of most code, 0 without a second family; where the page is prose, all of that has it.
    """

    main: int
    second: int | None = None
    code_px: float = 0.0


def fit_lines(lines: Sequence[Sequence[WordShape]]) -> list[Fit | None]:
    """
    The best face and size of each line, given that a page uses few families; None for unknown scripts.
    """
    costs = [line_costs(words) for words in lines]
    letters = [sum(len(word.text) for word in words) for words in lines]
    totals = _family_costs([c for c in costs if c is not None])
    families = _Families(int(totals.argmin()) if totals.size else 0)
    first = [None if c is None else _choose(c, families) for c in costs]
    families = _with_second(families, costs, first, letters)
    if families.second is not None:
        first = [None if c is None else _choose(c, families) for c in costs]
    used = _letters_by_size(first, letters)
    fits: list[Fit | None] = []
    for cost, fit, count in zip(costs, first, letters, strict=True):
        if cost is None or fit is None:
            fits.append(None)
            continue
        others = used - count * _near(fit.size_px)
        gain = _SHARED_SIZE_GAIN * others / (others + _SHARED_SIZE_LETTERS)
        fits.append(_choose(cost - gain.astype(np.float32), families))
    return fits


def _with_second(
    families: _Families,
    costs: Sequence[NDArray[np.float32] | None],
    fits: Sequence[Fit | None],
    letters: Sequence[int],
) -> _Families:
    """
    The families with the best one for the lines that are code where the page is prose, or the other way round.
    """
    groups = _faces_of(font_table())
    main_is_code = is_mono(groups[families.main][0])
    others = [
        (cost, count)
        for cost, fit, count in zip(costs, fits, letters, strict=True)
        if cost is not None and fit is not None and is_mono(fit.face) != main_is_code
    ]
    if sum(count for _, count in others) < _SECOND_FACE_LETTERS:
        return families
    totals = _family_costs([cost for cost, _ in others])
    second = min(
        (i for i, rows in enumerate(groups) if is_mono(rows[0]) != main_is_code), key=lambda i: float(totals[i])
    )
    code = [fit if fit is not None and is_mono(fit.face) else None for fit in fits]
    return replace(families, second=second, code_px=float(_sizes()[0][int(_letters_by_size(code, letters).argmax())]))


def is_mono(face: int) -> bool:
    """
    Whether a row of the table is a typewriter's face.
    """
    return font_table().families[face] is FontFamily.MONO


def _near(size_px: float) -> NDArray[np.float32]:
    """
    1 for the candidate sizes within 0.1 px of one, else 0: [S].
    """
    return np.asarray(np.abs(_sizes()[0] - size_px) < 0.11, np.float32)


def _letters_by_size(fits: Sequence[Fit | None], letters: Sequence[int]) -> NDArray[np.float32]:
    """
    How many letters of the page have each candidate size: [S].
    """
    used = np.zeros(len(_sizes()[0]), np.float32)
    for fit, count in zip(fits, letters, strict=True):
        if fit is not None:
            used += count * _near(fit.size_px)
    return used


def _faces_of(table: FontTable) -> list[list[int]]:
    names = list(dict.fromkeys(table.names))
    return [[i for i, n in enumerate(table.names) if n == name] for name in names]


def _family_costs(costs: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """
    What the page as a whole costs in each family.
    """
    if not costs:
        return np.zeros(0, np.float32)
    best = np.stack([c.min(axis=1) for c in costs])  # [L, F]
    grouped = np.stack([best[:, rows].min(axis=1) for rows in _faces_of(font_table())], axis=1)
    relative = np.minimum(grouped - grouped.min(axis=1, keepdims=True), _MAX_LINE_COST)
    result: NDArray[np.float32] = relative.sum(axis=0)
    return result


def _choose(cost: NDArray[np.float32], families: _Families) -> Fit:
    sizes, _ = _sizes()
    rows = _rows_of(cost, families)
    own, shared = cost.min(axis=1), cost[rows].min(axis=1)
    face = rows[int(shared.argmin())]
    if own.min() + _OTHER_FACE_GAIN < shared.min():
        face = int(own.argmin())
    return Fit(face, float(sizes[int(cost[face].argmin())]))


def _rows_of(cost: NDArray[np.float32], families: _Families) -> list[int]:
    """
    The faces of the family that a line is set in, as long as no other is clearly better.
    """
    groups = _faces_of(font_table())
    main = groups[families.main]
    if families.second is None:
        return main
    second = groups[families.second]
    of_code = np.abs(_sizes()[0] - families.code_px) <= _CODE_SIZE * families.code_px
    if is_mono(main[0]):
        kept, other = (cost[main] - _CODE_SIZE_GAIN * of_code).min(), cost[second].min()
    else:
        kept, other = cost[main].min(), cost[second][:, of_code].min()
    return second if other + _SECOND_FACE_GAIN < kept else main


def natural_width_px(text: str, fit: Fit) -> float:
    """
    Ink width of a line in the reference face of the fitted family; 0 for unknown scripts and fewer than three letters.
    """
    table = font_table()
    reference = table.face(REFERENCE[table.families[fit.face]], table.weights[fit.face])
    columns = table.columns(text)
    if columns is None or len(columns) < 3:
        return 0.0
    return float(table.ink_width(columns)[reference]) * fit.size_px


def spacing_px(text: str, width_px: float, fit: Fit, typeface: Typeface | None = None) -> float:
    """
    Letter spacing that gives the page's typeface, else the reference face of the fitted family, the measured ink width.

    Args:
        text: The whole line; ``width_px`` is its ink width.
    """
    table = font_table()
    natural = natural_width_px(text, fit)
    if not natural:
        return 0.0
    if typeface is not None:
        natural *= typeface.ratio(table.weights[fit.face])
    spacing = (width_px - natural) / (len(text) - 1)
    own = table.names[fit.face] == REFERENCE[table.families[fit.face]]
    least = _FITTED_SPACING_SHARE if typeface is not None else _OWN_SPACING_SHARE if own else _OTHER_SPACING_SHARE
    return round(spacing, 2) if abs(spacing) >= least * fit.size_px else 0.0


#: In the reference face itself, hinting explains less than this share of the size; in another face, nothing does.
_OWN_SPACING_SHARE = 0.03
_OTHER_SPACING_SHARE = 0.006
#: One ratio for all letters of a face is off by so much on single words.
_FITTED_SPACING_SHARE = 0.05


def family_of(fit: Fit) -> FontFamily:
    """
    Generic family of the fitted face.
    """
    return font_table().families[fit.face]
