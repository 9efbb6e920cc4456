"""
Page numbers: a navigation of links or buttons, of which the one that looks unlike the others is the page itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from vision_code.divide.page_numbers import is_pagination
from vision_code.draft.consistency import make_plain_inside
from vision_code.draft.page import Page, dominant_style, is_text
from vision_code.observation import BOLD_WEIGHT
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

NAME = "Pagination"


def paginated(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft with each row of page numbers as a navigation and what is in it as links, or buttons where most are.
    """
    found = dict(draft)
    for node in page.nodes:
        if node.kind is not RegionKind.ROW or not is_pagination(node.children):
            continue
        found[node.id] = replace(found[node.id], role=Role.NAVIGATION, name=NAME, link=False)
        acts = [item for item in node.children if not is_text(item) or any(c.isalnum() for c in item.text)]
        roles = Counter(found[item.id].role for item in acts)
        role = Role.BUTTON if roles[Role.BUTTON] > roles[Role.LINK] else Role.LINK
        current = _current([item for item in acts if item.text.isdecimal()])
        for item in acts:
            own = found[item.id]
            found[item.id] = Annotation(role=role, checked=item is current, name=own.name, confidence=own.confidence)
            make_plain_inside(found, item)
    return found


def _current(numbers: Sequence[Region]) -> Region | None:
    """
    The only number whose look is not that of the others; None when the others are not all alike.
    """
    looks = [_look(number) for number in numbers]
    odd = [number for number, look in zip(numbers, looks, strict=True) if looks.count(look) == 1]
    return odd[0] if len(odd) == 1 and len(set(looks)) == 2 else None


def _look(number: Region) -> tuple[object, ...]:
    style, surface = dominant_style(number.lines), number.surface
    framed = surface is not None and surface.border is not None
    fill = None if surface is None else surface.fill
    return fill, framed, style.weight >= BOLD_WEIGHT, style.underline, tuple(channel // 32 for channel in style.color)
