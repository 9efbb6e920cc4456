"""
True overlays: text over a photo, a badge on an icon.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.column import across
from vision_code.assemble.context import Context
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.design_scale import snap_size
from vision_code.geometry import Box
from vision_code.observation import Rect
from vision_code.region import Region, RegionKind
from vision_code.uitree import AUTO, FULL, Edges, Element, Length, Style

#: Wider empty sides of a backdrop come from a centred column, not from padding.
MAX_SIDE_PX = 48.0
SIDE_PX = 16.0
#: Pictures at least this large are backdrops: their text lies in the flow and the picture behind it.
BACKDROP_PX = 160.0
#: … and so are bands of this width and height.
BAND_PX = (400.0, 64.0)


def lay_stack(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A STACK region: a backdrop with its content in the flow, or a small base with badges at its corners.
    """
    base, *over = region.children
    box = context.box(base)
    if base.kind is RegionKind.PICTURE and _is_backdrop(box) and len(over) == 1:
        return _backdrop(region, frame, context, build)
    if len(over) == 1 and _straddles(box, context.box(over[0])):
        return _straddling(region, frame, context, build)
    return _badged(region, frame, context, build)


def _is_backdrop(box: Box) -> bool:
    return min(box.w, box.h) >= BACKDROP_PX or (box.w >= BAND_PX[0] and box.h >= BAND_PX[1])


def _straddles(base: Box, over: Box) -> bool:
    """
    Whether something sits on the upper edge of a box: half inside, half above, as icons on cards do.
    """
    inside = over.x >= base.x - 4 and over.right <= base.right + 4
    return inside and over.y < base.y - 0.25 * over.h and over.bottom > base.y and base.h > over.h


def _straddling(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    The upper thing in the flow, pulling the box below under itself by a negative margin.
    """
    base, over = region.children
    box, top = context.box(base), context.box(over)
    below = build(base, replace(frame, left=box.x, right=box.right, hugs=False))
    overlap = round(top.bottom - box.y)
    first = across(
        over,
        build(over, replace(frame, left=box.x, right=box.right, hugs=False)),
        replace(frame, left=box.x, right=box.right),
        context,
    )
    edges = first.element.style.margin or Edges()
    first = first.styled(position="relative", z_index=10, margin=replace(edges, bottom=Length(-float(overlap))))
    if abs(top.center_x - box.center_x) <= 4:
        first = first.styled(align_self="center")
    style = Style(display="flex", direction="column")
    element = Element(tag="div", style=style, children=(first.element, below.element), region=region.id)
    return Built(element, first.height - overlap + below.height)


def _backdrop(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    base, over = region.children
    box, inner = context.box(region), context.box(over)
    for surface in _surfaces(over):
        context.assets.erase_box(surface.box)
    context.assets.erase(line for leaf in over.walk() for line in leaf.lines)
    image = build(base, replace(frame, left=box.x, right=box.right)).element
    nothing = Length(0)
    cover = Style(
        position="absolute", inset=Edges(top=nothing, left=nothing), width=FULL, height=FULL, object_fit="cover",
        radius=image.style.radius,
    )  # fmt: skip
    image = replace(image, style=cover)
    pad_left = max(0.0, inner.x - box.x)
    pad_right = max(0.0, box.right - inner.right)
    side = min(pad_left, pad_right)
    width = box.w - 2 * side
    centred = abs(pad_left - pad_right) <= 16 and side > MAX_SIDE_PX
    side = side if centred else min(side, MAX_SIDE_PX)
    content = build(over, replace(frame, left=box.x + side, right=box.right - side, hugs=False))
    top = max(0.0, inner.y - box.y)
    bottom = max(0.0, box.h - top - content.height)
    front = content.styled(position="relative")
    if centred:
        margin = replace(front.element.style.margin or Edges(), left=AUTO, right=AUTO)
        front = front.styled(width=FULL, max_width=Length(snap_size(width)), margin=margin)
        side = SIDE_PX
    style = Style(
        position="relative",
        padding=Edges(
            top=Length(round(top)), bottom=Length(round(bottom)), left=Length(round(side)), right=Length(round(side))
        ),
    )
    element = Element(tag="div", style=style, children=(image, front.element), region=region.id)
    return Built(element, max(box.h, round(top) + content.height + round(bottom)))


def _surfaces(region: Region) -> list[Rect]:
    """
    The outermost rectangles among what lies over a picture.
    """
    if region.surface is not None:
        return [region.surface]
    return [surface for child in region.children for surface in _surfaces(child)]


def pinned(item: Region, box: Box, frame: Frame, context: Context, build: Build) -> Element:
    """
    Something over a box, placed from the upper corner that it is nearer to.
    """
    place = context.box(item)
    built = build(item, replace(frame, left=place.x, right=place.right, hugs=True))
    right_half = place.center_x > box.center_x
    inset = Edges(
        top=Length(round(place.y - box.y)),
        left=None if right_half else Length(round(place.x - box.x)),
        right=Length(round(box.right - place.right)) if right_half else None,
    )
    return built.styled(position="absolute", inset=inset, margin=None).element


def _badged(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    base, *over = region.children
    box = context.box(base)
    drawn = [leaf.picture.box for leaf in base.walk() if leaf.picture is not None]
    words = [line for item in over for leaf in item.walk() for line in leaf.lines]
    # Words over a picture are written, not drawn.
    context.assets.erase(line for line in words if any(picture.contains(line.box) for picture in drawn))
    first = build(base, replace(frame, left=box.x, right=box.right, hugs=True))
    children = [first.element, *(pinned(item, box, frame, context, build) for item in over)]
    wide = box.w >= 0.9 * frame.width and box.w > 200
    style = Style(position="relative", width=Length(round(box.w)), shrink=0.0)
    if wide:
        style = Style(position="relative")
    elif box.w > BACKDROP_PX and not frame.hugs:
        style = Style(position="relative", width=FULL, max_width=Length(round(box.w)))
    element = Element(tag="span" if frame.phrasing else "div", style=style, children=tuple(children), region=region.id)
    return Built(element, first.height)
