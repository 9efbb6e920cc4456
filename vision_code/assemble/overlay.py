"""
True overlays: text over a photo, a badge on an icon.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.region import Region, RegionKind
from vision_code.uitree import FULL, Edges, Element, Length, Style

#: Pictures at least this large are backdrops: their text lies in the flow and the picture behind it.
BACKDROP_PX = 160.0


def lay_stack(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A STACK region: a backdrop with its content in the flow, or a small base with badges at its corners.
    """
    base, *over = region.children
    box = context.box(base)
    if base.kind is RegionKind.PICTURE and min(box.w, box.h) >= BACKDROP_PX and len(over) == 1:
        return _backdrop(region, frame, context, build)
    return _badged(region, frame, context, build)


def _backdrop(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    base, over = region.children
    box, inner = context.box(base), context.box(over)
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
    content = build(over, replace(frame, left=box.x + side, right=box.right - side, hugs=False))
    top = max(0.0, inner.y - box.y)
    bottom = max(0.0, box.h - top - content.height)
    front = content.styled(position="relative")
    style = Style(
        position="relative",
        padding=Edges(
            top=Length(round(top)), bottom=Length(round(bottom)), left=Length(round(side)), right=Length(round(side))
        ),
    )
    element = Element(tag="div", style=style, children=(image, front.element), region=region.id)
    return Built(element, max(box.h, round(top) + content.height + round(bottom)))


def _badged(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    base, *over = region.children
    box = context.box(base)
    first = build(base, replace(frame, left=box.x, right=box.right, hugs=True))
    children = [first.element]
    for item in over:
        place = context.box(item)
        built = build(item, replace(frame, left=place.x, right=place.right, hugs=True))
        right_half = place.center_x > box.center_x
        inset = Edges(
            top=Length(round(place.y - box.y)),
            left=None if right_half else Length(round(place.x - box.x)),
            right=Length(round(box.right - place.right)) if right_half else None,
        )
        children.append(built.styled(position="absolute", inset=inset, margin=None).element)
    wide = box.w >= 0.9 * frame.width and box.w > 200
    style = Style(position="relative", width=None if wide else Length(round(box.w)), shrink=None if wide else 0.0)
    element = Element(tag="span" if frame.phrasing else "div", style=style, children=tuple(children), region=region.id)
    return Built(element, first.height)
