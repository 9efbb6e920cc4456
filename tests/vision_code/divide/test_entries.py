"""
Lists with bullets or numbers: one list however much stands in its entries, and no number is ever lost.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.vision_code.sample_pages import card, line, page
from vision_code.divide import divide
from vision_code.geometry import Box
from vision_code.observation import TextLine
from vision_code.region import Region

Outline = list["str | Outline"]


def dot(text: str, x: float, baseline: float) -> TextLine:
    return replace(line(text, x, baseline), bullet=Box(x - 17, baseline - 7, 5, 5))


def number(ordinal: int, text: str, x: float, baseline: float) -> TextLine:
    return replace(line(text, x, baseline), bullet=Box(x - 18, baseline - 12, 12, 12), ordinal=ordinal)


def typed(ordinal: int, text: str, x: float, baseline: float) -> TextLine:
    return replace(line(f"{ordinal}. {text}", x, baseline), ordinal=ordinal)


def outline(region: Region) -> Outline:
    """
    What each entry of a list begins with, and in a list of its own what more stands in it.
    """
    found: Outline = []
    for entry in region.children:
        if entry.is_leaf:
            found.append(entry.text)
            continue
        first, *more = entry.children
        found += [first.text, [part.text if part.is_leaf else outline(part) for part in more]]
    return found


def lists_of(*lines: TextLine) -> list[Region]:
    """
    The outermost lists below a heading and above a paragraph.
    """
    above, below = line("A heading of some length", 40, 60, size=28, weight=700), line("A closing paragraph", 40, 720)
    root = divide(page(lines=[above, *lines, below]))
    return [child for child in root.children if child.is_entry_list]


def test_entries_with_lists_in_them_are_one_list_at_any_depth() -> None:
    (found,) = lists_of(
        dot("Install", 80, 100), dot("From source", 120, 124), dot("From a wheel", 120, 148),
        dot("Quick start", 80, 172), dot("Requests", 120, 196), dot("Cookies", 160, 220), dot("Answers", 120, 244),
        dot("The end", 80, 268),
    )  # fmt: skip
    assert outline(found) == [
        "Install", [["From source", "From a wheel"]],
        "Quick start", [["Requests", [["Cookies"]], "Answers"]],
        "The end",
    ]  # fmt: skip


def test_numbers_and_bullets_stand_in_each_other() -> None:
    (found,) = lists_of(
        number(3, "Prepare", 80, 100), dot("Charge it", 120, 124), number(4, "Begin", 80, 148),
        number(1, "Switch it on", 120, 172), number(2, "Wait", 120, 196), number(5, "Stop", 80, 220),
    )  # fmt: skip
    assert outline(found) == ["Prepare", [["Charge it"]], "Begin", [["Switch it on", "Wait"]], "Stop"]
    assert found.first_number == 3


def test_words_that_end_before_the_list_below_begins_are_not_cut_off_from_it() -> None:
    lines = [dot("A", 80, 100.0 + 96 * n) for n in range(4)]
    lines += [dot("Something longer", 120, 124.0 + 96 * n + 24 * k) for n in range(4) for k in range(3)]
    (found,) = lists_of(*lines)
    assert outline(found) == ["A", [["Something longer"] * 3]] * 4


def test_numbers_that_begin_anew_begin_another_list() -> None:
    found = lists_of(*(number(n, "Go on", 80, y) for n, y in ((1, 100), (2, 124), (1, 148), (2, 172), (3, 196))))
    assert [len(each.children) for each in found] == [2, 3]


def test_paragraphs_below_the_words_of_an_entry_stand_in_it() -> None:
    (found,) = lists_of(
        number(1, "Fetch it", 80, 100), line("It takes a minute", 80, 140),
        number(2, "Unpack it", 80, 180),
        number(3, "Start it", 80, 220), line("It says hello", 80, 260),
    )  # fmt: skip
    assert outline(found) == ["Fetch it", ["It takes a minute"], "Unpack it", "Start it", ["It says hello"]]


def test_a_paragraph_at_the_edge_of_the_text_parts_two_lists() -> None:
    found = lists_of(
        dot("Fetch it", 80, 100), dot("Unpack it", 80, 124), line("And if that does not work", 40, 164),
        dot("Call us", 80, 204), dot("Write to us", 80, 228),
    )  # fmt: skip
    assert [outline(each) for each in found] == [["Fetch it", "Unpack it"], ["Call us", "Write to us"]]


def test_a_list_that_fills_a_card_is_a_list_in_it() -> None:
    lines = [number(n, "Choose a language", 80, 100.0 + 24 * n) for n in range(1, 5)]
    root = divide(page(lines=[*lines, line("Elsewhere on the page", 500, 300)], rects=[card(40, 100, 300, 120)]))
    (found,) = (region for region in root.walk() if region.is_entry_list)
    assert [entry.text for entry in found.children] == ["Choose a language"] * 4


def test_typed_numbers_stay_words_of_entries_with_lists_in_them() -> None:
    (found,) = lists_of(
        typed(1, "Introduction", 80, 100), typed(1, "Limits", 140, 124), typed(2, "Terms", 140, 148),
        typed(2, "Routers", 80, 172), typed(1, "Drivers", 140, 196), typed(3, "Mail", 80, 220),
    )  # fmt: skip
    assert outline(found) == [
        "1. Introduction", [["1. Limits", "2. Terms"]], "2. Routers", [["1. Drivers"]], "3. Mail",
    ]  # fmt: skip
    assert not found.is_bullet_list


@pytest.mark.parametrize("lone", [True, False])
def test_a_number_that_no_list_draws_is_a_word(lone: bool) -> None:
    second = number(2, "Unpack it", 80, 200) if not lone else line("Unpack it", 80, 200)
    root = divide(page(lines=[number(1, "Fetch it", 80, 100), line("Some text in between", 40, 150), second]))
    texts = [region.text for region in root.walk() if region.lines]
    assert texts == ["1. Fetch it", "Some text in between", "Unpack it" if lone else "2. Unpack it"]
    first = next(region for region in root.walk() if region.lines)
    assert first.box.x == 62
    assert [word.text for word in first.lines[0].words] == ["1.", "Fetch", "it"]
