"""
How many pixels of a screenshot a CSS pixel has, told from the sizes of its type and the thickness of its lines.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import TextLine
from vision_code.read.css_pixels import divided, shrinking
from vision_code.read.flat import steps

#: Sizes of type on web pages in CSS px, and how usual they are: mean over 33 packages of real pages, each by the root
#: of its letters' share, with what phones and dense applications add (10, 11, 22 px).
_USUAL_SIZES = {
    10: 0.01, 11: 0.02, 12: 0.08, 13: 0.08, 14: 0.17, 15: 0.06, 16: 0.28, 17: 0.04, 18: 0.05, 20: 0.07, 22: 0.015,
    24: 0.05, 28: 0.02, 32: 0.03, 36: 0.01, 40: 0.01, 48: 0.015,
}  # fmt: skip
#: A size is measured this well in faces that are known and in others; the rest of type has any size around body text.
#: In natural logarithms, as all here; each with its share.
_KNOWN_FACE, _OTHER_FACE, _ANY_SIZE = (0.008, 0.6), (0.035, 0.3), (0.35, 0.1)
_BODY_PX = 15.5
#: Sizes within this are one.
_SAME_SIZE = 1.035
#: How much sizes say: for a page's whole text, and for a few words in proportion.
_SIZES_WEIGHT, _WHOLE_TEXT_LETTERS = 3.0, 150
#: Scales of displays before anything is seen: Windows laptops have 1.25 to 1.75, Macs 2, phones 2.625 and 3.
_USUAL_SCALES = {
    1.0: 0.6, 1.25: 0.07, 1.5: 0.09, 1.75: 0.02, 2.0: 0.16, 2.5: 0.01, 2.625: 0.03, 2.75: 0.01, 3.0: 0.05,
}  # fmt: skip
#: A Mac whose display has scale 2 writes 144 dots per inch into its screenshots (twice 72), Windows at 1.5 in some
#: programs (its 96 by 1.5): so much likelier these scales are then.
_DENSE_DPI, _DENSE_DPI_TELLS = 144.0, {2.0: 30.0, 1.5: 4.0}
#: Only phones are denser than 2, and no wider than this.
_PHONE_PX, _DENSE_DESK_SHARE = 500, 0.05
#: A straight line: this many pixels in a row, flat along, with this much of a step to either side.
_LINE_RUN_PX, _LINE_STEP, _FLAT_STEP = 48, 8, 2
#: Borders of 1 CSS px are as many whole device pixels as fit into it; of a page's lines nearly all are, some are of 2
#: or 3 px. Six lines say as much as sixty.
_LINE_PX_SHARES, _OTHER_LINE_SHARE, _ENOUGH_LINES = (0.82, 0.1, 0.04), 0.02, 6
_MOST_LINE_PX = 4


def detect_scale(lines: Sequence[TextLine], by: int, pixels: NDArray[np.uint8], dpi: float | None = None) -> float:
    """
    Device pixels per CSS pixel: the most likely of the usual scales (Bayes' rule over independent evidence).

    What tells is the sizes of type, which are whole CSS px and mostly 14 or 16, and the thickness of straight lines.
    Where edges stand tells nothing: on a real display of scale 2 they stand on odd device pixels nearly as often as on
    even ones, for text and percentages leave boxes on fractions.

    Args:
        lines: Measured in a picture shrunk by ``by``.
        pixels: [H, W, 3] uint8 RGB, the picture itself.
        dpi: What its file claims.
    """
    sizes = [(size * by, count) for size, count in _sizes(lines)]
    letters = sum(count for _, count in sizes)
    weight = _SIZES_WEIGHT * min(1.0, letters / _WHOLE_TEXT_LETTERS)
    thicknesses = _line_thicknesses(pixels, [divided(line.box, 1 / by) for line in lines])

    def likelihood(scale: float) -> float:
        prior = _prior(scale, dpi)
        if scale > 2 and pixels.shape[1] / scale > _PHONE_PX:
            prior *= _DENSE_DESK_SHARE
        of_type = sum(math.sqrt(count / letters) * math.log(_density(size / scale)) for size, count in sizes)
        return math.log(prior) + weight * of_type + _of_lines(thicknesses, shrinking(scale))

    return max(_USUAL_SCALES, key=likelihood)


def _prior(scale: float, dpi: float | None) -> float:
    """
    How likely a scale is by what is known before the picture is looked at, in proportion.
    """
    tagged = dpi is not None and abs(dpi - _DENSE_DPI) < 1
    return _USUAL_SCALES[scale] * (_DENSE_DPI_TELLS.get(scale, 1.0) if tagged else 1.0)


def _sizes(lines: Sequence[TextLine]) -> list[tuple[float, int]]:
    """
    The distinct sizes of type, px of the picture, and the letters of each.
    """
    groups: list[list[tuple[float, int]]] = []
    for size, count in sorted((line.style.size_px, len(line.text)) for line in lines):
        if groups and size <= groups[-1][0][0] * _SAME_SIZE:
            groups[-1].append((size, count))
        else:
            groups.append([(size, count)])
    totals = [sum(count for _, count in group) for group in groups]
    return [(sum(s * n for s, n in group) / total, total) for group, total in zip(groups, totals, strict=True) if total]


def _density(size_px: float) -> float:
    """
    How usual a size of type is, per unit of its logarithm.
    """
    at = math.log(max(size_px, 1.0))
    total = 0.0
    for (deviation, share), sizes in (
        (_KNOWN_FACE, _USUAL_SIZES),
        (_OTHER_FACE, _USUAL_SIZES),
        (_ANY_SIZE, {_BODY_PX: 1.0}),
    ):
        for usual, part in sizes.items():
            off = (at - math.log(usual)) / deviation
            total += share * part * math.exp(-off * off / 2) / deviation
    return total


def _line_thicknesses(pixels: NDArray[np.uint8], text: Sequence[Box]) -> list[int]:
    """
    How many straight lines there are of 1, 2, 3 and 4 px, across and upright, outside of text: strokes of large
    letters have any thickness.
    """
    counts = [0] * _MOST_LINE_PX
    if min(pixels.shape[:2]) < 2:  # neither lines nor neighbours
        return counts
    for axis in (0, 1):
        edges = _edges(pixels, axis)
        for box in (box.inset(-2) for box in text):
            across = (box.y, box.bottom), (box.x, box.right)
            rows, columns = (
                slice(max(0, int(start)), max(0, int(end))) for start, end in (across[axis], across[1 - axis])
            )
            edges[rows, columns] = 0
        for thickness in range(1, min(_MOST_LINE_PX, len(edges) - 1) + 1):
            both = edges[:-thickness] & edges[thickness:]
            for between in range(1, thickness):
                both &= 1 - edges[between : between - thickness]
            counts[thickness - 1] += int(both.any(axis=1).sum())
    return counts


def _edges(pixels: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """
    Where straight edges run, as rows whichever way they go: [H−1, W] or [W−1, H] uint8, 1 on them.
    """
    if axis == 1:
        pixels = np.ascontiguousarray(pixels.transpose(1, 0, 2))
    flat = np.pad(steps(pixels, 1) <= _FLAT_STEP, ((0, 0), (1, 0)), constant_values=True)
    edge = (steps(pixels, 0) > _LINE_STEP) & flat[1:] & flat[:-1]
    return np.asarray(cv2.erode(edge.astype(np.uint8), np.ones((1, _LINE_RUN_PX), np.uint8)), np.uint8)


def _of_lines(counts: Sequence[int], line_px: int) -> float:
    """
    Logarithm of how likely lines of these thicknesses are where 1 CSS px is ``line_px``.
    """
    total = sum(counts)
    if total == 0:
        return 0.0
    said = 0.0
    for thickness, count in enumerate(counts, 1):
        css_px, rest = divmod(thickness, line_px)
        usual = rest == 0 and css_px <= len(_LINE_PX_SHARES)
        said += count * math.log(_LINE_PX_SHARES[css_px - 1] if usual else _OTHER_LINE_SHARE)
    return said * min(1.0, _ENOUGH_LINES / total)


def likely_shrinking(pixels: NDArray[np.uint8], dpi: float | None = None) -> int:
    """
    What `shrinking` will probably say, before anything is read: by the lines and what the file claims.
    """
    thicknesses = _line_thicknesses(pixels, ())
    shares: dict[int, float] = {}
    for scale in _USUAL_SCALES:
        shares[shrinking(scale)] = shares.get(shrinking(scale), 0.0) + _prior(scale, dpi)
    return max(shares, key=lambda by: math.log(shares[by]) + _of_lines(thicknesses, by))
