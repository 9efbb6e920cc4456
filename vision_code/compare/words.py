"""
Pairs the words of two pages one to one, and scores words, place, size and colour from the pairs.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from vision_code.compare.assignment import cheapest_pairs
from vision_code.compare.difference import delta_e
from vision_code.geometry import Box
from vision_code.observation import Word
from vision_code.render.facts import Pixels

Floats = NDArray[np.float64]

#: A misread word is still the same word for place, size and colour when half of its letters are right (the threshold
#: of Design2Code's block matching) …
_ALIKE_RATIO = 0.5
#: … and it stands within a twentieth of the page's width.
_ALIKE_DISTANCE = 0.05

#: Smallest spread of a channel, of 255, inside a word's box: below it even a good eye sees nothing (1.03:1 on white).
_MIN_CONTRAST = 4

#: Slack of the width ratio in px: ink boxes and glyph boxes of the same word differ by about that much.
_WIDTH_SLACK_PX = 2.0

#: A CIEDE2000 difference of 50 (blue against red) counts as wholly wrong; Design2Code's 100 is black against white.
_WRONG_DELTA_E = 50.0

#: Punctuation that says little and is lost or moved easily; signs that carry meaning ($ % # @ + - *) stay.
_LOOSE = ".,:;!?()[]{}<>\"'`·•|/…"

_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "\u00ad": "",
        "\u200b": "",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """
    Which word of the candidate stands for which word of the reference.

    Attributes:
        reference, candidate: Indices of paired words, equal length [P].
        exact: [P] bool, True where the texts are equal; False where they are only alike (a misread word).
        num_reference, num_candidate: How many words there are on each side.
        missing, extra: Indices of words without a partner.
    """

    reference: NDArray[np.intp]
    candidate: NDArray[np.intp]
    exact: NDArray[np.bool_]
    num_reference: int
    num_candidate: int
    missing: tuple[int, ...]
    extra: tuple[int, ...]


def normalised(text: str) -> str:
    """
    Text as it is compared: compatibility forms folded, quotes and dashes made plain, case folded, glyphs of icon
    fonts (private use) and punctuation at both ends left out: a full stop after a link is part of the link's last word
    for the eye, not for the DOM.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN).casefold()
    plain = "".join(char for char in plain if unicodedata.category(char) != "Co").strip()
    return plain.strip(_LOOSE) or plain


def readable(words: Iterable[Word]) -> list[Word]:
    """
    The words that hold a letter or a digit; bullets, arrows and separators belong to the picture.
    """
    return [word for word in words if any(char.isalnum() for char in word.text)]


def visible_in(words: Iterable[Word], pixels: Pixels) -> list[Word]:
    """
    The words that leave a trace in the picture: what is covered, or written in the background's own colour, is not read
    by anybody.

    Args:
        pixels: uint8 [H, W, 3] at one pixel per CSS px.
    """
    return [word for word in words if _contrast(word.box, pixels) >= _MIN_CONTRAST]


def _contrast(box: Box, pixels: Pixels) -> int:
    part = pixels[max(0, int(box.y)) : int(box.bottom) + 1, max(0, int(box.x)) : int(box.right) + 1]
    if not part.size:
        return 0
    flat = part.reshape(-1, 3)
    return int((flat.max(axis=0).astype(np.int16) - flat.min(axis=0)).max())


