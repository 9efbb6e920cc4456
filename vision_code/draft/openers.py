"""
Words with a caret behind them open something: "Sort by ▾". They are buttons, wherever they stand.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.consistency import make_plain_inside
from vision_code.draft.page import Page, is_text
from vision_code.observation import PictureKind
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

# Carets are 0.3 em a side (Bootstrap) to 0.6 em wide, wider than high, and stand right behind the words.
CARET_MIN_PX, CARET_MAX_EM = 4.0, 0.65
CARET_RATIO = (1.25, 2.6)
CARET_GAP_EM = 0.5
MAX_WORDS = 4


def with_openers(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where links that end in a caret are buttons.
    """
    found = dict(draft)
    for node in page.nodes:
        if not _is_opener(node):
            continue
        parent = page.parent(node)
        whole = parent if parent is not None and _is_icon_before(parent, node) else node
        inside = [inner for inner in whole.walk() if found[inner.id].role is Role.LINK]
        closed = any(found[around.id].role in (Role.LINK, Role.BUTTON) for around in page.ancestors(whole))
        if inside and not closed:
            make_plain_inside(found, whole)
            found[whole.id] = replace(found[inside[0].id], role=Role.BUTTON, link=False, checked=False)
    return found


def _is_opener(node: Region) -> bool:
    """
    Whether a row is a few words and a caret.
    """
    if node.kind is not RegionKind.ROW or len(node.children) != 2:
        return False
    words, caret = node.children
    if not is_text(words) or len(words.lines) != 1 or len(words.text.split()) > MAX_WORDS:
        return False
    if caret.picture is None or caret.picture.kind is not PictureKind.ICON:
        return False
    box, line = caret.picture.box, words.lines[0].box
    is_flat = CARET_RATIO[0] <= box.w / box.h <= CARET_RATIO[1]
    size_px = words.lines[0].style.size_px
    is_small = CARET_MIN_PX <= box.w <= CARET_MAX_EM * size_px
    is_behind = 0 <= box.x - line.right <= CARET_GAP_EM * size_px and line.y < box.center_y < line.bottom + 2
    return is_flat and is_small and is_behind


def _is_icon_before(row: Region, opener: Region) -> bool:
    if row.kind is not RegionKind.ROW or len(row.children) != 2 or row.children[1] is not opener:
        return False
    return row.children[0].kind is RegionKind.PICTURE
