"""
What was measured and drafted comes out as elements: nothing lost, in the flow, at understood widths.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.vision_code.sample_pages import INK, WHITE, any_page, card, line, page, photo
from vision_code.assemble import assemble
from vision_code.assemble.frame import Built
from vision_code.assemble.semantics import as_item
from vision_code.design_scale import PILL_RADIUS_PX
from vision_code.divide import divide
from vision_code.geometry import Box, Color
from vision_code.observation import Border, Observation, PictureKind, Rect, TextLine, TextStyle
from vision_code.region import Annotation, RegionKind, Role
from vision_code.uitree import AUTO, FULL, Edges, Element, Length, Style, Text, UITree

BLUE = Color(20, 60, 220)


def build(observation: Observation, roles: Mapping[str, Role | Annotation] | None = None) -> UITree:
    """
    The tree of an observation; ``roles`` by the words of a text region, or by region kind.
    """
    root = divide(observation)
    draft = {}
    for region in root.walk():
        found = (roles or {}).get(region.text or region.kind.value)
        if found is not None:
            draft[region.id] = found if isinstance(found, Annotation) else Annotation(role=found)
    noise = np.random.default_rng(1).integers(0, 255, (int(observation.height_px), int(observation.width_px), 3))
    return assemble(observation, root, draft, noise.astype(np.uint8))


def text_of(element: Element) -> str:
    return "".join(c.text if isinstance(c, Text) else text_of(c) for c in element.children)


def find(tree: UITree, tag: str) -> list[Element]:
    return [element for element in tree.root.walk() if element.tag == tag]


def attribute(element: Element, name: str) -> str | None:
    return dict(element.attrs).get(name)


observations = any_page(lines=10, rects=8, pictures=5)
SPEAKING = frozenset({"placeholder", "value"})


def drafted(observation: Observation, roles: list[Role]) -> UITree:
    """
    The tree of an observation with ``roles`` dealt out to its regions in turn.
    """
    root = divide(observation)
    draft = {region.id: Annotation(role=roles[region.id % len(roles)], level=2) for region in root.walk()}
    return assemble(observation, root, draft, np.zeros((800, 1000, 3), dtype=np.uint8))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(observations, st.lists(st.sampled_from(Role), min_size=1, max_size=8))
def test_no_word_is_lost_whatever_the_draft_says(observation: Observation, roles: list[Role]) -> None:
    tree = drafted(observation, roles)

    shown = text_of(tree.root).split()
    for element in tree.root.walk():
        shown += [word for name, value in element.attrs if name in SPEAKING for word in value.split()]
    written = " ".join(child.text for e in tree.root.walk() for child in e.children if isinstance(child, Text)).split()
    spoken = [w for e in tree.root.walk() for name, value in e.attrs if name in SPEAKING for w in value.split()]
    ticks = sum(1 for e in tree.root.walk() if attribute(e, "type") in {"checkbox", "radio"})
    seen = Counter(word for item in observation.lines for word in item.text.split())
    if not ticks:  # words on a surface that is said to be a tick box are its check mark
        assert Counter(written) + Counter(spoken) == seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(observations)
def test_only_overlays_leave_the_flow(observation: Observation) -> None:
    root = divide(observation)
    over = sum(len(region.children) for region in root.walk() if region.kind is RegionKind.STACK)
    over += sum(region.floats for region in root.walk())

    tree = assemble(observation, root, {}, np.zeros((800, 1000, 3), dtype=np.uint8))

    assert sum(element.style.position == "absolute" for element in tree.root.walk()) <= over


#: What a paragraph ends at when a browser meets it inside (https://html.spec.whatwg.org/#the-p-element).
BLOCKS = {"address", "article", "aside", "div", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
          "main", "nav", "ol", "p", "pre", "section", "table", "ul"}  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(observations, st.lists(st.sampled_from(Role), min_size=1, max_size=8))
def test_elements_stand_where_html_allows_them(observation: Observation, roles: list[Role]) -> None:
    tree = drafted(observation, roles)

    for element in tree.root.walk():
        tags = {child.tag for child in element.children if isinstance(child, Element)}
        if element.tag in ("ul", "ol"):
            assert tags <= {"li"}
        else:
            assert "li" not in tags
        if element.tag == "p":
            assert not {inner.tag for inner in element.walk() if inner is not element} & BLOCKS


def test_a_list_in_the_middle_of_a_page_holds_its_items_itself() -> None:
    tree = drafted(page(lines=[], rects=[card(213, 0, 1, 1), card(685, 0, 60, 1)]), [Role.LIST])
    (row,) = [element for element in tree.root.walk() if element.tag == "ul"]
    assert [child.tag for child in row.children if isinstance(child, Element)] == ["li", "li"]


def test_roles_choose_the_tags() -> None:
    lines = [line("Prices", 60, 60, size=32, weight=700), line("Read more", 60, 120), line("Sign up", 84, 200)]
    tree = build(
        page(lines=lines, rects=[card(60, 174, 110, 40)]),
        {"Prices": Annotation(role=Role.HEADING, level=1), "Read more": Role.LINK, "Sign up": Role.BUTTON},
    )

    (heading,), (link,), (button,) = find(tree, "h1"), find(tree, "a"), find(tree, "button")
    assert text_of(heading) == "Prices"
    assert attribute(link, "href") == "#"
    assert attribute(button, "type") == "button"
    assert tree.title == "Prices"


def test_a_label_is_bound_to_its_field_and_the_words_inside_are_its_placeholder() -> None:
    lines = [line("Email", 60, 60, size=14), line("you@example.org", 72, 100)]
    border = Border(color=INK, width_px=1)
    tree = build(
        page(lines=lines, rects=[Rect(id=0, box=Box(60, 74, 320, 40), fill=WHITE, border=border)]),
        {"Email": Role.LABEL, "you@example.org": Role.TEXTBOX},
    )

    (label,), (field,) = find(tree, "label"), find(tree, "input")
    assert attribute(label, "for") == attribute(field, "id") is not None
    assert attribute(field, "placeholder") == "you@example.org"
    assert attribute(field, "type") == "email"


@pytest.mark.parametrize(
    ("words", "ink", "name"),
    [("Marie", INK, "value"), ("Marie", Color(156, 163, 175), "placeholder"), ("Enter a name", INK, "placeholder")],
)
def test_dark_words_in_a_field_were_typed_and_pale_ones_and_hints_were_not(words: str, ink: Color, name: str) -> None:
    given = line(words, 72, 100)
    box = Rect(id=0, box=Box(60, 74, 320, 40), fill=WHITE, border=Border(color=INK, width_px=1))
    tree = build(
        page(lines=[replace(given, style=replace(given.style, color=ink))], rects=[box]), {words: Role.TEXTBOX}
    )
    (field,) = find(tree, "input")
    assert attribute(field, name) == words
    assert (field.style.placeholder_color is None) == (name == "value")


def test_initials_in_the_middle_of_a_disc_are_centred_in_a_box_of_its_size() -> None:
    disc = card(60, 60, 36, 36, radius_px=17.9)
    tree = build(page(lines=[line("AM", 70, 84)], rects=[disc]), {"AM": Role.TEXT})
    (badge,) = (element for element in tree.root.walk() if element.style.radius)
    style = badge.style
    assert (style.width, style.height, style.radius) == (Length(36), Length(36), PILL_RADIUS_PX)
    assert (style.display, style.align, style.justify, style.padding) == ("flex", "center", "center", None)


def test_list_items_are_items_and_their_links_stay_links() -> None:
    menu = [line(text, 60, 60 + 36 * i) for i, text in enumerate(["Home", "Blog", "Jobs"])]
    observation = page(lines=menu)
    root = divide(observation)
    draft = {r.id: Annotation(role=Role.LINK if r.is_leaf else Role.LIST) for r in root.walk()}

    tree = assemble(observation, root, draft, np.zeros((800, 1000, 3), dtype=np.uint8))

    assert [text_of(item) for item in find(tree, "li")] == ["Home", "Blog", "Jobs"]
    assert len(find(tree, "a")) == 3


def test_three_cards_fold_below_a_breakpoint() -> None:
    rects = [card(50 + 310 * i, 100, 280, 200) for i in range(3)]
    texts = ["Our plans grow with you and your team for as long as you like", "and then some more on a second line"]
    lines = [line(t[:26], r.box.x + 20, 140 + 24 * k) for r in rects for k, t in enumerate(texts)]
    tree = build(page(lines=lines, rects=rects, width=1280))

    grid = next(e for e in tree.root.walk() if e.style.display == "grid")
    assert grid.style.columns is not None
    assert grid.style.columns[0].count == 3
    assert grid.below
    assert [style.columns[0].count for _, style in grid.below if style.columns] == [1]


def test_no_override_holds_at_the_width_of_the_picture() -> None:
    rects = [card(20 + 180 * i, 100, 170, 200) for i in range(2)]
    lines = [line("Chat with us and more", r.box.x + 10, 140 + 24 * k) for r in rects for k in range(3)]
    tree = build(page(lines=lines, rects=rects, width=390))

    assert all(not element.below for element in tree.root.walk())


def test_a_centred_page_column_gets_a_maximum_and_automatic_margins() -> None:
    rects = [card(200, 100, 1040, 200), card(200, 340, 1040, 200)]
    lines = [line("A title on the left", 230, 150), line("Another title on the left", 230, 390)]
    tree = build(page(lines=lines, rects=rects, width=1440))

    container = next(e for e in tree.root.walk() if e.style.max_width is not None)
    assert container.style.width == FULL
    assert container.style.margin is not None
    assert container.style.margin.left == AUTO == container.style.margin.right


def test_equal_crops_are_one_asset_and_every_image_has_an_alt() -> None:
    observation = page(pictures=[photo(50, 50, 24, 24, PictureKind.ICON), photo(50, 150, 24, 24, PictureKind.ICON)])
    root = divide(observation)

    tree = assemble(observation, root, {}, np.zeros((800, 1000, 3), dtype=np.uint8))

    images = find(tree, "img")
    assert len(images) == 2
    assert len(tree.assets) == 1
    assert all(attribute(image, "alt") is not None for image in images)


def test_a_drawing_of_several_pieces_is_cut_out_whole() -> None:
    pieces = [photo(100, 100, 40, 80), photo(150, 120, 60, 90)]
    tree = build(page(pictures=pieces, lines=[line("Words", 100, 400)]), {"row": Role.IMG})
    (image,) = find(tree, "img")
    (asset,) = tree.assets
    assert (asset.width_px, asset.height_px) == (110, 110)
    assert attribute(image, "src") == asset.name


def test_words_over_a_photo_stay_in_the_flow_and_are_painted_out_of_the_crop() -> None:
    lines = [line("Welcome", 400, 200, size=48), line("to the coast", 430, 260)]
    observation = page(lines=lines, pictures=[photo(0, 0, 1000, 500)])
    pixels = np.full((800, 1000, 3), 200, dtype=np.uint8)
    pixels[150:275, 390:700] = 20

    tree = assemble(observation, divide(observation), {}, pixels)

    (image,) = find(tree, "img")
    assert image.style.position == "absolute"
    assert all(e.style.position != "absolute" for e in tree.root.walk() if e is not image)
    assert pixels[200, 500, 0] == 20, "the caller's pixels are left alone"


def test_coloured_words_in_a_paragraph_become_a_link() -> None:
    base = line("Already have an account? Sign in", 60, 60)
    link = TextStyle(size_px=16, color=BLUE)
    words = tuple(replace(w, style=link) if w.text in {"Sign", "in"} else w for w in base.words)
    tree = build(page(lines=[replace(base, words=words)]))

    (anchor,) = find(tree, "a")
    assert text_of(anchor) == "Sign in"
    assert text_of(tree.root) == "Already have an account? Sign in"


def test_a_ruled_table_has_a_head_and_cells_in_their_columns() -> None:
    rows = [("Name", "City", "Total"), ("Ada", "London", "12"), ("Grace", "New York", "7"), ("Linus", "", "3")]
    lines, rects = [], []
    for i, row in enumerate(rows):
        y = 100 + 48 * i
        lines += [
            line(text, x, y, weight=700 if i == 0 else 400) for text, x in zip(row, (60, 400, 700), strict=True) if text
        ]
        rects.append(Rect(id=0, box=Box(50, y + 20, 800, 1), fill=Color(200, 200, 200)))
    observation = page(lines=lines, rects=rects)
    tree = build(observation, {"table": Role.TABLE})

    (table,) = find(tree, "table")
    assert [text_of(cell) for cell in find(tree, "th")] == ["Name", "City", "Total"]
    body = [element for element in table.walk() if element.tag == "tr"][1:]
    assert [[text_of(c) for c in row.children if isinstance(c, Element)] for row in body] == [list(r) for r in rows[1:]]


def test_boxes_of_drawings_keep_the_size_they_were_drawn_in() -> None:
    bars = [card(100 + 110 * n, 300 - 20 * n, 90, 100 + 20 * n) for n in range(3)]
    corners = [photo(bar.box.x, bar.box.y, 6, 6, PictureKind.ICON) for bar in bars]
    tree = build(page(lines=[line("Revenue", 100, 200)], rects=bars, pictures=corners))
    widths = [e.style.width for e in tree.root.walk() if e.style.background == Color(240, 240, 240)]
    assert [width.value for width in widths if width is not None] == [90, 90, 90]


def test_a_field_at_the_far_end_of_a_row_is_pushed_there() -> None:
    field = card(720, 40, 240, 40)
    tree = build(
        page(lines=[line("Overview", 40, 66, size=24), line("Search orders", 740, 66)], rects=[field]),
        {"Search orders": Role.SEARCHBOX},
    )
    (box,) = find(tree, "input")
    assert box.style.margin is not None
    assert box.style.margin.left == AUTO
    assert box.style.width == FULL
    assert box.style.max_width is not None
    assert box.style.max_width.value == 240


def test_of_two_fields_in_a_row_one_takes_the_rest_and_the_other_keeps_its_width() -> None:
    lines = [line("Your address", 220, 140), line("Code", 818, 140)]
    rects = [card(200, 100, 570, 64), card(794, 100, 128, 64)]
    tree = build(page(lines=lines, rects=rects, width=1200), {"Your address": Role.TEXTBOX, "Code": Role.TEXTBOX})

    address, code = (field.style for field in find(tree, "input"))
    assert (address.grow, address.width) == (1.0, None)
    assert (code.shrink, code.width) == (0.0, Length(128))


def test_an_empty_field_before_a_button_keeps_its_width_and_has_a_name() -> None:
    border = Border(color=INK, width_px=1)
    frames = [
        Rect(id=n, box=Box(x, 100, w, 21), fill=WHITE, border=border)
        for n, (x, w) in enumerate([(60, 177), (241, 150)])
    ]
    tree = build(page(lines=[line("Start again", 260, 115, size=13)], rects=frames), {"shape": Role.TEXTBOX})

    (field,) = find(tree, "input")
    assert field.style.max_width is not None
    assert field.style.max_width.value == pytest.approx(177, abs=2)
    assert attribute(field, "aria-label")


def test_entries_of_a_menu_without_a_ground_stand_further_in_than_their_captions() -> None:
    words = ("Acme", "THEME", "Colors", "Icons", "Fonts", "PAGES", "Login", "Register", "Reset")
    menu = [line(said, 24 + 32 * (not said.isupper()), 100 + 44 * n, size=14) for n, said in enumerate(words)]
    said = "What the page is about, in lines that are as long as those of a page are, and so on"
    text = [line(said, 320, 100 + 24 * n) for n in range(12)]
    tree = build(page(lines=[*menu, *text]), dict.fromkeys(words, Role.LINK) | {"THEME": Role.TEXT, "PAGES": Role.TEXT})

    insets = {text_of(e): e.style.margin.left for e in tree.root.walk() if e.style.margin and text_of(e) in words}
    assert insets["Colors"] == insets["Register"] == Length(32)
    assert insets.get("THEME") is None


def test_a_field_without_a_frame_is_a_line_high_and_has_room_for_its_words() -> None:
    asked = line("Search...", 100, 112)
    tree = build(page(lines=[asked, line("Sign in", 800, 112)]), {"Search...": Role.TEXTBOX})

    (field,) = find(tree, "input")
    assert attribute(field, "placeholder") == "Search..."
    assert field.style.height is not None
    assert field.style.max_width is not None
    assert field.style.height.value >= 1.2 * 16
    assert field.style.max_width.value >= asked.box.w + 16


def test_lines_between_steps_share_the_room() -> None:
    words = [line(text, x, 112) for text, x in (("Account", 0), ("Company", 300), ("Billing", 600), ("Review", 952))]
    rects = [card(x, 106, w, 2) for x, w in ((70, 216), (370, 216), (670, 268))]
    tree = build(page(lines=words, rects=rects))

    joints = [e.style for e in tree.root.walk() if e.style.border_top is not None]
    assert [(joint.grow, joint.width) for joint in joints] == [(1.0, None)] * 3


def test_a_line_in_a_row_that_ends_early_keeps_its_length() -> None:
    words = [line(text, x, 112) for text, x in (("Account", 40), ("Company", 300))]
    tree = build(page(lines=words, rects=[card(110, 106, 170, 2)]))

    (joint,) = [e.style for e in tree.root.walk() if e.style.border_top is not None]
    assert joint.width == Length(170)


def test_a_table_is_as_wide_as_the_ground_of_its_rows() -> None:
    lines = [line(f"Song {n}", 80, 100 + 40 * n) for n in range(5)]
    lines += [line(text, x, 100 + 40 * n) for n in range(5) for text, x in (("Quartet", 500), ("4:12", 800))]
    rects = [card(0, 0, 1000, 60), card(40, 114, 900, 40, radius_px=8)]
    tree = build(page(lines=lines, rects=rects), {"table": Role.TABLE})

    (table,) = find(tree, "table")
    (around,) = [e for e in tree.root.walk() if table in e.children]
    assert around.style.padding is not None
    assert around.style.padding.left == Length(40)
    assert around.style.max_width == Length(900)
    assert find(tree, "th") == []
    first = next(e for e in table.walk() if e.tag == "tr")
    widths = [cell.style.width.value for cell in first.children if isinstance(cell, Element) and cell.style.width]
    assert sum(widths) == pytest.approx(100, abs=0.5)


def test_room_on_one_side_of_a_column_is_given_up_on_narrow_screens() -> None:
    rects = [card(200, 100, 1000, 400)]
    lines = [line("Sign in to go on with what you did", 760, 150 + 60 * i) for i in range(3)]
    tree = build(page(lines=lines, rects=rects, width=1440))

    box = next(e for e in tree.root.walk() if e.style.padding and e.style.padding.left == Length(560))
    narrow = dict(box.below)["lg"].padding
    assert narrow is not None
    assert narrow.left == narrow.right
    assert narrow.left is not None
    assert narrow.left.value < 200


def test_a_navigation_of_links_holds_them_in_a_list() -> None:
    entries = ("Home", "Orders", "Reports", "Settings")
    tree = build(
        page(
            lines=[line(entry, 40, 100 + 40 * n) for n, entry in enumerate(entries)],
            rects=[card(20, 60, 200, 200)],
        ),
        {"column": Role.NAVIGATION, **dict.fromkeys(entries, Role.LINK)},
    )
    nav = find(tree, "nav")[-1]
    (menu,) = nav.children
    assert isinstance(menu, Element)
    assert menu.tag == "ul"
    assert [child.tag for child in menu.children if isinstance(child, Element)] == ["li"] * 4


def test_a_link_in_a_list_item_is_a_box() -> None:
    entries = ("Home", "Orders", "Reports")
    tree = build(
        page(lines=[line(entry, 40, 100 + 40 * n) for n, entry in enumerate(entries)]),
        {"column": Role.LIST, **dict.fromkeys(entries, Role.LINK)},
    )
    assert [link.style.display for link in find(tree, "a")] == ["block"] * 3


def test_an_empty_box_that_stands_for_a_picture_is_an_image() -> None:
    tree = build(page(rects=[card(100, 100, 400, 300)]), {"shape": Annotation(role=Role.IMG, name="Cover")})
    (image,) = find(tree, "img")
    assert attribute(image, "alt") == "Cover"
    assert image.style.width == FULL


def test_code_keeps_its_lines_and_their_indent() -> None:
    from vision_code.observation import FontFamily

    lines = [line("if ready:", 60, 140), line("start()", 60 + 4 * 0.6 * 16, 160)]
    mono = [replace(each, style=replace(each.style, family=FontFamily.MONO)) for each in lines]
    tree = build(page(lines=mono, rects=[card(40, 100, 600, 90)]), {"if ready: start()": Role.CODE})
    (code,) = find(tree, "code")
    first, indent, second = (part for part in code.children if isinstance(part, Text))
    assert (first.text, first.break_after) == ("if ready:", True)
    assert (indent.text, second.text) == ("\N{NO-BREAK SPACE}" * 4, "start()")


def test_entries_in_a_room_of_their_own_width_keep_their_gaps() -> None:
    entries = [
        line("Home", 30, 60, weight=700),
        *(line(name, 225 + 100 * n, 60) for n, name in enumerate(("Find", "Read", "Mine"))),
    ]
    tree = build(page(lines=entries, width=540, height=100))
    row = next(e for e in tree.root.walk() if sum(isinstance(c, Element) for c in e.children) == 3)
    assert [text_of(child) for child in row.children if isinstance(child, Element)] == ["Find", "Read", "Mine"]
    assert row.style.column_gap is not None
    assert row.style.column_gap > 50


@pytest.mark.parametrize(("right", "length", "grow"), [(430.0, None, 1.0), (1000.0, Length(82), None)])
def test_lines_between_steps_fill_a_row_that_has_no_room_left_and_else_keep_their_length(
    right: float, length: Length | None, grow: float | None
) -> None:
    lines, rects = [], []
    for n, words in enumerate(("Account", "Company", "Billing")):
        lines.append(line(words, 40 + 160.0 * n, 60, size=14))
        if n:
            rects.append(Rect(id=0, box=Box(160.0 * n - 57, 54, 82, 2), fill=Color(226, 232, 240)))
    tree = build(page(lines=lines, rects=[Rect(id=0, box=Box(20, 20, right - 20, 80), fill=WHITE), *rects]))
    drawn = [element.style for element in tree.root.walk() if element.style.border_top is not None]
    assert [(style.width, style.grow) for style in drawn] == [(length, grow)] * 2


def test_a_sentence_on_a_box_is_a_panel_that_takes_its_width_and_no_badge() -> None:
    words = "On Windows, use a terminal with the rights of an administrator for it"
    lines = [line("Before you begin", 40, 40, size=24), line(words, 70, 90)]
    tree = build(page(lines=[*lines, line("Then go on", 40, 140)], rects=[card(40, 60, 650, 46)]))
    (panel,) = (element for element in tree.root.walk() if element.style.background == Color(240, 240, 240))
    assert (panel.style.max_width, panel.style.nowrap, panel.style.align_self) == (Length(648), None, None)


def test_a_button_in_the_corner_lies_over_the_page_out_of_its_flow() -> None:
    lines = [line("A title", 100, 100, size=32), line("Some words of the page", 100, 200)]
    plain = build(page(lines=lines, rects=[card(90, 240, 700, 300)]))
    tree = build(page(lines=lines, rects=[card(90, 240, 700, 300), card(948, 500, 36, 36)]))
    floating = tree.root.children[-1]
    assert isinstance(floating, Element)
    assert floating.style.position == "absolute"
    assert floating.style.inset == Edges(top=Length(500), right=Length(16))
    assert tree.root.style.position == "relative"
    assert tree.root.children[:-1] == plain.root.children


def test_words_in_the_middle_of_a_column_of_a_row_are_centred() -> None:
    lines = []
    for middle, words in ((200, "Looks great on any screen"), (700, "Freshly made just for you")):
        for text, size, top in (("Head", 24, 100), (words, 16, 140)):
            width = line(text, 0, 0, size=size).box.w
            lines.append(line(text, middle - width / 2, top, size=size))
    heads = [element for element in build(page(lines=lines)).root.walk() if isinstance(element, Element)]
    assert [element.style.text_align for element in heads if text_of(element) == "Head" and element.region] == [
        "center",
        "center",
    ]


def test_a_panel_is_as_wide_as_it_was_though_a_photo_in_it_ends_before_its_edge() -> None:
    panel = card(50, 100, 900, 240)
    words = "Words beside a photo that go on for so long that they need a second line"
    lines = [line(words, 100, 180), line(words, 100, 204)]
    tree = build(page(lines=lines, rects=[panel], pictures=[photo(700, 140, 100, 160)]))
    ground = next(element for element in tree.root.walk() if element.style.background == panel.fill)
    limit = ground.style.max_width
    assert limit is None or limit.value >= 900
    assert ground.style.padding is not None
    assert ground.style.padding.right == Length(150)


def test_a_row_that_ends_at_the_edge_of_its_ground_begins_where_it_did() -> None:
    bar = card(0, 0, 1000, 60)
    tree = build(
        page(lines=[line("Brand", 72, 36), line("Docs", 800, 36)], rects=[bar], pictures=[photo(940, 0, 60, 60)])
    )
    band = next(element for element in tree.root.walk() if element.style.background == bar.fill)
    assert band.style.padding is not None
    assert band.style.padding.left == Length(72)
    assert band.style.margin is None


def test_columns_with_room_behind_them_stand_at_their_places() -> None:
    words = "A paragraph of words that runs on for a while until it has to break"
    panel = card(0, 40, 1400, 200)
    lines = [line(words, 40, 100), line(words, 40, 124)]
    lines += [line(f"Entry {n}", 760, 100 + 30 * n) for n in range(3)]
    tree = build(page(lines=lines, rects=[panel], width=1400))
    column = next(e for e in tree.root.walk() if text_of(e) == "Entry 0Entry 1Entry 2")
    assert column.style.margin is None or column.style.margin.left != AUTO


def test_things_on_a_picture_stand_where_the_picture_stood() -> None:
    lines = [line("Brand", 220, 300), line("Words that follow", 500, 300)]
    tree = build(page(lines=[line("Above", 40, 40), *lines], pictures=[photo(200, 200, 600, 200)]))
    stack = next(element for element in tree.root.walk() if element.style.position == "relative")
    assert stack.style.max_width == Length(600)
    assert stack.style.margin is not None
    assert (stack.style.margin.left, stack.style.margin.right) == (AUTO, AUTO)


def test_a_wrapped_text_at_the_right_keeps_its_width_and_its_place() -> None:
    words = ("Last updated on the seventh of October. Found a bug?", "Created by its authors")
    lines = [line("many words " * 10, 40, 80), line("many words " * 10, 40, 104)]
    lines += [replace_right(line(each, 0, 300.0 + 22 * n), 960) for n, each in enumerate(words)]
    tree = build(page(lines=lines))
    (text,) = (element for element in tree.root.walk() if element.style.text_align == "right")
    assert text.style.max_width is not None
    assert text.style.margin is not None
    assert (text.style.margin.left, text.style.margin.right) == (AUTO, None)


def replace_right(found: TextLine, right: float) -> TextLine:
    """
    The line moved so that it ends at ``right``.
    """
    return line(found.text, right - found.box.w, found.baseline_y)


def test_a_paragraph_that_fills_its_box_is_centred_only_when_its_lines_are() -> None:
    long, short = "many words that fill the whole of the box here", "and some more"
    lefts = [line(text, 101, 120 + 24 * n) for n, text in enumerate((long, long, short))]
    width = lefts[0].box.w
    middle = 101 + (width - lefts[2].box.w) / 2
    for last, wanted in ((lefts[2], None), (line(short, middle, 168), "center")):
        tree = build(page(lines=[*lefts[:2], last], rects=[card(100, 98, width + 2, 82)]))
        boxes = [element for element in tree.root.walk() if text_of(element).startswith("many")]
        assert boxes[-1].style.text_align == wanted


def test_cards_of_one_row_keep_the_room_below_their_words() -> None:
    rects = [card(20 + 240 * n, 40, 220, 180) for n in range(4)]
    lines = [line(f"Total {n}", r.box.x + 20, 80) for n, r in enumerate(rects)]
    tree = build(page(lines=lines, rects=rects))
    cards = [element.style for element in tree.root.walk() if element.style.background == Color(240, 240, 240)]
    assert len(cards) == 4
    assert all(style.padding and style.padding.bottom and style.padding.bottom.value > 100 for style in cards)


def test_a_card_of_boxes_that_fill_it_is_as_wide_as_they_are() -> None:
    rects = [card(20, 20, 180, 200), *(card(34, 70 + 40 * n, 152, 30, radius_px=4) for n in range(3))]
    rects[0] = replace(rects[0], fill=Color(210, 210, 210))
    lines = [line(f"Task {n}", 90, 90 + 40 * n) for n in range(3)]
    tree = build(page(lines=[line("Tasks", 86, 50), *lines, line("Notes", 260, 50)], rects=rects))
    (column,) = (element for element in tree.root.walk() if element.style.background == Color(210, 210, 210))
    assert column.style.width == Length(180)


def test_entries_that_end_in_an_arrow_keep_both_their_ends() -> None:
    names = ("App", "Components", "A much longer entry")
    rows = [line(name, 60, 100 + 50 * n, size=14) for n, name in enumerate(names)]
    arrows = [photo(244, 88 + 50 * n, 6, 12, PictureKind.ICON) for n in range(3)]
    bar = Rect(id=0, box=Box(0, 0, 290, 800), fill=Color(40, 50, 60))
    body = line("What the page is about is said in a line as long as this one", 340, 100)
    tree = build(page(lines=[*rows, body], pictures=arrows, rects=[bar]))
    entries = [
        element.style for element in tree.root.walk() if text_of(element) in names and len(element.children) == 2
    ]
    assert [(style.justify, style.width) for style in entries] == [("between", None)] * 3


def test_an_item_that_is_pushed_to_the_end_is_as_wide_as_its_link_says() -> None:
    pushed = Style(display="flex", width=FULL, max_width=Length(160), margin=Edges(left=AUTO, right=Length(32)))
    item = as_item(Built(Element(tag="a", style=pushed), 20)).element
    assert (item.style.width, item.style.max_width) == (FULL, Length(160))
    (link,) = item.children
    assert isinstance(link, Element)
    assert (link.style.width, link.style.max_width, link.style.margin) == (FULL, None, None)


def test_a_grid_of_cards_ends_where_it_did_however_much_room_is_before_it() -> None:
    places = [(230 + 260 * (n % 3), 300 + 160 * (n // 3)) for n in range(6)]
    rects = [card(x, y, 240, 140) for x, y in places]
    lines = [line(f"Card {n}", r.box.x + 20, r.box.y + 40) for n, r in enumerate(rects)]
    tree = build(page(lines=[*lines, line("Overview of all there is", 20, 60)], rects=rects))
    (grid,) = (element for element in tree.root.walk() if element.style.columns)
    margin = grid.style.margin
    assert margin is not None
    assert (margin.left, margin.right) == (Length(230), Length(10))


def test_instances_that_were_measured_at_two_sizes_are_as_high() -> None:
    rects = [card(20, 40 + 50 * n, 600, 40) for n in range(4)]
    lines = [line(f"Entry {n}", 40, r.box.y + 25, size=12.4 if n % 3 == 0 else 13) for n, r in enumerate(rects)]
    tree = build(page(lines=lines, rects=rects))
    leading = {element.style.line_height for element in tree.root.walk() if element.style.font_size is not None}
    assert len(leading) == 1


@pytest.mark.parametrize(("x", "justify"), [(590.0, "end"), (30.0, "start"), (316.0, "center")])
def test_a_small_drawing_in_a_wide_box_stands_where_it_stood(x: float, justify: str) -> None:
    frame = card(20, 60, 600, 84, border=Border(color=INK, width_px=1, sides="trbl"))
    tree = build(page(lines=[line("Output", 20, 40)], rects=[frame], pictures=[photo(x, 98, 8, 8, PictureKind.ICON)]))
    (box,) = (element.style for element in tree.root.walk() if element.style.background == Color(240, 240, 240))
    assert (box.width, box.max_width, box.justify) == (FULL, Length(600), justify)


def test_a_column_of_entries_between_lines_is_as_wide_as_the_lines() -> None:
    rules = [Rect(id=0, box=Box(600, 60.0 + 42 * n, 148, 1), fill=Color(220, 220, 220)) for n in range(5)]
    lines = [line("Link", 616, 86.0 + 42 * n, size=14) for n in range(4)]
    body = [line("What the page is about is said in lines as long as this one", 40, 86.0 + 24 * n) for n in range(6)]
    tree = build(page(lines=[*body, *lines], rects=rules, width=800))
    entries = [element for element in tree.root.walk() if text_of(element) == "LinkLinkLinkLink"]
    assert [entry.style.width for entry in entries[:1]] == [Length(148)]


@pytest.mark.parametrize("height", [100.0, 40.0])
def test_words_on_a_drawn_band_are_written_and_not_drawn(height: float) -> None:
    observation = page(lines=[line("Format", 60, 64)], pictures=[photo(20, 30, 700, height)])
    pixels = np.full((800, 1000, 3), 200, dtype=np.uint8)
    pixels[54:64, 60:107] = 20

    tree = assemble(observation, divide(observation), {}, pixels)

    (asset,) = tree.assets
    assert np.asarray(Image.open(BytesIO(asset.png)).convert("RGB")).min() > 190


def test_a_long_row_of_buttons_wraps_on_any_smaller_screen() -> None:
    rects = [card(20 + 70 * n, 100, 60, 30, radius_px=4) for n in range(24)]
    lines = [line("Tag", rect.box.x + 18, 120) for rect in rects]
    tree = build(page(rects=rects, lines=[*lines, line("Every tag there is", 20, 60)], width=1740))
    (row,) = (element for element in tree.root.walk() if len(element.children) == 24)
    assert [(name, style.wrap) for name, style in row.below] == [("2xl", True)]


def test_a_border_along_one_side_takes_its_room_from_that_side() -> None:
    band = Rect(id=0, box=Box(0, 0, 800, 60), fill=Color(13, 51, 73), border=Border(color=INK, width_px=6, sides="b"))
    lines = [line("Acme", 24, 36, size=20), line("What comes below it", 24, 160)]
    root = build(page(lines=lines, rects=[band], width=800, height=400)).root
    head = next(element for element in root.walk() if element.style.border_bottom is not None)
    padding, leading = head.style.padding, head.style.line_height or 28
    assert padding is not None
    assert padding.top is not None
    assert padding.bottom is not None
    assert padding.top.value + leading + padding.bottom.value + 6 == pytest.approx(60, abs=1)
