"""
The box that an item takes part in layout with: text counts with its em box, not with its ink.
"""

from __future__ import annotations

from vision_code.geometry import Box, bounding
from vision_code.observation import TextLine
from vision_code.region import Region, RegionKind

#: Share of the font size above and below the baseline that a line claims. Roman fonts put ascenders at 0.72-0.76 em and
#: descenders at 0.21-0.24 em; gaps measured between em boxes do not depend on which letters a line happens to have.
ASCENT_EM = 0.78
DESCENT_EM = 0.22


def line_extent(line: TextLine) -> Box:
    """
    Em box of a line: its ink from left to right, ascent and descent of its font from top to bottom.
    """
    size = line.style.size_px
    top = line.baseline_y - ASCENT_EM * size
    bottom = line.baseline_y + DESCENT_EM * size
    if not line.box.y - size <= top <= line.box.bottom:  # a baseline that contradicts the ink is not trusted
        return line.box
    return Box(line.box.x, top, line.box.w, bottom - top)


def extent(region: Region) -> Box:
    """
    Box of a region for layout: its surface where it has one, else its em boxes, pictures and shapes.
    """
    if region.surface is not None:
        return region.surface.box
    if region.kind is RegionKind.TEXT:
        return bounding(line_extent(line) for line in region.lines)
    if region.children:
        return bounding(extent(child) for child in region.children)
    return region.box
