"""
Short words side by side with upright lines between them are pressed: the actions of a card, tabs, buttons in a group.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.consistency import make_plain_inside
from vision_code.draft.page import Page, is_in_pressed, is_text
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: The lines are this thin and at least this high, px; what stands between them has so many words, and more than a sign.
LINE_MAX_PX, LINE_MIN_PX, MAX_WORDS, MIN_LETTERS = 2.0, 24.0, 3, 3
_PLAIN = frozenset({Role.TEXT, Role.GROUP, Role.HEADING, Role.LABEL})


def with_parted_cells(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where such words are links: all in 27 rows of 4 sites were pressed, in 7 of these as tabs or buttons
    (tuning half, and pages of other packages).
    """
    found = dict(draft)
    for node in page.nodes:
        if is_in_pressed(page, found, node):
            continue
        for cell in _cells(node):
            if found[cell.id].role in _PLAIN and not any(found[inner.id].is_pressed for inner in cell.walk()):
                make_plain_inside(found, cell)
                found[cell.id] = replace(found[cell.id], role=Role.LINK, level=0)
    return found


def _cells(row: Region) -> tuple[Region, ...]:
    """
    The things in a row between upright lines, where each is a few words, alone or with an icon; else nothing.
    """
    cells, lines = row.children[::2], row.children[1::2]
    if row.kind is not RegionKind.ROW or not lines or len(cells) != len(lines) + 1:
        return ()
    upright = all(line.kind is RegionKind.SHAPE and line.box.w <= LINE_MAX_PX for line in lines)
    high = all(line.box.h >= LINE_MIN_PX for line in lines)
    return cells if upright and high and all(map(_is_short, cells)) else ()


def _is_short(cell: Region) -> bool:
    texts = [leaf for leaf in cell.walk() if is_text(leaf)]
    if len(texts) != 1 or len(texts[0].text.split()) > MAX_WORDS:
        return False
    return sum(letter.isalpha() for letter in texts[0].text) >= MIN_LETTERS
