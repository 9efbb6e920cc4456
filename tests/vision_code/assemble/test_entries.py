"""
Lists with bullets and numbers draw them, whatever stands in their entries.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.vision_code.sample_pages import line, page, photo
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.geometry import Box, Color
from vision_code.observation import TextLine
from vision_code.region import Annotation, Role
from vision_code.uitree import Element, Length, UITree

from .test_assemble import attribute, find, text_of

BLUE = Color(11, 95, 255)


def dot(text: str, x: float, baseline: float) -> TextLine:
    return replace(line(text, x, baseline), bullet=Box(x - 17, baseline - 7, 5, 5))


def number(ordinal: int, text: str, x: float, baseline: float) -> TextLine:
    return replace(line(text, x, baseline), bullet=Box(x - 18, baseline - 12, 12, 12), ordinal=ordinal)


def tree_of(*lines: TextLine, role: Role = Role.LIST, icon: bool = False) -> UITree:
    """
    A heading, the lines as a list, a paragraph; "Read this" is a link.
    """
    head = line("Why you should read it", 40, 60, size=28, weight=700)
    below = line("A closing paragraph of some words", 40, 700)
    observation = page(lines=[head, *lines, below], pictures=[photo(300, 126, 16, 16)] if icon else [])
    root = divide(observation)
    draft = {region.id: Annotation(role=role) for region in root.walk() if region.is_entry_list}
    draft |= {region.id: Annotation(role=Role.LINK) for region in root.walk() if region.text.endswith("Read this")}
    return assemble(observation, root, draft, np.zeros((800, 1000, 3), np.uint8))


def elements_in(element: Element) -> list[Element]:
    return [child for child in element.children if isinstance(child, Element)]


@pytest.mark.parametrize("start", [1, 5])
def test_entries_with_numbers_are_a_list_that_counts(start: int) -> None:
    tree = tree_of(*(number(n, f"Reason {n}", 80, 100.0 + 24 * n) for n in range(start, start + 3)))
    (found,) = find(tree, "ol")
    assert [text_of(item) for item in elements_in(found)] == [f"Reason {n}" for n in range(start, start + 3)]
    assert found.style.list_marker == "decimal"
    assert found.style.padding is not None
    assert found.style.padding.left == Length(40)
    assert attribute(found, "start") == (None if start == 1 else "5")


def test_an_entry_holds_the_list_that_stands_under_it_and_keeps_its_number() -> None:
    tree = tree_of(
        number(1, "Prepare", 80, 100), dot("Charge it", 120, 132), dot("Clean it", 120, 164),
        number(2, "Read this", 80, 196), dot("All of it", 120, 228),
    )  # fmt: skip
    (outer,) = find(tree, "ol")
    first, second = elements_in(outer)
    assert [element.tag for element in elements_in(first)] == ["p", "ul"]
    assert [element.tag for element in elements_in(second)] == ["a", "ul"]
    assert [text_of(item) for item in elements_in(elements_in(first)[1])] == ["Charge it", "Clean it"]
    assert {element.style.list_marker for element in find(tree, "ul")} == {"disc"}
    # A flex container is no list item: there is no number in front of it.
    assert {item.style.display for item in find(tree, "li")} == {None}
    assert elements_in(second)[0].style.display == "block"


def test_an_entry_that_is_a_row_keeps_its_number() -> None:
    tree = tree_of(*(number(n, "Reason", 80, 100.0 + 40 * n) for n in range(1, 4)), icon=True)
    (found,) = find(tree, "ol")
    assert {item.style.display for item in elements_in(found)} == {None}
    assert len(find(tree, "img")) == 1


def test_the_number_has_the_size_of_its_words() -> None:
    entries = [replace(each, style=replace(each.style, size_px=13)) for each in
               (number(n, "Read this", 80, 100.0 + 24 * n) for n in range(1, 4))]  # fmt: skip
    (found,) = find(tree_of(*entries), "ol")
    assert [item.style.font_size for item in elements_in(found)] == [13] * 3


def test_numbers_that_were_typed_stand_in_front_of_their_links() -> None:
    lines = []
    for n in range(1, 4):
        whole = line(f"{n}. Read this", 80, 100.0 + 24 * n)
        words = (replace(whole.words[0], style=whole.style), *whole.words[1:])
        lines.append(replace(whole, words=words, style=replace(whole.style, color=BLUE), ordinal=n))
    tree = tree_of(*lines)
    (found,) = find(tree, "ul")
    assert [text_of(item) for item in elements_in(found)] == [f"{n}. Read this" for n in range(1, 4)]
    links = find(tree, "a")
    assert [text_of(link) for link in links] == ["Read this"] * 3
    assert {link.style.color for link in links} == {BLUE}
    assert {item.style.color for item in elements_in(found)} == {lines[0].words[0].style.color}


@pytest.mark.parametrize("role", [Role.GROUP, Role.BUTTON, Role.ARTICLE])
def test_numbers_of_what_is_said_to_be_no_list_are_words(role: Role) -> None:
    tree = tree_of(*(number(n, "Reason", 80, 100.0 + 24 * n) for n in range(1, 4)), role=role)
    assert not find(tree, "ol")
    assert "1. Reason2. Reason3. Reason" in text_of(tree.root)
