"""
Linear gradients: a plane through the colours of a smooth area, or stops along the line on which they change.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import Gradient, GradientStop
from vision_code.read.stops import fit_stops, rounded_color, spread

_MAX_SAMPLES = 8_000
#: A pixel fits within this many levels, and exactly within so many: dithering and rounding.
_FIT_LEVELS, _EXACT_LEVELS = 7.0, 3.0
_FIT_SHARE, _EXACT_SHARE = 0.9, 0.95
#: Less change than this over the whole area is a flat colour with noise.
_MIN_CHANGE = 8.0
#: Angles are rounded to multiples of 45° when this close, else to 5°.
_SNAP_DEG = 9.0
#: The directions that most gradients have, as `_angle` says them.
_USUAL_DEG = (180.0, 90.0, 135.0, 225.0)
#: The shorter side of an area is cut into so many steps to see in which direction its colours change.
_CHANGE_STEPS = 32


def fit_gradient(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Gradient | None:
    """
    The gradient that explains an area, None when it is flat or a picture.

    Args:
        pixels: [h, w, 3] uint8, the area's bounding box.
        mask: [h, w], pixels of the area.
    """
    height, width = mask.shape
    stride = max(1, math.isqrt(mask.size // _MAX_SAMPLES))
    rows, columns = np.nonzero(mask[::stride, ::stride])
    if rows.size < 16:
        return None
    values = pixels[::stride, ::stride][rows, columns].astype(np.float64)
    x, y = columns * stride + 0.5 - width / 2, rows * stride + 0.5 - height / 2
    design = np.stack([x, y, np.ones_like(x)], axis=1)
    plane, near, exact = _robust_plane(design, values)
    if exact < _EXACT_SHARE:
        found = _fit_profile(pixels, mask, (x, y), values)
        if found is not None or near < _FIT_SHARE:
            return found
    angle = _angle(plane[:2])
    direction, length = _line(angle, width, height)
    change = direction @ plane[:2] * length
    if float(np.abs(change).max()) < _MIN_CHANGE:
        return None
    ends = ((0.0, plane[2] - change / 2), (1.0, plane[2] + change / 2))
    return Gradient(angle_deg=angle, stops=tuple(GradientStop(color=rounded_color(color), at=at) for at, color in ends))


def _fit_profile(
    pixels: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    points: tuple[NDArray[np.float64], NDArray[np.float64]],
    values: NDArray[np.float64],
) -> Gradient | None:
    """
    A gradient with stops of its own, from colours at points of the area, measured from its centre.
    """
    height, width = mask.shape
    changes = _changes(pixels, mask)
    if not changes.any():
        return None

    def along(angle: float) -> NDArray[np.float64]:
        (dx, dy), length = _line(angle, width, height)
        return np.asarray(np.clip((points[0] * dx + points[1] * dy) / length + 0.5, 0, 1), np.float64)

    # What lies on the area and the shadows at its sides turn the measured direction by some degrees.
    angle = min((_angle(changes), *_USUAL_DEG), key=lambda angle: spread(along(angle), values))
    stops = fit_stops(along(angle), values)
    return None if stops is None else Gradient(angle_deg=angle, stops=stops)


def _changes(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """
    How the colours change to the right and downwards, pixel by pixel and channel by channel: [2, n].
    """
    stride = max(1, min(mask.shape) // _CHANGE_STEPS)
    values, inside = pixels[::stride, ::stride].astype(np.float64), mask[::stride, ::stride]
    both = inside[:-1, :-1] & inside[:-1, 1:] & inside[1:, :-1]
    right, down = values[:-1, 1:] - values[:-1, :-1], values[1:, :-1] - values[:-1, :-1]
    return np.stack([right[both].ravel(), down[both].ravel()])


def _line(angle_deg: float, width: int, height: int) -> tuple[NDArray[np.float64], float]:
    """
    Direction (x, y) and length of the gradient line of a box, https://www.w3.org/TR/css-images-3/#linear-gradients
    """
    radians = math.radians(angle_deg)
    direction = np.array([math.sin(radians), -math.cos(radians)])
    return direction, abs(width * direction[0]) + abs(height * direction[1])


def _robust_plane(design: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """
    Least squares twice, the second time without outliers: coefficients [3, channels], shares of pixels that fit nearly
    and exactly.
    """
    off = np.zeros(len(values))
    plane: NDArray[np.float64] = np.zeros((3, values.shape[1]))
    for _ in range(2):
        near = off <= _FIT_LEVELS
        plane = np.asarray(np.linalg.lstsq(design[near], values[near], rcond=None)[0], np.float64)
        off = np.abs(design @ plane - values).max(axis=1)
        if (off <= _FIT_LEVELS).mean() < 0.5:
            return plane, 0.0, 0.0
    return plane, float((off <= _FIT_LEVELS).mean()), float((off <= _EXACT_LEVELS).mean())


def _angle(slopes: NDArray[np.float64]) -> float:
    """
    CSS angle of the direction in which the colours change most; ``slopes`` is [2, n], changes in x and y.
    """
    _, axes = np.linalg.eigh(slopes @ slopes.T)  # the direction of most change comes last
    dx, dy = axes[:, -1]
    angle = math.degrees(math.atan2(dx, -dy)) % 360
    if angle > 225 or angle <= 45:  # one of the two directions of the axis: rightwards or downwards
        angle = (angle + 180) % 360
    nearest = round(angle / 45) * 45
    return float(nearest if abs(angle - nearest) <= _SNAP_DEG else round(angle / 5) * 5) % 360


def paint_gradient(gradient: Gradient, box: Box) -> NDArray[np.uint8]:
    """
    The gradient drawn over a box: [h, w, 3] uint8.
    """
    height, width = round(box.h), round(box.w)
    x, y = np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5
    return _colors_at(gradient, (width, height), x[None, :], y[:, None])


def gradient_color(gradient: Gradient, box: Box, x: float, y: float) -> Color:
    """
    What `paint_gradient` gives the pixel at a point of the picture; outside of the box, the nearest one.
    """
    size = round(box.w), round(box.h)
    at = [
        np.float32(min(max(round(point - start), 0), most - 1)) + np.float32(0.5)
        for point, start, most in ((x, box.x, size[0]), (y, box.y, size[1]))
    ]
    r, g, b = _colors_at(gradient, size, *(np.array(each) for each in at)).tolist()
    return Color(r, g, b)


def _colors_at(
    gradient: Gradient, size: tuple[int, int], x: NDArray[np.float32], y: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """
    The colours at points of a box of that width and height; ``x`` and ``y`` are broadcast, RGB comes last.
    """
    width, height = size
    (dx, dy), length = _line(gradient.angle_deg, width, height)
    share = ((x - width / 2) * dx + (y - height / 2) * dy) / length + 0.5
    places = [stop.at for stop in gradient.stops]
    channels = zip(*(stop.color for stop in gradient.stops), strict=True)
    result = np.stack([np.rint(np.interp(share, places, channel)) for channel in channels], axis=-1)
    return result.astype(np.uint8)
