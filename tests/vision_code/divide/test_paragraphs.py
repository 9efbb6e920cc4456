"""
Wrapped lines are one block, stacked items are not.
"""

from __future__ import annotations

from dataclasses import replace

from tests.vision_code.sample_pages import line
from vision_code.divide.paragraphs import merge, rows_of
from vision_code.geometry import Box
from vision_code.observation import FontFamily, TextLine

PAGE = Box(0, 0, 1200, 800)


def blocks(*lines: TextLine) -> list[str]:
    return [" / ".join(item.text for item in block) for block in merge(lines, [], PAGE)]


def test_a_wrapped_paragraph_is_one_block() -> None:
    first = "The quick brown fox jumps over the lazy dog and keeps running"
    second = "until the evening comes and it may rest under the old"
    assert len(blocks(line(first, 50, 100), line(second, 50, 124), line("oak tree.", 50, 148))) == 1


def _typed(text: str, x: float, baseline: float) -> TextLine:
    plain = line(text, x, baseline)
    return replace(plain, style=replace(plain.style, family=FontFamily.MONO))


def test_pieces_of_a_typed_line_a_letter_apart_are_one_line() -> None:
    first = _typed("should copy the classes from the source", 50, 100)
    second = _typed("value)", first.box.right + 0.7 * 16, 100)
    assert blocks(first, second) == ["should copy the classes from the source / value)"]
    assert len(blocks(line(first.text, 50, 100), line("value)", second.box.x, 100))) == 2


def test_stacked_links_stay_apart() -> None:
    assert len(blocks(line("About us", 50, 100), line("Careers", 50, 128), line("Press", 50, 156))) == 3


def test_a_heading_and_the_text_below_stay_apart() -> None:
    assert len(blocks(line("Pricing", 50, 100, size=28, weight=700), line("Start for free today", 50, 130))) == 2


def test_a_two_line_heading_is_one_block() -> None:
    assert len(blocks(line("Remember what you", 50, 100, size=48), line("saw out there", 50, 152, size=48))) == 1


def test_the_weight_of_a_line_parts_text_and_not_a_heading() -> None:
    def stacked(size: float, pitch: float) -> list[str]:
        first = line("Complete your long and winding", 50, 100, size=size)
        return blocks(first, line("application now", 50, 100 + pitch, size=size, weight=700))

    assert len(stacked(33, 46)) == 1
    assert len(stacked(16, 24)) == 2


def test_centred_lines_are_one_block() -> None:
    first, second = (
        line("Start for free and upgrade whenever your team grows large", 300, 100),
        "No hidden fees at all.",
    )
    width = line(second, 0, 0).box.w
    assert len(blocks(first, line(second, first.box.center_x - width / 2, 124))) == 1


def test_paragraphs_with_space_between_stay_apart() -> None:
    text = "The quick brown fox jumps over the lazy dog and keeps running on"
    assert len(blocks(*(line(text, 50, y) for y in (100, 124, 180, 204)))) == 2


def test_fragments_of_one_line_are_joined_in_order() -> None:
    (block,) = merge([line("account? Sign in", 132, 100), line("Already an", 50, 100)], [], PAGE)

    assert [item.text for item in block] == ["Already an", "account? Sign in"]
    assert len(rows_of(block)) == 1


def test_a_forced_break_keeps_two_sentences_apart() -> None:
    long = "This line is long and uses the whole width that there is for text"
    assert (
        len(blocks(line(long + ".", 50, 100), line("Short one.", 50, 124), line("Another sentence here.", 50, 148))) > 1
    )
