"""
The vertical place of things in a row: one alignment for most, margins for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from vision_code.assemble.column import top_margin_px
from vision_code.assemble.context import Context
from vision_code.assemble.frame import Built
from vision_code.assemble.tracks import ALIGN_PX
from vision_code.design_scale import snap_spacing
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind
from vision_code.uitree import Edges, Element, Length, Overrides, Style

Align = Literal["start", "center", "end"]

#: So much room below the content of a box is what its neighbours' height leaves.
LOOSE_PX = 64.0


def finish(region: Region, built: Sequence[Built], style: Style, below: Overrides, context: Context) -> Built:
    """
    Vertical alignment, and the row's own height.
    """
    boxes = [context.box(child) for child in region.children]
    row = bounding(boxes)
    items = list(built)
    align = _alignment(boxes, row)
    for i, box in enumerate(boxes):
        offset = _offset(box, row, align)
        if abs(offset) > 2 and not (align == "center" and abs(offset) <= 2):
            edges = items[i].element.style.margin or Edges()
            if align in {"start", None}:
                items[i] = items[i].styled(margin=replace(edges, top=Length(snap_spacing(offset))))
            else:
                own = _alignment([box], row)
                if own != align:
                    items[i] = items[i].styled(align_self=own or "start")
                    rest = _offset(box, row, own)
                    if abs(rest) > 2:
                        items[i] = items[i].styled(
                            align_self="start", margin=replace(edges, top=Length(snap_spacing(box.y - row.y)))
                        )
    items = _without_room_below(items, boxes, row)
    children = tuple(item.element for item in items)
    style = replace(
        style, align=None if align in {None, "start"} and _stretches(region, boxes, row) else align or "start"
    )
    height = max((item.height + top_margin_px(item.element)) for item in items)
    return Built(Element(tag="div", style=style, children=children, below=below, region=region.id), max(height, 1.0))


def _without_room_below(items: Sequence[Built], boxes: Sequence[Box], row: Box) -> list[Built]:
    """
    The boxes as high as their row that room below their content holds open, stretched instead, where something else
    keeps the row open.
    """
    full = [abs(box.y - row.y) <= ALIGN_PX and abs(box.bottom - row.bottom) <= ALIGN_PX for box in boxes]
    loose = [is_full and _room_below(item.element) >= LOOSE_PX for item, is_full in zip(items, full, strict=True)]
    held = any(not is_loose and item.height >= row.h - ALIGN_PX for item, is_loose in zip(items, loose, strict=True))
    return [
        Built(stretched(item.element), item.height) if held and is_loose else item
        for item, is_loose in zip(items, loose, strict=True)
    ]


def _room_below(element: Element) -> float:
    padding = element.style.padding
    return padding.bottom.value if padding is not None and padding.bottom is not None else 0.0


def stretched(element: Element) -> Element:
    """
    A box that the row around it, and no padding below its content, makes as high as it is.
    """
    padding = replace(element.style.padding or Edges(), bottom=None)
    return replace(element, style=replace(element.style, padding=padding, align_self="stretch"))


def _stretches(region: Region, boxes: Sequence[Box], row: Box) -> bool:
    """
    Whether stretching the children to the row's height changes nothing in the picture.
    """
    for child, box in zip(region.children, boxes, strict=True):
        solid = child.surface is not None or child.kind in {RegionKind.PICTURE, RegionKind.STACK}
        if solid and abs(box.h - row.h) > ALIGN_PX:
            return False
    return True


def _alignment(boxes: Sequence[Box], row: Box) -> Align | None:
    """
    ``center``, ``start``, ``end`` by where most of the boxes stand in the row; None when all fill its height.
    """
    short = [box for box in boxes if box.h < row.h - ALIGN_PX]
    if not short:
        return None
    votes = {
        "center": sum(abs(b.center_y - row.center_y) <= 2.0 for b in short),
        "start": sum(abs(b.y - row.y) <= 2.0 for b in short),
        "end": sum(abs(b.bottom - row.bottom) <= 2.0 for b in short),
    }
    sides: tuple[Align, ...] = ("center", "start", "end")
    best = max(sides, key=lambda side: votes[side])
    return best if votes[best] else "start"


def _offset(box: Box, row: Box, align: Align | None) -> float:
    if align == "center":
        return box.center_y - row.center_y
    if align == "end":
        return box.bottom - row.bottom
    return box.y - row.y
