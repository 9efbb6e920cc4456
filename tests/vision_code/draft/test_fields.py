"""
Fields by what the picture shows: a framed box with a label above, a tick box with words beside it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from vision_code.draft.fields import fields_found
from vision_code.draft.page import survey
from vision_code.geometry import Box, Color
from vision_code.observation import Picture, PictureKind
from vision_code.region import Annotation, Region, RegionKind, Role

GREY = Color(130, 130, 130)


def _boxed(text, make_rect, words: str, y: float, **style: object) -> Region:
    return text(words, 36, y + 14, surface=make_rect(20, y, 320, 44, line=True), **style)


def test_a_framed_box_under_its_label_is_a_field(text, make_rect, settled, body) -> None:
    label, box = text("Email address", 20, 100), _boxed(text, make_rect, "Ingrid", 120)
    found = settled(fields_found, [label, box, *body], {2: Role.BUTTON})
    assert (found[1], found[2]) == (Role.LABEL, Role.TEXTBOX)


def test_a_framed_box_with_pale_words_is_a_field(text, make_rect, settled, body) -> None:
    found = settled(
        fields_found, [_boxed(text, make_rect, "you@company.com", 120, color=GREY), *body], {1: Role.BUTTON}
    )
    assert found[1] is Role.TEXTBOX


def test_an_empty_frame_of_a_fields_height_is_a_field(text, make_rect, settled, body) -> None:
    frames = [make_rect(20, 120, 177, 21, line=True), make_rect(20, 220, 177, 120, line=True)]
    empty = [Region(id=0, kind=RegionKind.SHAPE, box=frame.box, surface=frame) for frame in frames]
    found = settled(fields_found, [text("Price", 20, 100), *empty, *body], {2: Role.DECORATION, 3: Role.DECORATION})
    assert (found[2], found[3]) == (Role.TEXTBOX, Role.DECORATION)


def test_bare_words_are_no_field_but_words_above_a_line_may_be_one(text, make_rect, settled, body) -> None:
    line = make_rect(20, 324, 320, 1)
    rule = Region(id=0, kind=RegionKind.SHAPE, box=line.box, surface=line)
    words = [text("Sign in", 20, 120), text("Your name", 20, 304), rule]
    found = settled(fields_found, [*words, *body], {1: Role.SEARCHBOX, 2: Role.TEXTBOX})
    assert (found[1], found[2]) == (Role.TEXT, Role.TEXTBOX)


def test_bare_words_that_ask_to_search_in_dots_are_a_field(text, settled, body) -> None:
    asked = [
        text("Search…", 20, 120),
        text("Search our blog...", 20, 160),
        text("Search", 20, 200),
        text("More…", 20, 240),
    ]
    found = settled(fields_found, [*asked, *body], dict.fromkeys(range(1, 5), Role.LINK))
    assert [found[n] for n in range(1, 5)] == [Role.TEXTBOX, Role.TEXTBOX, Role.LINK, Role.LINK]


def test_a_label_alone_on_a_line_is_what_is_to_be_written_there(text, make_rect, settled, body) -> None:
    line = make_rect(20, 324, 320, 1)
    rule = Region(id=0, kind=RegionKind.SHAPE, box=line.box, surface=line)
    alone = settled(fields_found, [text("Your name", 20, 304), rule, *body], {1: Role.LABEL})
    assert alone[1] is Role.TEXTBOX
    hours = Region(
        id=0,
        kind=RegionKind.ROW,
        box=Box(20, 304, 320, 12),
        children=(text("Sunday", 20, 304), text("Closed", 280, 304)),
    )
    assert settled(fields_found, [hours, rule, *body], {2: Role.LABEL})[2] is Role.LABEL


def test_a_ground_without_a_frame_that_asks_to_search_is_a_field(text, make_rect, settled, body) -> None:
    ground = {"fill": Color(239, 243, 244), "radius": 22}
    search = text("Search people", 438, 134, surface=make_rect(420, 120, 420, 44, **ground), color=GREY)
    button = text("Search people", 438, 234, surface=make_rect(420, 220, 140, 44, **ground), color=GREY)
    found = settled(fields_found, [search, button, *body], {1: Role.LINK, 2: Role.LINK})
    assert (found[1], found[2]) == (Role.TEXTBOX, Role.LINK)


def test_a_button_stays_one(text, make_rect, settled, body) -> None:
    centred = text("Send", 164, 134, surface=make_rect(20, 120, 320, 44, line=True))
    assert settled(fields_found, [text("Done?", 20, 100), centred, *body], {2: Role.BUTTON})[2] is Role.BUTTON


def test_a_field_said_of_a_group_is_its_box(text, make_rect, settled, body) -> None:
    label, box = text("First name", 20, 100), _boxed(text, make_rect, "Ingrid", 120)
    group = Region(id=0, kind=RegionKind.COLUMN, box=Box(20, 100, 320, 64), children=(label, box))
    found = settled(fields_found, [group, *body], {1: Role.TEXTBOX})
    assert (found[1], found[2], found[3]) == (Role.GROUP, Role.LABEL, Role.TEXTBOX)


def test_a_small_frame_before_words_is_a_tick_box(text, make_rect, settled, body) -> None:
    box = make_rect(20, 98, 14, 14, line=True)
    tick = Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box)
    row = Region(id=0, kind=RegionKind.ROW, box=Box(20, 98, 200, 14), children=(tick, text("Remember me", 42, 100)))
    found = settled(fields_found, [row, *body], {1: Role.LINK, 2: Role.DECORATION})
    assert (found[1], found[2], found[3]) == (Role.GROUP, Role.CHECKBOX, Role.LABEL)


@pytest.mark.parametrize("said", [Role.CHECKBOX, Role.RADIO])
@pytest.mark.parametrize(("radius", "role"), [(0, Role.CHECKBOX), (3, Role.CHECKBOX), (7, Role.RADIO)])
def test_square_ones_are_tick_boxes_and_round_ones_radio_buttons(
    text, make_rect, settled, body, said: Role, radius: float, role: Role
) -> None:
    box = replace(make_rect(20, 98, 14, 14, line=True), radius_px=radius)
    tick = Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box)
    row = Region(id=0, kind=RegionKind.ROW, box=Box(20, 98, 200, 14), children=(tick, text("Remember me", 42, 100)))
    assert settled(fields_found, [row, *body], {2: said})[2] is role


def test_an_empty_tick_box_is_not_ticked(text, make_rect, tree, body) -> None:
    box = make_rect(20, 98, 14, 14, line=True)
    tick = Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box)
    row = Region(id=0, kind=RegionKind.ROW, box=Box(20, 98, 200, 14), children=(tick, text("Remember me", 42, 100)))
    page = survey(*tree([row, *body]))
    draft = {node.id: Annotation(role=Role.CHECKBOX, checked=True) if node.surface == box else
             Annotation(role=Role.TEXT if node.lines else Role.GROUP) for node in page.nodes}  # fmt: skip
    (found,) = (note for note in fields_found(page, draft).values() if note.role is Role.CHECKBOX)
    assert not found.checked


def test_a_spot_without_words_beside_it_is_no_tick_box(text, make_rect, settled, body) -> None:
    spots = [make_rect(20, y, 12, 12) for y in (98, 298)]
    shapes = [Region(id=0, kind=RegionKind.SHAPE, box=spot.box, surface=spot) for spot in spots]
    row = Region(id=0, kind=RegionKind.ROW, box=Box(20, 98, 200, 14), children=(shapes[0], text("Remember", 42, 100)))
    found = settled(fields_found, [row, shapes[1], *body], {2: Role.CHECKBOX, 4: Role.CHECKBOX})
    assert (found[2], found[4]) == (Role.CHECKBOX, Role.DECORATION)


def test_a_labelled_box_said_to_be_a_link_is_a_field_and_nothing_around_it_a_link(
    text, make_rect, settled, body
) -> None:
    label, box = text("Email address", 20, 100), _boxed(text, make_rect, "you@company.com", 120)
    group = Region(id=0, kind=RegionKind.COLUMN, box=Box(20, 100, 320, 64), children=(label, box))
    card = Region(id=0, kind=RegionKind.COLUMN, box=Box(20, 60, 320, 104), children=(text("Sign in", 20, 60), group))
    found = settled(fields_found, [card, *body], {1: Role.LIST, 3: Role.LINK, 5: Role.LINK})
    assert (found[1], found[3], found[4], found[5]) == (Role.GROUP, Role.GROUP, Role.LABEL, Role.TEXTBOX)


def test_a_link_in_a_frame_without_a_label_stays_one(text, make_rect, settled, body) -> None:
    assert settled(fields_found, [_boxed(text, make_rect, "Downloads", 120), *body], {1: Role.LINK})[1] is Role.LINK


def test_a_field_that_ends_in_a_small_arrow_is_a_choice(text, make_rect, settled, body) -> None:
    box = make_rect(20, 120, 320, 38, line=True)
    arrow = Picture(id=0, kind=PictureKind.ICON, box=Box(318, 136, 10, 7), color=GREY, background=GREY)
    leaf = Region(id=0, kind=RegionKind.PICTURE, box=arrow.box, picture=arrow)
    field = Region(id=0, kind=RegionKind.ROW, box=box.box, surface=box, children=(text("France", 36, 132), leaf))
    assert settled(fields_found, [field, *body], {1: Role.TEXTBOX})[1] is Role.COMBOBOX


def test_a_frame_that_says_what_to_write_is_a_field_though_it_was_called_a_link(text, make_rect, settled, body) -> None:
    search = text("Search docs", 30, 26, surface=make_rect(20, 20, 177, 21, line=True))
    email = text("Enter your email", 30, 112, surface=make_rect(20, 100, 262, 38, line=True))
    centred = text("Search again", 60, 212, surface=make_rect(20, 200, 176, 38, line=True))
    found = settled(fields_found, [search, email, centred, *body], {1: Role.LINK, 2: Role.LINK, 3: Role.LINK})
    assert (found[1], found[2], found[3]) == (Role.TEXTBOX, Role.TEXTBOX, Role.LINK)


def test_a_frame_with_pale_words_and_much_room_is_a_field_though_it_was_called_a_link(
    text, make_rect, settled, body
) -> None:
    roomy = text("Full name", 36, 134, surface=make_rect(20, 120, 320, 44, line=True), color=GREY)
    full = text("Full name", 36, 234, surface=make_rect(20, 220, 110, 44, line=True), color=GREY)
    found = settled(fields_found, [roomy, full, *body], {1: Role.LINK, 2: Role.LINK})
    assert (found[1], found[2]) == (Role.TEXTBOX, Role.LINK)


def test_an_eye_or_the_grip_of_a_text_area_is_no_arrow(text, make_rect, settled, body) -> None:
    def field(y: float, h: float, icon: Box) -> Region:
        drawing = Picture(id=0, kind=PictureKind.ICON, box=icon, color=GREY, background=GREY)
        leaf = Region(id=0, kind=RegionKind.PICTURE, box=icon, picture=drawing)
        box = make_rect(20, y, 320, h, line=True)
        words = text("Your words", 36, y + 12)
        return Region(id=0, kind=RegionKind.ROW, box=box.box, surface=box, children=(words, leaf))

    eye, grip = field(100, 38, Box(312, 112, 16, 13)), field(200, 120, Box(326, 308, 10, 8))
    found = settled(fields_found, [eye, grip, *body], {1: Role.COMBOBOX, 4: Role.COMBOBOX})
    assert (found[1], found[4]) == (Role.TEXTBOX, Role.TEXTBOX)


def test_a_frame_with_a_grip_in_its_corner_is_a_text_area(text, make_rect, make_photo, settled, body) -> None:
    def area(mark_y: float) -> Region:
        frame = make_rect(20, 120, 320, 160, line=True)
        children = (text("Message", 36, 134), make_photo(329, mark_y, 7, 7))
        return Region(id=0, kind=RegionKind.ROW, box=frame.box, surface=frame, children=children)

    assert settled(fields_found, [area(270), *body], {2: Role.LABEL})[1] is Role.TEXTBOX
    assert settled(fields_found, [area(200), *body], {2: Role.LABEL})[1] is Role.GROUP


def test_an_empty_frame_with_a_grip_in_its_corner_is_a_text_area(make_rect, settled, body) -> None:
    def area(mark: Box, width: float = 600) -> Region:
        frame = make_rect(20, 120, width, 84, line=True)
        drawing = Picture(id=0, kind=PictureKind.ICON, box=mark, color=GREY, background=GREY)
        return Region(id=0, kind=RegionKind.PICTURE, box=frame.box, surface=frame, picture=drawing)

    assert settled(fields_found, [area(Box(611, 195, 7, 7)), *body], {1: Role.BUTTON})[1] is Role.TEXTBOX
    assert settled(fields_found, [area(Box(316, 158, 7, 7)), *body], {1: Role.BUTTON})[1] is Role.BUTTON
    assert settled(fields_found, [area(Box(52, 195, 7, 7), 42), *body], {1: Role.BUTTON})[1] is Role.BUTTON
