"""
What neighbours make certain: lists of links, stragglers, the brand, code that only looks like a link.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from vision_code.draft.page import survey
from vision_code.draft.structure import fitted
from vision_code.geometry import Box, Color
from vision_code.observation import FontFamily, Picture, PictureKind
from vision_code.region import Annotation, Region, RegionKind, Role

INK, WHITE = Color(33, 37, 41), Color(255, 255, 255)


def _column(*children: Region, kind: RegionKind = RegionKind.COLUMN, box: Box | None = None) -> Region:
    return Region(id=0, kind=kind, box=box or Box(0, 300, 400, 200), children=children)


def test_a_column_of_links_is_a_list(text, tree) -> None:
    observation, root = tree([_column(*(text(f"item {n}", 0, 300 + 30 * n) for n in range(3)))])
    draft = {n: Annotation(role=Role.LINK) for n in range(5)} | {n: Annotation(role=Role.GROUP) for n in (0, 1)}
    assert fitted(survey(observation, root), draft)[1].role is Role.LIST


def test_captions_of_a_menu_beside_a_page_are_no_links(text, tree) -> None:
    entries = [text(f"item {n}", 30, 340 + 44 * n) for n in range(5)]
    dash = text("-", 0, 300, size_px=12.0)
    caption = _column(dash, text("PAGES", 20, 300, size_px=12.0), kind=RegionKind.ROW, box=Box(0, 300, 60, 9))
    observation, root = tree([_column(caption, *entries, box=Box(0, 280, 240, 300))])
    draft = {node.id: Annotation(role=Role.LINK) for node in root.walk()}
    draft |= {n: Annotation(role=Role.GROUP) for n in (0, 1)} | {n: Annotation(role=Role.TEXT) for n in (3, 4)}
    found = fitted(survey(observation, root), draft)
    assert [found[n].role for n in (1, 2, 5)] == [Role.LIST, Role.GROUP, Role.LINK]


def test_a_doubted_button_of_several_parts_without_a_ground_is_none(text, settled, make_rect) -> None:
    bare = _column(text("Durham", 20, 300), text("NC", 90, 300), kind=RegionKind.ROW)
    boxed = replace(bare, surface=make_rect(0, 290, 200, 40, line=True))
    found = settled(fitted, [bare, boxed], {1: Role.BUTTON, 4: Role.BUTTON})
    assert (found[1], found[4]) == (Role.GROUP, Role.BUTTON)


def test_words_set_otherwise_head_their_entries_and_are_no_links(text, tree) -> None:
    grey = {"size_px": 12.5, "weight": 700, "color": Color(107, 114, 128)}
    first = _column(*(text(f"item {n}", 10, 330 + 30 * n) for n in range(3)))
    second = _column(*(text(f"item {n}", 10, 490 + 30 * n) for n in range(3)))
    menu = _column(text("GETTING STARTED", 0, 300, **grey), first, text("GUIDES", 0, 460, **grey), second)
    observation, root = tree([menu])
    draft = {node.id: Annotation(role=Role.LINK if node.lines else Role.LIST) for node in root.walk()}
    found = fitted(survey(observation, root), draft | {0: Annotation(role=Role.GROUP)})
    words = {node.text: found[node.id].role for node in root.walk() if node.lines}
    assert words == {"GETTING STARTED": Role.TEXT, "GUIDES": Role.TEXT, **{f"item {n}": Role.LINK for n in range(3)}}
    assert found[1].role is Role.GROUP


@pytest.mark.parametrize("current", range(3))
def test_a_bold_current_entry_heads_nothing(text, tree, current: int) -> None:
    looks = [{"weight": 700, "color": Color(67, 56, 202)} if n == current else {} for n in range(4)]
    entries = [replace(text(f"item {n}", 0, 300 + 30 * n, **look), repeat=1) for n, look in enumerate(looks)]
    observation, root = tree([_column(*entries)])
    draft = {n: Annotation(role=Role.LINK) for n in range(6)} | {n: Annotation(role=Role.GROUP) for n in (0, 1)}
    found = fitted(survey(observation, root), draft)
    assert [found[n].role for n in range(1, 6)] == [Role.LIST] + [Role.LINK] * 4


def test_a_text_among_like_links_is_one_unless_the_model_is_sure(text, tree) -> None:
    column = _column(*(text(f"item {n}", 0, 300 + 30 * n) for n in range(4)))
    observation, root = tree([column])
    page = survey(observation, root)
    draft = {n: Annotation(role=Role.LINK) for n in range(6)} | {n: Annotation(role=Role.GROUP) for n in (0, 1)}
    unsure = fitted(page, draft | {3: Annotation(role=Role.TEXT, confidence=0.6)})
    sure = fitted(page, draft | {3: Annotation(role=Role.TEXT, confidence=0.99)})
    assert (unsure[3].role, sure[3].role) == (Role.LINK, Role.TEXT)


def test_a_filled_box_that_says_what_is_done_is_a_button(text, tree, make_rect) -> None:
    boxes = [make_rect(40, 100 + 60 * n, 140, 40, fill=Color(13, 110, 253)) for n in range(2)]
    words = ["Save changes", "Our team"]
    observation, root = tree([text(w, 62, b.box.y + 14, surface=b) for w, b in zip(words, boxes, strict=True)])
    draft = {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.LINK), 2: Annotation(role=Role.LINK)}
    found = fitted(survey(observation, root), draft)
    assert (found[1].role, found[2].role) == (Role.BUTTON, Role.LINK)


def test_of_like_boxes_one_deed_makes_all_buttons(text, tree, make_rect) -> None:
    boxes = [make_rect(40 + 120 * n, 100, 100, 40, fill=Color(13, 110, 253)) for n in range(3)]
    words = ["Send", "Request", "Top up"]
    leaves = [text(w, b.box.x + 20, 114, surface=b) for w, b in zip(words, boxes, strict=True)]
    observation, root = tree([replace(leaf, repeat=1) for leaf in leaves])
    draft = {0: Annotation(role=Role.GROUP)} | {n: Annotation(role=Role.LINK) for n in (1, 2, 3)}
    found = fitted(survey(observation, root), draft)
    assert [found[n].role for n in (1, 2, 3)] == [Role.BUTTON] * 3


def test_the_first_words_of_the_top_bar_lead_home(text, tree) -> None:
    bar = _column(text("My Site", 20, 20), text("menu", 900, 20), kind=RegionKind.ROW, box=Box(0, 0, 1000, 60))
    observation, root = tree([bar])
    draft = {n: Annotation(role=Role.TEXT) for n in range(4)}
    draft |= {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.BANNER)}
    assert fitted(survey(observation, root), draft)[2].role is Role.LINK


def test_a_filled_box_to_sign_in_is_a_button_and_a_link_in_the_top_bar(text, tree, make_rect) -> None:
    def box(y: float) -> Region:
        return text("Sign in", 840, y + 14, surface=make_rect(820, y, 120, 40, fill=Color(37, 99, 235)))

    bar = _column(text("My Site", 20, 20), box(10), kind=RegionKind.ROW, box=Box(0, 0, 1000, 60))
    observation, root = tree([bar, box(400)])
    draft = {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.NAVIGATION), 2: Annotation(role=Role.LINK)}
    draft |= {3: Annotation(role=Role.LINK), 4: Annotation(role=Role.LINK)}
    settled = fitted(survey(observation, root), draft)
    assert (settled[3].role, settled[4].role) == (Role.LINK, Role.BUTTON)


def test_a_coloured_listing_is_code(text, tree) -> None:
    listing = text("x = f(y);", 0, 300, family=FontFamily.MONO, color=Color(200, 30, 120))
    name = text("heappush", 0, 400, family=FontFamily.MONO, color=Color(200, 30, 120))
    observation, root = tree([listing, name])
    draft = {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.LINK), 2: Annotation(role=Role.LINK)}
    settled = fitted(survey(observation, root), draft)
    assert (settled[1].role, settled[2].role) == (Role.CODE, Role.LINK)


def test_a_page_set_in_a_typewriter_face_is_no_code_but_for_its_programs(text, tree, make_rect) -> None:
    def card(y: float, *words: str) -> Region:
        ground = make_rect(0, y, 400, 100, fill=Color(240, 240, 240))
        lines = (text(line, 20, y + 20 + 30 * n, family=FontFamily.MONO) for n, line in enumerate(words))
        return replace(_column(*lines, box=ground.box), surface=ground)

    observation, root = tree([card(0, "Ann Lee", "Read more"), card(200, "x = f(y);", "return x;")])
    draft = {node.id: Annotation(role=Role.TEXT if node.lines else Role.GROUP) for node in root.walk()}
    draft[3] = Annotation(role=Role.LINK)
    settled = fitted(survey(observation, root), draft)
    assert [settled[n].role for n in (2, 3, 5, 6)] == [Role.TEXT, Role.LINK, Role.CODE, Role.CODE]


def test_wordless_pieces_are_one_picture_unless_they_repeat_or_hold_words(text, tree) -> None:
    pieces = _column(_icon(0, 0), _icon(30, 50), kind=RegionKind.ROW, box=Box(0, 0, 70, 90))
    icons = _column(replace(_icon(0, 200), repeat=1), replace(_icon(0, 260), repeat=1), box=Box(0, 200, 70, 100))
    captioned = _column(_icon(0, 400), text("Home", 0, 450), box=Box(0, 400, 70, 90))
    dots = [replace(_icon(80, 600 + 9 * n, 4), repeat=1) for n in range(3)]
    dotted = _column(_icon(0, 600, 70), *dots, kind=RegionKind.ROW, box=Box(0, 600, 84, 70))
    observation, root = tree([pieces, icons, captioned, dotted])
    draft = {node.id: Annotation(role=Role.GROUP) for node in root.walk()}
    settled = fitted(survey(observation, root), draft)
    assert [settled[child.id].role for child in root.children] == [Role.IMG, Role.GROUP, Role.GROUP, Role.IMG]


def test_unlike_things_are_no_list_whatever_the_model_says(text, tree, make_rect) -> None:
    post = _column(
        _column(_icon(0, 300), text("Jonas Weber", 60, 314), kind=RegionKind.ROW),
        text("Shipped it today.", 0, 350),
        _column(text("12 replies", 0, 380), text("48 likes", 100, 380), kind=RegionKind.ROW),
    )
    bar = _column(
        text("chirp", 20, 20),
        text("Search people", 440, 24, surface=make_rect(420, 10, 400, 36)),
        kind=RegionKind.ROW,
        box=Box(0, 0, 1000, 56),
    )
    menu = _column(*(text(f"item {n}", 0, 500 + 30 * n) for n in range(3)))
    observation, root = tree([bar, post, menu])
    draft = {node.id: Annotation(role=Role.LIST if node.children else Role.TEXT) for node in root.walk()}
    draft[0] = Annotation(role=Role.GROUP)
    found = fitted(survey(observation, root), draft)
    lists = [
        node.children[0].text for node in root.walk() if found[node.id].role is Role.LIST and node.children[0].lines
    ]
    assert found[root.children[1].id].role is not Role.LIST
    assert "chirp" not in lists
    assert "item 0" in lists


def test_words_on_a_ground_among_the_links_of_a_column_are_the_chosen_one(text, tree, make_rect) -> None:
    home = text("Home", 30, 310, surface=make_rect(20, 300, 200, 36), weight=700)
    column = _column(home, *(text(f"item {n}", 30, 356 + 40 * n) for n in range(3)))
    elsewhere = _column(replace(home, box=Box(300, 300, 200, 36)), text("Some words", 300, 400))
    observation, root = tree([column, elsewhere])
    draft = {node.id: Annotation(role=Role.LINK if node.text.startswith("item") else Role.TEXT) for node in root.walk()}
    draft |= {node.id: Annotation(role=Role.HEADING, level=2) for node in root.walk() if node.text == "Home"}
    draft |= {node.id: Annotation(role=Role.GROUP) for node in root.walk() if node.children}
    found = fitted(survey(observation, root), draft)
    assert [found[node.id].role for node in root.walk() if node.text == "Home"] == [Role.LINK, Role.HEADING]


@pytest.mark.parametrize(("words", "role"), [("Find out more", Role.LINK), ("Save changes", Role.BUTTON)])
@pytest.mark.parametrize("said", [Role.TEXT, Role.TEXTBOX])
def test_words_on_a_box_of_strong_colour_are_pressed(text, tree, make_rect, body, words, role, said) -> None:
    call = text(words, 130, 312, make_rect(100, 300, 60 + 8 * len(words), 38, fill=Color(13, 110, 253)), color=WHITE)
    observation, root = tree([*body, call])
    found = fitted(survey(observation, root), _drafted(root, {5: said}))
    assert found[5].role is role


@pytest.mark.parametrize("height", [20, 90], ids=["badge", "band"])
def test_badges_and_bands_are_not_pressed(text, tree, make_rect, body, height: float) -> None:
    badge = text("New", 110, 300 + height / 2 - 6, make_rect(100, 300, 46, height, fill=Color(13, 110, 253)))
    observation, root = tree([*body, badge])
    assert fitted(survey(observation, root), _drafted(root, {}))[5].role is Role.TEXT


def test_a_grey_area_as_high_as_a_picture_is_one_and_a_disc_is_no_field(tree, make_rect, body) -> None:
    shapes = [
        make_rect(100, 500, 270, 180, fill=Color(173, 181, 189)),
        make_rect(500, 500, 64, 64, fill=Color(29, 128, 159)),
    ]
    regions = [Region(id=0, kind=RegionKind.SHAPE, box=shape.box, surface=shape) for shape in shapes]
    observation, root = tree([*body, *regions])
    found = fitted(survey(observation, root), _drafted(root, {5: Role.TEXTBOX, 6: Role.TEXTBOX}))
    assert (found[5].role, found[6].role) == (Role.IMG, Role.DECORATION)


@pytest.mark.parametrize(
    ("words", "color", "role"),
    [
        ("See how it works", INK, Role.LINK),
        ("Quick search", INK, Role.TEXT),
        ("Quick search", Color(0, 0, 238), Role.LINK),
    ],
)
def test_a_few_underlined_words_are_a_link(text, tree, body, words: str, color: Color, role: Role) -> None:
    observation, root = tree([*body, text(words, 100, 600, color=color, underline=True)])
    assert fitted(survey(observation, root), _drafted(root, {}))[5].role is role


def test_a_dot_is_no_tick_box(tree, make_rect, body) -> None:
    dot = make_rect(100, 500, 10, 10, fill=Color(214, 57, 57), radius=5)
    boxes = [dot, make_rect(100, 540, 12, 12, line=True)]
    regions = [Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box) for box in boxes]
    observation, root = tree([*body, *regions])
    found = fitted(survey(observation, root), _drafted(root, {5: Role.CHECKBOX, 6: Role.CHECKBOX}))
    assert (found[5].role, found[6].role) == (Role.DECORATION, Role.CHECKBOX)


def test_small_capitals_head_entries_with_icons(text, tree) -> None:
    head = text("INTERFACE", 0, 300, size_px=12.0)
    entries = [
        _column(_icon(0, 328 + 40 * n), text(f"Item {n}", 30, 330 + 40 * n), kind=RegionKind.ROW) for n in range(3)
    ]
    observation, root = tree([_column(head, *entries)])
    links = {node.id: Role.LINK for node in root.walk() if node.lines}
    found = fitted(survey(observation, root), _drafted(root, links))
    assert found[2].role is Role.TEXT
    assert [found[node.id].role for node in root.walk() if node.text.startswith("Item")] == [Role.LINK] * 3


def _drafted(root: Region, roles: dict[int, Role]) -> dict[int, Annotation]:
    plain = {node.id: Role.TEXT if node.lines else Role.GROUP for node in root.walk()}
    return {region_id: Annotation(role=role) for region_id, role in (plain | roles).items()}


def _icon(x: float, y: float, side: float = 16) -> Region:
    picture = Picture(id=0, kind=PictureKind.ICON, box=Box(x, y, side, side), color=INK, background=WHITE)
    return Region(id=0, kind=RegionKind.PICTURE, box=picture.box, picture=picture)


def test_a_pattern_of_dots_is_no_list(settled, make_photo) -> None:
    dots = _column(*(make_photo(20 + 28 * n, 300, 4, 4) for n in range(6)), kind=RegionKind.ROW)
    icons = _column(*(make_photo(20 + 28 * n, 400, 20, 20) for n in range(6)), kind=RegionKind.ROW)
    found = settled(fitted, [dots, icons], {1: Role.LIST, 8: Role.LIST})
    assert (found[1], found[8]) == (Role.GROUP, Role.LIST)


def test_a_small_photograph_is_a_picture_and_a_smaller_one_an_icon(settled, make_photo) -> None:
    pictures = [make_photo(20, 300, 26, 26), make_photo(20, 400, 57, 24), make_photo(20, 500, 14, 14)]
    found = settled(fitted, pictures, dict.fromkeys((1, 2, 3), Role.DECORATION))
    assert [found[n] for n in (1, 2, 3)] == [Role.IMG, Role.IMG, Role.DECORATION]


def test_the_name_beside_a_mark_that_opens_the_page_leads_home(text, settled, make_photo) -> None:
    def brand(y: float) -> Region:
        return _column(make_photo(400, y, 32, 32), text("Acme", 440, y + 8, size_px=24.0), kind=RegionKind.ROW)

    found = settled(fitted, [brand(150), brand(500)], {3: Role.HEADING, 6: Role.HEADING})
    assert (found[3], found[6]) == (Role.LINK, Role.HEADING)


def test_large_first_words_of_a_bar_lead_home(text, settled) -> None:
    entries = (text("Acme", 40, 20, size_px=28.0), text("Home", 600, 24), text("Blog", 700, 24))
    bar = _column(*entries, kind=RegionKind.ROW, box=Box(0, 0, 1000, 60))
    assert settled(fitted, [bar], {1: Role.BANNER, 2: Role.HEADING, 3: Role.LINK, 4: Role.LINK})[2] is Role.LINK


def test_the_head_of_a_list_of_links_is_no_link_itself(text, tree) -> None:
    head = text("PRODUCTS", 0, 300, size_px=19.0, weight=700)
    entries = _column(*(text(f"item {n}", 0, 340 + 30 * n) for n in range(3)))
    observation, root = tree([_column(head, entries)])
    draft = {node.id: Annotation(role=Role.LINK if node.lines else Role.GROUP) for node in root.walk()}
    draft[2] = Annotation(role=Role.HEADING, level=5, link=True)
    found = fitted(survey(observation, root), draft)
    assert (found[2].role, found[2].link) == (Role.HEADING, False)


def test_a_line_from_edge_to_edge_of_a_card_is_its_border_and_a_shorter_one_a_divider(text, settled, make_rect) -> None:
    def card(y: float, line_x: float) -> Region:
        ground, line = make_rect(100, y, 400, 160, line=True), make_rect(line_x, y + 60, 600 - 2 * line_x, 1)
        rule = Region(id=0, kind=RegionKind.SHAPE, box=line.box, surface=line)
        parts = (text("A title", 130, y + 20), rule, text("Some words", 130, y + 100))
        return replace(_column(*parts, box=ground.box), surface=ground)

    found = settled(fitted, [card(100, 101), card(400, 130)], {3: Role.DECORATION, 7: Role.DECORATION})
    assert (found[3], found[7]) == (Role.DECORATION, Role.SEPARATOR)


@pytest.mark.parametrize("role", [Role.GROUP, Role.ARTICLE, Role.NAVIGATION])
def test_entries_with_numbers_are_a_list_and_an_entry_with_more_in_it_is_a_group(text, tree, role: Role) -> None:
    def entry(ordinal: int, y: float) -> Region:
        words = text(f"step {ordinal}", 40, y)
        marked = replace(words.lines[0], bullet=Box(22, y, 12, 12), ordinal=ordinal)
        return replace(words, lines=(marked,))

    more = _column(entry(2, 330), text("and then wait", 40, 360))
    observation, root = tree([_column(entry(1, 300), more, entry(3, 390))])
    draft = {node.id: Annotation(role=Role.TEXT if node.lines else role) for node in root.walk()}
    found = fitted(survey(observation, root), draft)
    roles = [found[node.id].role for node in root.walk() if not node.lines]
    assert roles[1:] == [Role.LIST, Role.GROUP]
