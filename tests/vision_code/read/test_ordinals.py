"""
Numbers that a browser draws in front of entries are no words; those of headings, links and typed rules stay.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.vision_code.sample_pages import card, line
from vision_code.geometry import Box, Color
from vision_code.observation import TextLine
from vision_code.read.ordinals import with_ordinals

BLUE = Color(11, 95, 255)


def drawn(number: int, text: str, baseline: float, *, words_x: float = 80.0) -> TextLine:
    """
    A line whose number ends in front of ``words_x``, as browsers draw it.
    """
    first = line(f"{number}. {text}", 0, baseline)
    return line(f"{number}. {text}", words_x - first.words[1].box.x, baseline)


def typed(number: int, text: str, baseline: float, *, x: float = 60.0) -> TextLine:
    return line(f"{number}. {text}", x, baseline)


def in_blue(entry: TextLine) -> TextLine:
    return replace(entry, style=replace(entry.style, color=BLUE))


def numbers(lines: list[TextLine]) -> list[tuple[int | None, str, bool]]:
    return [(each.ordinal, each.text, each.bullet is not None) for each in with_ordinals(lines, [])]


def test_numbers_with_level_words_are_drawn_and_no_words() -> None:
    lines = [drawn(n, "Charge it", 100.0 + 24 * n) for n in range(8, 12)]
    found = with_ordinals(lines, [])
    assert [(each.ordinal, each.text) for each in found] == [(n, "Charge it") for n in range(8, 12)]
    assert [each.box.x for each in found] == [80.0] * 4
    assert [each.bullet for each in found] == [each.words[0].box for each in lines]


def test_level_numbers_were_typed_and_stay() -> None:
    lines = [typed(n, "Charge it", 100.0 + 24 * n) for n in range(8, 12)]
    assert numbers(lines) == [(n, f"{n}. Charge it", False) for n in range(8, 12)]


def test_numbers_flush_with_the_text_around_were_typed_and_further_in_they_were_drawn() -> None:
    entries = [typed(n, "Be kind", 100.0 + 24 * n) for n in range(1, 4)]
    above = line("Rules of the club", 60, 90)
    assert [drawn for _, _, drawn in numbers([above, *entries])] == [False] * 4
    above = line("Rules of the club", 40, 90)
    assert [drawn for _, _, drawn in numbers([above, *entries])] == [False, True, True, True]


def test_wrapped_lines_below_the_words_tell_a_list_of_two() -> None:
    lines = [typed(1, "Charge it until", 100), line("it is full", 78, 120), typed(2, "Begin", 144)]
    level = replace(lines[1], box=Box(lines[0].words[1].box.x, 108, 70, 12))
    assert numbers([lines[0], level, lines[2]]) == [
        (1, "Charge it until", True), (None, "it is full", False), (2, "Begin", True),
    ]  # fmt: skip


def test_two_numbers_of_which_nothing_tells_are_words_and_three_are_a_list() -> None:
    lines = [drawn(n, "Bring it", 100.0 + 24 * n) for n in range(1, 4)]
    assert [drawn for _, _, drawn in numbers(lines)] == [True] * 3
    assert [number for number, _, _ in numbers(lines[:2])] == [None] * 2


def test_headings_with_numbers_are_no_list() -> None:
    heads = [typed(n, "Introduction", 100.0 * n, x=40) for n in range(1, 4)]
    texts = [line("What the parts of it are for and how they work", 40, 100.0 * n + 30) for n in range(1, 4)]
    assert [number for number, _, _ in numbers([*heads, *texts])] == [None] * 6


@pytest.mark.parametrize("own_ink", [True, False])
def test_a_number_in_the_ink_of_its_link_is_a_part_of_it(own_ink: bool) -> None:
    lines = [in_blue(drawn(n, "Payments", 100.0 + 24 * n)) for n in range(1, 5)]
    if own_ink:  # the number has the ink of the text
        black = line("a", 0, 0).style
        lines = [replace(each, words=(replace(each.words[0], style=black), *each.words[1:])) for each in lines]
    found = with_ordinals(lines, [])
    assert [each.bullet is not None for each in found] == [own_ink] * 4
    assert all(each.style.color == BLUE for each in found)


def test_a_short_list_is_typed_where_a_longer_one_at_its_place_is() -> None:
    chapters = [typed(n, "Routers", 100.0 + 24 * n) for n in range(1, 13)]
    parted = line("Something between the lists of this page", 20, 412)
    short = [typed(n, "Drivers", 420.0 + 24 * n) for n in range(1, 5)]
    assert not any(drawn for _, _, drawn in numbers([*chapters, parted, *short]))


def test_a_second_list_inside_the_first_does_not_end_it() -> None:
    outer = [drawn(n, "Getting ready", 100.0 + 72 * n) for n in range(1, 4)]
    inner = [drawn(n, "Go", 124.0 + 72 * outer_n + 24 * (n - 1), words_x=120) for outer_n in (1, 2) for n in (1, 2)]
    found = [each for each in with_ordinals([*outer, *inner], []) if each.ordinal is not None]
    assert [each.ordinal for each in found] == [1, 2, 3, 1, 2, 1, 2]


def test_entries_on_cards_of_their_own_are_no_list() -> None:
    lines = [drawn(n, "Choose a plan", 100.0 + 80 * n) for n in range(1, 5)]
    cards = [replace(card(20, 70.0 + 80 * n, 300, 60), id=n) for n in range(1, 5)]
    assert [each.ordinal for each in with_ordinals(lines, cards)] == [None] * 4


def test_what_browsers_do_not_draw_is_typed() -> None:
    lines = [replace(each, text="", words=(replace(each.words[0], text=f"{n})"), *each.words[1:])) for n, each in
             ((n, drawn(n, "Charge it", 100.0 + 24 * n)) for n in range(8, 12))]  # fmt: skip
    assert [(each.ordinal, each.bullet) for each in with_ordinals(lines, [])] == [(n, None) for n in range(8, 12)]


def test_numbers_in_a_table_are_cells() -> None:
    wide = [line(f"{n}.", 40, 100.0 + 24 * n) for n in range(1, 5)]
    rows = [
        replace(each, text=f"{each.text} Berlin", words=(*each.words, *line("Berlin", 120, each.baseline_y).words))
        for each in wide
    ]
    assert [each.ordinal for each in with_ordinals(rows, [])] == [None] * 4
