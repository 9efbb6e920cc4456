"""
Filled shapes: areas of one colour that fill the perimeter of their bounding box, with their corner radius.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color, color_distance
from vision_code.observation import Gradient
from vision_code.read.cores import SIDE_SHARE, cores
from vision_code.read.flat import Components, components, modal
from vision_code.read.gradients import fit_gradient, gradient_color

_MIN_SIDE_PX = 4
_MIN_AREA_PX = 48
#: Least share of the bounding box that the area itself fills: what lies on a page may cover most of it.
_MIN_FILL_SHARE = 0.1
#: Mean coverage from which an anti-aliased outermost line of a pill or circle belongs to the shape.
_EDGE_COVERAGE = 0.5
#: So many pixels in an outermost line are the tip of a curve.
_TIP_PX = 2
#: Discs of this size and more have such; they fill π/4 of their box, give or take this much.
_MIN_DISC_PX, _DISC_SLACK = 16, 0.06
#: Missing area of a rounded corner over r²: 1 − π/4.
_CORNER_SHARE = 1 - np.pi / 4
#: An area has not the anti-aliased pixels of its edge: half a pixel along a quarter of a circle, over r.
_EDGE_LOSS = np.pi / 4
#: An area is flat when this share of it is within 3 levels of its most frequent colour …
_FLAT_SHARE = 0.7
_NEAR_LEVELS = 3
#: … and no surface at all when it is neither a gradient nor flat on at least this share (shadows over it).
_NOISY_SHARE = 0.4
_STEEP_TOLERANCE = 5
#: A photograph has grain: neighbours bend by so many levels (a dithered gradient by at most 2) on at least this share.
_GRAIN_LEVELS, _GRAIN_SHARE = 3, 0.2
_MIN_GRADIENT_PX = 10
#: Smaller areas at the edge of the picture say nothing about the page.
_MIN_PAGE_SHARE = 0.02
#: Progress bars are at most this high and at least this many times as long.
_MAX_BAR_PX = 24
_MIN_BAR_RATIO = 5
#: A line of this width may lie between a header and the body of a card.
_MAX_SEAM_PX = 2
#: Switches are at most this high.
_MAX_SWITCH_PX = 40
#: A measured radius from here on is a round corner.
_ROUND_PX = 1.5
#: A side counts as an edge from this channel difference on: neighbouring pixels of a shadow differ by 1 or 2.
_EDGE_STEP = 3
#: Two square corners or more: the shape is a part of a rounded one (a card's header) and has no radius of its own.
_ROUND_CORNERS = 3


Radii = tuple[float, float, float, float]
_SQUARE: Radii = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Surface:
    """
    A filled box, ends exclusive, its most frequent colour and corner radii in px (top left, top right, bottom left,
    bottom right).
    """

    left: int
    top: int
    right: int
    bottom: int
    color: Color
    radii: Radii = _SQUARE
    gradient: Gradient | None = None

    @property
    def radius(self) -> float:
        """
        The one radius of the shape; 0 when fewer than three corners are round (a part of a rounded shape).
        """
        rounded = [r for r in self.radii if r >= 1.0]
        return float(np.median(rounded)) if len(rounded) >= _ROUND_CORNERS else 0.0

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


def page_color(pixels: NDArray[np.uint8], areas: Components) -> Color:
    """
    The colour with most area among the areas that touch an edge of the picture; a gradient beside others is none.

    A page without a flat background (gradient, photograph) gives its most frequent colour.
    """
    height, width = pixels.shape[:2]
    touching = (areas.left == 0) | (areas.top == 0) | (areas.right == width) | (areas.bottom == height)
    large = np.flatnonzero(touching & (areas.area >= _MIN_PAGE_SHARE * height * width))
    totals: dict[Color, int] = {}
    for index in large:
        color = _flat_color(pixels, areas, int(index))
        if color is not None:
            totals[color] = totals.get(color, 0) + int(areas.area[index])
    if totals:
        return max(totals, key=lambda color: totals[color])
    return modal(pixels[:: max(1, height // 500)])[0]


def _flat_color(pixels: NDArray[np.uint8], areas: Components, index: int) -> Color | None:
    """
    Most frequent colour of an area; None of a gradient that does not reach across the picture.
    """
    x0, y0, x1, y1 = (int(side[index]) for side in (areas.left, areas.top, areas.right, areas.bottom))
    shown, mask = pixels[y0:y1, x0:x1], areas.labels[y0:y1, x0:x1] == index
    color, share = _modal_color(shown, mask)
    is_ground = share >= _FLAT_SHARE or x1 - x0 == pixels.shape[1] or fit_gradient(shown, mask) is None
    return color if is_ground else None


def find_surfaces(pixels: NDArray[np.uint8], areas: Components) -> list[Surface]:
    """
    All filled shapes with straight or rounded sides.

    Args:
        pixels: [H, W, 3] uint8 that ``areas`` was made from.
    """
    flat = _candidates(pixels, areas, _MIN_SIDE_PX)
    # Steep gradients fall apart at the usual tolerance.
    steep = _candidates(pixels, components(pixels, _STEEP_TOLERANCE), _MIN_GRADIENT_PX)
    known = {(s.left, s.top, s.right, s.bottom) for s in flat}
    whole = [s for s in steep if s.gradient is not None and (s.left, s.top, s.right, s.bottom) not in known]
    return [s for s in flat if not any(_is_slice(s, of) for of in whole)] + whole


def _is_slice(surface: Surface, whole: Surface) -> bool:
    """
    Whether a surface is what a gradient shows between two of its sides.
    """
    across = (surface.top, surface.bottom) == (whole.top, whole.bottom)
    along = (surface.left, surface.right) == (whole.left, whole.right)
    inside = whole.left <= surface.left < surface.right <= whole.right
    inside = inside and whole.top <= surface.top < surface.bottom <= whole.bottom
    if whole.gradient is None or not inside or not (across or along):
        return False
    box = Box(whole.left, whole.top, whole.width, whole.height)
    middle = ((surface.left + surface.right) / 2, (surface.top + surface.bottom) / 2)
    return color_distance(surface.color, gradient_color(whole.gradient, box, *middle)) <= _STEEP_TOLERANCE


def _candidates(pixels: NDArray[np.uint8], areas: Components, least_px: int) -> list[Surface]:
    width, height = areas.right - areas.left, areas.bottom - areas.top
    is_bar = (height >= _MIN_SIDE_PX) & (width >= _MIN_BAR_RATIO * height)
    big = ((np.minimum(width, height) >= least_px) | is_bar) & (areas.area >= _MIN_AREA_PX)
    solid = areas.area >= _MIN_FILL_SHARE * width * height
    found: list[Surface] = []
    for index in np.flatnonzero(big & solid).tolist():
        x0, y0, x1, y1 = (int(side[index]) for side in (areas.left, areas.top, areas.right, areas.bottom))
        mask = areas.labels[y0:y1, x0:x1] == index
        surface = _surface(pixels, mask, x0, y0)
        if surface is not None:
            found.append(surface)
            continue
        for rows, columns in cores(mask, int(areas.area[index])):
            core = _surface(pixels, mask[rows, columns], x0 + columns.start, y0 + rows.start)
            if core is not None:
                found.append(core)
    return found


def _surface(pixels: NDArray[np.uint8], mask: NDArray[np.bool_], x0: int, y0: int) -> Surface | None:
    """
    The filled shape of one area; ``mask`` is its part of the picture, whose upper left corner is at ``x0``, ``y0``.
    """
    mask, left, top = _without_tips(mask)
    x0, y0 = x0 + left, y0 + top
    x1, y1 = x0 + mask.shape[1], y0 + mask.shape[0]
    corners = _corner_runs(mask)
    reach = max(corners)
    if reach > min(x1 - x0, y1 - y0) / 2 + 1 or not _sides_filled(mask, corners):
        return None
    color, share = _modal_color(pixels[y0:y1, x0:x1], mask)
    gradient = None
    if share < _FLAT_SHARE:
        gradient = fit_gradient(pixels[y0:y1, x0:x1], mask)
        if gradient is None and share < _NOISY_SHARE:
            return None
        if gradient is not None:
            if _is_grainy(pixels[y0:y1, x0:x1], mask):
                return None
            r, g, b = ((p + q) // 2 for p, q in zip(gradient.stops[0].color, gradient.stops[-1].color, strict=True))
            color = Color(r, g, b)
    inner = (x0, y0, x1, y1)
    x0, y0, x1, y1 = _grown(pixels, inner, color, reach)
    if not _stands_out(pixels, (x0, y0, x1, y1)):
        return None
    members = np.pad(mask, ((inner[1] - y0, y1 - inner[3]), (inner[0] - x0, x1 - inner[2])), mode="edge")
    # Of a gradient, only the area itself tells where it ends.
    shown = pixels[y0:y1, x0:x1] if gradient is None else np.full((y1 - y0, x1 - x0, 3), color, np.uint8)
    radii = corner_radii(shown, members, color, reach)
    return Surface(x0, y0, x1, y1, color, radii, gradient)


def _is_grainy(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> bool:
    """
    Whether an area is a smooth part of a photograph, told from at most some 300 of its rows.
    """
    stride = max(1, mask.shape[0] // 300)
    rows, own = pixels[::stride].astype(np.int16), mask[::stride]
    bend = np.abs(rows[:, 2:] - 2 * rows[:, 1:-1] + rows[:, :-2]).max(axis=2)
    inside = own[:, 2:] & own[:, 1:-1] & own[:, :-2]
    return bool(inside.any() and (bend[inside] >= _GRAIN_LEVELS).mean() >= _GRAIN_SHARE)


def _modal_color(pixels: NDArray[np.uint8], mask: NDArray[np.bool_]) -> tuple[Color, float]:
    """
    Most frequent colour under the mask and the share of pixels near it, from at most some 40,000 of its pixels.
    """
    stride = max(1, int(np.sqrt(mask.size / 40_000)))
    chosen = pixels[::stride, ::stride][mask[::stride, ::stride]]
    if chosen.size == 0:
        chosen = pixels[mask]
    color, _ = modal(chosen)
    near = np.abs(chosen.astype(np.int16) - np.array(color, np.int16)).max(axis=1) <= _NEAR_LEVELS
    return color, float(near.mean())


def _stands_out(pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> bool:
    """
    Whether at least two sides are real edges (or the picture's own): parts of a shadow fade on all sides.
    """
    x0, y0, x1, y1 = box
    middle_x, middle_y = (
        slice(x0 + (x1 - x0) // 4, x1 - (x1 - x0) // 4),
        slice(y0 + (y1 - y0) // 4, y1 - (y1 - y0) // 4),
    )
    height, width = pixels.shape[:2]
    edges = [
        y0 == 0 or _median_step(pixels[y0, middle_x], pixels[y0 - 1, middle_x]) >= _EDGE_STEP,
        y1 == height or _median_step(pixels[y1 - 1, middle_x], pixels[y1, middle_x]) >= _EDGE_STEP,
        x0 == 0 or _median_step(pixels[middle_y, x0], pixels[middle_y, x0 - 1]) >= _EDGE_STEP,
        x1 == width or _median_step(pixels[middle_y, x1 - 1], pixels[middle_y, x1]) >= _EDGE_STEP,
    ]
    return edges.count(True) >= 2


def _median_step(inside: NDArray[np.uint8], outside: NDArray[np.uint8]) -> float:
    return float(np.median(np.abs(inside.astype(np.int16) - outside.astype(np.int16)).max(axis=-1)))


def _without_tips(mask: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], int, int]:
    """
    The mask of a disc without outermost lines of one or two pixels: where a circle touches its box, a pixel of its edge
    may be as good as full. Also how many columns and rows it lost at the left and the top.
    """
    rows, columns = mask.sum(axis=1), mask.sum(axis=0)
    even = abs(mask.shape[0] - mask.shape[1]) <= 2
    if not even or mask.shape[0] < _MIN_DISC_PX or abs(mask.mean() - np.pi / 4) > _DISC_SLACK:
        return mask, 0, 0
    top, bottom = (0 < line[0] <= _TIP_PX < line[1] / 2 for line in (rows[:2], rows[:-3:-1]))
    left, right = (0 < line[0] <= _TIP_PX < line[1] / 2 for line in (columns[:2], columns[:-3:-1]))
    inner = mask[int(top) : len(rows) - bottom, int(left) : len(columns) - right]
    touches = inner.size > 0 and all(line.any() for line in (inner[0], inner[-1], inner[:, 0], inner[:, -1]))
    return (inner, int(left), int(top)) if touches else (mask, 0, 0)


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
    distances = np.abs(outward.astype(np.float32) - np.array(color, np.float32)).max(axis=-1)
    near, far = float(distances[0]), float(distances[1])
    return far > 0 and 1 - near / far > _EDGE_COVERAGE


def corner_radii(pixels: NDArray[np.uint8], mask: NDArray[np.bool_], color: Color, reach: int) -> Radii:
    """
    Corner radii from the area that is missing at each corner, anti-aliased pixels counted by their share.

    Args:
        mask: [H, W] pixels of the area: the only witness where the colour outside the corners is the area's own (a
            white pill on white).
    """
    size = min(reach + 3, (pixels.shape[0] + 1) // 2, (pixels.shape[1] + 1) // 2)
    if reach == 0 or size < 1:
        return _SQUARE
    most = min(pixels.shape[0], pixels.shape[1]) / 2
    distance = np.abs(pixels.astype(np.float32) - np.array(color, np.float32)).max(axis=-1)
    radii = [
        min(most, _corner_radius(corner, inside))
        for corner, inside in zip(_corners(distance, size), _corners(mask, size), strict=True)
    ]
    return radii[0], radii[1], radii[2], radii[3]


_Map = TypeVar("_Map", NDArray[np.float32], NDArray[np.bool_])


def _corners(values: _Map, size: int) -> list[_Map]:
    """
    The four corners, each turned so that its point is at [0, 0].
    """
    return [
        values[:size, :size],
        values[:size, -size:][:, ::-1],
        values[-size:, :size][::-1],
        values[-size:, -size:][::-1, ::-1],
    ]


def _corner_radius(distance: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """
    Radius of one corner from the distance of its pixels to the area's colour.
    """
    outside = float(distance[0, 0])
    lost = 0.0
    if outside >= _EDGE_STEP:
        missing = np.minimum(distance / outside, 1.0)
    elif not inside[0, 0]:
        missing = (~inside).astype(np.float32)
        lost = _EDGE_LOSS
    else:
        return 0.0
    # Only what hangs together with the corner's point: content may come close to it.
    reach = np.cumsum(missing <= 0.02, axis=1) == 0
    area = float((missing * reach).sum())
    return float((np.sqrt(lost**2 + 4 * _CORNER_SHARE * area) - lost) / (2 * _CORNER_SHARE))


def join_parts(surfaces: list[Surface]) -> list[Surface]:
    """
    The whole behind two parts: a progress bar's track, a button with a shaded end, a card with a coloured header.

    The larger part becomes the whole; the smaller one stays and lies on it.
    """
    surfaces = _join_stacks(surfaces)
    whole: list[Surface] = []
    for surface in sorted(surfaces, key=lambda s: -s.width * s.height):
        parts = (
            s
            for s in surfaces
            if s is not surface and (_is_bar(s, surface) or _is_larger(surface, s) or s.height <= _MAX_SWITCH_PX)
        )
        joined = next((j for j in (_join(surface, part) for part in parts) if j is not None), surface)
        whole.append(joined)
    return whole


def _join(main: Surface, part: Surface) -> Surface | None:
    """
    ``main`` grown over ``part`` when their round corners complete each other; else None.
    """
    left, right = (main, part) if main.left < part.left else (part, main)
    if (switch := _join_knob(main, part)) is not None:
        return switch
    is_bar = _is_bar(main, part)
    overlap = left.right - right.left
    # Where a bar ends between two pixels, a column is mixed of its colour and the track's.
    if (left.top, left.bottom) != (right.top, right.bottom) or not -int(is_bar) <= overlap <= left.height:
        return None
    radii = (left.radii[0], right.radii[1], left.radii[2], right.radii[3])
    whole = replace(main, left=left.left, right=right.right, radii=radii)
    if is_bar:  # the bar lies on the left of its track; its own end may be round
        return whole if main is right else None
    open_ends = (left.radii[1], left.radii[3], right.radii[0], right.radii[2])
    complete = min(radii) >= _ROUND_PX > max(open_ends) and left.right == right.left
    return whole if complete and _is_shade(main.color, part.color) else None


def _join_knob(part: Surface, knob: Surface) -> Surface | None:
    """
    The whole track of a switch: the visible part of a pill and the round knob that covers its other end.
    """
    margin = knob.top - part.top
    round_knob = knob.radius >= 0.4 * knob.height and abs(knob.width - knob.height) <= 2
    centred = margin == part.bottom - knob.bottom and 1 <= margin <= 0.25 * part.height
    if not (round_knob and centred) or part.height > _MAX_SWITCH_PX or not part.width < 2 * part.height:
        return None
    half = 0.35 * part.height
    radii = (part.height / 2,) * 4
    # Of the thin ring of track around the knob some may be seen.
    begin, end, slack = knob.left - margin, knob.right + margin, knob.width / 2
    if min(part.radii[0], part.radii[2]) >= half and knob.left - slack <= part.right < end:
        return replace(part, right=end, radii=radii)
    if min(part.radii[1], part.radii[3]) >= half and begin < part.left <= knob.right + slack:
        return replace(part, left=begin, radii=radii)
    return None


def _stack(top: Surface, surfaces: list[Surface]) -> list[Surface]:
    """
    The surfaces from one with round upper corners down to one with round lower corners, flush with each other; empty
    when there is no such stack of two or more.
    """
    stack = [top]
    if min(top.radii[:2]) < _ROUND_PX or max(top.radii[2:]) >= _ROUND_PX:
        return []
    while max(stack[-1].radii[2:]) < _ROUND_PX:
        last = stack[-1]
        below = next((s for s in surfaces if _is_flush(last, s)), None)
        if below is None:
            return []
        stack.append(below)
    return stack if min(stack[-1].radii[2:]) >= _ROUND_PX else []


def _is_flush(upper: Surface, lower: Surface) -> bool:
    seam = lower.top - upper.bottom
    aligned = (upper.left, upper.right) == (lower.left, lower.right)
    return aligned and 0 <= seam <= _MAX_SEAM_PX and max(lower.radii[:2]) < _ROUND_PX


def _join_stacks(surfaces: list[Surface]) -> list[Surface]:
    """
    Cards made of header, body and footer: the largest part becomes the card, the others lie on it.
    """
    whole = list(surfaces)
    for top in surfaces:
        stack = _stack(top, surfaces)
        if stack:
            main = max(stack, key=lambda s: s.height)
            radii = (*top.radii[:2], *stack[-1].radii[2:])
            card = replace(main, top=top.top, bottom=stack[-1].bottom, radii=radii)
            whole[whole.index(main)] = card
    return whole


def _is_larger(a: Surface, b: Surface) -> bool:
    return a.width * a.height >= b.width * b.height


def _is_bar(a: Surface, b: Surface) -> bool:
    return a.height <= _MAX_BAR_PX and a.width + b.width >= _MIN_BAR_RATIO * a.height


def _is_shade(a: Color, b: Color) -> bool:
    """
    Whether one colour is the other under a thin layer of black or white.
    """
    dark, light = (a, b) if sum(a) < sum(b) else (b, a)
    return 0 < sum(light) - sum(dark) <= 120 and all(d <= w for d, w in zip(dark, light, strict=True))
