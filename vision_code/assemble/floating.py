"""
What floats over a page, placed from the corner that it is near.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.build import Builder
from vision_code.assemble.context import Context
from vision_code.assemble.frame import Frame
from vision_code.region import Region
from vision_code.uitree import Edges, Element, Length


def with_floating(page: Element, root: Region, context: Context) -> Element:
    """
    The page with the floating children of its root at its end, out of the flow.
    """
    floating = [child for child in root.children if child.floats]
    if not floating:
        return page
    placed = []
    for region in floating:
        box = context.box(region)
        built = Builder(context).build(region, Frame(left=box.x, right=box.right, hugs=True))
        on_right = box.center_x > root.box.center_x
        inset = Edges(
            top=Length(round(box.y)),
            left=None if on_right else Length(round(box.x)),
            right=Length(round(root.box.right - box.right)) if on_right else None,
        )
        placed.append(built.styled(position="absolute", inset=inset, margin=None).element)
    style = replace(page.style, position="relative")
    return replace(page, style=style, children=(*page.children, *placed))
