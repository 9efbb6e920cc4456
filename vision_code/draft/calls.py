"""
Calls to action: a few words, perhaps with an icon, in a box of strong colour that is as high as a control.
"""

from __future__ import annotations

from vision_code.draft.page import COLOURED_CHROMA, Page, is_text
from vision_code.draft.text_rules import BUTTON_MAX_WIDTH_PX, looks_like_button
from vision_code.geometry import Color, chroma
from vision_code.region import Region, RegionKind

# Chips, counters and badges are lower, bands higher; shorter words are signs, initials and numbers.
CALL_MIN_PX, CALL_MAX_PX, MIN_LETTERS = 28.0, 72.0, 3
MAX_LEAVES = 3
# No channel of a dark ground is above this.
DARK = 90


def is_call(page: Page, node: Region) -> bool:
    """
    Whether a text or a small group looks like a button that stands out, and lies in no table.
    """
    surface = page.own_surface(node)
    if surface is None or surface.fill is None or not _stands_out(surface.fill) or surface.box.h < CALL_MIN_PX:
        return False
    leaves = [leaf for leaf in node.walk() if leaf.is_leaf]
    texts = [leaf for leaf in leaves if is_text(leaf)]
    if sum(char.isalpha() for text in texts for char in text.text) < MIN_LETTERS:
        return False
    if any(around.kind is RegionKind.TABLE for around in page.ancestors(node)):
        return False
    if is_text(node):
        return looks_like_button(page, node, max_px=CALL_MAX_PX)
    is_small = surface.box.h <= CALL_MAX_PX and surface.box.w <= BUTTON_MAX_WIDTH_PX
    is_row = node.kind is RegionKind.ROW and node.surface is not None
    return is_row and is_small and len(leaves) <= MAX_LEAVES and all(len(text.lines) == 1 for text in texts)


def _stands_out(fill: Color) -> bool:
    return chroma(fill) >= COLOURED_CHROMA or max(fill.r, fill.g, fill.b) <= DARK
