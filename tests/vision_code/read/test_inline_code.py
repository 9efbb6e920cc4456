"""
Code in sentences is told from the words around it by its face; words of other kinds are not.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.vision_code.read.faces import shapes
from vision_code.observation import FontFamily
from vision_code.read.fit import Fit, WordShape, fit_lines
from vision_code.read.fonts import font_table
from vision_code.read.inline_code import InlineCode, find_inline_code, is_one_word

PROSE = [
    "The module provides a means for logging execution plans of slow statements",
    "automatically and especially without having to run them by hand",
    "More typical usage is to preload it into some or all sessions",
    "Then you can track unexpectedly slow queries no matter when they happen",
]


def _set(parts: Sequence[tuple[str, str, float]]) -> list[WordShape]:
    return [word for text, face, size_px in parts for word in shapes(text, face, 400, size_px)]


def _found(lines: Sequence[list[WordShape]]) -> InlineCode | None:
    return find_inline_code(lines, fit_lines(lines))


@pytest.mark.parametrize(
    ("text", "code", "size_px", "code_px"),
    [
        ("Liberation Sans", "Liberation Mono", 16, 13),
        ("Liberation Serif", "Liberation Mono", 16, 13),
        ("Liberation Sans", "DejaVu Sans Mono", 14, 14),
    ],
)
def test_words_in_another_face_are_code(text: str, code: str, size_px: float, code_px: float) -> None:
    lines = [_set([(line, text, size_px)]) for line in PROSE]
    lines.append(_set([("Set", text, size_px), ("auto_explain", code, code_px), ("to log plans of it", text, size_px)]))
    lines.append(_set([("log_min_duration", code, code_px), ("is the time that logs them", text, size_px)]))
    found = _found(lines)
    assert found is not None
    assert found.words[:4] == (frozenset(),) * 4
    assert [lines[n][place].text for n in (4, 5) for place in found.words[n]] == ["auto_explain", "log_min_duration"]
    assert font_table().families[found.fit.face] is FontFamily.MONO
    assert found.fit.size_px == pytest.approx(code_px, abs=0.6)


@pytest.mark.parametrize("face", ["Liberation Sans", "Liberation Serif", "Liberation Mono"])
def test_a_page_in_one_face_has_none(face: str) -> None:
    assert _found([_set([(line, face, 16)]) for line in PROSE]) is None


def test_a_heading_and_a_note_have_none() -> None:
    lines = [_set([(line, "Liberation Sans", 16)]) for line in PROSE]
    lines += [_set([("Configuration Parameters", "Liberation Sans", 26)])]
    lines += [_set([("Copyright of the authors and contributors", "Liberation Sans", 11)])]
    assert _found(lines) is None


@pytest.mark.parametrize("size_px", [13, 15, 17])
def test_a_bold_heading_of_nearly_the_size_of_the_text_is_none(size_px: float) -> None:
    lines = [_set([(line, "Liberation Sans", 14)]) for line in PROSE]
    lines += [shapes(heading, "Liberation Sans", 700, size_px) for heading in ("Recent orders", "Revenue by week")]
    assert _found(lines) is None


def test_words_of_a_face_that_no_table_knows_are_none() -> None:
    lines = []
    for line in PROSE:
        words = _set([(line, "Liberation Sans", 16)])
        wide = [1.07 if n % 2 else 1.14 for n in range(len(words))]
        lines.append([WordShape(w.text, w.width * by, w.height, w.area) for w, by in zip(words, wide, strict=True)])
    assert _found(lines) is None


def test_pieces_of_code_are_one_word_where_no_space_fits_between() -> None:
    table = font_table()
    fit = Fit(table.face("Liberation Mono", 400), 13.0)
    (whole,) = shapes("auto.log", "Liberation Mono", 400, 13)
    (first,), (second,) = (shapes(part, "Liberation Mono", 400, 13) for part in ("auto.", "log"))
    glued = whole.width - second.width
    assert is_one_word(("auto.", first.width), ("log", glued), fit)
    assert not is_one_word(("auto.", first.width), ("log", glued + 0.6 * 13), fit)
