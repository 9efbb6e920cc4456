"""
A page in another typeface than the reference one is not a page of spaced letters.
"""

from __future__ import annotations

import pytest

from tests.vision_code.read.faces import shapes
from vision_code.observation import FontFamily, Typeface
from vision_code.read.fit import fit_lines, spacing_px
from vision_code.read.fonts import font_table
from vision_code.read.typeface import SetLine, typefaces

PROSE = (
    "Invoices are sent on the first working day of each month",
    "We never share your address with anybody else",
    "Choose the plan that suits your team and change it whenever you like",
)


def _set_in(face: str, weight: int = 400, spacing: float = 0.0) -> list[SetLine]:
    """
    The prose at 16 px, from the table itself.
    """
    table = font_table()
    row = table.face(face, weight)
    lines = []
    for text in PROSE:
        columns = table.columns(text)
        assert columns is not None
        whole = float(table.advance[row, columns[:-1]].sum() + table.right[row, columns[-1]]) * 16
        lines.append((text, whole + spacing * (len(text) - 1)))
    fits = fit_lines([shapes(text, face, weight, 16) for text in PROSE])
    return [SetLine(text, width, fit) for (text, width), fit in zip(lines, fits, strict=True)]


@pytest.mark.parametrize(("face", "ratio"), [("Inter", 1.07), ("DejaVu Sans", 1.14), ("Open Sans", 1.05)])
def test_a_face_is_named_with_its_width_and_no_line_is_spaced(face: str, ratio: float) -> None:
    lines = _set_in(face)
    (found,) = typefaces(lines)
    assert (found.family, found.name) == (FontFamily.SANS, face)
    assert found.width_ratio == pytest.approx(ratio, abs=0.03)
    assert all(line.fit and spacing_px(line.text, line.width_px, line.fit, found) == 0 for line in lines)


def test_the_reference_face_and_a_few_words_are_none() -> None:
    assert typefaces(_set_in("Liberation Sans")) == ()
    assert typefaces([SetLine("Sign in", 60, line.fit) for line in _set_in("Inter")[:1]]) == ()
    assert typefaces([SetLine("未知の文字です", 60, None)] * 9) == ()


def test_one_spaced_line_among_others_is_spaced() -> None:
    face = Typeface(family=FontFamily.SANS, name="Inter", width_ratio=1.07, bold_width_ratio=1.07)
    (first, *_) = _set_in("Inter", spacing=2.0)
    assert first.fit is not None
    assert spacing_px(first.text, first.width_px, first.fit, face) == pytest.approx(2.0, abs=0.2)
