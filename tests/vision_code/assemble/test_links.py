"""
Links inside running text: known by their underline, or by their colour where the page underlines nothing.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.links import LinkLook, link_look
from vision_code.geometry import Box, Color
from vision_code.observation import Observation, TextLine, TextStyle, Word

INK = TextStyle(size_px=16, weight=400, color=Color(20, 20, 20))
NAVY = replace(INK, color=Color(0, 0, 128))
WHITE = Color(255, 255, 255)
BLUE = replace(INK, color=Color(0, 0, 238))


def _page(*styles: TextStyle) -> Observation:
    words = tuple(Word(text="word", box=Box(50 * n, 0, 40, 16), style=style) for n, style in enumerate(styles))
    line = TextLine(
        id=0,
        text=" ".join(word.text for word in words),
        box=Box(0, 0, 600, 16),
        words=words,
        style=INK,
        baseline_y=13,
        background=WHITE,
    )
    return Observation(width_px=600, height_px=40, scale=1.0, background=WHITE, lines=(line,), rects=(), pictures=())


def test_coloured_words_are_links_where_nothing_is_underlined() -> None:
    look = link_look(_page(INK, NAVY, INK))
    assert look.marks(NAVY, INK)
    assert not look.marks(INK, INK)


def test_a_page_that_underlines_its_links_sets_code_in_another_colour() -> None:
    look = link_look(_page(*[replace(BLUE, underline=True)] * 3, NAVY))
    assert not look.marks(NAVY, INK)
    assert look.marks(BLUE, INK), "a link whose underline was overlooked"
    assert look.marks(replace(NAVY, underline=True), INK)


def test_one_underlined_word_says_nothing_about_the_others() -> None:
    assert link_look(_page(replace(BLUE, underline=True), NAVY)) == LinkLook()


def test_red_and_slanted_words_are_asides() -> None:
    assert not LinkLook().marks(replace(INK, color=Color(200, 20, 30)), INK)
    assert not LinkLook().marks(replace(NAVY, italic=True), INK)
