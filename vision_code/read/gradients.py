"""
Linear gradients: a plane through the colours of a smooth area.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import Gradient

_MAX_SAMPLES = 8_000
#: A pixel fits within this many levels; colour stops inside the range bend the plane by that much.
_FIT_LEVELS = 7.0
_FIT_SHARE = 0.9
#: Less change than this over the whole area is a flat colour with noise.
_MIN_CHANGE = 8.0
#: Angles are rounded to multiples of 45° when this close, else to 5°.
_SNAP_DEG = 9.0


def fit_gradient(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Gradient | None:
    """
    The two-stop gradient that explains an area, None when it is flat or a picture.

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
    plane, near = _robust_plane(design, values)
    if near < _FIT_SHARE:
        return None
    angle = _angle(plane[:2])
    direction = np.array([math.sin(math.radians(angle)), -math.cos(math.radians(angle))])
    # Length of the gradient line, https://www.w3.org/TR/css-images-3/#linear-gradients
    length = abs(width * direction[0]) + abs(height * direction[1])
    change = direction @ plane[:2] * length
    if float(np.abs(change).max()) < _MIN_CHANGE:
        return None
    return Gradient(angle_deg=angle, start=_color(plane[2] - change / 2), end=_color(plane[2] + change / 2))


def _robust_plane(design: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """
    Least squares twice, the second time without outliers: coefficients [3, channels], share of pixels that fit.
    """
    near = np.ones(len(values), bool)
    plane: NDArray[np.float64] = np.zeros((3, values.shape[1]))
    for _ in range(2):
        plane = np.asarray(np.linalg.lstsq(design[near], values[near], rcond=None)[0], np.float64)
        near = np.abs(design @ plane - values).max(axis=1) <= _FIT_LEVELS
        if near.mean() < 0.5:
            return plane, 0.0
    return plane, float(near.mean())


def _angle(slopes: NDArray[np.float64]) -> float:
    """
    CSS angle of the direction in which the colours change most; ``slopes`` is [2, channels] per px in x and y.
    """
    axes, _, _ = np.linalg.svd(slopes)
    dx, dy = axes[:, 0]
    angle = math.degrees(math.atan2(dx, -dy)) % 360
    if angle > 225 or angle <= 45:  # one of the two directions of the axis: rightwards or downwards
        angle = (angle + 180) % 360
    nearest = round(angle / 45) * 45
    return float(nearest if abs(angle - nearest) <= _SNAP_DEG else round(angle / 5) * 5) % 360


def _color(value: NDArray[np.float64]) -> Color:
    r, g, b = np.clip(np.rint(value), 0, 255).astype(int).tolist()
    return Color(r, g, b)


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
    radians = math.radians(gradient.angle_deg)
    dx, dy = math.sin(radians), -math.cos(radians)
    length = abs(width * dx) + abs(height * dy)
    share = (((x - width / 2) * dx + (y - height / 2) * dy) / length + 0.5)[..., None]
    start, end = np.array(gradient.start, np.float32), np.array(gradient.end, np.float32)
    result: NDArray[np.uint8] = np.clip(np.rint(start + (end - start) * share), 0, 255).astype(np.uint8)
    return result
