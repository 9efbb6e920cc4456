"""
Short words in like boxes, several side by side, are pressed: tags to search by, examples to try.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.page import Page, is_in_pressed, is_text
from vision_code.observation import Rect
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: So many in a row, this share of what stands there.
LEAST, SHARE = 3, 0.7
#: Their boxes are a line high, and alike within this, px; higher ones are cards.
HEIGHT_PX, SAME_PX = (16.0, 40.0), 2.0
MAX_WORDS = 4


def with_tag_rows(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where such words are links: all were pressed in 31 of 33 rows (9 sites of the tuning half and of
    other packages), half of which the model took for mere words.
    """
    found = dict(draft)
    for node in page.nodes:
        parent = page.parent(node)
        in_table = parent is not None and parent.kind is RegionKind.TABLE
        if in_table or is_in_pressed(page, found, node):
            continue
        for tag in _tags(node):
            if found[tag.id].role is Role.TEXT:
                found[tag.id] = replace(found[tag.id], role=Role.LINK)
    return found


def _tags(row: Region) -> list[Region]:
    if row.kind not in (RegionKind.ROW, RegionKind.GRID):
        return []
    tags = [child for child in row.children if _is_tag(child)]
    surfaces = [tag.surface for tag in tags if tag.surface is not None]
    several = len(tags) >= LEAST and len(tags) >= SHARE * len(row.children)
    return tags if several and all(_is_like(surfaces[0], other) for other in surfaces) else []


def _is_tag(region: Region) -> bool:
    if not is_text(region) or region.surface is None or len(region.lines) > 1:
        return False
    return HEIGHT_PX[0] <= region.surface.box.h <= HEIGHT_PX[1] and len(region.text.split()) <= MAX_WORDS


def _is_like(one: Rect, other: Rect) -> bool:
    return abs(one.box.h - other.box.h) <= SAME_PX and one.fill == other.fill
