"""
Instances of one component get one style; what differs by design stays different.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.normalise import normalise
from vision_code.geometry import Color
from vision_code.uitree import Edges, Element, Length, Style, Text


def card(padding: float, color: Color, *, repeat: int | None = 1, tag: str = "p") -> Element:
    text = Element(tag=tag, style=Style(color=color, font_size=16), children=(Text(text="words"),))
    style = Style(padding=Edges(left=Length(padding)), background=Color(255, 255, 255))
    return Element(tag="div", style=style, children=(text,), repeat=repeat)


def styles(*cards: Element) -> list[Style]:
    return [
        child.style for child in normalise(Element(tag="div", children=cards)).children if isinstance(child, Element)
    ]


def test_measuring_noise_is_taken_out_of_instances() -> None:
    row = normalise(Element(tag="div", children=(card(24, Color(10, 10, 10)), card(25, Color(16, 12, 10)))))

    first, second = row.children
    assert first == second


def test_a_highlighted_instance_keeps_its_own_colour() -> None:
    red, white = Color(200, 0, 0), Color(255, 255, 255)
    row = normalise(Element(tag="div", children=(card(24, red), card(24, white))))

    assert [text.style.color for element in row.walk() for text in [element] if element.tag == "p"] == [red, white]


def test_a_chosen_instance_keeps_its_pale_ground() -> None:
    grounds = [Color(255, 255, 255), Color(240, 249, 255), Color(255, 254, 255)]
    cards = [card(24, Color(0, 0, 0)) for _ in grounds]
    tinted = [replace(one, style=replace(one.style, background=g)) for one, g in zip(cards, grounds, strict=True)]
    assert [style.background for style in styles(*tinted[:2])] == grounds[:2]
    assert [style.background for style in styles(tinted[0], tinted[0], tinted[2])] == [grounds[0]] * 3


def test_paddings_that_differ_by_design_stay() -> None:
    assert [s.padding for s in styles(card(16, Color(0, 0, 0)), card(32, Color(0, 0, 0)))] == [
        Edges(left=Length(16)),
        Edges(left=Length(32)),
    ]


def test_siblings_that_are_no_instances_are_left_alone() -> None:
    before = (card(24, Color(0, 0, 0), repeat=None), card(25, Color(0, 0, 0), repeat=None))

    assert normalise(Element(tag="div", children=before)).children == before


def test_another_structure_is_another_component() -> None:
    cards = (card(24, Color(0, 0, 0)), card(25, Color(0, 0, 0), tag="h3"))

    assert normalise(Element(tag="div", children=cards)).children == cards


def test_stripes_stay_apart_however_near_their_grounds_are() -> None:
    grounds = [Color(255, 255, 255), Color(245, 245, 245)] * 2
    rows = [Element(tag="tr", style=Style(background=ground), repeat=1) for ground in grounds]

    assert [style.background for style in styles(*rows)] == grounds
