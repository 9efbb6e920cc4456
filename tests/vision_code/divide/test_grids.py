"""
Grids of cards: with a short last row, beside filters, with words of many widths; and what floats over the page.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.vision_code.divide.test_tree import line
from tests.vision_code.sample_pages import card, page, photo
from vision_code.divide import divide
from vision_code.observation import Rect, TextLine
from vision_code.region import Region, RegionKind


def _cards(places: Sequence[tuple[float, float]], width: float = 200) -> tuple[list[Rect], list[TextLine]]:
    rects = [card(x, y, width, 120) for x, y in places]
    lines = [line(words, r.box.x + 20, r.box.y + dy) for r in rects for words, dy in (("Title", 20), ("Body", 60))]
    return rects, lines


def _grid(root: Region) -> Region:
    return next(region for region in root.walk() if region.kind is RegionKind.GRID)


def test_a_grid_whose_last_row_is_short_is_read_row_by_row() -> None:
    places = [(60 + 220 * (n % 4), 60 + 140 * (n // 4)) for n in range(10)]
    rects, lines = _cards(places)
    grid = _grid(divide(page(lines=lines, rects=rects)))
    assert grid.columns == 4
    assert [(cell.box.x, cell.box.y) for cell in grid.children] == places


def test_buttons_that_wrapped_are_lines_of_buttons_and_no_grid() -> None:
    rows = [((33, 103), (155, 130), (304, 102), (425, 58)), ((33, 97), (149, 154))]
    rects = [card(x, 60 + 42 * n, w, 30) for n, row in enumerate(rows) for x, w in row]
    lines = [line("Open", r.box.x + 10, r.box.y + 20) for r in rects]
    root = divide(page(lines=lines, rects=rects))
    assert not any(region.kind is RegionKind.GRID for region in root.walk())


def test_pages_to_leaf_through_below_a_grid_do_not_join_its_last_column() -> None:
    places = [(20 + 216 * i, 100 + 136 * j) for j in range(3) for i in range(4) if (i, j) not in {(2, 2), (3, 2)}]
    rects, lines = _cards(places)
    pages = [line(str(number), 690 + 40 * number, 530) for number in range(1, 5)]
    root = divide(page(lines=[*lines, *pages], rects=rects))
    grid = _grid(root)
    assert [child.box.x for child in grid.children] == [x for x, _ in places]
    assert all(text.box.y > grid.box.bottom for text in root.walk() if text.lines and text.text.isdigit())


def test_a_grid_keeps_together_beside_filters_that_one_of_its_gaps_runs_through() -> None:
    rects, lines = _cards([(300 + 220 * (n % 3), 60 + 140 * (n // 3)) for n in range(12)])
    filters = [line(f"Filter {n}", 60, 70 + 28 * n) for n in range(4)]
    more = [line(f"Another {n}", 60, 206 + 28 * n) for n in range(10)]
    root = divide(page(lines=[*lines, *filters, *more], rects=rects))
    grid = _grid(root)
    assert (len(grid.children), grid.columns) == (12, 3)
    assert root.kind is RegionKind.ROW


def _filters(count: int) -> list[TextLine]:
    """
    Lines at the left edge, in the gaps between rows of cards as well as beside them, below a gap as high as theirs.
    """
    return [line(f"Filter {n}", 60, 74 + 28 * n + 20 * (n > 5)) for n in range(count)]


def test_a_grid_goes_on_below_the_filters_beside_it() -> None:
    rects, lines = _cards([(300 + 220 * (n % 3), 60 + 140 * (n // 3)) for n in range(18)])
    root = divide(page(lines=[*lines, *_filters(13)], rects=rects, height=1000))
    assert root.kind is RegionKind.ROW
    assert (len(_grid(root).children), _grid(root).columns) == (18, 3)


def test_a_list_of_cards_goes_on_beside_and_below_the_filters() -> None:
    rects, lines = _cards([(300, 60 + 140 * n) for n in range(6)], width=640)
    root = divide(page(lines=[*lines, *_filters(13)], rects=rects, height=1000))
    assert root.kind is RegionKind.ROW
    filters, cards = root.children
    assert [region.text for region in filters.walk() if region.lines] == [f"Filter {n}" for n in range(13)]
    assert len(cards.children) == 6


def test_columns_whose_middles_stand_evenly_are_one_row_however_wide_their_words() -> None:
    lines = []
    for middle, body in (
        (150, "Looks great on any screen"),
        (390, "Freshly made for you"),
        (630, "Liked"),
        (870, "Ask"),
    ):
        for words, size, top in (("Head", 24, 100), (body, 16, 140)):
            width = line(words, 0, 0, size=size).box.w
            lines.append(line(words, middle - width / 2, top, size=size))
    row = next(region for region in divide(page(lines=lines)).walk() if region.kind is RegionKind.ROW)
    assert len(row.children) == 4
    assert {column.repeat for column in row.children} == {1}


def test_a_button_in_the_corner_stands_in_nobodys_column() -> None:
    rects, lines = _cards([(100 + 280 * (n % 3), 60 + 140 * (n // 3)) for n in range(12)], width=260)
    corner = card(16, 500, 40, 40)
    alone = divide(page(lines=lines, rects=rects))
    root = divide(page(lines=lines, rects=[*rects, corner]))
    floating = root.children[-1]
    assert floating.floats
    assert floating.box == corner.box
    assert [cell.box for cell in _grid(root).children] == [cell.box for cell in _grid(alone).children]


@pytest.mark.parametrize("x", [0, 870])
def test_a_ribbon_across_a_corner_leaves_the_page_in_the_middle(x: float) -> None:
    lines = [line("A line of an article that goes on for a while", 200, 60 + 24 * n) for n in range(20)]
    ribbon = photo(x, 0, 130, 126)
    root = divide(page(lines=lines, pictures=[ribbon]))
    assert [child.floats for child in root.children] == [False] * (len(root.children) - 1) + [True]
    beside = divide(page(lines=lines, pictures=[photo(x, 60, 130, 126)]))
    assert not any(region.floats for region in beside.walk())


def test_a_rail_of_icons_at_the_edge_flows() -> None:
    rects, lines = _cards([(100 + 280 * (n % 3), 60 + 140 * (n // 3)) for n in range(12)], width=260)
    rail = [card(16, 60 + 60 * n, 40, 40) for n in range(5)]
    root = divide(page(lines=lines, rects=[*rects, *rail]))
    assert not any(region.floats for region in root.walk())