def pair_words(reference: Sequence[Word], candidate: Sequence[Word], width_px: float, height_px: float) -> Pairing:
    """
    Pair words one to one: equal texts first, by least total distance; then, among what is left, alike texts close by.

    Args:
        reference, candidate: Words with boxes in px.
        width_px, height_px: Size of the reference page. Distances count in widths across and, where the page is lower
            than wide, in heights down: in a bar of one line the line above is far away.
    """
    unit = np.array([width_px, min(width_px, height_px)])
    at_ref, at_cand = _centers(reference) / unit, _centers(candidate) / unit
    left: dict[str, list[int]] = defaultdict(list)
    right: dict[str, list[int]] = defaultdict(list)
    for index, word in enumerate(reference):
        left[normalised(word.text)].append(index)
    for index, word in enumerate(candidate):
        right[normalised(word.text)].append(index)
    pairs: list[tuple[int, int]] = []
    for text in left.keys() & right.keys():
        pairs += _assign(left[text], right[text], at_ref, at_cand)
    exact = len(pairs)
    missing = sorted(set(range(len(reference))) - {ref for ref, _ in pairs})
    extra = sorted(set(range(len(candidate))) - {cand for _, cand in pairs})
    pairs += _alike(reference, candidate, missing, extra, at_ref, at_cand)
    paired_ref, paired_cand = {ref for ref, _ in pairs}, {cand for _, cand in pairs}
    return Pairing(
        reference=np.array([ref for ref, _ in pairs], dtype=np.intp),
        candidate=np.array([cand for _, cand in pairs], dtype=np.intp),
        exact=np.arange(len(pairs)) < exact,
        num_reference=len(reference),
        num_candidate=len(candidate),
        missing=tuple(index for index in missing if index not in paired_ref),
        extra=tuple(index for index in extra if index not in paired_cand),
    )


def without_extra_in(pairing: Pairing, candidate: Sequence[Word], pictures: Sequence[Box]) -> Pairing:
    """
    The pairing without those partnerless words of the candidate that stand inside one of the reference's pictures.
    """
    kept = tuple(
        index
        for index in pairing.extra
        if not any(
            box.contains(Box(candidate[index].box.center_x, candidate[index].box.center_y, 0, 0)) for box in pictures
        )
    )
    return replace(pairing, extra=kept, num_candidate=pairing.num_candidate - len(pairing.extra) + len(kept))


def words_f1(pairing: Pairing) -> float:
    """
    F1 of exactly equal words: 2 · pairs / (words of the reference + words of the candidate); 1 when neither has any.
    """
    total = pairing.num_reference + pairing.num_candidate
    return 2 * int(pairing.exact.sum()) / total if total else 1.0


def place_scores(
    pairing: Pairing, reference: Sequence[Word], candidate: Sequence[Word], width_px: float, height_px: float
) -> Floats:
    """
    [P] 1 minus the larger of the horizontal and the vertical distance of the centres, clipped to 0…1.

    Distances count in page widths across and page heights down, as in Design2Code's position score; on pages lower than
    wide both count in widths: 1 px in a bar of 60 px is no error of 2 %.

    Args:
        width_px, height_px: Size of the reference page.
    """
    unit = np.array([width_px, max(width_px, height_px)])
    apart = np.abs(_centers(reference)[pairing.reference] - _centers(candidate)[pairing.candidate]) / unit
    return np.asarray(1 - np.minimum(1, apart.max(axis=1, initial=0)))


def size_scores(pairing: Pairing, reference: Sequence[Word], candidate: Sequence[Word]) -> Floats:
    """
    [P] Mean of two ratios (smaller over larger): of the font sizes, and of the words' widths (weight, family, spacing).
    """
    fonts = _ratio(_font_sizes(reference)[pairing.reference], _font_sizes(candidate)[pairing.candidate], 0)
    widths_ref = np.array([word.box.w for word in reference])[pairing.reference]
    widths_cand = np.array([word.box.w for word in candidate])[pairing.candidate]
    return (fonts + _ratio(widths_ref, widths_cand, _WIDTH_SLACK_PX)) / 2


def color_scores(
    pairing: Pairing,
    reference: Sequence[Word],
    candidate: Sequence[Word],
    reference_pixels: Pixels,
    candidate_pixels: Pixels,
) -> Floats:
    """
    [P] Mean of two likenesses, 1 − ΔE00 / 50 clipped at 0: of the text colours, and of the backgrounds right around the
    words (sampled in both pictures at the words' own places, so a moved word is not punished twice).
    """
    ink = delta_e(_inks(reference)[pairing.reference], _inks(candidate)[pairing.candidate])
    behind = delta_e(
        _backgrounds([reference[i] for i in pairing.reference], reference_pixels),
        _backgrounds([candidate[i] for i in pairing.candidate], candidate_pixels),
    )
    return (likeness(ink) + likeness(behind)) / 2


