"""
Listings: monospaced lines on a surface keep their breaks; a blank line parts them.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vision_code.divide.listings import blocks, is_listing
from vision_code.geometry import Box, Color
from vision_code.observation import FontFamily, TextLine, TextStyle

MONO = TextStyle(size_px=14, color=Color(0, 0, 0), family=FontFamily.MONO)


def _line(number: int, row: int, x: float = 20) -> TextLine:
    y = 100 + 20 * row
    return TextLine(
        id=number, text=f"line {number}", box=Box(x, y, 80, 14), words=(), style=MONO, baseline_y=y + 11,
        background=Color(250, 250, 250),
    )  # fmt: skip


def test_a_blank_line_parts_a_listing() -> None:
    lines = [_line(0, 0), _line(1, 1), _line(2, 3), _line(3, 4)]
    assert [[line.id for line in block] for block in blocks(lines)] == [[0, 1], [2, 3]]


def test_pieces_on_one_baseline_stay_together() -> None:
    lines = [_line(0, 0), _line(1, 1, x=20), _line(2, 1, x=160), _line(3, 2)]
    assert [[line.id for line in block] for block in blocks(lines)] == [[0, 1, 2, 3]]


def test_the_name_of_the_language_in_the_corner_is_no_line_of_it() -> None:
    lines = [_line(0, 0, x=400), _line(1, 1), _line(2, 2, x=60), _line(3, 3)]
    assert [[line.id for line in block] for block in blocks(lines)] == [[0], [1, 2, 3]]
    indented = [_line(0, 0), _line(1, 1, x=140)]
    assert [[line.id for line in block] for block in blocks(indented)] == [[0, 1]]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=1, unique=True))
def test_every_line_is_in_exactly_one_block(places: list[tuple[int, int]]) -> None:
    lines = [_line(number, row, x=20 + 120 * column) for number, (row, column) in enumerate(places)]
    assert sorted(line.id for block in blocks(lines) for line in block) == [line.id for line in lines]


def test_prose_with_one_monospaced_line_is_no_listing() -> None:
    prose = replace(MONO, family=FontFamily.SANS)
    lines = [replace(_line(n, n), style=MONO if n == 0 else prose) for n in range(3)]
    assert not is_listing(lines)
    assert is_listing([_line(0, 0), _line(1, 1)])
