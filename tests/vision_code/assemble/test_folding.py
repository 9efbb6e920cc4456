"""
Columns fold where most pages fold them: what is beside a side menu early, what only shrinks late.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision_code.sample_pages import card, line, page, photo
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.observation import Observation, Rect, TextLine
from vision_code.region import Annotation, Role
from vision_code.uitree import Element


def _folds(observation: Observation, roles: dict[str, Role] | None = None) -> list[dict[str, int]]:
    """
    For each row of columns, from the outermost on: how many there are below each breakpoint that changes them.
    """
    root = divide(observation)
    draft = {r.id: Annotation(role=roles[r.text]) for r in root.walk() if roles and r.text in roles}
    pixels = np.zeros((int(observation.height_px), int(observation.width_px), 3), np.uint8)
    elements = assemble(observation, root, draft, pixels).root.walk()
    return [_counts(element) for element in elements if element.style.columns]


def _counts(element: Element) -> dict[str, int]:
    return {at: sum(track.count for track in style.columns) for at, style in element.below if style.columns}


def _cards(places: Sequence[tuple[float, float]], width: float, height: float) -> tuple[list[Rect], list[TextLine]]:
    rects = [card(x, y, width, height) for x, y in places]
    words = ("These are the words of a card", "and this is what it says of them", "at some more length")
    return rects, [line(t, r.box.x + 20, r.box.y + 60 + 24 * k) for r in rects for k, t in enumerate(words)]


def test_a_grid_of_three_columns_has_two_before_it_has_one() -> None:
    rects, lines = _cards([(60 + 400 * (n % 3), 60 + 300 * (n // 3)) for n in range(6)], 360, 260)
    assert _folds(page(lines=lines, rects=rects, width=1280)) == [{"lg": 2, "sm": 1}]


def test_three_columns_in_one_row_are_stacked() -> None:
    rects, lines = _cards([(60 + 400 * n, 60) for n in range(3)], 360, 260)
    assert _folds(page(lines=lines, rects=rects, width=1280)) == [{"lg": 1}]


def test_pictures_without_words_only_shrink() -> None:
    photos = [photo(60 + 400 * n, 60, 360, 240) for n in range(3)]
    assert _folds(page(pictures=photos, width=1280)) == [{"sm": 2}]


def test_the_bars_of_a_chart_only_get_narrower() -> None:
    bars = [card(60 + 180 * n, 500 - height, 120, height) for n, height in enumerate((90, 240, 160, 310, 60, 200))]
    assert _folds(page(rects=bars, width=1140)) == [{}]


@pytest.mark.parametrize(("left", "at"), [(60, "md"), (300, "lg")])
def test_halves_beside_a_side_menu_have_less_room_and_fold_earlier(left: float, at: str) -> None:
    width = (1220 - left - 40) / 2
    rects, lines = _cards([(left, 60), (left + width + 40, 60)], width, 300)
    menu = [line(f"Entry {n}", 40, 80 + 40 * n) for n in range(8)] if left > 60 else []
    folds = _folds(page(lines=[*lines, *menu], rects=rects, width=1280))
    assert {at: 1} in folds


def test_a_short_sidebar_stays_beside_long_content() -> None:
    rects, lines = _cards([(60, 60)], 280, 200)
    content, more = _cards([(380, 60)], 840, 700)
    assert _folds(page(lines=[*lines, *more], rects=[*rects, *content], width=1280))[0] == {"sm": 1}


def test_fields_stay_beside_each_other_longer_than_cards() -> None:
    rects = [card(60 + 400 * n, 60, 360, 40) for n in range(3)]
    lines = [line(f"Field {n}", 72 + 400 * n, 86) for n in range(3)]
    assert _folds(page(lines=lines, rects=rects, width=1280), {text.text: Role.TEXTBOX for text in lines}) == [
        {"md": 1}
    ]


def test_the_contents_of_a_page_make_room_for_its_text() -> None:
    titles = ("Installing", "Upgrading", "Removing")
    menu = [line(f"Entry {n}", 40, 80 + 40 * n) for n in range(12)]
    text = [line(title, 320, 80 + 160 * n, size=28) for n, title in enumerate(titles)]
    said = "What is said of it in several lines of a paragraph, which go on for some time and then a bit further"
    text += [line(said, 320, 120 + 160 * n + 24 * k) for n in range(3) for k in range(4)]
    contents = [line(title, 1180, 80 + 30 * n, size=14) for n, title in enumerate(titles)]
    others = [line(title, 1180, 80 + 30 * n, size=14) for n, title in enumerate(("Prices", "Shops", "Help"))]

    assert _hidden([*menu, *text, *contents]) == ["lg"]
    assert _hidden([*menu, *text, *others]) == []
    repeated = [line(title, 1180, 80 + 30 * n, size=28) for n, title in enumerate(titles)]
    assert _hidden([*menu, *text, *repeated]) == [], "cards that promise the same"


def _hidden(lines: Sequence[TextLine]) -> list[str]:
    observation = page(lines=lines, rects=[card(0, 40, 240, 740), card(1150, 40, 1, 400)], width=1440)
    tree = assemble(observation, divide(observation), {}, np.zeros((800, 1440, 3), np.uint8))
    return [at for element in tree.root.walk() for at, style in element.below if style.display == "none"]
