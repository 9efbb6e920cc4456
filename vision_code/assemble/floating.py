"""
What floats over a page, placed from the corner that it is near.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.build import Builder
from vision_code.assemble.context import Context
from vision_code.assemble.frame import Frame
from vision_code.assemble.overlay import pinned
from vision_code.region import Region
from vision_code.uitree import Element


def with_floating(page: Element, root: Region, context: Context) -> Element:
    """
    The page with the floating children of its root at its end, out of the flow.
    """
    frame, build = Frame(left=0.0, right=root.box.right), Builder(context).build
    floating = [pinned(child, root.box, frame, context, build) for child in root.children if child.floats]
    if not floating:
        return page
    return replace(page, style=replace(page.style, position="relative"), children=(*page.children, *floating))
