"""
Rectangles of the page: filled shapes, frames and rules put together, hidden ones dropped, nested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color, color_distance
from vision_code.observation import CORNERS, Border, Cap, Rect
from vision_code.paint_order import covers
from vision_code.read.borders import PILL_SHARE, borders
from vision_code.read.expected import reaches_corner
from vision_code.read.flat import components, modal
from vision_code.read.frames import Frame, find_dividers, find_frames, find_trays, without_strokes
from vision_code.read.gradients import gradient_color
from vision_code.read.shadows import find_shadow
from vision_code.read.strokes import Stroke, find_strokes, is_long
from vision_code.read.surfaces import Radii, Surface, corner_radii, find_surfaces, join_parts, page_color

#: A frame whose inside has no colour on at least this share holds a picture: it is drawn without fill.
_FRAME_FILL_SHARE = 0.3
#: The first rows of a hard shadow look like lines beside the box.
_SHADOW_EDGE_PX = 4.0
#: The end of a curve is too faint to count as part of the line.
_CURVE_LOST_PX = 2.0
#: Frames with shorter sides than other lines are so many times as wide as high, and straight on this share of that.
_LOW_RATIO, _STRAIGHT_SHARE = 1.5, 0.5
#: Smaller shapes have a border on all sides or none; a line along one side is part of an icon.
_MIN_BORDERED_PX = 20
_FAINT = 0.08
_SAME_COLOR = 5
#: A shape of a letter's size that differs from what it lies on by no more than this is ink of faint letters, or grain.
_MAX_SPECK_PX, _SPECK_LEVELS = 24.0, 12
#: A bar and a border with this IoU are one.
_SAME_BAR = 0.8
#: Two corners beside each other are round from this radius on when they are alike within this share.
_CAP_PX, _CAP_SHARE = 2.5, 0.25
#: A line that goes on so far past an end of a box is no border of it.
_PAST_PX = 8.0


def find_rects(clean: NDArray[np.uint8]) -> tuple[Color, list[Rect]]:
    """
    The page's own colour and all rectangles on it, numbered from large to small.

    Areas of the page's colour directly on the page are no rectangles.

    Args:
        clean: [H, W, 3] uint8 without text.
    """
    strokes = find_strokes(clean)
    frames = [frame for frame in find_frames(strokes) if _is_low(frame) or all(map(is_long, frame.strokes))]
    sides = {id(stroke) for frame in frames for stroke in frame.strokes}
    strokes = [stroke for stroke in strokes if is_long(stroke) or id(stroke) in sides]
    flat = without_strokes(clean, find_dividers(clean, strokes, frames))
    areas = components(flat)
    background = page_color(flat, areas)
    surfaces = join_parts(find_surfaces(flat, areas))
    framed, rest = _fill_frames(flat, frames, surfaces)
    plain = [_bordered(clean, surface, frames, strokes) for surface in rest]
    visible = _visible([*framed, *plain], background)
    bare = [_without_ring(rect, visible) for rect in visible]
    shapes = [_shaded(clean, rect, bare, strokes) for rect in bare]
    for card in _shadow_cards(clean, find_trays(strokes, frames)):
        shapes = [
            s for s in shapes if not (s.box.contains(card.box) and card.box.inset(-_SHADOW_EDGE_PX).contains(s.box))
        ]
        shapes.append(card)
    shapes = [shape for shape in shapes if not _is_border(shape, shapes)]
    rules = [_rule(s) for s in strokes if not _is_side(s, shapes)]
    rules = [rule for rule in rules if not _is_ground(rule, _below(rule, shapes), background)]
    found = [*shapes, *rules]
    found = [_unclipped(rect, found) for rect in found]
    return background, nest([rect for rect in found if not _is_speck(rect, found, background)])


def _unclipped(rect: Rect, others: Sequence[Rect]) -> Rect:
    """
    A rectangle without the round corners that are those of a card around it, as whose head it lies there.
    """
    if rect.cap is None or not any(reaches_corner(rect, other) for other in others if other is not rect):
        return rect
    return replace(rect, cap=None)


def _is_low(frame: Frame) -> bool:
    """
    Whether a frame may be a low field's or button's, rather than a part of an icon or of a shadow, whose corners take
    most of its sides.
    """
    height = frame.bottom - frame.top
    sides = [side.bottom - side.top for side in frame.strokes if not side.is_horizontal]
    return frame.right - frame.left >= _LOW_RATIO * height and min(sides) >= _STRAIGHT_SHARE * height


def _shadow_cards(pixels: NDArray[np.uint8], trays: Sequence[Frame]) -> list[Rect]:
    """
    Cards of the page's own colour that only their shadow shows.
    """
    cards = []
    for tray in trays:
        radius = float(tray.strokes[0].left - tray.left)
        card = Rect(
            id=0,
            box=_box(tray.left, tray.top, tray.right, tray.bottom),
            fill=_inside_color(pixels, tray),
            radius_px=radius + _CURVE_LOST_PX if radius >= 2 else 0.0,
        )
        shadow = find_shadow(pixels, card)
        if shadow is not None:
            cards.append(replace(card, shadow=shadow))
    return cards


def _box(left: int, top: int, right: int, bottom: int) -> Box:
    return Box(float(left), float(top), float(right - left), float(bottom - top))


def _fill_frames(
    flat: NDArray[np.uint8], frames: Sequence[Frame], surfaces: Sequence[Surface]
) -> tuple[list[Rect], list[Surface]]:
    """
    Frames as rectangles with the surface that fills them; the surfaces that are left.
    """
    used: set[int] = set()
    rects = []
    for frame in frames:
        inside = _box(
            frame.left + frame.width, frame.top + frame.width, frame.right - frame.width, frame.bottom - frame.width
        )
        filling = next((s for s in surfaces if _same(inside, _box(s.left, s.top, s.right, s.bottom))), None)
        if filling is not None:
            used.add(id(filling))
            fill: Color | None = filling.color
        else:
            fill = _inside_color(flat, frame)
        inner = filling.radius + frame.width if filling is not None and filling.radius else 0.0
        outer = _frame_radius(flat, frame)
        estimates = [outer] if frame.width > 1 else [radius for radius in (inner, outer) if radius > 0]
        rects.append(
            Rect(
                id=0,
                box=_box(frame.left, frame.top, frame.right, frame.bottom),
                fill=fill,
                gradient=filling.gradient if filling is not None else None,
                border=Border(color=frame.color, width_px=float(frame.width)),
                radius_px=round(min(estimates, default=0.0), 1),
            )
        )
    return rects, [s for s in surfaces if id(s) not in used]


def _same(a: Box, b: Box) -> bool:
    return a.contains(b, 1.0) and b.contains(a, 1.0)


def _frame_radius(flat: NDArray[np.uint8], frame: Frame) -> float:
    """
    How far the frame's lines stop before the corners; anti-aliasing takes the last fraction of a pixel. Of thick lines,
    the inner pixels run on: there the corner tells what it lacks.
    """
    top, bottom, _, _ = frame.strokes
    gaps = [top.left - frame.left, frame.right - top.right, bottom.left - frame.left, frame.right - bottom.right]
    gap = float(np.median(gaps))
    if gap < 2:
        return 0.0
    if frame.width == 1:
        return gap
    box = flat[frame.top : frame.bottom, frame.left : frame.right]
    return float(np.median(corner_radii(box, np.ones(box.shape[:2], bool), frame.color, 2 * round(gap))))


def _inside_color(flat: NDArray[np.uint8], frame: Frame) -> Color | None:
    w = frame.width
    inside = flat[frame.top + w : frame.bottom - w, frame.left + w : frame.right - w]
    if inside.size == 0:
        return None
    color, share = modal(inside[:: max(1, inside.shape[0] // 200)])
    return color if share >= _FRAME_FILL_SHARE else None


def _bordered(pixels: NDArray[np.uint8], surface: Surface, frames: Sequence[Frame], strokes: Sequence[Stroke]) -> Rect:
    """
    A surface as a rectangle with its own border; sides that lie on a frame around it belong to the frame, a longer line
    that it stands on (the axis of a chart) is no side of it.
    """
    found = borders(pixels, surface)
    box = _box(surface.left, surface.top, surface.right, surface.bottom)
    plain = Rect(
        id=0,
        box=box,
        fill=surface.color,
        gradient=surface.gradient,
        radius_px=round(surface.radius, 1),
        cap=_cap(surface.radii),
    )
    if found is not None:
        color, width, sides = found
        sides = "".join(s for s in sides if not _on_frame(box, s, width, frames))
        if sides in {"b", "l"} and any(_runs_past(stroke, box, sides, width) for stroke in strokes):
            sides = ""
        if sides and (len(sides) >= 3 or min(box.w, box.h) >= _MIN_BORDERED_PX):
            grown = _grow(box, float(width), sides)
            border = Border(color=color, width_px=float(width), sides=sides)
            if len(sides) < 3:
                return replace(plain, box=grown, border=border)
            radius = surface.radius + width if surface.radius else 0.0
            return replace(plain, box=grown, border=border, radius_px=round(radius, 1), cap=None)
    return plain


def _cap(radii: Radii) -> Cap | None:
    """
    The round corners at one side of a shape whose others are square.
    """
    for side, ends in CORNERS.items():
        low, high = sorted(radii[corner] for corner in ends)
        others = max(radius for corner, radius in enumerate(radii) if corner not in ends)
        if others < 1.0 and low >= _CAP_PX and high - low <= max(1.0, _CAP_SHARE * high):
            return Cap(side, round((low + high) / 2, 1))
    return None


def _grow(box: Box, width: float, sides: str) -> Box:
    left, right = width * ("l" in sides), width * ("r" in sides)
    top, bottom = width * ("t" in sides), width * ("b" in sides)
    return Box(box.x - left, box.y - top, box.w + left + right, box.h + top + bottom)


def _on_frame(box: Box, side: str, width: int, frames: Sequence[Frame]) -> bool:
    for frame in frames:
        around = _box(frame.left, frame.top, frame.right, frame.bottom)
        if not around.contains(box, 0.5):
            continue
        gap = {
            "t": box.y - around.y,
            "l": box.x - around.x,
            "b": around.bottom - box.bottom,
            "r": around.right - box.right,
        }[side]
        if gap <= width:
            return True
    return False


def _runs_past(stroke: Stroke, box: Box, side: str, width: int) -> bool:
    """
    Whether a line lies all along the lower or left side of a box and goes on past an end of it.
    """
    if stroke.is_horizontal != (side == "b"):
        return False
    if abs(stroke.top - box.bottom if stroke.is_horizontal else box.x - stroke.right) > width:
        return False
    if stroke.is_horizontal:
        ends = (box.x - stroke.left, stroke.right - box.right)
    else:
        ends = (box.y - stroke.top, stroke.bottom - box.bottom)
    return min(ends) >= -1 and max(ends) >= _PAST_PX


def _visible(rects: Sequence[Rect], background: Color) -> list[Rect]:
    """
    Without areas that only show what lies below: same fill as the container and no frame of their own.
    """
    kept: list[Rect] = []
    for rect in sorted(rects, key=lambda r: (-r.box.area, r.border is None)):
        if any(_same(rect.box, other.box) for other in kept):
            continue
        around = _below(rect, kept)
        below = background if around is None else around.fill
        framed = rect.border is not None and len(rect.border.sides) >= 3
        if framed or (rect.fill != below and not _is_slice(rect, around)):
            kept.append(rect)
    return kept


def _is_slice(rect: Rect, around: Rect | None) -> bool:
    """
    Whether an area has just the colour that the gradient around it has there: dithering cuts gradients into such.
    """
    if around is None or around.gradient is None or rect.fill is None or rect.border is not None:
        return False
    there = gradient_color(around.gradient, around.box, rect.box.center_x, rect.box.center_y)
    return color_distance(rect.fill, there) <= _SAME_COLOR


def _is_ground(rule: Rect, around: Rect | None, background: Color) -> bool:
    """
    Whether a line only shows what lies below, between two other lines or in a gradient.
    """
    return _is_slice(rule, around) or rule.fill == (background if around is None else around.fill)


def _is_speck(rect: Rect, rects: Sequence[Rect], background: Color) -> bool:
    """
    Whether a plain shape is as small as a letter and all but the colour of what it lies on.
    """
    if max(rect.box.w, rect.box.h) > _MAX_SPECK_PX or rect.border is not None or rect.shadow is not None:
        return False
    around = _below(rect, rects)
    below = background if around is None else around.fill
    if around is not None and around.gradient is not None:
        below = gradient_color(around.gradient, around.box, rect.box.center_x, rect.box.center_y)
    return rect.fill is not None and below is not None and color_distance(rect.fill, below) <= _SPECK_LEVELS


def _without_ring(rect: Rect, rects: Sequence[Rect]) -> Rect:
    """
    A knob without the ring that is no border of its own: the track that it lies on shows around it.
    """
    is_round = rect.radius_px >= PILL_SHARE * min(rect.box.w, rect.box.h)
    if rect.border is None or rect.border.sides != "trbl" or not is_round:
        return rect
    below = _below(rect, rects)
    if below is None or below.fill is None or color_distance(below.fill, rect.border.color) > _SAME_COLOR:
        return rect
    width = rect.border.width_px
    return replace(rect, box=rect.box.inset(width), border=None, radius_px=max(0.0, rect.radius_px - width))


def _shaded(pixels: NDArray[np.uint8], rect: Rect, rects: Sequence[Rect], strokes: Sequence[Stroke]) -> Rect:
    """
    A rectangle with its shadow. A gradient around it gets lighter by itself: a faint shadow there is none, nor is a
    line that it stands on.
    """
    if any(_runs_past(stroke, rect.box, "b", 1) for stroke in strokes):
        return rect
    shadow = find_shadow(pixels, rect)
    below = _below(rect, rects)
    on_gradient = below is not None and below.gradient is not None
    return rect if shadow is None or (on_gradient and shadow.alpha < _FAINT) else replace(rect, shadow=shadow)


def _below(rect: Rect, rects: Sequence[Rect]) -> Rect | None:
    """
    The smallest other rectangle around one.
    """
    around = [r for r in rects if r is not rect and r.box.contains(rect.box, 0.5) and r.box.area > rect.box.area]
    return _innermost(around)


def _innermost(around: Sequence[Rect]) -> Rect | None:
    """
    Of rectangles around one place the smallest, or the card that hangs over its edge and covers it.
    """
    smallest = min(around, key=lambda r: r.box.area, default=None)
    if smallest is None:
        return None
    return next((r for r in around if covers(r, smallest)), smallest)


def _rule(stroke: Stroke) -> Rect:
    return Rect(id=0, box=_box(stroke.left, stroke.top, stroke.right, stroke.bottom), fill=stroke.color)


def _is_border(shape: Rect, rects: Sequence[Rect]) -> bool:
    """
    Whether a bar was found a second time as the thick border of what it lies on.
    """
    for rect in rects:
        if rect is shape or rect.border is None or shape.border is not None or shape.fill is None:
            continue
        if color_distance(shape.fill, rect.border.color) > _SAME_COLOR:
            continue
        box, width = rect.box, rect.border.width_px
        strips = {
            "t": replace(box, h=width),
            "b": replace(box, y=box.bottom - width, h=width),
            "l": replace(box, w=width),
            "r": replace(box, x=box.right - width, w=width),
        }
        if any(strips[side].iou(shape.box) > _SAME_BAR for side in rect.border.sides):
            return True
    return False


def _is_side(stroke: Stroke, rects: Sequence[Rect]) -> bool:
    """
    Whether a line is drawn already: as a border, or as a thin rectangle.
    """
    box = _box(stroke.left, stroke.top, stroke.right, stroke.bottom)
    for rect in rects:
        if rect.box.iou(box) > 0.5:
            return True
        if rect.shadow is not None and rect.box.inset(-_SHADOW_EDGE_PX).contains(box):
            outside = rect.box.inset(0.5).intersection_area(box) == 0
            if outside:
                return True
        if rect.border is None or not rect.box.contains(box, 1.0):
            continue
        inner = rect.box.inset(rect.border.width_px)
        if inner.intersection_area(box) < 0.34 * box.area:
            return True
    return False


def nest(rects: Sequence[Rect]) -> list[Rect]:
    """
    Number the rectangles from large to small and give each its smallest container as parent.
    """
    ordered = sorted(rects, key=lambda r: (-r.box.area, r.box.y, r.box.x))
    nested: list[Rect] = []
    for number, rect in enumerate(ordered):
        around = [r for r in nested if r.box.contains(rect.box, 0.5) and r.box != rect.box]
        parent = _innermost(around)
        nested.append(replace(rect, id=number, parent=None if parent is None else parent.id))
    return nested
