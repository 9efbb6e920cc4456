"""
Colour stops of a linear gradient that is more than one even change from end to end.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Color
from vision_code.observation import GradientStop

#: The gradient line is cut into so many parts of equal length.
_PARTS = 40
#: Parts without this many pixels are not counted; so many of them must be.
_MIN_PIXELS, _MIN_PARTS = 4, 30
#: A pixel is like the others of its part within this many levels, on this share of the pixels: else it is a picture.
_ALIKE_LEVELS, _ALIKE_SHARE = 6, 0.93
#: The stops explain a gradient when hardly a part is further from them than this many levels.
_STOP_LEVELS, _STOP_SHARE = 4.0, 0.94
#: A change over less than this share of the line is the shadow of something that lies over a flat area.
_MIN_SPAN = 0.25
#: … and so is a change by less than this many levels.
_MIN_CHANGE = 24.0


def fit_stops(at: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[GradientStop, ...] | None:
    """
    The two or three colour stops that explain an area, None when none do.

    Args:
        at: [n], where each pixel lies on the gradient line, 0 at its start and 1 at its end.
        values: [n, 3], its colour.
    """
    part = np.minimum((at * _PARTS).astype(np.intp), _PARTS - 1)
    counted = np.flatnonzero(np.bincount(part, minlength=_PARTS) >= _MIN_PIXELS)
    if counted.size < _MIN_PARTS:
        return None
    profile = np.array([np.median(values[part == each], axis=0) for each in counted])
    middles = (counted + 0.5) / _PARTS
    there = np.stack([np.interp(at, middles, channel) for channel in profile.T], axis=1)
    if (np.abs(values - there).max(axis=1) <= _ALIKE_LEVELS).mean() < _ALIKE_SHARE:
        return None
    for count in (2, 3):
        places, colors, near = _best(middles, profile, _choices(count))
        if near < _STOP_SHARE:
            continue
        changes = np.abs(np.diff(colors, axis=0)).max(axis=1)
        if places[-1] - places[0] < _MIN_SPAN or changes.max() < _MIN_CHANGE:
            return None
        return tuple(
            GradientStop(color=rounded_color(c), at=float(place)) for place, c in zip(places, colors, strict=True)
        )
    return None


@cache
def _choices(count: int) -> NDArray[np.float64]:
    """
    All places that so many stops may have: [m, count].
    """
    return np.array(list(combinations(np.arange(_PARTS + 1) / _PARTS, count)))


def spread(at: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """
    How unlike pixels are that lie at the same place on a gradient line: mean squared levels; as in `fit_stops`.
    """
    part = np.minimum((at * _PARTS).astype(np.intp), _PARTS - 1)
    count = np.maximum(np.bincount(part, minlength=_PARTS), 1)
    squares = 0.0
    for channel in values.T:
        mean = np.bincount(part, channel, _PARTS) / count
        squares += float(((channel - mean[part]) ** 2).mean())
    return squares


def _best(
    middles: NDArray[np.float64], profile: NDArray[np.float64], choices: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """
    Of all choices of places, the one whose stops come closest to a profile, by least squares.

    Args:
        middles: [p], where the profile was measured.
        profile: [p, 3], the colours there.
        choices: [m, k], places of the stops.

    Returns:
        The places [k], the colours there [k, 3], and the share of the profile near them.
    """
    weights = _hats(middles, choices)
    # Least squares of all choices at once; the little on the diagonal is for stops that no measured part is near.
    normal = weights.transpose(0, 2, 1) @ weights + 1e-6 * np.eye(choices.shape[1])
    colors = np.linalg.solve(normal, weights.transpose(0, 2, 1) @ profile)
    off = np.abs(weights @ colors - profile).max(axis=2)
    best = int(np.argmin((off**2).sum(axis=1)))
    return choices[best], colors[best], float((off[best] <= _STOP_LEVELS).mean())


def _hats(middles: NDArray[np.float64], choices: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    What each stop gives to the colour at each point: [m, p, k], each row of k adds up to 1.
    """
    at = np.clip(middles[None, :], choices[:, :1], choices[:, -1:])
    weights = np.zeros((*at.shape, choices.shape[1]))
    for index in range(choices.shape[1] - 1):
        start, end = choices[:, index, None], choices[:, index + 1, None]
        inside = (at >= start) & (at <= end)
        share = (at - start) / (end - start)
        weights[..., index] = np.where(inside, 1 - share, weights[..., index])
        weights[..., index + 1] = np.where(inside, share, weights[..., index + 1])
    return weights


def rounded_color(value: NDArray[np.float64]) -> Color:
    """
    The colour nearest to three levels.
    """
    r, g, b = np.clip(np.rint(value), 0, 255).astype(int).tolist()
    return Color(r, g, b)
