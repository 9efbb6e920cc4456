"""
Lines of several links with signs between them: told from other texts, and each part a link of its own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.vision_code.sample_pages import line
from tests.vision_code.sample_pages import page as sample_page
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.draft.parts import is_parted, links_in_parts, parts_of, without_bare_signs, words_and_signs
from vision_code.geometry import Box, Color
from vision_code.observation import Word
from vision_code.region import Annotation, Region, RegionKind, Role
from vision_code.uitree import Element, Text


def test_signs_part_words_wherever_they_stand() -> None:
    assert parts_of(["Main", "Page", "|", "Classes", "|", "Files"]) == [(0, 2), (3, 4), (5, 6)]
    assert parts_of(["previous", "|"]) == [(0, 1)]
    assert parts_of(["|", "modules"]) == [(1, 2)]
    assert parts_of(["|"]) == []


def test_a_sentence_is_not_in_parts() -> None:
    assert not is_parted(["nothing", "parts", "these", "words"])
    assert not is_parted(
        ["a", "long", "sentence", "of", "many", "words", "that", "goes", "on", "and", "on", "|", "and", "then", "some"]
    )
    assert is_parted(["Home", "»", "Docs"])


def test_an_arrow_behind_a_link_is_a_part_of_it() -> None:
    assert not is_parted(["Quick", "start", "→"])
    assert is_parted(["previous", "|"])
    assert is_parted(["Docs", "»"])
    assert is_parted(["Home", "→", "Docs"])


def test_three_parts_are_a_menu_and_two_are_not(text, settled) -> None:
    found = settled(links_in_parts, [text("Main | Classes | Files", 20, 300), text("By Ann | May 3", 20, 400)], {})
    assert (found[1], found[2]) == (Role.LINK, Role.TEXT)


def test_parts_in_a_bar_are_links(text, settled) -> None:
    bar = Region(
        id=0, kind=RegionKind.ROW, box=Box(0, 0, 1000, 40), children=(text("Home » Docs", 20, 12), text("x", 900, 12))
    )
    assert settled(links_in_parts, [bar], {})[2] is Role.LINK


def test_entries_that_end_in_signs_are_links_with_their_last(text, settled) -> None:
    entries = [text(words, 700 + 90 * n, 300) for n, words in enumerate(("previous |", "next |", "index"))]
    row = Region(id=0, kind=RegionKind.ROW, box=Box(700, 300, 270, 16), children=tuple(entries))
    assert [settled(links_in_parts, [row], {})[i] for i in (2, 3, 4)] == [Role.LINK] * 3


def test_a_heading_stays_one(text, settled) -> None:
    found = settled(links_in_parts, [text("Main | Classes | Files", 20, 300)], {1: Role.HEADING})
    assert found[1] is Role.HEADING


def _links(words: str) -> tuple[list[str], str]:
    """
    What the links of a line say, and the whole line.
    """
    root = _written(words)
    return [_said(link) for link in root.walk() if isinstance(link, Element) and link.tag == "a"], _said(root)


def _written(words: str) -> Element:
    observation = sample_page(lines=[line(words, 40, 300), line("Other words", 40, 500)])
    root = divide(observation)
    draft = {node.id: Annotation(role=Role.LINK) for node in root.walk() if node.lines and node.text == words}
    return assemble(observation, root, draft, np.full((800, 1000, 3), 255, np.uint8)).root


def _said(element: Element) -> str:
    return "".join(child.text if isinstance(child, Text) else _said(child) for child in element.children)


def test_each_part_is_a_link_and_no_word_is_lost() -> None:
    links, said = _links("Main Page | Classes | Files")
    assert links == ["Main Page", "Classes", "Files"]
    assert "Main Page | Classes | Files" in said


def test_the_last_step_of_a_path_is_where_one_is() -> None:
    assert _links("Home » Docs » Install")[0] == ["Home", "Docs"]


def test_a_path_is_a_list_of_its_steps_in_order() -> None:
    steps = [item for item in _written("Home / Admin / Users").walk() if item.tag in ("ol", "li")]
    assert [(item.tag, _said(item)) for item in steps[1:]] == [("li", "Home /"), ("li", "Admin /"), ("li", "Users")]
    assert steps[0].tag == "ol"
    assert steps[0].style.display == "flex"
    assert steps[0].style.column_gap == 4.0  # a space of 16 px type


def test_a_bar_is_plain_text() -> None:
    assert not any(item.tag in ("ul", "ol", "li") for item in _written("Main Page | Classes | Files").walk())


def test_a_sign_at_the_end_is_outside_the_link() -> None:
    links, said = _links("previous |")
    assert links == ["previous"]
    assert "previous |" in said


def test_an_arrow_at_the_end_of_a_link_belongs_to_it() -> None:
    assert _links("Read more →")[0] == ["Read more →"]
    assert _links("Next »")[0] == ["Next »"]
    assert _links("3.11 Documentation »")[0] == ["3.11 Documentation"]


def test_signs_that_were_read_with_their_words_part_them() -> None:
    assert words_and_signs("Privacy·Terms ·Contact us") == ["Privacy", "·", "Terms", "·", "Contact", "us"]
    assert words_and_signs("·Twitter") == ["·", "Twitter"]
    assert words_and_signs("l·l 3·5 a|b") == ["l·l", "3·5", "a|b"]
    assert _links("Privacy·Terms·Contact us")[0] == ["Privacy", "Terms", "Contact us"]


def test_two_underlined_parts_are_links(text, settled) -> None:
    pair = [text("Privacy · Terms", 20, 300, underline=True), text("Ann · Bob", 20, 400)]
    found = settled(links_in_parts, pair, {})
    assert (found[1], found[2]) == (Role.LINK, Role.TEXT)


def test_two_coloured_parts_with_a_plain_sign_between_are_links(text, settled) -> None:
    pair = text("Manual » Install", 20, 300, color=Color(20, 80, 220))
    (line,) = pair.lines
    sign = replace(line.style, color=Color(20, 20, 20))
    words = tuple(Word(text=word, box=line.box, style=sign if word == "»" else None) for word in line.text.split())
    told = replace(pair, lines=(replace(line, words=words),))
    assert settled(links_in_parts, [told], {})[1] is Role.LINK
    assert settled(links_in_parts, [pair], {})[1] is Role.TEXT, "a title with a sign in it"


def test_entries_that_begin_with_signs_are_links(text, settled) -> None:
    entries = [text(words, 20 + 120 * n, 300) for n, words in enumerate(("GitHub", "· Twitter", "· Patreon · Donate"))]
    row = Region(id=0, kind=RegionKind.ROW, box=Box(20, 300, 400, 16), children=tuple(entries))
    assert [settled(links_in_parts, [row], {})[i] for i in (2, 3, 4)] == [Role.LINK] * 3


def test_a_sign_alone_is_no_link(text, settled) -> None:
    found = settled(without_bare_signs, [text("·", 20, 300), text("»", 20, 400)], {1: Role.LINK, 2: Role.LINK})
    assert (found[1], found[2]) == (Role.TEXT, Role.LINK)
