"""
Fidelity: how near a rendered candidate comes to its reference, as one number, its parts, and where it is worst.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision_code.compare import picture, roles, words
from vision_code.compare.flow import flow_share
from vision_code.compare.reference import Reference, at_css_scale
from vision_code.geometry import Box
from vision_code.observation import Word
from vision_code.render.facts import Pixels, Rendering

#: How many of the worst regions are reported.
_NUM_WORST = 8
#: A region is worth reporting when it is less alike than this.
_WORTH_REPORTING = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    A region where the candidate is wrong.

    Attributes:
        box: Where, px of the reference page.
        what: One short sentence.
        score: Likeness there, 0…1.
    """

    box: Box
    what: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """
    Likeness of a candidate to its reference. Every part is 0…1, an identical page has exactly 1 in each.

    Attributes:
        words: F1 of words matched one to one with equal text (``words.words_f1``). Not counted: words
            that the candidate writes out of a picture of the reference; on both sides words that leave no trace.
        place: Nearness of the words' centres (``words.place_scores``), over all words of the reference.
        size: Ratio of font sizes and word widths (``words.size_scores``), over all words of the reference.
        colour: CIEDE2000 likeness of text and of the backgrounds behind it (``words.color_scores``), likewise. For a
            reference without words: of 24 × 24 points of the two pictures.
        picture: Mean structural similarity of the two pictures, red, green and blue (``picture.likeness_map``).
        roles: F1 of accessibility nodes with the same role and place or name (``roles.matched_f1``); None when the
            reference is only a picture.
        flow: Share of the candidate's elements that stand in the flow (``flow.flow_share``); not part of the mean.
        mean: Mean of words, place, size, colour, picture and, where known, roles.
        roles_counted: The kinder count of roles, place and name ignored (``roles.counted_f1``).
        names: Share of the reference's named nodes that are matched under the same name; None like ``roles``.
        overflow_px: How far the candidate reaches past its viewport's right edge.
        height_ratio: Height of the candidate's page over the reference's.
        missing, extra: Words without a partner in the candidate, in the reference.
        worst: The worst regions, worst first.

    Place, size and colour count a word without a partner as 0, so that leaving a hard word out never pays. A misread
    word (half of its letters right, at the same place) is a fault of ``words`` alone.
    """

    words: float
    place: float
    size: float
    colour: float
    picture: float
    roles: float | None
    flow: float
    mean: float
    roles_counted: float | None = None
    names: float | None = None
    overflow_px: float = 0.0
    height_ratio: float = 1.0
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    worst: tuple[Finding, ...] = ()


def compare(reference: Reference, candidate: Rendering) -> Fidelity:
    """
    Hold a rendering against its reference.

    Args:
        reference: See ``reference_from_rendering`` and ``reference_from_observation``.
        candidate: Rendered at the reference's width.
    """
    width, height = reference.width_px, reference.height_px
    drawn = at_css_scale(candidate.pixels, candidate.device_scale)
    ours = words.visible_in(words.readable(reference.words), reference.pixels)
    theirs = words.visible_in(words.readable(candidate.facts.words), drawn)
    pairing = words.pair_words(ours, theirs, width, height)
    pairing = words.without_extra_in(pairing, theirs, reference.pictures)
    place = words.place_scores(pairing, ours, theirs, width, height)
    size = words.size_scores(pairing, ours, theirs)
    colour = words.color_scores(pairing, ours, theirs, reference.pixels, drawn)
    likeness, factor = picture.likeness_map(reference.pixels, drawn)
    parts = {
        "words": words.words_f1(pairing),
        "place": words.over_reference(place, pairing),
        "size": words.over_reference(size, pairing),
        "colour": words.over_reference(colour, pairing) if ours else _sampled_colour(reference.pixels, drawn),
        "picture": float(likeness.mean(dtype=np.float64)),
    }
    nodes = candidate.facts.roles
    role = roles.matched_f1(reference.roles, nodes, width) if reference.roles is not None else None
    scores = [*parts.values()] if role is None else [*parts.values(), role]
    page = Box(0, 0, candidate.facts.width_px, candidate.facts.height_px)
    missing = [ours[index] for index in pairing.missing]
    return Fidelity(
        **parts,
        roles=role,
        flow=flow_share(candidate.facts.elements, candidate.facts.words, page),
        mean=sum(scores) / len(scores),
        roles_counted=roles.counted_f1(reference.roles, nodes) if reference.roles is not None else None,
        names=roles.named_share(reference.roles, nodes, width) if reference.roles is not None else None,
        overflow_px=candidate.facts.overflow_px,
        height_ratio=drawn.shape[0] / height,
        missing=tuple(word.text for word in missing),
        extra=tuple(theirs[index].text for index in pairing.extra),
        worst=_worst(likeness, factor, missing),
    )


def _sampled_colour(reference: Pixels, candidate: Pixels) -> float:
    """
    Mean colour likeness at 24 × 24 points, for pages without words.
    """
    from vision_code.compare.difference import delta_e

    height, width = min(reference.shape[0], candidate.shape[0]), min(reference.shape[1], candidate.shape[1])
    y = ((np.arange(24) + 0.5) / 24 * height).astype(int)[:, None]
    x = ((np.arange(24) + 0.5) / 24 * width).astype(int)[None]
    return float(words.likeness(delta_e(reference[y, x], candidate[y, x])).mean())


def _worst(likeness: picture.Floats, factor: int, missing: list[Word]) -> tuple[Finding, ...]:
    """
    The tiles that differ most, neighbours joined, each with the words that are missing there.
    """
    scores = picture.tiles(likeness)
    side = picture.TILE * factor
    found: list[Finding] = []
    for row, column in np.argwhere(scores < _WORTH_REPORTING):
        box = Box(int(column) * side, int(row) * side, side, side)
        found.append(Finding(box=box, what="", score=float(scores[row, column])))
    joined = sorted(_joined(found), key=lambda finding: (finding.score - 1) * finding.box.area)[:_NUM_WORST]
    return tuple(_described(finding, missing) for finding in joined)


def _joined(tiles: list[Finding]) -> list[Finding]:
    """
    Runs of neighbouring tiles in a row as one finding; equal runs below one another too.
    """
    runs: list[Finding] = []
    for tile in tiles:
        last = runs[-1] if runs else None
        if last is not None and last.box.y == tile.box.y and last.box.right == tile.box.x:
            runs[-1] = _merge(last, tile)
        else:
            runs.append(tile)
    columns: list[Finding] = []
    for run in runs:
        above = next((i for i, other in enumerate(columns) if _stands_on(other.box, run.box)), None)
        if above is None:
            columns.append(run)
        else:
            columns[above] = _merge(columns[above], run)
    return columns


def _stands_on(above: Box, below: Box) -> bool:
    return above.bottom == below.y and above.x == below.x and above.w == below.w


def _merge(one: Finding, other: Finding) -> Finding:
    area = one.box.area + other.box.area
    score = (one.score * one.box.area + other.score * other.box.area) / area
    return Finding(box=one.box.union(other.box), what="", score=score)


def _described(finding: Finding, missing: list[Word]) -> Finding:
    gone = [word.text for word in missing if finding.box.contains(word.box, 8)]
    what = f"words missing: {' '.join(gone[:8])}" if gone else "looks different"
    return Finding(box=finding.box, what=what, score=finding.score)
