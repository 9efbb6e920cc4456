"""
The tree holds every observed thing exactly once, whatever was observed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from tests.vision_code import sample_pages
from tests.vision_code.sample_pages import INK, WHITE, any_page, card, page, photo
from vision_code.divide import divide
from vision_code.divide.repeats import gather
from vision_code.geometry import Box, Color
from vision_code.observation import Border, Observation, Picture, PictureKind, Rect, TextLine, TextStyle, Word
from vision_code.region import Region, RegionKind


def line(text: str, x: float, top: float, *, size: float = 16.0, weight: int = 400) -> TextLine:
    """
    A line of text whose capitals begin at ``top``.
    """
    return sample_pages.line(text, x, top + 0.72 * size, size=size, weight=weight)


def _texts(region: Region) -> list[str]:
    return [leaf.text for leaf in region.walk() if leaf.lines]


observations = any_page(lines=14, rects=14, pictures=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(observations)
def test_everything_observed_is_in_exactly_one_place(observation: Observation) -> None:
    root = divide(observation)

    regions = list(root.walk())
    lines = Counter(item.id for region in regions for item in region.lines)
    rects = Counter(region.surface.id for region in regions if region.surface is not None)
    pictures = Counter(region.picture.id for region in regions if region.picture is not None)
    assert lines == Counter(item.id for item in observation.lines)
    assert rects == Counter(item.id for item in observation.rects)
    assert pictures == Counter(item.id for item in observation.pictures)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(observations)
def test_ids_count_up_in_pre_order_and_leaves_are_leaves(observation: Observation) -> None:
    regions = list(divide(observation).walk())

    assert [region.id for region in regions] == list(range(len(regions)))
    for region in regions:
        is_leaf_kind = region.kind in {RegionKind.TEXT, RegionKind.PICTURE, RegionKind.SHAPE}
        assert is_leaf_kind == region.is_leaf or region is regions[0]
        assert bool(region.lines) == (region.kind is RegionKind.TEXT)
        assert (region.picture is not None) == (region.kind is RegionKind.PICTURE)


def test_the_same_picture_gives_the_same_tree() -> None:
    observation = page(lines=[line("One two", 10, 10), line("Three", 200, 10)], rects=[card(5, 5, 300, 40)])

    assert divide(observation) == divide(observation)


def test_an_empty_picture_is_an_empty_column() -> None:
    root = divide(page())

    assert root.kind is RegionKind.COLUMN
    assert root.children == ()
    assert root.box == Box(0, 0, 1000, 800)


def kinds(region: Region) -> list[RegionKind]:
    return [child.kind for child in region.children]


def test_words_on_a_rectangle_are_one_leaf_with_that_surface() -> None:
    root = divide(page(lines=[line("Sign in", 30, 22)], rects=[card(10, 10, 120, 40)]))

    (button,) = root.children
    assert button.kind is RegionKind.TEXT
    assert button.surface is not None
    assert button.box == Box(10, 10, 120, 40)


def test_three_cards_are_a_row_of_repeats() -> None:
    lines, rects = [], []
    for i in range(3):
        x = 50 + 300 * i
        rects.append(card(x, 100, 280, 200))
        lines += [line("Starter", x + 20, 120, size=24, weight=700), line("Nine dollars", x + 20, 180)]
    root = divide(page(lines=[line("Our prices", 400, 30, size=32), *lines], rects=rects))

    heading, row = root.children
    assert heading.text == "Our prices"
    assert row.kind is RegionKind.ROW
    assert [card.repeat for card in row.children] == [1, 1, 1]


def test_two_rows_of_cards_are_a_grid() -> None:
    rects = [card(50 + 300 * (i % 3), 100 + 220 * (i // 3), 280, 200) for i in range(6)]
    lines = [line(text, r.box.x + 20, r.box.y + dy) for r in rects for text, dy in (("Title", 20), ("Body", 60))]
    root = divide(page(lines=lines, rects=rects))

    grid = next(region for region in root.walk() if region.kind is RegionKind.GRID)
    assert grid.columns == 3
    assert len(grid.children) == 6
    assert {child.repeat for child in grid.children} == {1}


def test_rules_between_aligned_rows_make_a_table() -> None:
    lines, rects = [], []
    for i in range(4):
        y = 100 + 40 * i
        lines += [line("Name", 60, y), line("Value", 400, y), line("12", 700, y)]
        rects.append(Rect(id=0, box=Box(50, y + 25, 800, 1), fill=Color(200, 200, 200)))
    root = divide(page(lines=lines, rects=rects))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    rows = [child for child in table.children if child.kind is RegionKind.ROW]
    assert table.columns == 3
    assert [len(row.children) for row in rows] == [3, 3, 3, 3]


@pytest.mark.parametrize("columns", [2, 3])
def test_high_rows_between_rules_are_a_table_when_each_fills_three_columns(columns: int) -> None:
    rules = [card(40, 60.0 + 170 * n, 700, 1) for n in range(4)]
    words = [line(f"Item {n}", 50, 84.0 + 170 * n) for n in range(3)]
    words += [line("Some words about the item", 50, 180.0 + 170 * n) for n in range(3)]
    words += [line(f"{n} pieces", 420, 140.0 + 170 * n) for n in range(3)]
    words += [line("$ 10.00", 620, 140.0 + 170 * n) for n in range(3) if columns == 3]
    tables = [region for region in divide(page(lines=words, rects=rules)).walk() if region.kind is RegionKind.TABLE]
    assert [table.columns for table in tables] == ([3] if columns == 3 else [])


def test_cells_with_frames_that_touch_are_a_table() -> None:
    lines, rects = [], []
    for i in range(5):
        y = 100.0 + 40 * i
        for x, w in ((50.0, 400.0), (450.0, 400.0)):
            rects.append(Rect(id=0, box=Box(x, y, w, 40), fill=Color(240, 240, 240) if i % 2 else WHITE))
            lines.append(line("Lead guitar", x + 10, y + 14))
        rects.append(Rect(id=0, box=Box(50, y, 800, 1), fill=Color(200, 200, 200)))
    root = divide(page(lines=lines, rects=rects))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert table.columns == 2
    assert all(len(row.children) == 2 for row in table.children if row.kind is RegionKind.ROW)


def test_fields_that_stand_close_in_the_cells_of_a_row_join_no_columns() -> None:
    starts, width = (20, 220, 420, 620), 200.0
    frame = Border(color=Color(190, 190, 190), width_px=1, sides="trbl")
    lines, rects = [], []
    for x in starts:
        rects += [card(x, 40, width, 40), Rect(id=0, box=Box(x + 3, 85, width - 6, 30), fill=WHITE, border=frame)]
        lines += [line("Head", x + 80, 66, weight=700)]
        lines += [line(f"Cell {n}", x + 10, 146 + 40 * n) for n in range(4)]
    rects += [Rect(id=0, box=Box(20, 120 + 40 * n, 800, 1), fill=Color(200, 200, 200)) for n in range(5)]
    root = divide(page(lines=lines, rects=rects))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert table.columns == 4
    rows = [row for row in table.children if row.kind is RegionKind.ROW]
    assert [len(row.children) for row in rows[-4:]] == [4] * 4


def test_what_is_said_below_a_term_is_not_beside_it() -> None:
    lines = []
    for n, term in enumerate(("--force", "-k", "--dry-run")):
        lines += [line(term, 100, 100 + 60 * n), line("What it does is said in a line below it", 155, 119 + 60 * n)]
    root = divide(page(lines=lines))
    assert not any(region.kind in (RegionKind.ROW, RegionKind.GRID) for region in root.walk())


def test_page_numbers_below_a_table_are_no_row_of_it() -> None:
    starts = (20, 150, 320, 560)
    pages = [line(text, 24 + 40 * n, 160) for n, text in enumerate(("Prev", "1", "2", "3", "4", "Next"))]
    root = divide(page(lines=[*words_in_columns(starts), *pages]))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert len(table.children) == 5
    assert "Prev" not in [region.text for region in table.walk()]


def test_tabs_above_a_striped_table_are_no_row_of_it() -> None:
    lines = [line("All the methods of it", 60, 78), line("Instance methods", 300, 78)]
    rects = [card(50, 70, 800, 28)]
    for i in range(6):
        y = 98 + 30 * i
        rects.append(Rect(id=0, box=Box(50, y, 800, 30), fill=WHITE if i % 2 else Color(225, 225, 230)))
        lines += [line("int", 60, y + 9), line("getBarPadding", 200, y + 9), line("Gets it", 600, y + 9)]
    root = divide(page(lines=lines, rects=rects))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert table.columns == 3
    assert "All the methods of it" not in [region.text for region in table.walk() if region.lines]


ROWS = [
    ("1", "Citizen Kane", "1941", "Orson Welles"),
    ("2", "Casablanca", "1942", "Michael Curtiz"),
    ("3", "The Godfather", "1972", "Francis Ford Coppola"),
    ("4", "Gone with the Wind", "1939", "Victor Fleming"),
]
STARTS = (20, 60, 230, 300)


def words_in_columns(starts: tuple[int, ...] = STARTS, weight: int = 700) -> list[TextLine]:
    head = [
        line(text, x, 20, weight=weight) for text, x in zip(("#", "Title", "Year", "Director"), starts, strict=True)
    ]
    cells = [
        line(text, x, 44 + 22 * number) for number, row in enumerate(ROWS) for text, x in zip(row, starts, strict=True)
    ]
    return head + cells


def test_words_in_near_columns_under_a_bold_head_are_a_table() -> None:
    below = line("The lists of critics differ from those of the public in nearly every year.", 20, 180)

    root = divide(page(lines=[*words_in_columns(), below]))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert table.columns == 4
    assert [[cell.text for cell in row.children] for row in table.children][1:] == [list(row) for row in ROWS]
    assert below.text not in [region.text for region in table.walk()]


def test_centred_heads_over_wide_columns_head_a_table() -> None:
    names = ("Name", "Position", "Office", "Age", "Start date", "Salary")
    people = [
        ("Tiger Nixon", "System Architect", "Edinburgh", "61", "2011/04/25", "$320,800"),
        ("Garrett Winters", "Accountant", "Tokyo", "63", "2011/07/25", "$170,750"),
    ] * 3
    heads = [line(t, x, 14, weight=700) for t, x in zip(names, (204, 648, 1040, 1256, 1456, 1758), strict=True)]
    cells = [
        line(text, x, 36 + 22 * number)
        for number, row in enumerate(people)
        for text, x in zip(row, (11, 441, 915, 1210, 1333, 1649), strict=True)
    ]

    root = divide(page(lines=[*heads, *cells], width=1920))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert [[cell.text for cell in row.children] for row in table.children] == [list(names), *map(list, people)]


def test_arrows_to_sort_by_belong_to_the_heads_before_them() -> None:
    starts, ends = (20, 60, 230, 300), (52, 218, 284, 460)
    arrows = [
        Picture(id=n, kind=PictureKind.ICON, box=Box(x, 21, 3, 10), color=Color(99, 99, 99), background=WHITE)
        for n, x in enumerate(x for end in ends for x in (end - 8, end - 3))
    ]
    lines = [Rect(id=i, box=Box(10, 39 + 22 * i, 460, 1), fill=Color(200, 200, 200)) for i in range(4)]
    frame = card(9, 6, 462, 150)

    root = divide(page(lines=words_in_columns(starts), pictures=arrows, rects=[frame, *lines]))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    rows = [row for row in table.children if row.kind is RegionKind.ROW]
    assert [len(row.children) for row in rows] == [4] * 5
    assert [cell.text for cell in rows[1].children] == list(ROWS[0])
    for number, head in enumerate(rows[0].children):
        assert [leaf.picture.id for leaf in head.walk() if leaf.picture] == [2 * number, 2 * number + 1]


def test_a_sidebar_beside_a_table_is_no_column_of_it() -> None:
    sidebar = [line(text, 800, 30 + 22 * n) for n, text in enumerate(("Index", "Classes", "Members", "Global", "More"))]
    head = card(12, 10, 460, 28)

    root = divide(page(lines=[*words_in_columns(), *sidebar], rects=[head]))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert [_texts(row) for row in table.children][1:] == [list(row) for row in ROWS]
    assert _texts(table)[:4] == ["#", "Title", "Year", "Director"]


def test_words_of_two_letters_whose_size_is_not_sure_are_cells_like_others() -> None:
    units = ("kg", "m2", "pcs", "m")
    lines = [line(f"Thing {n}", 20, 44 + 22 * n) for n in range(4)]
    lines += [line(f"{n}.50", 180, 44 + 22 * n) for n in range(4)]
    lines += [line(unit, 260, 44 + 22 * n, size=12 if unit == "m" else 16) for n, unit in enumerate(units)]
    head = [line(text, x, 20, weight=700) for text, x in (("Name", 20), ("Price", 180), ("Unit", 260))]

    root = divide(page(lines=[*head, *lines]))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert _texts(table.children[0]) == ["Name", "Price", "Unit"]
    assert len(table.children) == 5


def test_what_stands_in_a_grid_of_lines_is_a_table_whatever_its_cells_hold() -> None:
    frame = card(20, 20, 700, 262)
    lines = [
        *(Rect(id=0, box=Box(21, y, 698, 1), fill=INK) for y in (50, 196)),
        Rect(id=0, box=Box(160, 21, 1, 260), fill=INK),
    ]
    rects = [replace(rect, id=n) for n, rect in enumerate([frame, *lines])]
    told = ("What is shown while nothing is chosen.", "Another paragraph that says more of it.", "And a third one.")
    words = [line("Attribute", 28, 28, weight=700), line("Description", 170, 28, weight=700)]
    words += [line("placeholder", 28, 60), *(line(text, 170, 60 + 44 * n) for n, text in enumerate(told))]
    words += [line("multiple", 28, 206), line("Whether more than one may be chosen.", 170, 206)]

    root = divide(page(lines=words, rects=rects))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    rows = [row for row in table.children if row.kind is RegionKind.ROW]
    assert [_texts(row) for row in rows] == [
        ["Attribute", "Description"],
        ["placeholder", *told],
        ["multiple", "Whether more than one may be chosen."],
    ]
    assert [len(row.children) for row in rows] == [2, 2, 2]


def test_a_cell_of_two_lines_is_one_cell() -> None:
    lines = words_in_columns()
    wrapped = [line("and so on", 60, 44 + 22 * 4 - 4)]

    root = divide(page(lines=[*lines, *wrapped, *(line(t, x, 160) for t, x in zip("5678", STARTS, strict=True))]))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert [len(row.children) for row in table.children] == [4] * 6
    assert "Gone with the Wind and so on" in [region.text for region in table.walk()]


def test_pictures_with_words_in_a_table_are_there_once() -> None:
    lines = words_in_columns() + [line("new", 504, 46 + 22 * n, size=8) for n in range(4)]
    badges = [
        Picture(id=n, kind=PictureKind.PHOTO, box=Box(500, 43 + 22 * n, 40, 14), color=Color(9, 9, 9), background=WHITE)
        for n in range(4)
    ]

    root = divide(page(lines=lines, pictures=badges))

    assert RegionKind.TABLE in [region.kind for region in root.walk()]
    pictures = [region.picture.id for region in root.walk() if region.picture is not None]
    assert sorted(pictures) == [0, 1, 2, 3]
    assert sum(region.text == "new" for region in root.walk()) == 4


def test_lines_between_rows_belong_to_their_table() -> None:
    starts = (20, 300, 580, 860)
    rules = [Rect(id=i, box=Box(10, 39 + 22 * i, 960, 1), fill=Color(200, 200, 200)) for i in range(4)]

    root = divide(page(lines=words_in_columns(starts, weight=400), rects=rules))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert table.columns == 4
    assert sum(child.kind is RegionKind.SHAPE for child in table.children) == 4


def test_columns_in_equal_steps_without_lines_are_a_layout() -> None:
    root = divide(page(lines=words_in_columns((20, 270, 520, 770))))

    assert RegionKind.TABLE not in [region.kind for region in root.walk()]


def test_lines_between_columns_alone_part_columns_that_are_read_one_after_the_other() -> None:
    starts = (40, 260, 480, 720)
    lines = [line(f"Group {x}", x, 100, weight=700) for x in starts]
    lines += [line(f"Link {n} of {x}", x, 140 + 22 * n) for x in starts for n in range(4)]
    rules = [Rect(id=i, box=Box(x - 20, 80, 1, 140), fill=Color(60, 60, 60)) for i, x in enumerate(starts[1:])]

    root = divide(page(lines=lines, rects=rules))

    assert RegionKind.TABLE not in [region.kind for region in root.walk()]
    read = [region.text for region in root.walk() if region.lines]
    assert read == [text for x in starts for text in (f"Group {x}", *(f"Link {n} of {x}" for n in range(4)))]


def test_an_arrow_before_a_number_stands_in_its_cell() -> None:
    starts = (20, 300, 520, 762)
    heads = [
        line(text, x, 20, weight=700) for text, x in zip(("Page", "Visits", "New", "Bounced"), starts, strict=True)
    ]
    rows = [("/index", "4569", "340", "46%"), ("/charts", "3985", "319", "31%"), ("/tables", "3513", "294", "50%")]
    cells = [
        line(text, x + 24 * (x == starts[3]), 60 + 40 * n)
        for n, row in enumerate(rows)
        for text, x in zip(row, starts, strict=True)
    ]
    arrows = [photo(761, 50 + 40 * n, 11, 11, PictureKind.ICON) for n in range(3)]
    rules = [Rect(id=i, box=Box(10, 34 + 40 * i, 960, 1), fill=Color(200, 200, 200)) for i in range(4)]

    root = divide(page(lines=[*heads, *cells], pictures=arrows, rects=rules))

    (table,) = (region for region in root.walk() if region.kind is RegionKind.TABLE)
    body = [row for row in table.children if row.kind is RegionKind.ROW][1:]
    assert [len(row.children) for row in body] == [4] * 3
    for row in body:
        assert [leaf.kind for leaf in row.children[3].walk()][1:] == [RegionKind.PICTURE, RegionKind.TEXT]


def test_a_marked_row_is_one_row_among_others_and_heads_nothing() -> None:
    starts, songs = (40, 80, 500, 800), [(str(n), f"Song {n}", "Quartet", f"4:1{n}") for n in range(1, 6)]
    lines = [line(text, x, 100 + 40 * n) for n, song in enumerate(songs) for text, x in zip(song, starts, strict=True)]

    root = divide(page(lines=lines, rects=[card(30, 128, 900, 40, radius_px=8)]))

    table = next(region for region in root.walk() if region.kind is RegionKind.TABLE)
    assert [[cell.text for cell in row.children] for row in table.children] == [list(song) for song in songs]


def test_cards_with_space_between_are_not_a_table() -> None:
    rects = [card(50, 100 + 84 * i, 400, 72, radius_px=12) for i in range(4)]
    lines = [line(text, x, r.box.y + 25) for r in rects for text, x in (("Song", 70), ("3:41", 400))]
    root = divide(page(lines=lines, rects=rects))

    assert all(region.kind is not RegionKind.TABLE for region in root.walk())


def test_columns_of_links_under_headings_stay_columns() -> None:
    lines = []
    for column in range(3):
        x = 60 + 300 * column
        lines.append(line("Company", x, 100, weight=700))
        lines += [line(f"Link {i}", x, 140 + 32 * i) for i in range(4)]
    root = divide(page(lines=lines))

    assert root.kind is RegionKind.ROW
    assert kinds(root) == [RegionKind.COLUMN] * 3


def test_a_menu_beside_a_logo_is_a_group_of_its_own() -> None:
    menu = [line(text, 400 + 90 * i, 30) for i, text in enumerate(["Home", "About", "Blog", "Jobs"])]
    root = divide(page(lines=[line("Acme", 40, 28, size=20, weight=700), *menu]))

    logo, group = root.children
    assert logo.text == "Acme"
    assert group.kind is RegionKind.ROW
    assert [item.text for item in group.children] == ["Home", "About", "Blog", "Jobs"]
    assert {item.repeat for item in group.children} == {1}


def test_a_photo_under_words_is_a_stack() -> None:
    photo = Picture(id=0, kind=PictureKind.PHOTO, box=Box(0, 0, 1000, 400), color=INK, background=WHITE)
    root = divide(page(lines=[line("Welcome", 400, 150, size=40), line("to us", 460, 220)], pictures=[photo]))

    stack = next(region for region in root.walk() if region.kind is RegionKind.STACK)
    assert stack.children[0].kind is RegionKind.PICTURE
    assert len(stack.children) == 2


def test_labels_stay_with_their_fields_in_a_form_of_two_columns() -> None:
    lines, rects = [], []
    for row in range(2):
        for column in range(2):
            x, y = 50 + 320 * column, 100 + 90 * row
            lines.append(line("Label", x, y, size=14))
            rects.append(Rect(id=0, box=Box(x, y + 24, 300, 40), fill=WHITE))
    root = divide(page(lines=lines, rects=rects))

    cells = [r for r in root.walk() if r.kind is RegionKind.COLUMN and len(r.children) == 2 and r is not root]
    assert len(cells) == 4
    assert all(kinds(cell) == [RegionKind.TEXT, RegionKind.SHAPE] for cell in cells)


def test_menu_entries_that_were_read_as_one_line_come_apart() -> None:
    words = [Word(text=text, box=Box(600 + 80 * i, 20, 50, 12)) for i, text in enumerate(["Home", "Terms", "Blog"])]
    words.insert(2, Word(text="of", box=Box(734, 20, 12, 12)))
    style = TextStyle(size_px=16, color=INK)
    text = " ".join(word.text for word in words)
    menu = TextLine(
        id=0, text=text, box=Box(600, 20, 210, 12), words=tuple(words), style=style, baseline_y=32, background=WHITE
    )
    root = divide(page(lines=[menu]))

    assert [leaf.text for leaf in root.walk() if leaf.is_leaf] == ["Home", "Terms of", "Blog"]


def test_a_price_beside_a_title_hangs_in_its_line_and_what_is_level_with_all_stands_beside_it() -> None:
    lines = [line("Birch chair", 60, 80, weight=700), line("With wool", 60, 104), line("$ 349", 300, 80)]
    root = divide(page(lines=lines, width=400, height=200))
    assert [child.kind for child in root.children] == [RegionKind.ROW, RegionKind.TEXT]
    switch = card(300, 87, 40, 22)
    root = divide(page(lines=lines[:2], rects=[switch], width=400, height=200))
    (row,) = root.children if root.kind is RegionKind.COLUMN else [root]
    assert (row.kind, [child.kind for child in row.children]) == (
        RegionKind.ROW,
        [RegionKind.COLUMN, RegionKind.SHAPE],
    )


def test_amounts_that_end_level_belong_to_the_names_in_their_rows() -> None:
    rows = [("Subtotal", "133.50"), ("Shipping", "Free"), ("VAT (19 %)", "21.32")]
    lines = [line(text, x, 100 + 28 * n) for n, row in enumerate(rows) for text, x in zip(row, (40, 700), strict=True)]
    ends = [replace(each, box=replace(each.box, x=748 - each.box.w)) for each in lines[1::2]]

    root = divide(page(lines=[*lines[::2], *ends]))

    assert [leaf.text for leaf in root.walk() if leaf.lines] == [text for row in rows for text in row]


def test_amounts_stay_in_their_rows_below_a_title_and_a_chart() -> None:
    names = ("Electronics", "Fashion", "Decor", "Sports")
    amounts = ("82.5k", "23.8k", "849k", "99")
    lines = [line("Orders", 20, 20, size=18), line("8,258", 20, 100, size=32), line("in all", 20, 150)]
    lines += [line(name, 80, 260 + 60 * n) for n, name in enumerate(names)]
    lines += [line(amount, 340 - 8 * len(amount), 260 + 60 * n) for n, amount in enumerate(amounts)]
    chart = Picture(id=0, kind=PictureKind.PHOTO, box=Box(240, 70, 100, 155), color=INK, background=WHITE)
    icons = [
        Picture(id=1 + n, kind=PictureKind.ICON, box=Box(20, 247 + 60 * n, 38, 38), color=INK, background=WHITE)
        for n in range(4)
    ]

    root = divide(page(lines=lines, rects=[card(0, 0, 360, 500)], pictures=[chart, *icons]))

    for name, amount in zip(names, amounts, strict=True):
        row = next(
            region for region in reversed(list(root.walk())) if name in _texts(region) and amount in _texts(region)
        )
        assert _texts(row) == [name, amount]


def test_hours_beside_days_are_rows_though_most_of_them_are_as_long() -> None:
    days = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday")
    hours = ("Closed", *("7:00 AM to 8:00 PM",) * 4)
    lines = [line("Come in", 160, 20, size=32)]
    lines += [line(day, 20, 100 + 48 * n) for n, day in enumerate(days)]
    lines += [line(text, 440 - line(text, 0, 0).box.w, 100 + 48 * n) for n, text in enumerate(hours)]

    root = divide(page(lines=lines, rects=[card(0, 0, 460, 400)]))

    rows = [region for region in root.walk() if region.kind is RegionKind.ROW]
    assert [_texts(row) for row in rows] == [list(pair) for pair in zip(days, hours, strict=True)]
    assert RegionKind.GRID not in [region.kind for region in root.walk()]


def test_events_of_a_timeline_are_rows_beside_a_sidebar() -> None:
    heights = (82, 82, 110, 234)
    tops = [40 + sum(heights[:n]) + 16 * n for n in range(4)]
    discs = [card(20, top, 40, 40, radius_px=4) for top in tops]
    between = pairwise(tops)
    segments = [
        Rect(id=0, box=Box(39, top + 40, 1, below - top - 40), fill=Color(200, 200, 200)) for top, below in between
    ]
    events = [card(76, top, 500, height) for top, height in zip(tops, heights, strict=True)]
    sidebar = [card(592, 40, 300, 234), card(592, 290, 300, 250)]
    rects = [replace(rect, id=n) for n, rect in enumerate([*discs, *segments, *events, *sidebar])]
    lines = [line(f"Event {n}", 96, top + 20) for n, top in enumerate(tops)]
    lines += [line(text, 612, top) for text, top in (("About", 60), ("Friends", 310))]

    root = divide(page(lines=lines, rects=rects, height=620))

    rows = [region for region in root.walk() if region.kind is RegionKind.ROW and len(_texts(region)) == 1]
    assert [_texts(row) for row in rows] == [[f"Event {n}"] for n in range(4)]


def test_entries_of_a_menu_with_and_without_an_arrow_are_one_list() -> None:
    names = ("Cards", "User interface", "Extended UI", "Icons")
    icons = [
        Picture(id=n, kind=PictureKind.ICON, box=Box(32, 20 + 45 * n, 16, 16), color=INK, background=WHITE)
        for n in range(4)
    ]
    arrows = [
        Picture(id=4 + n, kind=PictureKind.ICON, box=Box(224, 23 + 45 * n, 6, 9), color=INK, background=WHITE)
        for n in (1, 2)
    ]
    lines = [line(name, 64, 22 + 45 * n) for n, name in enumerate(names)]
    side, text = card(0, 0, 260, 800), line("What stands beside the menu is much longer than it.", 320, 40)

    root = divide(page(lines=[*lines, text], rects=[side], pictures=[*icons, *arrows]))

    menu = next(
        region for region in root.walk() if [_texts(entry) for entry in region.children] == [[n] for n in names]
    )
    assert len({entry.repeat for entry in menu.children} - {None}) == 1
    assert [sum(leaf.picture is not None for leaf in entry.walk()) for entry in menu.children] == [1, 2, 2, 1]


def test_like_buttons_beside_names_end_their_rows_under_one_heading() -> None:
    lines = [line("Who to follow", 40, 60, size=20, weight=700)]
    rects = []
    for n, name in enumerate(("Tomas", "Ada")):
        y = 110.0 + 48 * n
        lines += [line(name, 86, y + 10), line("Follow", 714, y + 10)]
        rects += [card(40, y, 34, 34, radius_px=17), card(700, y + 2, 78, 30, radius_px=15)]

    root = divide(page(lines=lines, rects=rects))

    rows = [[leaf.text for leaf in row.walk() if leaf.lines] for row in root.children[1:]]
    assert (root.kind, rows) == (RegionKind.COLUMN, [["Tomas", "Follow"], ["Ada", "Follow"]])


def test_words_that_begin_level_are_a_column_of_their_own() -> None:
    words = [("Docs", "About us"), ("Blog", "Careers"), ("Help", "Press kit")]
    lines = [line(text, x, 100 + 28 * n) for n, row in enumerate(words) for text, x in zip(row, (40, 400), strict=True)]

    root = divide(page(lines=lines))

    assert [child.kind for child in root.children] == [RegionKind.COLUMN, RegionKind.COLUMN]


def test_the_columns_of_a_board_stay_side_by_side_however_full_each_is() -> None:
    lines, rects = [], []
    for n, cards in enumerate((3, 1, 2, 0)):
        x = 20.0 + 240 * n
        rects.append(card(x, 60, 220, 60 + 80.0 * cards))
        lines.append(line(f"Column {n}", x + 12, 86, weight=700))
        for k in range(cards):
            rects.append(Rect(id=0, box=Box(x + 10, 104 + 80.0 * k, 200, 66), fill=WHITE))
            lines.append(line("Some task", x + 22, 140 + 80.0 * k))
    root = divide(page(lines=lines, rects=rects))
    (row,) = root.children if root.kind is RegionKind.COLUMN else [root]
    assert len(row.children) == 4
    assert all(child.surface is not None for child in row.children)


def test_a_bold_first_entry_is_one_of_the_menu() -> None:
    bold = [
        line("Home", 40, 100, weight=700),
        *(line(word, 40 + 100.0 * n, 100) for n, word in ((1, "Cards"), (2, "Stats"), (3, "You"))),
    ]
    root = divide(page(lines=[*bold, line("A paragraph below the menu", 40, 300)]))
    row = next(region for region in root.walk() if region.kind is RegionKind.ROW)
    assert [child.text for child in row.children] == ["Home", "Cards", "Stats", "You"]


def test_entries_with_bullets_are_blocks_of_their_own_in_a_list_of_their_own() -> None:
    words = "Free delivery within all of the European Union and the United Kingdom as well"
    entries = [replace(line(words, 60, 140.0 + 24 * n), bullet=Box(40, 130.0 + 24 * n, 5, 5)) for n in range(3)]
    after = line("for orders that are placed until noon", 60, 140.0 + 24 * 3)
    root = divide(page(lines=[line("Shipping", 40, 80, size=28, weight=700), *entries, after]))
    (bullets,) = (region for region in root.walk() if region.is_bullet_list)
    assert [len(child.lines) for child in bullets.children] == [1, 1, 2]


def test_an_entry_whose_words_came_apart_twice_is_an_entry_with_its_bullet() -> None:
    """
    A line with a wide gap in it is a row, and a picture at its end puts that into another one.
    """

    def entry(y: float) -> Region:
        words = [replace(line("install", 60, y), bullet=Box(40, y + 4, 5, 5)), line("latest", 190, y)]
        texts = tuple(Region(id=0, kind=RegionKind.TEXT, box=each.box, lines=(each,)) for each in words)
        row = Region(id=0, kind=RegionKind.ROW, box=Box(60, y, 180, 12), children=texts)
        end = Region(id=0, kind=RegionKind.TEXT, box=Box(620, y, 50, 12), lines=(line("new", 620, y),))
        return Region(id=0, kind=RegionKind.ROW, box=Box(60, y, 610, 12), children=(row, end))

    heading = Region(id=0, kind=RegionKind.TEXT, box=Box(40, 40, 90, 20), lines=(line("Usage", 40, 40, size=28),))
    _, entries = gather([heading, entry(140), entry(170)], RegionKind.COLUMN)
    assert entries.is_bullet_list
    assert len(entries.children) == 2


@pytest.mark.parametrize("current", range(4))
def test_the_current_entry_of_a_menu_is_one_of_its_list_wherever_it_stands(current: int) -> None:
    words = ["Introduction", "Installation", "Quick start", "Layout"]
    entries = [line(text, 50, 140.0 + 32 * n, weight=700 if n == current else 400) for n, text in enumerate(words)]
    surface = Rect(id=0, box=Box(40, 130.0 + 32 * current, 180, 32), fill=Color(238, 242, 255))
    head = line("Getting started", 40, 100, size=12, weight=700)
    root = divide(page(lines=[head, *entries, line("Guides", 40, 290, size=12, weight=700)], rects=[surface]))

    menu = next(region for region in root.walk() if [child.text for child in region.children] == words)
    assert len({child.repeat for child in menu.children}) == 1
    assert menu.children[0].repeat is not None


def test_a_disc_with_its_word_is_one_step_whatever_is_in_the_disc() -> None:
    tick = Picture(id=0, kind=PictureKind.ICON, box=Box(50, 50, 8, 8), color=INK, background=WHITE)
    lines = [line("2", 290, 49, size=13), line("3", 540, 49, size=13)]
    weights = (400, 700, 400)
    lines += [line("Company", 78 + 250.0 * n, 49, size=14, weight=weights[n]) for n in range(3)]
    discs = [Rect(id=0, box=Box(40 + 250.0 * n, 40, 28, 28), fill=WHITE, radius_px=14) for n in range(3)]
    bars = [Rect(id=0, box=Box(141 + 250.0 * n, 53, 135, 2), fill=Color(200, 200, 200)) for n in range(2)]
    root = divide(page(lines=lines, rects=[*discs, *bars], pictures=[tick]))
    steps = [node for node in root.walk() if [child.text for child in node.children][1:] == ["Company"]]
    assert [step.kind for step in steps] == [RegionKind.ROW] * 3


def test_rows_that_stand_beside_each_other_are_no_table() -> None:
    starts, frame = (20, 260, 500, 740), Border(color=Color(200, 200, 200), width_px=1, sides="trbl")
    rects, lines = [], [line("Head", x + 8, 52, weight=700) for x in starts]
    for n in range(4):
        y = 70.0 + 40 * n
        spans = [(20.0, 240.0), (260.0, 480.0), (740.0, 240.0)]  # the frame of two cells was read as one, a pixel off
        rects += [Rect(id=0, box=Box(x, y + 6 * (w > 240), w, 40), fill=WHITE, border=frame) for x, w in spans]
        lines += [line(f"Cell {n}", x + 8, y + 26) for x in starts]
    root = divide(page(lines=lines, rects=rects))
    for table in (region for region in root.walk() if region.kind is RegionKind.TABLE):
        rows = sorted((row.box for row in table.children if row.kind is RegionKind.ROW), key=lambda box: box.y)
        assert all(below.y >= above.bottom - 6 for above, below in pairwise(rows))
