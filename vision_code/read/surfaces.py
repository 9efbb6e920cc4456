"""
Filled shapes: areas of one colour that fill the perimeter of their bounding box, with their corner radius.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Color
from vision_code.read.flat import Components, modal

_MIN_SIDE_PX = 4
_MIN_AREA_PX = 48
#: Least share of the bounding box that the area itself fills: what lies on a page may cover most of it.
_MIN_FILL_SHARE = 0.1
#: Share of each side (between the corners) that must be of the area's colour. Badges and menus overlap some of it.
SIDE_SHARE = 0.75
#: Mean coverage from which an anti-aliased outermost line of a pill or circle belongs to the shape.
_EDGE_COVERAGE = 0.5
#: Missing area of a rounded corner over r²: 1 − π/4.
_CORNER_SHARE = 1 - np.pi / 4
#: A side counts as an edge from this channel difference on: neighbouring pixels of a shadow differ by 1 or 2.
_EDGE_STEP = 3
#: Two square corners or more: the shape is a part of a rounded one (a card's header) and has no radius of its own.
_ROUND_CORNERS = 3


@dataclass(frozen=True, slots=True)
class Surface:
    """
    A filled box, ends exclusive, its most frequent colour and corner radius in px.
    """

    left: int
    top: int
    right: int
    bottom: int
    color: Color
    radius: float

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def find_surfaces(pixels: NDArray[np.uint8], areas: Components) -> list[Surface]:
    """
    All filled shapes with straight or rounded sides.

    Args:
        pixels: [H, W, 3] uint8 that ``areas`` was made from.
    """
    width, height = areas.right - areas.left, areas.bottom - areas.top
    big = (np.minimum(width, height) >= _MIN_SIDE_PX) & (areas.area >= _MIN_AREA_PX)
    solid = areas.area >= _MIN_FILL_SHARE * width * height
    found = [_surface(pixels, areas, int(index)) for index in np.flatnonzero(big & solid)]
    return [surface for surface in found if surface is not None]


def _surface(pixels: NDArray[np.uint8], areas: Components, index: int) -> Surface | None:
    x0, y0, x1, y1 = (int(side[index]) for side in (areas.left, areas.top, areas.right, areas.bottom))
    mask = areas.labels[y0:y1, x0:x1] == index
    corners = _corner_runs(mask)
    reach = max(corners)
    if reach > min(x1 - x0, y1 - y0) / 2 + 1 or not _sides_filled(mask, corners):
        return None
    color = _modal_color(pixels[y0:y1, x0:x1], mask)
    x0, y0, x1, y1 = _grown(pixels, (x0, y0, x1, y1), color, reach)
    if not _stands_out(pixels, (x0, y0, x1, y1)):
        return None
    return Surface(x0, y0, x1, y1, color, _radius(pixels[y0:y1, x0:x1], color, reach))


def _modal_color(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Color:
    """
    Most frequent colour under the mask, from at most some 40,000 of its pixels.
    """
    stride = max(1, int(np.sqrt(mask.size / 40_000)))
    chosen = pixels[::stride, ::stride][mask[::stride, ::stride]]
    return modal(chosen if chosen.size else pixels[mask])[0]


def _stands_out(pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> bool:
    """
    Whether at least two sides are real edges (or the picture's own): parts of a shadow fade on all sides.
    """
    x0, y0, x1, y1 = box
    middle_x, middle_y = slice(x0 + (x1 - x0) // 4, x1 - (x1 - x0) // 4), slice(y0 + (y1 - y0) // 4, y1 - (y1 - y0) // 4)
    height, width = pixels.shape[:2]
    edges = [
        y0 == 0 or _median_step(pixels[y0, middle_x], pixels[y0 - 1, middle_x]) >= _EDGE_STEP,
        y1 == height or _median_step(pixels[y1 - 1, middle_x], pixels[y1, middle_x]) >= _EDGE_STEP,
        x0 == 0 or _median_step(pixels[middle_y, x0], pixels[middle_y, x0 - 1]) >= _EDGE_STEP,
        x1 == width or _median_step(pixels[middle_y, x1 - 1], pixels[middle_y, x1]) >= _EDGE_STEP,
    ]
    return sum(edges) >= 2


def _median_step(inside: NDArray[np.uint8], outside: NDArray[np.uint8]) -> float:
    return float(np.median(np.abs(inside.astype(np.int16) - outside.astype(np.int16)).max(axis=-1)))


def _corner_runs(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """
    Columns missing at the ends of the first and last row: top left, top right, bottom left, bottom right.
    """
    runs = []
    for row in (mask[0], mask[-1]):
        inked = np.flatnonzero(row)
        runs += [int(inked[0]), int(mask.shape[1] - 1 - inked[-1])]
    return runs[0], runs[1], runs[2], runs[3]


def _sides_filled(mask: NDArray[np.bool_], corners: tuple[int, int, int, int]) -> bool:
    top_left, top_right, bottom_left, bottom_right = corners
    height, width = mask.shape
    left = mask[top_left : max(top_left + 1, height - bottom_left), 0]
    right = mask[top_right : max(top_right + 1, height - bottom_right), -1]
    top = mask[0, top_left : max(top_left + 1, width - top_right)]
    bottom = mask[-1, bottom_left : max(bottom_left + 1, width - bottom_right)]
    round_ends = max(corners) >= min(mask.shape) / 2 - 2  # pills: the ends have no straight part to test
    tested = (top, bottom) if round_ends else (top, bottom, left, right)
    return all(side.mean() >= SIDE_SHARE for side in tested)


def _grown(
    pixels: NDArray[np.uint8], box: tuple[int, int, int, int], color: Color, reach: int
) -> tuple[int, int, int, int]:
    """
    The box with the outermost anti-aliased line of round ends added.
    """
    x0, y0, x1, y1 = box
    if reach < 3:
        return box
    rows, columns = pixels.shape[:2]
    middle_y, middle_x = (y0 + y1) // 2, (x0 + x1) // 2
    left = x0 >= 2 and _is_edge(pixels[middle_y, x0 - 2 : x0][::-1], color)
    right = x1 + 2 <= columns and _is_edge(pixels[middle_y, x1 : x1 + 2], color)
    top = y0 >= 2 and _is_edge(pixels[y0 - 2 : y0, middle_x][::-1], color)
    bottom = y1 + 2 <= rows and _is_edge(pixels[y1 : y1 + 2, middle_x], color)
    return x0 - left, y0 - top, x1 + right, y1 + bottom


def _is_edge(outward: NDArray[np.uint8], color: Color) -> bool:
    """
    Whether the first of two pixels going outward is mostly the shape's colour over the second.
    """
    near, far = np.abs(outward.astype(np.float32) - np.array(color, np.float32)).max(axis=-1).tolist()
    return far > 0 and 1 - near / far > _EDGE_COVERAGE


def _radius(pixels: NDArray[np.uint8], color: Color, reach: int) -> float:
    """
    Corner radius from the area that is missing at the corners, anti-aliased pixels counted by their share.
    """
    size = min(reach + 3, (pixels.shape[0] + 1) // 2, (pixels.shape[1] + 1) // 2)
    if reach == 0 or size < 1:
        return 0.0
    corners = (
        pixels[:size, :size],
        pixels[:size, -size:][:, ::-1],
        pixels[-size:, :size][::-1],
        pixels[-size:, -size:][::-1, ::-1],
    )
    radii = [_corner_radius(corner, color) for corner in corners]
    rounded = [r for r in radii if r >= 1.0]
    if len(rounded) < _ROUND_CORNERS:
        return 0.0
    radius = float(np.median(rounded))
    return min(radius, pixels.shape[0] / 2, pixels.shape[1] / 2)


def _corner_radius(corner: NDArray[np.uint8], color: Color) -> float:
    """
    Radius of one corner, turned so that its point is at [0, 0].
    """
    distance = np.abs(corner.astype(np.float32) - np.array(color, np.float32)).max(axis=-1)
    outside = float(distance[0, 0])
    if outside < _EDGE_STEP:
        return 0.0
    missing = np.minimum(distance / outside, 1.0)
    # Only what hangs together with the corner's point: content may come close to it.
    reach = np.cumsum(missing <= 0.02, axis=1) == 0
    return float(np.sqrt((missing * reach).sum() / _CORNER_SHARE))
