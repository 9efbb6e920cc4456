"""
Three dots one above the other, alone at the end of a row, open a menu of what else can be done.
"""

from __future__ import annotations

from vision_code.draft.page import Page, is_in_pressed, is_text
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: They are 3 to 5 px wide and 12 to 15 px high at font sizes of 14 to 24 px; dots of other proportions are bullets,
#: thinner strokes the edge of a glyph that is missing.
WIDTH_PX, HEIGHT_PX, RATIO = (3.0, 7.0), (9.0, 28.0), 2.7
#: Nothing stands nearer: halves of an arrow, strokes of a larger drawing and bars between words do.
WORDS_PX, DRAWN_PX = 20.0, 16.0
NAME = "More actions"


def with_more_menus(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where such dots are buttons: 32 of 32 are pressed, 4 of these as links (tuning half, and pages of
    other packages).
    """
    found = dict(draft)
    for node in page.nodes:
        own, row = found[node.id], page.parent(node)
        if row is None or own.role not in (Role.DECORATION, Role.IMG) or is_in_pressed(page, found, row):
            continue
        if _are_dots(page, row, node):
            found[node.id] = Annotation(role=Role.BUTTON, name=NAME, confidence=own.confidence / 2)
    return found


def _are_dots(page: Page, row: Region, node: Region) -> bool:
    if node.picture is None or row.kind is not RegionKind.ROW or row.children[-1] is not node:
        return False
    box = node.box
    in_size = WIDTH_PX[0] <= box.w <= WIDTH_PX[1] and HEIGHT_PX[0] <= box.h <= HEIGHT_PX[1]
    if not in_size or box.h < RATIO * box.w:
        return False
    texts = (other.box for other in page.nodes if is_text(other))
    drawn = (other.box for other in page.nodes if other.picture is not None and other is not node)
    near, nearer = box.inset(-WORDS_PX), box.inset(-DRAWN_PX)
    return not any(text.intersection_area(near) > 0 for text in texts) and not any(
        other.intersection_area(nearer) > 0 for other in drawn
    )
