"""
Analysis by synthesis: the page as the rectangles alone would draw it, to see what they do not explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import CORNERS, Rect
from vision_code.paint_order import upwards
from vision_code.read.gradients import paint_gradient

#: A pixel is explained when it is within this many levels of what the rectangles draw.
_TOLERANCE = 12
#: Gradients are measured to within this.
_GRADIENT_TOLERANCE = 24
#: A border has one colour here; a bevel's two sides differ from their mean by so much.
_BEVEL_TOLERANCE = 48
#: Curves are anti-aliased, and radii measured to about 1 px: a band this wide around them says nothing.
_CURVE_PX = 1.6
_CURVE_SHARE = 0.12
#: Smaller radii clip nothing that shows.
_MIN_CLIP_PX = 3.0


def unexplained(pixels: NDArray[np.uint8], rects: Sequence[Rect], background: Color) -> NDArray[np.bool_]:
    """
    Which pixels neither the page's colour nor a rectangle accounts for: [H, W] bool.

    Args:
        pixels: [H, W, 3] uint8 without text.
        rects: What is known of it.
    """
    rects = upwards(rects)
    expected = np.empty_like(pixels)
    expected[:] = background
    tolerance = np.full(pixels.shape[:2], _TOLERANCE, np.uint8)
    for position, rect in enumerate(rects):
        with _clipped(expected, tolerance, rect, rects[:position]):
            _paint(expected, tolerance, rect)
    for rect in rects:
        if rect.shadow is not None:
            _ignore_shadow(pixels, tolerance, rect)
    r, g, b = cv2.split(cv2.absdiff(pixels, expected))
    result: NDArray[np.bool_] = cv2.max(cv2.max(r, g), b) > tolerance
    return result


@contextmanager
def _clipped(
    expected: NDArray[np.uint8], tolerance: NDArray[np.uint8], rect: Rect, larger: Sequence[Rect]
) -> Iterator[None]:
    """
    Keeps what lies outside the round corners of a larger rectangle that a square one reaches into: a card hides what
    its head has there.
    """
    around = next((other for other in reversed(larger) if reaches_corner(rect, other)), None)
    if around is None:
        yield
        return
    rows, columns = _span(around.box, expected.shape)
    size = min(int(np.ceil(around.radius_px)), (rows.stop - rows.start) // 2, (columns.stop - columns.start) // 2)
    inside, curve = _corner(size, around.radius_px)
    view, slack = expected[rows, columns], tolerance[rows, columns]
    kept = [(view[y, x].copy(), slack[y, x].copy()) for y, x in _corners(size)]
    yield
    for (y, x), (old, old_slack) in zip(_corners(size), kept, strict=True):
        turn = (slice(None, None, -1 if y.start else 1), slice(None, None, -1 if x.start else 1))
        view[y, x] = np.where(inside[turn][..., None], view[y, x], old)
        slack[y, x] = np.where(curve[turn], 255, np.where(inside[turn], slack[y, x], old_slack))


def reaches_corner(rect: Rect, around: Rect) -> bool:
    """
    Whether a square rectangle reaches into a round corner of one around it, which hides what it has there.
    """
    if around.radius_px < _MIN_CLIP_PX or rect.radius_px >= _MIN_CLIP_PX or rect.is_rule:
        return False
    inner = around.box.inset(around.border.width_px if around.border else 0.0)
    if not around.box.contains(rect.box, 1.0):
        return False
    left, right = abs(rect.box.x - inner.x) <= 1, abs(rect.box.right - inner.right) <= 1
    top, bottom = abs(rect.box.y - inner.y) <= 1, abs(rect.box.bottom - inner.bottom) <= 1
    return (left or right) and (top or bottom)


def _paint(expected: NDArray[np.uint8], tolerance: NDArray[np.uint8], rect: Rect) -> None:
    box = rect.box
    if rect.border is not None and set("trbl") == set(rect.border.sides):
        _fill(expected, tolerance, box, rect.radius_px, rect.border.color)
        width = rect.border.width_px
        inner, radius = box.inset(width), max(0.0, rect.radius_px - width)
        if rect.fill is not None:
            if not rect.radius_px:
                tolerance[_span(box, expected.shape)] = _BEVEL_TOLERANCE
            _fill(expected, tolerance, inner, radius, rect.fill)
    else:
        inner, radius = box, rect.radius_px
        if rect.fill is not None and rect.cap is not None:
            _fill(expected, tolerance, box, rect.cap.radius_px, rect.fill, CORNERS[rect.cap.side])
        elif rect.fill is not None:
            _fill(expected, tolerance, box, radius, rect.fill)
        if rect.border is not None:
            _paint_sides(expected, rect)
    if rect.gradient is not None:
        _paint_gradient(expected, tolerance, inner, radius, rect)


def _span(box: Box, shape: tuple[int, ...]) -> tuple[slice, slice]:
    rows = slice(max(0, round(box.y)), min(shape[0], round(box.bottom)))
    return rows, slice(max(0, round(box.x)), min(shape[1], round(box.right)))


def _fill(
    expected: NDArray[np.uint8],
    tolerance: NDArray[np.uint8],
    box: Box,
    radius: float,
    color: Color,
    rounded: Sequence[int] = range(4),
) -> None:
    """
    Paint a box; of its corners (in the order of `_corners`) those ``rounded`` have the radius.
    """
    rows, columns = _span(box, expected.shape)
    if radius < 1:
        expected[rows, columns] = color
        tolerance[rows, columns] = np.minimum(tolerance[rows, columns], _TOLERANCE)
        return
    size = min(int(np.ceil(radius)), (rows.stop - rows.start + 1) // 2, (columns.stop - columns.start + 1) // 2)
    inside, curve = _corner(size, radius)
    view, slack = expected[rows, columns], tolerance[rows, columns]
    kept = [view[y, x].copy() for y, x in _corners(size)]
    loose = [slack[y, x].copy() for y, x in _corners(size)]
    view[:] = color
    slack[:] = np.minimum(slack, _TOLERANCE)
    for corner, ((y, x), old, old_slack) in enumerate(zip(_corners(size), kept, loose, strict=True)):
        if corner not in rounded:
            continue
        turn = (slice(None, None, -1 if y.start else 1), slice(None, None, -1 if x.start else 1))
        corner_in, corner_curve = inside[turn], curve[turn]
        view[y, x] = np.where(corner_in[..., None], view[y, x], old)
        slack[y, x] = np.where(corner_curve, 255, np.where(corner_in, slack[y, x], old_slack))


def _corners(size: int) -> list[tuple[slice, slice]]:
    start, end = slice(0, size), slice(-size, None)
    return [(start, start), (start, end), (end, start), (end, end)]


def _corner(size: int, radius: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """
    Top left corner: which pixels are inside the curve, which are near it.
    """
    steps = radius - (np.arange(size) + 0.5)
    distance = np.hypot(np.maximum(steps, 0)[:, None], np.maximum(steps, 0)[None, :]) - radius
    return distance <= 0, np.abs(distance) < _CURVE_PX + _CURVE_SHARE * radius


def _paint_sides(expected: NDArray[np.uint8], rect: Rect) -> None:
    assert rect.border is not None
    width, box = rect.border.width_px, rect.box
    bars = {
        "t": Box(box.x, box.y, box.w, width),
        "b": Box(box.x, box.bottom - width, box.w, width),
        "l": Box(box.x, box.y, width, box.h),
        "r": Box(box.right - width, box.y, width, box.h),
    }
    for side in rect.border.sides:
        expected[_span(bars[side], expected.shape)] = rect.border.color


def _paint_gradient(
    expected: NDArray[np.uint8], tolerance: NDArray[np.uint8], box: Box, radius: float, rect: Rect
) -> None:
    assert rect.gradient is not None
    rows, columns = _span(box, expected.shape)
    whole = Box(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
    painted = (expected[rows, columns] == np.array(rect.fill, np.uint8)).all(axis=2)
    expected[rows, columns] = np.where(
        painted[..., None], paint_gradient(rect.gradient, whole), expected[rows, columns]
    )
    slack = tolerance[rows, columns]
    slack[painted & (slack < _GRADIENT_TOLERANCE)] = _GRADIENT_TOLERANCE


def _ignore_shadow(pixels: NDArray[np.uint8], tolerance: NDArray[np.uint8], rect: Rect) -> None:
    """
    Around a shadow's box, accept what is darker than its surround by no more than the shadow can be.
    """
    assert rect.shadow is not None
    reach = rect.shadow.blur_px + abs(rect.shadow.dy_px) + 1
    rows, columns = _span(rect.box.inset(-reach), pixels.shape)
    limit = round(min(255.0, 255 * rect.shadow.alpha + _TOLERANCE))
    own_rows, own_columns = _span(rect.box, pixels.shape)
    own = tolerance[own_rows, own_columns].copy()
    tolerance[rows, columns] = np.maximum(tolerance[rows, columns], limit)
    tolerance[own_rows, own_columns] = own
