"""
What a link must look like: a claim that nothing in the picture supports is taken back.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.group_rules import PAGE_MIN_HEIGHT_PX, PAGE_MIN_WIDTH_PX
from vision_code.draft.landmarks import is_menu, is_top_bar
from vision_code.draft.page import COLOURED_CHROMA, Page, chroma, color_distance, dominant_style, is_text
from vision_code.draft.text_rules import OTHER_INK, heading_level, is_heading_like
from vision_code.observation import TextStyle
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: Where links are known by their place and may look like any text. In a shot of one element three in a row are enough.
_MENUS = frozenset({Role.NAVIGATION, Role.BANNER, Role.CONTENTINFO, Role.LIST})


def supported(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft without links that look like the text around them, and with headings where linked words are one.
    """
    found = dict(draft)
    for node in page.nodes:
        own = found[node.id]
        if own.role is not Role.LINK or not is_text(node) or page.own_surface(node) is not None:
            continue
        style = dominant_style(node.lines)
        if _in_table(page, found, node):
            if _is_plain(page, style):
                found[node.id] = replace(own, role=Role.TEXT)
        elif _in_menu(page, found, node):
            continue
        elif is_heading_like(page, node, style):
            level = heading_level(page, style)
            found[node.id] = replace(own, role=Role.HEADING, level=level, link=not _is_plain(page, style))
        elif _is_plain(page, style):
            found[node.id] = replace(own, role=Role.TEXT)
    return found


def _is_plain(page: Page, style: TextStyle) -> bool:
    grey = chroma(style.color) < COLOURED_CHROMA and color_distance(style.color, page.body_color) < OTHER_INK
    return not style.underline and (grey or style.italic)


def _in_table(page: Page, found: Draft, node: Region) -> bool:
    return any(
        around.kind is RegionKind.TABLE and found[around.id].role is Role.TABLE for around in page.ancestors(node)
    )


def _in_menu(page: Page, found: Draft, node: Region) -> bool:
    root = page.root.box
    is_shot = root.w < PAGE_MIN_WIDTH_PX or root.h < PAGE_MIN_HEIGHT_PX
    return any(
        found[around.id].role in _MENUS
        or is_top_bar(page, around)
        or (is_shot and is_menu(around, lambda region: found[region.id].role))
        for around in page.ancestors(node)
    )
