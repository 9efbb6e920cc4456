"""
Grids: rows of like cells in common columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vision_code.assemble.context import Context
from vision_code.assemble.folding import stacking
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.assemble.shape import is_solid
from vision_code.assemble.tracks import ALIGN_PX, beside, equal_tracks, in_track, inset
from vision_code.design_scale import snap_spacing
from vision_code.region import Region
from vision_code.uitree import Element, Length, Style, Track

#: Gutters of grids whose columns are not equal.
MAX_GUTTER_PX = 48.0


def lay_grid(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A GRID region: equal columns where they explain the picture, else columns in proportion to what is seen.
    """
    count = region.columns
    first = region.children[:count]
    sides: dict[str, object] = {}
    if equal_tracks([context.box(c) for c in first], [c.surface is not None for c in first], frame) is None:
        frame, sides = inset(
            frame, [context.box(child) for child in region.children], solid=all(is_solid(c) for c in first)
        )
    rows = [region.children[i : i + count] for i in range(0, len(region.children), count)]
    boxes = [context.box(child) for child in rows[0]]
    solid = [child.surface is not None for child in rows[0]]
    gutter = equal_tracks(boxes, solid, frame)
    if gutter is not None:
        width = (frame.width - gutter * (count - 1)) / count
        lefts = [frame.left + i * (width + gutter) for i in range(count)]
        rights = [left + width for left in lefts]
        tracks: tuple[Track, ...] = (Track(count=count),)
    else:
        gutter = max(0.0, min((b.x - a.right for a, b in pairwise(boxes)), default=0.0))
        gutter = min(gutter, MAX_GUTTER_PX)
        lefts = [frame.left, *(box.x for box in boxes[1:])]
        rights = [*(left - gutter for left in lefts[1:]), max(boxes[-1].right, min(frame.right, boxes[-1].right))]
        tracks = tuple(
            Track(max=Length(round((r - left) / (rights[0] - lefts[0]), 3), "fr"))
            for left, r in zip(lefts, rights, strict=True)
        )
    built = [
        in_track(child, replace(frame, left=lefts[i % count], right=rights[i % count], hugs=False), context, build)
        for i, child in enumerate(region.children)
    ]
    heights = [max(item.height for item in built[i : i + count]) for i in range(0, len(built), count)]
    tops = [min(context.box(child).y for child in row) for row in rows]
    spans = tops[-1] - tops[0]
    gap = max(0.0, snap_spacing((spans - sum(heights[:-1])) / (len(rows) - 1))) if len(rows) > 1 else 0.0
    style = Style(display="grid", columns=tracks, column_gap=snap_spacing(gutter) or None, row_gap=gap or None)
    if not _grid_stretches(rows, context):
        style = replace(style, align="start")
    below = stacking(first, gap, context, is_grid=len(rows) > 1)
    height = sum(heights) + gap * (len(rows) - 1)
    children = tuple(item.element for item in built)
    element = Element(tag="div", style=style, children=children, below=below, region=region.id)
    return beside(Built(element, height), sides)


def _grid_stretches(rows: Sequence[Sequence[Region]], context: Context) -> bool:
    for row in rows:
        tallest = max(context.box(child).h for child in row)
        if any(c.surface is not None and context.box(c).h < tallest - ALIGN_PX for c in row):
            return False
    return True
