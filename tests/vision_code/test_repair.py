"""
Repair: what the rendering showed to be off is mended; what it cannot judge is left alone.
"""

from __future__ import annotations

from typing import Literal

import pytest

from vision_code.geometry import Box, Color
from vision_code.observation import TextLine, TextStyle, Word
from vision_code.region import Region, RegionKind
from vision_code.render import ElementFact, PageFacts
from vision_code.repair import repair
from vision_code.uitree import Element, Style, Text, UITree

PARAGRAPH = Box(20, 10, 340, 60)
STYLE = TextStyle(size_px=16, color=Color(0, 0, 0))


def _line(text: str, word_px: float, y: float = 20) -> TextLine:
    words = tuple(
        Word(text=word, box=Box(20 + i * (word_px + 5), y, word_px, 16), style=STYLE)
        for i, word in enumerate(text.split())
    )
    box = Box(20, y, words[-1].box.right - 20, 16)
    ink = Color(255, 255, 255)
    return TextLine(id=0, text=text, box=box, words=words, style=STYLE, baseline_y=y + 13, background=ink)


def _repaired(
    pictured: TextLine, drawn: tuple[Word, ...], *rows: TextLine, align: Literal["center", "right"] | None = None
) -> Style | None:
    leaf = Region(id=1, kind=RegionKind.TEXT, box=pictured.box, lines=(pictured, *rows))
    root = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 400, 100), children=(leaf,))
    element = Element(tag="p", style=Style(), children=(Text(text=pictured.text),), region=1)
    tree = UITree(
        root=Element(tag="div", style=Style(text_align=align), children=(element,)),
        assets=(), title="", name="X", is_page=False, width_px=400, height_px=100,
    )  # fmt: skip
    drawn_paragraph = ElementFact(
        tag="p", box=PARAGRAPH, position="static", display="block", painted=False, parent=None
    )
    facts = PageFacts(
        words=drawn, roles=(), elements=(drawn_paragraph,), background=Color(255, 255, 255),
        width_px=400, height_px=100, overflow_px=0,
    )  # fmt: skip
    mended = repair(tree, root, facts)
    if mended is None:
        return None
    (child,) = mended.root.children
    assert isinstance(child, Element)
    return child.style


def test_a_line_that_came_out_narrower_gets_letter_spacing() -> None:
    style = _repaired(_line("Welcome back again", 70), _line("Welcome back again", 64).words)
    assert style is not None
    assert style.letter_spacing is not None
    assert 0 < style.letter_spacing <= 1


def test_a_line_that_broke_is_kept_on_one_line() -> None:
    first, *rest = _line("Welcome back again", 70).words
    below = [Word(text=word.text, box=Box(word.box.x, 44, word.box.w, 16), style=STYLE) for word in rest]
    style = _repaired(_line("Welcome back again", 70), (first, *below))
    assert style is not None
    assert style.nowrap is True


@pytest.mark.parametrize(("align", "sides"), [(None, "right"), ("center", "left right"), ("right", "left")])
def test_a_paragraph_that_broke_too_late_has_less_room(align: Literal["center", "right"] | None, sides: str) -> None:
    first, second = _line("Welcome back again", 70), _line("friends", 70, 44)
    style = _repaired(first, _line("Welcome back again friends", 70).words, second, align=align)
    assert style is not None
    assert style.padding is not None
    given = {side: length.value for side in ("left", "right") if (length := getattr(style.padding, side)) is not None}
    assert list(given) == sides.split()
    assert first.box.w < PARAGRAPH.w - sum(given.values()) < first.box.w + 5 + 70


def test_a_paragraph_that_breaks_as_pictured_is_as_wide_as_it_was() -> None:
    first, second = _line("Welcome back again", 70), _line("friends", 70, 44)
    assert _repaired(first, (*first.words, *second.words), second) is None


def test_a_line_as_pictured_is_left_alone() -> None:
    line = _line("Welcome back", 70)
    assert _repaired(line, line.words) is None


def test_a_line_without_letters_or_digits_is_left_alone() -> None:
    assert _repaired(_line("→ •", 20), ()) is None
