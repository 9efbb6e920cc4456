"""
Lines of code as they were written: broken where they break, indented by hard spaces, colours kept.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.text import ADVANCE_EM, Content, content
from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import bounding
from vision_code.region import Region
from vision_code.uitree import Text

HARD_SPACE = "\N{NO-BREAK SPACE}"


def listing(region: Region, context: Context) -> Content:
    """
    The words of a TEXT region that is code.
    """
    rows = rows_of(region.lines)
    left = min(line.box.x for line in region.lines)
    letter = ADVANCE_EM * context.metrics.size[region.id]
    found: Content = ()
    for index, row in enumerate(rows):
        spaces = round((bounding(line.box for line in row).x - left) / letter)
        parts = content(replace(region, lines=tuple(row)), context, linked=True)
        if spaces:
            parts = (Text(text=HARD_SPACE * spaces), *parts)
        if index < len(rows) - 1:
            parts = _broken(parts)
        found += parts
    return found


def _broken(parts: Content) -> Content:
    last = parts[-1]
    if isinstance(last, Text):
        return (*parts[:-1], replace(last, break_after=True))
    return (*parts, Text(text="", break_after=True))
