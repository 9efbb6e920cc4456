"""
The rules on clear cases: what anyone would say of the region at a glance.
"""

from __future__ import annotations

from collections.abc import Callable

from vision_code.draft import rules
from vision_code.geometry import Box, Color
from vision_code.observation import FontFamily
from vision_code.region import Region, RegionKind, Role

BLUE = Color(13, 110, 253)


def test_big_bold_text_over_a_body_is_a_heading(text, tree, body) -> None:
    observation, root = tree([text("Pricing plans", 40, 40, size_px=32.0, weight=700), *body])
    annotation = rules.annotate(observation, root)[1]
    assert (annotation.role, annotation.level) == (Role.HEADING, 1)


def test_blue_underlined_text_is_a_link(text, tree, body) -> None:
    observation, root = tree([text("read the manual", 40, 40, color=BLUE, underline=True), *body])
    assert rules.annotate(observation, root)[1].role is Role.LINK


def test_plain_prose_is_text(text, tree, body) -> None:
    observation, root = tree(body)
    assert {rules.annotate(observation, root)[node.id].role for node in root.children} == {Role.TEXT}


def test_short_text_centred_on_a_filled_surface_is_a_button(text, tree, body, make_rect) -> None:
    words = text("Save", 50, 50, color=Color(255, 255, 255))
    surface = make_rect(words.box.x - 16, 42, words.box.w + 32, 28, fill=BLUE, radius=4)
    observation, root = tree([text("Save", 50, 50, surface=surface, color=Color(255, 255, 255)), *body])
    assert rules.annotate(observation, root)[1].role is Role.BUTTON


def test_empty_bordered_rectangle_is_a_textbox_and_the_words_above_its_label(text, tree, body, make_rect) -> None:
    field = make_rect(40, 60, 300, 38, line=True)
    shape = Region(id=0, kind=RegionKind.SHAPE, box=field.box, surface=field)
    observation, root = tree([text("Email", 40, 40), shape, *body])
    draft = rules.annotate(observation, root)
    assert (draft[1].role, draft[2].role) == (Role.LABEL, Role.TEXTBOX)


def test_small_bordered_square_is_a_checkbox(text, tree, body, make_rect) -> None:
    box = make_rect(40, 40, 16, 16, line=True, radius=2)
    observation, root = tree([Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box), *body])
    assert rules.annotate(observation, root)[1].role is Role.CHECKBOX


def test_big_photo_is_an_image_and_small_icon_decoration(tree, body, make_photo) -> None:
    observation, root = tree([make_photo(40, 40, 200, 150), make_photo(300, 40, 16, 16), *body])
    draft = rules.annotate(observation, root)
    assert (draft[1].role, draft[2].role) == (Role.IMG, Role.DECORATION)


def test_table_kind_is_a_table(text, tree, body) -> None:
    row = Region(id=0, kind=RegionKind.ROW, box=Box(40, 40, 200, 20), children=(text("a", 40, 40), text("b", 140, 40)))
    table = Region(id=0, kind=RegionKind.TABLE, box=Box(40, 40, 200, 60), children=(row, row, row), columns=2)
    observation, root = tree([table, *body])
    assert rules.annotate(observation, root)[1].role is Role.TABLE


def test_code_on_its_own_surface_is_code(text, tree, body, make_rect) -> None:
    surface = make_rect(30, 30, 600, 40, fill=Color(245, 245, 245))
    observation, root = tree([text("import this", 40, 40, surface=surface, family=FontFamily.MONO), *body])
    assert rules.annotate(observation, root)[1].role is Role.CODE


def test_every_region_is_annotated_and_always_the_same_way(text, tree, body, make_photo: Callable[..., Region]) -> None:
    observation, root = tree([text("Title", 40, 40, size_px=30.0), make_photo(40, 100, 80, 80), *body])
    draft = rules.annotate(observation, root)
    assert sorted(draft) == [node.id for node in root.walk()]
    assert draft == rules.annotate(observation, root)


def test_nothing_is_annotated_wrongly_on_an_empty_page(tree) -> None:
    observation, root = tree([])
    assert rules.annotate(observation, root)[0].role is Role.GROUP
