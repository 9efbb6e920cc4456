"""
Lists hold entries and nothing else; tables have their heads, and arrows beside the heads are no columns.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.vision_code.sample_pages import WHITE, card, line, page, photo
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.geometry import Box, Color
from vision_code.observation import Border, PictureKind, Rect, TextLine
from vision_code.region import Annotation, Region, RegionKind, Role
from vision_code.uitree import AUTO, Element, Length, UITree

from .test_assemble import build, find, text_of

GREY = Color(200, 200, 200)


def _menu(*, rules_after: set[int], label_after: int | None = None) -> UITree:
    entries: list[TextLine | Rect] = []
    y = 60.0
    for n in range(6):
        entries.append(line(f"Entry {n}", 40, y))
        y += 40
        if n in rules_after:
            entries.append(Rect(id=0, box=Box(40, y - 26, 300, 1), fill=GREY))
        if n == label_after:
            entries.append(line("MORE", 40, y))
            y += 40
    children = tuple(
        Region(id=n, kind=RegionKind.TEXT, box=entry.box, lines=(entry,))
        if isinstance(entry, TextLine)
        else Region(id=n, kind=RegionKind.SHAPE, box=entry.box, surface=entry)
        for n, entry in enumerate(entries, 1)
    )
    root = Region(id=0, kind=RegionKind.COLUMN, box=Box(40, 40, 300, y), children=children)
    observation = page(
        lines=[e for e in entries if isinstance(e, TextLine)],
        rects=[e for e in entries if isinstance(e, Rect)],
        width=380,
        height=y,
    )
    draft = {r.id: Annotation(role=Role.LINK if r.text.startswith("Entry") else Role.TEXT) for r in children}
    draft |= {r.id: Annotation(role=Role.SEPARATOR) for r in children if not r.lines}
    pixels = np.zeros((int(y), 380, 3), np.uint8)
    return assemble(observation, root, draft | {0: Annotation(role=Role.LIST)}, pixels)


def _children(element: Element) -> list[Element]:
    return [child for child in element.children if isinstance(child, Element)]


def test_a_divider_and_a_heading_part_a_list() -> None:
    tree = _menu(rules_after={2}, label_after=2)
    lists = find(tree, "ul")
    assert [len(_children(item)) for item in lists] == [3, 3]
    assert all(child.tag == "li" for item in lists for child in _children(item))
    assert [text_of(item) for item in find(tree, "p")] == ["MORE"]


def test_a_divider_after_every_entry_is_its_border() -> None:
    tree = _menu(rules_after={0, 1, 2, 3, 4})
    (entries,) = find(tree, "ul")
    borders = [child.style.border_bottom is not None for child in _children(entries)]
    assert borders == [True] * 5 + [False]


def _table(*, arrows: bool, foot: bool) -> tuple[list, list, list]:
    lines, rects, pictures = [], [], []
    rows = [("Name", "Age", "City")] + [(f"Ann {n}", f"{20 + n}", f"Town {n}") for n in range(4)]
    rows += rows[:1] if foot else []
    for index, row in enumerate(rows):
        y = 60 + 40 * index
        heads = index in (0, 5)
        lines += [line(words, 40 + 300 * n, y, weight=700 if heads else 400) for n, words in enumerate(row)]
        rects.append(Rect(id=0, box=Box(30, y + 14, 900, 1), fill=GREY))
        if arrows and not index:
            pictures += [photo(250 + 300 * n, y - 11, 8, 10, PictureKind.ICON) for n in range(3)]
    return lines, rects, pictures


def test_arrows_to_sort_by_are_no_columns() -> None:
    lines, rects, pictures = _table(arrows=True, foot=False)
    root = divide(page(lines=lines, rects=rects, pictures=pictures))
    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert table.columns == 3
    assert all(len(row.children) == 3 for row in table.children if row.kind is RegionKind.ROW)


def test_a_head_with_a_tick_box_and_without_words_over_the_last_column_is_one() -> None:
    lines, rects, _ = _table(arrows=False, foot=False)
    frame = Border(color=GREY, width_px=1)
    rects += [Rect(id=0, box=Box(4, 49 + 40 * n, 14, 14), fill=None, border=frame, radius_px=3) for n in range(5)]
    rects = [replace(rect, box=Box(0, rect.box.y, 930, 1)) if rect.is_rule else rect for rect in rects]
    lines = [each for each in lines if each.text != "City"]
    draft = {"table": Annotation(role=Role.TABLE), "shape": Annotation(role=Role.CHECKBOX)}
    (head,) = find(build(page(lines=lines, rects=rects), draft), "thead")
    assert [(cell.tag, text_of(cell)) for cell in head.walk() if cell.tag in {"td", "th"}] == [
        ("th", ""), ("th", "Name"), ("th", "Age"), ("td", ""),
    ]  # fmt: skip
    assert len([inner for inner in head.walk() if inner.tag == "input"]) == 1


def _figures(*, bold_last: bool = False, stripes: bool = False, top: float = 100) -> UITree:
    """
    A table of three columns: names from the left, marks around 500, amounts up to 900; rows 48 px high from ``top``.
    """
    lines, rects, pictures = [], [], []
    for n in range(6):
        y = top + 48 * n
        weight = 700 if n == 0 or (bold_last and n == 5) else 400
        lines.append(line("Name" if n == 0 else f"Some name {n}", 40, y + 30, weight=weight))
        amount = "Sum" if n == 0 else "9" * (2 + n % 4)
        width = 8.0 * len(amount)
        lines.append(line(amount, 900 - width, y + 30, weight=weight))
        if n in (0, 5):
            lines.append(line("Mark", 484, y + 30, weight=weight))
        else:
            pictures.append(photo(493, y + 17, 14, 14, PictureKind.ICON))
        if stripes and n % 2:
            rects.append(card(20, y, 900, 48))
        elif not stripes:
            rects.append(Rect(id=0, box=Box(20, y + 47, 900, 1), fill=GREY))
    heading = line("Figures", 40, 60, size=28, weight=700)
    observation = page(lines=[heading, *lines], rects=rects, pictures=pictures, width=940)
    return build(observation, {"table": Role.TABLE, "Figures": Role.HEADING})


def _columns_of(tree: UITree) -> list[tuple[float, float]]:
    """
    Where the columns of the one table begin and end, in per cent of it.
    """
    (head,) = find(tree, "thead")
    widths = [cell.style.width.value for cell in head.walk() if cell.tag in {"td", "th"} and cell.style.width]
    return [(sum(widths[:n]), sum(widths[: n + 1])) for n in range(len(widths))]


def test_a_centred_column_has_its_middle_where_it_was_and_marks_in_it() -> None:
    tree = _figures()
    left, right = _columns_of(tree)[1]
    assert abs((left + right) / 2 - 100 * (500 - 20) / 900) < 1.5
    marks = [cell.children[0] for cell in find(tree, "td") if cell.style.text_align == "center" and cell.children]
    margins = [mark.style.margin for mark in marks if isinstance(mark, Element) and mark.tag == "img"]
    assert [(each.left, each.right) for each in margins if each is not None] == [(AUTO, AUTO)] * 4


def test_rows_begin_and_end_where_stripes_do() -> None:
    heights = [row.style.height for row in find(_figures(stripes=True), "tr")]
    assert heights[1:5] == [Length(48)] * 4


def test_a_table_begins_with_the_room_above_the_words_of_its_head() -> None:
    tree = _figures()
    (scroller,) = (element for element in tree.root.walk() if find_in(element, "table") and element.style.overflow)
    (heading,) = (element for element in tree.root.walk() if element.tag in {"h1", "h2", "h3"})
    assert scroller.style.margin is not None
    assert scroller.style.margin.top is not None
    assert heading.style.line_height is not None
    bottom = 60 - 0.3465 * 28 + heading.style.line_height / 2
    assert abs(bottom + scroller.style.margin.top.value - 100) <= 4


def find_in(element: Element, tag: str) -> bool:
    return any(isinstance(child, Element) and child.tag == tag for child in element.children)


def test_a_bold_last_row_is_a_foot_of_data_cells() -> None:
    (foot,) = find(_figures(bold_last=True), "tfoot")
    assert {cell.tag for cell in foot.walk()} >= {"tr", "td"}
    assert not [cell for cell in foot.walk() if cell.tag == "th"]
    assert not find(_figures(), "tfoot")


def test_a_card_cuts_what_has_square_corners_in_its_round_ones() -> None:
    head = Rect(id=0, box=Box(20, 20, 500, 50), fill=GREY)
    words = [line("Head", 40, 50), line("Body", 40, 110), line("more", 200, 150)]
    for radius, cut in ((12.0, "hidden"), (0.0, None)):
        tree = build(page(lines=words, rects=[card(20, 20, 500, 180, radius_px=radius), head]))
        (outer,) = (e for e in tree.root.walk() if e.style.background == Color(240, 240, 240))
        assert outer.style.overflow == cut


def test_heads_repeated_at_the_end_are_a_foot() -> None:
    lines, rects, _ = _table(arrows=False, foot=True)
    tree = build(page(lines=lines, rects=rects), {"table": Annotation(role=Role.TABLE)})
    assert [len(find(tree, tag)) for tag in ("thead", "tfoot", "th", "td")] == [1, 1, 6, 12]


def test_entries_grouped_below_the_current_one_are_entries_of_the_same_list() -> None:
    current = line("Home", 52, 66)
    surface = Rect(id=0, box=Box(40, 44, 300, 36), fill=GREY)
    others = [line(f"Entry {n}", 52, 110 + 36 * n) for n in range(3)]
    first = Region(id=1, kind=RegionKind.TEXT, box=surface.box, lines=(current,), surface=surface)
    texts = tuple(Region(id=3 + n, kind=RegionKind.TEXT, box=each.box, lines=(each,)) for n, each in enumerate(others))
    group = Region(id=2, kind=RegionKind.COLUMN, box=Box(52, 98, 100, 90), children=texts)
    root = Region(id=0, kind=RegionKind.COLUMN, box=Box(40, 40, 300, 160), children=(first, group))
    draft = {region.id: Annotation(role=Role.LINK) for region in (first, *texts)}
    draft |= {0: Annotation(role=Role.LIST), 2: Annotation(role=Role.LIST)}
    observation = page(lines=[current, *others], rects=[surface], width=380, height=240)
    tree = assemble(observation, root, draft, np.zeros((240, 380, 3), np.uint8))
    (entries,) = find(tree, "ul")
    assert [text_of(entry) for entry in _children(entries)] == ["Home", "Entry 0", "Entry 1", "Entry 2"]


def _sidebar() -> UITree:
    """
    Two lists under heads beside an article; the second entry of the first list is marked.
    """
    words = ["Introduction", "Installation", "Quick start", "Layout", "Routing", "Forms", "Testing"]
    tops = [96.0, 128, 160, 192, 280, 312, 344]
    heads = [line("Getting started", 24, 70, size=12, weight=700), line("Guides", 24, 246, size=12, weight=700)]
    entries = [line(each, 34, top + 20, size=14) for each, top in zip(words, tops, strict=True)]
    story = [line("Many words that follow each other until the line ends", 300, 80 + 28.0 * n) for n in range(12)]
    surface = Rect(id=0, box=Box(24, 128, 184, 30), fill=GREY, radius_px=6)
    observation = page(lines=[*heads, *entries, *story], rects=[surface])
    return build(observation, dict.fromkeys(words, Role.LINK))


def test_entries_beside_a_marked_one_have_its_padding_and_stand_where_they_stood() -> None:
    links = [link for link in find(_sidebar(), "a") if link.region is not None]  # without the one to the menu
    assert len(links) == 7
    assert {(link.style.padding, link.style.radius) for link in links} == {(links[0].style.padding, 6)}
    padding = links[0].style.padding
    assert padding is not None
    assert (padding.left, padding.right) == (Length(10), Length(10))
    assert [link.style.background for link in links] == [None, GREY, None, None, None, None, None]


def test_a_column_of_boxes_wider_than_their_words_keeps_its_width() -> None:
    widths = [(element.style.width, element.style.shrink) for element in _sidebar().root.walk()]
    assert (Length(184), 0) in widths


def test_entries_with_bullets_are_a_list_that_draws_its_own() -> None:
    entries = [replace(line(f"Reason {n}", 60, 140.0 + 24 * n), bullet=Box(42, 132.0 + 24 * n, 5, 5)) for n in range(3)]
    tree = build(
        page(lines=[line("Why", 40, 80, size=28, weight=700), *entries]), {"column": Role.LIST, "Why": Role.HEADING}
    )
    (bullets,) = (element for element in find(tree, "ul") if element.style.list_marker == "disc")
    assert [text_of(item) for item in _children(bullets)] == ["Reason 0", "Reason 1", "Reason 2"]
    assert bullets.style.padding is not None
    assert bullets.style.padding.left == Length(20)


def test_lines_between_rows_are_the_rows_borders_and_their_ends_are_pushed_apart() -> None:
    lines, rects = [], []
    for n, (name, price) in enumerate(
        (("Spotify", "9.99"), ("Groceries and more", "164.20"), ("Taxi", "31.75"), ("Wages", "3.20"))
    ):
        y = 60.0 + 61 * n
        rects.append(card(20, y - 20, 32, 32, radius_px=8))
        lines += [line("ABCD"[n], 31, y + 2), line(name, 66, y)]
        lines.append(line(price, 380 - 8.0 * len(price), y))
        if n < 3:
            rects.append(Rect(id=0, box=Box(20, y + 26, 360, 1), fill=GREY))
    tree = build(page(lines=lines, rects=rects, width=400, height=320))
    rows = [element for element in tree.root.walk() if element.style.border_bottom is not None]
    assert len(rows) == 3
    assert {row.style.column_gap for row in rows} == {14.0}
    assert len({row.style.padding for row in rows}) == 1
    ends = [_children(row)[-1].style for row in rows]
    assert all(end.margin is not None and end.margin.left == AUTO for end in ends)
    assert len({replace(end, letter_spacing=None) for end in ends}) == 1


def test_a_line_between_the_entries_of_a_row_is_no_entry() -> None:
    rule = Rect(id=0, box=Box(300, 16, 1, 28), fill=GREY)
    things = [line("Home", 100, 36), line("Blog", 200, 36), rule, line("You", 400, 36)]
    children = tuple(
        Region(id=n, kind=RegionKind.TEXT, box=thing.box, lines=(thing,))
        if isinstance(thing, TextLine)
        else Region(id=n, kind=RegionKind.SHAPE, box=thing.box, surface=thing)
        for n, thing in enumerate(things, 1)
    )
    root = Region(id=0, kind=RegionKind.ROW, box=Box(100, 16, 340, 28), children=children)
    observation = page(lines=[t for t in things if isinstance(t, TextLine)], rects=[rule], width=600, height=60)
    draft = {r.id: Annotation(role=Role.LINK if r.lines else Role.DECORATION) for r in children}
    tree = assemble(observation, root, draft | {0: Annotation(role=Role.LIST)}, np.zeros((60, 600, 3), np.uint8))
    assert [("aria-hidden", "true") in item.attrs for item in find(tree, "li")] == [False, False, True, False]


def _boxes() -> UITree:
    """
    A table of boxes 2 px apart: four rows of a name and an amount in the middle of their boxes, one of them empty.
    """
    rects, lines = [], []
    for n in range(4):
        y = 100 + 34 * n
        for x, w in ((40, 300), (342, 500)):
            rects.append(Rect(id=0, box=Box(x, y, w, 32), fill=WHITE, border=Border(color=GREY, width_px=1.0)))
        lines.append(line(f"Name {n}", 60, y + 21))
        if n != 2:
            amount = "9" * (3 + 2 * n)
            lines.append(line(amount, 342 + 250 - 4 * len(amount), y + 21))
    return build(page(lines=lines, rects=rects, width=900), {"table": Role.TABLE})


def test_boxes_that_touch_in_rows_and_columns_are_a_table_with_the_frames_on_its_cells() -> None:
    tree = _boxes()
    rows = [[text_of(cell) for cell in row.walk() if cell.tag == "td"] for row in find(tree, "tr")]
    assert rows == [["Name 0", "999"], ["Name 1", "99999"], ["Name 2", ""], ["Name 3", "999999999"]]
    cells = find(tree, "td")
    assert all(cell.style.border_left is not None and cell.style.border_top is not None for cell in cells)
    assert {cell.style.text_align for cell in cells if text_of(cell)[:1] == "9"} == {"center"}


def test_words_right_before_a_badge_are_kept() -> None:
    lines, rects = [], []
    for n in range(5):
        y = 100 + 40 * n
        lines += [line(f"A long name {n}", 40, y + 26), line("New", 151, y + 26), line(f"Row {n}", 500, y + 26)]
        rects += [card(137, y + 10, 52, 22, radius_px=11), Rect(id=0, box=Box(20, y + 39, 600, 1), fill=GREY)]
    tree = build(page(lines=lines, rects=rects, width=640), {"table": Role.TABLE})
    assert len(find(tree, "tr")) == 5
    assert [text_of(row) for row in find(tree, "tr")] == [f"A long name {n}NewRow {n}" for n in range(5)]


@pytest.mark.parametrize(("level", "align"), [(0, "top"), (9, "middle")])
def test_cells_of_few_lines_stand_where_they_did(level: float, align: str) -> None:
    rects = [Rect(id=0, box=Box(30, 40 + 64 * n, 900, 1), fill=GREY) for n in range(6)]
    lines = [line(words, 40 + 300 * n, 76, weight=700) for n, words in enumerate(("Name", "Age", "City"))]
    for n in range(4):
        y = 130 + 64 * n
        lines += [line(f"A first name {n}", 40, y), line(f"and another {n}", 40, y + 18)]
        lines += [line(f"{20 + n}", 340, y + level), line(f"Town {n}", 640, y + level)]
    tree = build(page(lines=lines, rects=rects), {"table": Annotation(role=Role.TABLE)})
    cells = find(tree, "td")
    assert len(cells) == 12
    assert {cell.style.vertical_align for cell in cells} == {align}
    paddings = {(cell.style.padding.top, cell.style.padding.bottom) for cell in cells if cell.style.padding}
    assert len(paddings) == 1
    ((top, bottom),) = paddings
    assert top is not None
    assert bottom is not None
    assert abs(top.value - bottom.value) <= 4
