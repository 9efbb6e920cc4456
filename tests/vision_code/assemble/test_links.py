"""
Links inside running text: known by their underline, or by their colour where the page underlines nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vision_code.assemble import assemble
from vision_code.assemble.links import LinkLook, link_look
from vision_code.geometry import Box, Color
from vision_code.observation import Observation, TextLine, TextStyle, Word
from vision_code.region import Annotation, Region, RegionKind, Role
from vision_code.uitree import Element, Text

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


def _look(*styles: TextStyle, linked: int = 0) -> LinkLook:
    """
    The look of links of a page with one line; ``linked`` more lines in its first style are links as a whole.
    """
    observation = _page(*styles)
    whole = replace(observation.lines[0], style=styles[0])
    texts = tuple(Region(id=n + 1, kind=RegionKind.TEXT, box=whole.box, lines=(whole,)) for n in range(linked))
    root = Region(id=0, kind=RegionKind.COLUMN, box=whole.box, children=texts)
    return link_look(observation, root, {text.id: Annotation(role=Role.LINK) for text in texts})


def test_coloured_words_are_links_where_nothing_is_underlined() -> None:
    look = _look(INK, NAVY, INK)
    assert look.marks(NAVY, INK)
    assert not look.marks(INK, INK)


def test_a_page_that_underlines_its_links_sets_code_in_another_colour() -> None:
    look = _look(*[replace(BLUE, underline=True)] * 3, NAVY)
    assert not look.marks(NAVY, INK)
    assert look.marks(BLUE, INK), "a link whose underline was overlooked"
    assert look.marks(replace(NAVY, underline=True), INK)


def test_one_underlined_word_says_nothing_about_the_others() -> None:
    assert _look(replace(BLUE, underline=True), NAVY) == LinkLook()


def test_red_words_are_links_where_links_are_red() -> None:
    red = replace(INK, color=Color(153, 0, 0))
    assert _look(red, INK, linked=3).marks(red, INK)
    assert not _look(red, INK, linked=1).marks(red, INK)


def test_red_and_slanted_words_are_asides() -> None:
    assert not LinkLook().marks(replace(INK, color=Color(200, 20, 30)), INK)
    assert not LinkLook().marks(replace(NAVY, italic=True), INK)


def _written(*words: tuple[str, TextStyle], most: TextStyle = INK) -> list[tuple[str, str]]:
    """
    Tag and words of each element in a text, most of whose letters look like ``most``.
    """
    observation = _page(*(style for _, style in words))
    (line,) = observation.lines
    said = tuple(replace(word, text=text) for word, (text, _) in zip(line.words, words, strict=True))
    line = replace(line, words=said, text=" ".join(text for text, _ in words), style=most)
    text = Region(id=1, kind=RegionKind.TEXT, box=line.box, lines=(line,))
    root = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 600, 40), children=(text,))
    draft = {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.TEXT)}
    tree = assemble(replace(observation, lines=(line,)), root, draft, np.full((40, 600, 3), 255, np.uint8))
    written = next(element for element in tree.root.walk() if element.region == 1)
    return [(element.tag, _said(element)) for element in written.walk()][1:]


def _said(element: Element) -> str:
    return "".join(child.text if isinstance(child, Text) else _said(child) for child in element.children)


def test_a_sentence_that_is_mostly_links_begins_plain() -> None:
    dark = replace(INK, color=Color(27, 42, 78))
    words = ("Powered", dark), ("by", dark), ("Core", BLUE), ("&", dark), ("Backpack", BLUE)
    assert _written(*words, most=BLUE) == _written(*words, most=dark) == [("a", "Core"), ("a", "Backpack")]


def test_thin_signs_are_no_words_of_another_ink() -> None:
    pale = replace(INK, color=Color(100, 100, 100))
    assert _written(("Core", BLUE), ("©", pale), ("2017", INK)) == [("a", "Core")]
    assert _written(("Core", INK), ("©", pale), ("2017", INK)) == []
    bold = replace(INK, weight=700)
    assert _written(("Terms", INK), ("A", bold), ("&", pale), ("B", bold)) == [("strong", "A & B")]


def test_signs_of_another_ink_keep_it() -> None:
    red, grey = replace(INK, color=Color(200, 20, 30)), replace(INK, color=Color(100, 100, 100))
    assert _written(("Name", INK), ("*", red)) == [("span", "*")]
    assert _written(("Name", INK), ("optional", grey)) == [("span", "optional")]
