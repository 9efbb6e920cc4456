"""
What ends something that is filled in are buttons; boxes like them elsewhere may lead somewhere.
"""

from __future__ import annotations

from vision_code.draft.closing import ended_with_buttons
from vision_code.geometry import Box, Color
from vision_code.region import Region, RegionKind, Role

BLUE = Color(14, 165, 233)


def _card(text, make_rect, *, with_field: bool, more: bool = False) -> Region:
    boxes = [make_rect(20, 300, 90, 40, line=True), make_rect(230, 300, 110, 40, fill=BLUE)]
    actions = [
        text(words, box.box.x + 30, 314, surface=box) for words, box in zip(("Back", "Next"), boxes, strict=True)
    ]
    field = text("Ingrid", 36, 134, surface=make_rect(20, 120, 320, 44, line=True))
    ending = Region(id=0, kind=RegionKind.ROW, box=Box(20, 300, 320, 40), children=tuple(actions))
    after = [Region(id=0, kind=RegionKind.ROW, box=Box(20, 360, 320, 40), children=tuple(actions))] if more else []
    first = field if with_field else text("All about it", 20, 134)
    children = (text("Name", 20, 100), first, ending, *after)
    return Region(id=0, kind=RegionKind.COLUMN, box=Box(20, 100, 320, 300), children=children)


def _roles(settled, card: Region, body) -> dict[str, Role]:
    roles = dict.fromkeys(range(5, 10), Role.LINK) | {1: Role.GROUP, 3: Role.TEXTBOX}
    return settled(ended_with_buttons, [card, *body], roles)


def test_boxes_below_the_last_field_are_buttons(text, make_rect, settled, body) -> None:
    found = _roles(settled, _card(text, make_rect, with_field=True), body)
    assert (found[5], found[6]) == (Role.BUTTON, Role.BUTTON)


def test_boxes_that_end_no_fields_stay_links(text, make_rect, settled, body) -> None:
    card = _card(text, make_rect, with_field=False)
    found = settled(ended_with_buttons, [card, *body], {5: Role.LINK, 6: Role.LINK})
    assert (found[5], found[6]) == (Role.LINK, Role.LINK)


def test_boxes_with_more_below_them_end_nothing(text, make_rect, settled, body) -> None:
    found = _roles(settled, _card(text, make_rect, with_field=True, more=True), body)
    assert (found[5], found[6]) == (Role.LINK, Role.LINK)


def test_a_card_with_an_empty_box_and_a_heading_is_not_filled_in(text, make_rect, settled, body) -> None:
    box, button = make_rect(20, 100, 320, 180, line=True), make_rect(120, 340, 110, 40, fill=BLUE)
    picture = Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box)
    words = (text("Fancy product", 120, 300, size_px=20, weight=700), text("View", 155, 354, surface=button))
    card = Region(id=0, kind=RegionKind.COLUMN, box=Box(20, 100, 320, 300), children=(picture, *words))
    found = settled(ended_with_buttons, [card, *body], {2: Role.TEXTBOX, 3: Role.HEADING, 4: Role.LINK})
    assert found[4] is Role.LINK
    assert settled(ended_with_buttons, [card, *body], {2: Role.TEXTBOX, 4: Role.LINK})[4] is Role.LINK
