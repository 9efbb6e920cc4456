"""
Rules for words: heading, link, button, code or plain text, from type, colour, surface and place.
"""

from __future__ import annotations

from vision_code.draft.page import COLOURED_CHROMA, Page, dominant_style, is_reddish, is_text
from vision_code.geometry import chroma, color_distance
from vision_code.observation import FontFamily, TextStyle
from vision_code.region import Annotation, Region, Role

# A control is one line high: Bootstrap's smallest button is 26 px, Material's tallest field 56 px.
CONTROL_MIN_PX, CONTROL_MAX_PX = 18.0, 64.0
BUTTON_MAX_WIDTH_PX = 420.0
BUTTON_MAX_WORDS = 5
# The smallest common heading step is 1.25 (major third); below it bold alone must say so.
HEADING_RATIO = 1.2
BOLD = 600
HEADING_MAX_WORDS = 16
# Sizes (times body) from which a heading counts as level 1, 2, 3 … (browser defaults are 2, 1.5, 1.17).
LEVEL_RATIOS = (2.0, 1.6, 1.35, 1.1)
# How far ink must be from the body's colour to count as another colour.
OTHER_INK = 48


def annotate_text(page: Page, region: Region) -> Annotation:
    """
    Annotation of one TEXT leaf, seen alone.
    """
    style = dominant_style(region.lines)
    if looks_like_button(page, region):
        return Annotation(role=Role.BUTTON, confidence=0.6)
    if style.family is FontFamily.MONO and (region.surface is not None or len(region.lines) > 1):
        return Annotation(role=Role.CODE, confidence=0.6)
    if is_heading_like(page, region, style):
        return Annotation(role=Role.HEADING, level=heading_level(page, style), confidence=0.6)
    if is_link_like(page, style):
        return Annotation(role=Role.LINK, confidence=0.6)
    return Annotation(role=Role.TEXT, confidence=0.5)


def looks_like_button(page: Page, region: Region, *, max_px: float = CONTROL_MAX_PX) -> bool:
    """
    Whether a short single line sits centred on a small drawn surface of its own, at most ``max_px`` high.
    """
    surface = page.own_surface(region)
    if surface is None or len(region.lines) != 1 or len(region.text.split()) > BUTTON_MAX_WORDS:
        return False
    box, ink = surface.box, region.lines[0].box
    if not CONTROL_MIN_PX <= box.h <= max_px or box.w > BUTTON_MAX_WIDTH_PX or box.w < 0.8 * box.h:
        return False
    return abs(box.center_x - ink.center_x) <= 0.12 * box.w + 4


def is_heading_like(page: Page, region: Region, style: TextStyle) -> bool:
    """
    Whether size or weight lifts this text above the body.
    """
    if len(region.text.split()) > HEADING_MAX_WORDS or not any(c.isalpha() for c in region.text):
        return False
    ratio = style.size_px / page.body_size_px
    if ratio >= HEADING_RATIO:
        return True
    return style.weight >= BOLD and ratio >= 0.95 and len(region.lines) <= 2 and _leads_a_column(page, region)


def heading_level(page: Page, style: TextStyle) -> int:
    """
    Level 1…5 from the size alone.
    """
    ratio = style.size_px / page.body_size_px
    return next((level for level, least in enumerate(LEVEL_RATIOS, 1) if ratio >= least), 5)


def is_link_like(page: Page, style: TextStyle) -> bool:
    """
    Whether underline or a colour of its own marks this text as a link.
    """
    if style.underline:
        return True
    coloured = chroma(style.color) >= COLOURED_CHROMA and color_distance(style.color, page.body_color) >= OTHER_INK
    return coloured and not is_reddish(style.color) and style.size_px <= 1.3 * page.body_size_px


def _leads_a_column(page: Page, region: Region) -> bool:
    parent = page.parent(region)
    if parent is None or len(parent.children) < 2:
        return False
    after = [child for child in parent.children if child.box.y >= region.box.bottom - 2]
    return bool(after) and any(is_text(node) or node.children for node in after)