def likeness(difference: Floats) -> Floats:
    """
    1 for equal colours, 0 from a CIEDE2000 difference of ``_WRONG_DELTA_E`` on.
    """
    return 1 - np.minimum(1, difference / _WRONG_DELTA_E)


def over_reference(scores: Floats, pairing: Pairing) -> float:
    """
    Mean over all words of the reference, those without a partner counting 0: leaving words out never pays.
    1 when the reference has no words.
    """
    return float(scores.sum() / pairing.num_reference) if pairing.num_reference else 1.0


def _centers(words: Sequence[Word]) -> Floats:
    return np.array([(word.box.center_x, word.box.center_y) for word in words], dtype=np.float64).reshape(-1, 2)


def _assign(refs: list[int], cands: list[int], at_ref: Floats, at_cand: Floats) -> list[tuple[int, int]]:
    """
    One-to-one pairs of equal words with the least sum of distances.
    """
    if len(refs) == len(cands) == 1:
        return [(refs[0], cands[0])]
    apart = np.abs(at_ref[refs][:, None] - at_cand[cands][None]).sum(axis=2)
    return [(refs[row], cands[column]) for row, column in cheapest_pairs(apart)]


def _alike(
    reference: Sequence[Word],
    candidate: Sequence[Word],
    missing: Sequence[int],
    extra: Sequence[int],
    at_ref: Floats,
    at_cand: Floats,
) -> list[tuple[int, int]]:
    """
    Pairs of unequal words that stand for one another, nearest first.
    """
    if not missing or not extra:
        return []
    apart = np.abs(at_ref[list(missing)][:, None] - at_cand[list(extra)][None]).max(axis=2)
    near = np.argwhere(apart <= _ALIKE_DISTANCE)
    order = near[np.argsort(apart[near[:, 0], near[:, 1]], kind="stable")]
    taken_ref: set[int] = set()
    taken_cand: set[int] = set()
    pairs = []
    for row, column in order:
        ref, cand = missing[row], extra[column]
        if ref in taken_ref or cand in taken_cand:
            continue
        if _similar(normalised(reference[ref].text), normalised(candidate[cand].text)):
            pairs.append((ref, cand))
            taken_ref.add(ref)
            taken_cand.add(cand)
    return pairs


def _similar(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE_RATIO and matcher.ratio() >= _ALIKE_RATIO


def _ratio(one: Floats, other: Floats, slack: float) -> Floats:
    return np.asarray((np.minimum(one, other) + slack) / np.maximum(np.maximum(one, other) + slack, 1e-9))


def _font_sizes(words: Sequence[Word]) -> Floats:
    return np.array([word.style.size_px if word.style else word.box.h for word in words], dtype=np.float64)


def _inks(words: Sequence[Word]) -> Floats:
    return np.array([word.style.color if word.style else (0, 0, 0) for word in words], dtype=np.float64).reshape(-1, 3)


def _backgrounds(words: Sequence[Word], pixels: Pixels) -> Floats:
    """
    [P, 3] median colour of twelve points just outside each word's box.
    """
    if not words:
        return np.zeros((0, 3))
    boxes = np.array([(word.box.x, word.box.y, word.box.right, word.box.bottom) for word in words])
    left, top, right, bottom = (boxes[:, side : side + 1] for side in range(4))
    across = np.array([0.05, 0.275, 0.5, 0.725, 0.95])
    beside = left + (right - left) * across
    x = np.hstack([beside, beside, left - 2, right + 1])
    y = np.hstack([np.broadcast_to(top - 1, beside.shape), np.broadcast_to(bottom, beside.shape)])
    y = np.hstack([y, (top + bottom) / 2, (top + bottom) / 2])
    height, width = pixels.shape[:2]
    points = pixels[np.clip(y, 0, height - 1).astype(int), np.clip(x, 0, width - 1).astype(int)]
    return np.asarray(np.median(points, axis=1), dtype=np.float64)
