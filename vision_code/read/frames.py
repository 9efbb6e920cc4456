"""
Which lines close to a frame, and which merely divide a surface.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Color, color_distance
from vision_code.read.flat import modal
from vision_code.read.strokes import Stroke

#: Rounded corners interrupt a frame's lines by the radius; larger radii than this are drawn on pills only.
_MAX_RADIUS_PX = 40
#: The two lines at a corner must stop at the same distance from it, give or take this.
_CORNER_SLACK_PX = 3
#: Lines of one frame differ at most by this; a neighbour's shadow may lie over one of them.
_SAME_COLOR = 5
#: Outlined pills are at most this high; the share of line colour that an anti-aliased pixel of their curve has.
_MAX_PILL_PX = 72
_CURVE_SHARE = (0.08, 0.985)


@dataclass(frozen=True, slots=True)
class Frame:
    """
    Four lines around a box; ends exclusive. Of a bevel, whose lines have two colours, ``color`` is the mean.
    """

    left: int
    top: int
    right: int
    bottom: int
    width: int
    color: Color
    strokes: tuple[Stroke, Stroke, Stroke, Stroke]


def find_frames(strokes: Sequence[Stroke]) -> list[Frame]:
    """
    Frames with square or rounded corners. Lines that meet others in a T are no corners.
    """
    flat = [s for s in strokes if s.is_horizontal]
    upright = [s for s in strokes if not s.is_horizontal]
    found = [frame for side in upright for frame in _frames_right_of(side, flat, upright)]
    closed = _without_borrowers(found)
    closed = [frame for frame in closed if not any(_are_neighbours_sides(frame, inner) for inner in closed)]
    return _without_gaps(closed)


def _without_gaps(frames: Sequence[Frame]) -> list[Frame]:
    """
    The frames without those each of whose sides is the side of a neighbour: the gap around the cards inside a grid.
    """
    tops, bottoms, lefts, rights = ({id(frame.strokes[side]) for frame in frames} for side in range(4))
    facing = (bottoms, tops, rights, lefts)
    return [
        frame
        for frame in frames
        if not all(id(stroke) in others for stroke, others in zip(frame.strokes, facing, strict=True))
    ]


def _without_borrowers(frames: Sequence[Frame]) -> list[Frame]:
    """
    The frames without those that have two sides of a closer one, the others from the neighbours of that.
    """
    users: dict[int, list[int]] = {}
    for number, frame in enumerate(frames):
        for stroke in frame.strokes:
            users.setdefault(id(stroke), []).append(number)
    kept = []
    for frame in frames:
        shared = Counter(number for stroke in frame.strokes for number in users[id(stroke)])
        others = [frames[number] for number, count in shared.items() if count == 2]
        if not any(other.width == frame.width and _area(other) < _area(frame) for other in others):
            kept.append(frame)
    return kept


def _area(frame: Frame) -> int:
    return (frame.right - frame.left) * (frame.bottom - frame.top)


def _are_neighbours_sides(frame: Frame, inner: Frame) -> bool:
    """
    Whether a frame is made of the sides of those around ``inner``, as far from it as they all are from each other.
    """
    gaps = (
        *(inner.left - frame.left, inner.top - frame.top),
        *(frame.right - inner.right, frame.bottom - inner.bottom),
    )
    if min(gaps) <= _CORNER_SLACK_PX or max(gaps) - min(gaps) > _CORNER_SLACK_PX:
        return False
    top, _, left, _ = frame.strokes
    reach = (top.left - frame.left, left.top - frame.top)
    return all(abs(each - gaps[0]) <= _CORNER_SLACK_PX for each in reach)


def _frames_right_of(left: Stroke, flat: Sequence[Stroke], upright: Sequence[Stroke]) -> Iterable[Frame]:
    tops = [h for h in flat if alike(h, left) and _meet(h.left - left.left, left.top - h.top)]
    bottoms = [h for h in flat if _meet(h.left - left.left, h.bottom - left.bottom)]
    for top in tops:
        for bottom in bottoms:
            if bottom.top <= top.bottom or not (alike(bottom, left) or _is_square(top, bottom, left)):
                continue
            right = next(
                (
                    v
                    for v in upright
                    if v.left > left.right
                    and alike(v, bottom)
                    and _meet(v.right - top.right, v.top - top.top)
                    and _meet(v.right - bottom.right, bottom.bottom - v.bottom)
                ),
                None,
            )
            if right is not None:
                width = top.bottom - top.top
                color = top.color if alike(bottom, left) else _mean(top.color, bottom.color)
                yield Frame(left.left, top.top, right.right, bottom.bottom, width, color, (top, bottom, left, right))


def _is_square(top: Stroke, bottom: Stroke, left: Stroke) -> bool:
    """
    Whether lines end where those across them do: a bevel (CSS "inset", "outset") has two colours, but no round corners.
    """
    starts = (left.left, top.left, bottom.left)
    return max(starts) - min(starts) <= 1 and abs(left.top - top.top) <= 1 and abs(left.bottom - bottom.bottom) <= 1


def alike(a: Stroke, b: Stroke) -> bool:
    """
    Whether two lines have the colour of one frame.
    """
    return color_distance(a.color, b.color) <= _SAME_COLOR


def _mean(a: Color, b: Color) -> Color:
    return Color((a.r + b.r) // 2, (a.g + b.g) // 2, (a.b + b.b) // 2)


def _meet(along: int, across: int) -> bool:
    """
    Whether two line ends, this far from their common corner, belong to one square or round corner.
    """
    slack = _CORNER_SLACK_PX
    return -slack <= along <= _MAX_RADIUS_PX and -slack <= across <= _MAX_RADIUS_PX and abs(along - across) <= slack


def find_dividers(pixels: NDArray[np.uint8], strokes: Sequence[Stroke], frames: Sequence[Frame]) -> list[Stroke]:
    """
    Lines with the same colour on both sides that are no side of a frame.
    """
    taken = {id(s) for frame in frames for s in frame.strokes}
    free = [s for s in strokes if id(s) not in taken and beside(pixels, s) is not None]
    return [s for s in free if not _is_pill_side(pixels, s, free)]


def _is_pill_side(pixels: NDArray[np.uint8], stroke: Stroke, strokes: Sequence[Stroke]) -> bool:
    """
    Whether a line is the top or bottom of an outlined pill: a twin above or below, and both ends run on in a curve.
    """
    if not stroke.is_horizontal or not _curves_on(pixels, stroke):
        return False
    return any(
        other is not stroke
        and other.is_horizontal
        and abs(other.left - stroke.left) <= 2
        and abs(other.right - stroke.right) <= 2
        and abs(other.top - stroke.top) <= _MAX_PILL_PX
        and alike(other, stroke)
        for other in strokes
    )


def _curves_on(pixels: NDArray[np.uint8], stroke: Stroke) -> bool:
    """
    Whether the pixels just beyond both ends are part line, part background.
    """
    behind = beside(pixels, stroke)
    if behind is None or stroke.left < 1 or stroke.right >= pixels.shape[1]:
        return False
    span = color_distance(stroke.color, behind)
    for x in (stroke.left - 1, stroke.right):
        r, g, b = pixels[stroke.top, x].tolist()
        share = color_distance(Color(r, g, b), behind) / max(1, span)
        if not _CURVE_SHARE[0] < share < _CURVE_SHARE[1]:
            return False
    return True


def find_trays(strokes: Sequence[Stroke], frames: Sequence[Frame]) -> list[Frame]:
    """
    Boxes of which only the lower part of a shadow's edge is drawn: a white card on white.

    Left and right lines start at one height and meet a bottom line in round corners; no top line is needed.
    """
    taken = {id(s) for frame in frames for s in frame.strokes}
    flat = [s for s in strokes if s.is_horizontal and id(s) not in taken]
    upright = [s for s in strokes if not s.is_horizontal and id(s) not in taken]
    trays = []
    for left in upright:
        for right in upright:
            level = (
                abs(right.top - left.top) <= _CORNER_SLACK_PX and abs(right.bottom - left.bottom) <= _CORNER_SLACK_PX
            )
            if right.left <= left.right or not level or not alike(left, right):
                continue
            bottoms = [
                h
                for h in flat
                if _meet(h.left - left.right, h.top - left.bottom) and _meet(right.left - h.right, h.top - right.bottom)
            ]
            if bottoms:
                bottom = min(bottoms, key=lambda h: h.top)
                radius = bottom.left - left.right
                top = max(0, left.top - radius)
                sides = (bottom, bottom, left, right)
                trays.append(Frame(left.right, top, right.left, bottom.top, 0, bottom.color, sides))
    return trays


def beside(pixels: NDArray[np.uint8], stroke: Stroke) -> Color | None:
    """
    The colour on both sides of a line; None when they differ or are not flat.
    """
    if stroke.is_horizontal:
        if stroke.top == 0 or stroke.bottom >= pixels.shape[0]:
            return None
        sides = pixels[stroke.top - 1, stroke.left : stroke.right], pixels[stroke.bottom, stroke.left : stroke.right]
    else:
        if stroke.left == 0 or stroke.right >= pixels.shape[1]:
            return None
        sides = pixels[stroke.top : stroke.bottom, stroke.left - 1], pixels[stroke.top : stroke.bottom, stroke.right]
    colors = {_modal(side) for side in sides}
    return colors.pop() if len(colors) == 1 else None


def _modal(line: NDArray[np.uint8]) -> Color | None:
    """
    The colour of at least 60 % of a line, None when there is none.
    """
    color, share = modal(line)
    return color if share >= 0.6 else None


def without_strokes(pixels: NDArray[np.uint8], dividers: Sequence[Stroke]) -> NDArray[np.uint8]:
    """
    A copy in which each divider has the colour of what it divides.
    """
    clean = pixels.copy()
    for stroke in dividers:
        color = beside(pixels, stroke)
        if color is not None:
            clean[stroke.top : stroke.bottom, stroke.left : stroke.right] = color
    return clean
