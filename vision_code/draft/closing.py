"""
Boxes below fields that end what is filled in: "Back", "Continue". They do something and lead nowhere.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.field_rules import label_above
from vision_code.draft.page import Page, is_text
from vision_code.draft.text_rules import looks_like_button
from vision_code.region import FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

_FILLED_IN = FIELD_ROLES | TICK_ROLES


def ended_with_buttons(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where boxes at the end of a column with fields are buttons.
    """
    found = dict(draft)
    for node in page.nodes:
        if node.kind is not RegionKind.COLUMN or node.id == 0:
            continue
        for box in _closing_boxes(page, found, node):
            if found[box.id].role is Role.LINK:
                found[box.id] = replace(found[box.id], role=Role.BUTTON, checked=False)
    return found


def _closing_boxes(page: Page, found: dict[int, Annotation], column: Region) -> list[Region]:
    """
    The boxes of the last row below the last field of a column; what is only words may follow.
    """
    holding = [i for i, child in enumerate(column.children) if _holds_field(page, found, child)]
    if not holding:
        return []
    after = column.children[holding[-1] + 1 :]
    below = [child for child in after if not _is_bare_text(child)]
    if len(below) != 1 or any(found[child.id].role is Role.HEADING for child in after):
        return []
    is_row = below[0].kind is RegionKind.ROW and below[0].surface is None
    things = below[0].children if is_row else below
    boxes = [thing for thing in things if is_text(thing) and looks_like_button(page, thing)]
    return boxes if len(boxes) + sum(_is_bare_text(thing) for thing in things) == len(things) else []


def _holds_field(page: Page, found: dict[int, Annotation], node: Region) -> bool:
    """
    Whether something in a region is filled in: an empty box without a label may be anything.
    """
    fields = [inner for inner in node.walk() if found[inner.id].role in _FILLED_IN]
    return any(found[each.id].role in TICK_ROLES or each.has_words or label_above(page, each) for each in fields)


def _is_bare_text(node: Region) -> bool:
    return is_text(node) and node.surface is None
