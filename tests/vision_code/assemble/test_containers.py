"""
Centred columns keep off the edges of narrower screens, and say nothing at the picture's own width.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.vision_code.sample_pages import card, line, page
from vision_code.assemble.containers import settle_containers, stepped
from vision_code.geometry import Color
from vision_code.uitree import AUTO, FULL, SCREEN, Edges, Element, Length, Style

from .test_assemble import build


def _column(width: float, *, background: Color | None = None, padding: Edges | None = None) -> Element:
    centred = Edges(left=AUTO, right=AUTO)
    style = Style(width=FULL, max_width=Length(width), margin=centred, background=background, padding=padding)
    return Element(tag="div", style=style)


def _limits(element: Element) -> dict[str, float]:
    return {name: style.max_width.value for name, style in element.below if style.max_width}


def test_a_bare_column_is_padded_and_its_content_stays_as_wide() -> None:
    settled = settle_containers(_column(1000), 1440)

    assert settled.style.max_width == Length(1032)
    assert settled.style.padding == Edges(left=Length(16), right=Length(16))


def test_a_card_keeps_its_own_padding() -> None:
    card = _column(1000, background=Color(255, 255, 255), padding=Edges(left=Length(300), right=Length(40)))

    assert settle_containers(card, 1440) == card


def test_a_narrow_column_has_room_beside_it_anyway() -> None:
    column = _column(600)

    assert settle_containers(column, 1440) == column


@pytest.mark.parametrize(("width", "screen"), [(1296, 1440), (1092, 1440), (1140, 1280), (936, 1024)])
def test_columns_of_the_common_frameworks_widths_take_its_steps(width: float, screen: float) -> None:
    card = settle_containers(_column(width, background=Color(255, 255, 255)), screen)

    limits = _limits(card)
    assert limits["lg"] <= 720 < width
    assert limits["md"] < limits["lg"]


def test_other_widths_take_none() -> None:
    assert stepped(1200, 1440, 0) == ()
    assert stepped(600, 800, 0) == ()


def test_a_band_at_the_end_of_the_screen_is_pushed_there_and_a_side_bar_is_as_high() -> None:
    tab_bar = [card(0, 740, 390, 60), line("Home", 40, 774), line("Cards", 180, 774), line("You", 310, 774)]
    lines = [line("Good morning", 20, 60, size=28, weight=700), *tab_bar[1:]]
    tree = build(page(lines=lines, rects=tab_bar[:1], width=390, height=800))
    assert tree.root.style.min_height == SCREEN
    last = tree.root.children[-1]
    assert isinstance(last, Element)
    assert last.style.margin is not None
    assert last.style.margin.top == AUTO

    lines = [line(f"Entry {n}", 30, 60.0 + 30 * n) for n in range(4)]
    lines += [
        line(f"A sentence of some words that stands in the middle, number {n}", 300, 80 + 170 * n) for n in range(4)
    ]
    tree = build(page(lines=lines, rects=[card(0, 0, 240, 640)], height=640))
    bar = next(e for e in tree.root.walk() if e.style.background == Color(240, 240, 240))
    assert tree.root.style.min_height == SCREEN
    assert bar.style.align_self == "stretch"
    assert bar.style.padding is not None
    assert bar.style.padding.bottom is None


def test_a_band_below_a_page_that_scrolls_stays_in_the_flow() -> None:
    lines = [line("Good morning", 20, 60, size=28, weight=700), line("Imprint", 40, 1974)]
    tree = build(page(lines=lines, rects=[card(0, 1940, 390, 60)], width=390, height=2000))
    assert tree.root.style.min_height is None


def test_a_sidebar_and_an_article_in_the_middle_of_a_page_stand_in_one_container() -> None:
    menu = [line(f"Entry {n}", 160, 80 + 30 * n) for n in range(12)]
    article = [line("A line of an article of many words that goes on to the end", 400, 80 + 24 * n) for n in range(40)]
    tree = build(page(lines=[*menu, *article], width=980, height=1100))
    (container,) = tree.root.children
    assert isinstance(container, Element)
    assert container.style.margin is not None
    assert (container.style.width, container.style.margin.left, container.style.margin.right) == (FULL, AUTO, AUTO)
    assert _limits(container) == {}
    assert tree.root.style.padding is not None
    assert tree.root.style.padding.left is None


@pytest.mark.parametrize("left", [150.0, 0.0])
@pytest.mark.parametrize("below", ["", "Imprint and privacy"])
def test_cards_on_the_upper_edge_of_a_band_stand_on_it(left: float, below: str) -> None:
    words = {"Account settings": 20, "Menu": 40, "Menu two": 40, "Basic information": 240, "All about you": 240}
    heights = [120, 270, 330, 270, 330]
    lines = [line(text, left + x, y) for (text, x), y in zip(words.items(), heights, strict=True)]
    lines += [line(below, left + 20, 730)] if below else []
    white = [card(left + 16, 218, 180, 400), card(left + 216, 218, 768 - 2 * left, 400)]
    white = [replace(rect, fill=Color(255, 255, 255)) for rect in white]
    tree = build(page(lines=lines, rects=[card(0, 250, 1000, 500), *white]))
    band = next(e for e in tree.root.walk() if e.style.background == Color(240, 240, 240))
    assert band.style.display in {"flex", "grid"}
    raised = [e for e in band.walk() if e.style.margin and e.style.margin.top == Length(-32.0)]
    cards = [e for top in raised for e in top.walk() if e.style.background == Color(255, 255, 255)]
    assert len(cards) == 2
