"""
Shadows: the soft darkening around a rectangle, fitted as one CSS box-shadow of black.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import Rect, Shadow

#: How far outside a box a shadow is looked for.
_REACH_PX = 48
#: Rectangles smaller than this cast no shadow worth drawing.
_MIN_SIDE_PX = 16
#: Least darkening right at the box, share of the surround's brightness (1 % is 2…3 levels on white).
_MIN_DARKENING = 0.012
#: The fit must explain the profile to this share (root mean square).
_MAX_ERROR = 0.02
#: On a surround darker than this (of 255) there is nothing to darken.
_MIN_SURROUND = 24.0
#: Outward a shadow only gets lighter, give or take noise, and by less than an edge would.
_NOISE_LEVELS = 1.5
_MAX_STEP_LEVELS = 24.0
_FLAT_TAIL_PX = 4
#: After so many even pixels a shadow is over: a step that follows is an edge of something else.
_EVEN_PX, _EDGE_LEVELS = 3, 3.0
#: A side that changes by less than this has no shadow.
_EVEN_LEVELS = 0.5
#: Share of light that may be missing where a profile ends: the tail of a neighbour's shadow.
_MAX_LEFTOVER = 0.06
#: Of two fits that explain the profile alike, the one with the smaller offset is likelier.
_OFFSET_COST = 0.03
_BLURS_PX = np.array([2, 3, 4, 6, 8, 10, 12, 15, 18, 20, 24, 28, 32, 40, 48, 60], np.float64)
_OFFSETS_PX = np.array([0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24], np.float64)


def find_shadow(pixels: NDArray[np.uint8], rect: Rect) -> Shadow | None:
    """
    The shadow of a rectangle, None without one.

    A blurred edge is the integral of a Gaussian with σ = blur / 2
    (https://www.w3.org/TR/css-backgrounds-3/#shadow-blur).

    Args:
        pixels: [H, W, 3] uint8 without text.
    """
    if min(rect.box.w, rect.box.h) < _MIN_SIDE_PX:
        return None
    lights = {side: _brightness(pixels, rect.box, side) for side in "tblr"}
    surround = max((float(light.max()) for light in lights.values() if light.size), default=0.0)
    if surround < _MIN_SURROUND:
        return None
    seen = {side: light for side, light in lights.items() if light.size >= 2}
    dark = {s: 1.0 - light / (np.maximum(light, 1.0) if _is_even(light) else surround) for s, light in seen.items()}
    # Where another surface is beside the box, its colour is no shadow.
    present = {side: values for side, values in dark.items() if values[-1] <= _MAX_LEFTOVER}
    strongest = max((float(values[0]) for values in present.values()), default=0.0)
    if strongest < _MIN_DARKENING or ("b" not in present and len(present) < 2):
        return None
    return _fit(present)


def _is_even(light: NDArray[np.float64]) -> bool:
    """
    Whether nothing darkens a side, however dark its ground is beside that of other sides.
    """
    return light.size > _FLAT_TAIL_PX and float(np.ptp(light)) < _EVEN_LEVELS


def _brightness(pixels: NDArray[np.uint8], box: Box, side: str) -> NDArray[np.float64]:
    """
    Mean channel 0.5, 1.5, … px outside one side, as far as it rises in small steps; empty when it does not.
    """
    strip = _strip(pixels, box, side)
    if strip.shape[0] < 4 or strip.shape[1] == 0:
        return np.zeros(0)
    light: NDArray[np.float64] = np.median(strip.astype(np.float64).mean(axis=2), axis=1)
    rising = np.diff(light)
    even = np.convolve(np.abs(rising) < 1.0, np.ones(_EVEN_PX))[: len(rising)] >= _EVEN_PX
    edge = np.concatenate(([False], even[:-1])) & (rising >= _EDGE_LEVELS)
    stops = np.flatnonzero((rising < -_NOISE_LEVELS) | (rising > _MAX_STEP_LEVELS) | edge)
    light = light[: int(stops[0]) + 1 if stops.size else len(light)]
    return light[: int(light.argmax()) + 1 + _FLAT_TAIL_PX]


def _strip(pixels: NDArray[np.uint8], box: Box, side: str) -> NDArray[np.uint8]:
    """
    Lines outside the middle third of a side, the nearest first: [distance, along, 3].
    """
    x0, y0, x1, y1 = round(box.x), round(box.y), round(box.right), round(box.bottom)
    third_x, third_y = (x1 - x0) // 3, (y1 - y0) // 3
    match side:
        case "t":
            return pixels[max(0, y0 - _REACH_PX) : y0, x0 + third_x : x1 - third_x][::-1]
        case "b":
            return pixels[y1 : y1 + _REACH_PX, x0 + third_x : x1 - third_x]
        case "l":
            return pixels[y0 + third_y : y1 - third_y, max(0, x0 - _REACH_PX) : x0][:, ::-1].transpose(1, 0, 2)
    return pixels[y0 + third_y : y1 - third_y, x1 : x1 + _REACH_PX].transpose(1, 0, 2)


def _normal_share(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Share of a normal distribution below ``x``.
    """
    return np.asarray([(1 + math.erf(value / math.sqrt(2))) / 2 for value in x.ravel()]).reshape(x.shape)


@cache
def _candidates() -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """
    Blur and vertical offset of each candidate [N, 2], and its falloff outside each side at full strength [N, reach].
    """
    pairs = np.array([(blur, offset) for blur in _BLURS_PX for offset in _OFFSETS_PX if offset <= blur])
    distance = np.arange(_REACH_PX) + 0.5
    shifts = {"t": -1.0, "b": 1.0, "l": 0.0, "r": 0.0}
    falloff = {
        side: _normal_share(-(distance[None, :] - sign * pairs[:, 1:]) / (pairs[:, :1] / 2))
        for side, sign in shifts.items()
    }
    return pairs, falloff


def _fit(profiles: dict[str, NDArray[np.float64]]) -> Shadow | None:
    """
    Blur and vertical offset by search over all candidates, strength by least squares for each.
    """
    pairs, falloff = _candidates()
    values = np.concatenate(list(profiles.values()))
    shapes = np.concatenate([falloff[side][:, : len(v)] for side, v in profiles.items()], axis=1)
    power = np.maximum((shapes**2).sum(axis=1), 1e-9)
    alphas = np.clip(shapes @ values / power, 0.0, 1.0)
    errors = ((values - alphas[:, None] * shapes) ** 2).mean(axis=1) * (1 + _OFFSET_COST * pairs[:, 1])
    best = int(errors.argmin())
    alpha = float(alphas[best])
    if math.sqrt(float(errors[best])) > _MAX_ERROR or alpha < _MIN_DARKENING:
        return None
    blur, offset = pairs[best].tolist()
    return Shadow(dx_px=0.0, dy_px=offset, blur_px=blur, alpha=round(alpha, 3))
