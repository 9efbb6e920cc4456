"""
What stands right below a field is said with it: in its cell, tied to it by its id, as an error where both are red.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.vision_code.sample_pages import WHITE, line, page
from vision_code.divide import divide
from vision_code.geometry import Box, Color
from vision_code.observation import Border, Observation, Rect
from vision_code.region import RegionKind, Role
from vision_code.uitree import Element, UITree

from .test_assemble import attribute, build, find, text_of

GREY, RED = Color(203, 213, 225), Color(220, 38, 38)
NOTE = "Enter a full address"


def _form(*, ink: Color = RED, frame: Color = RED, note_at: float = 118, x: float = 400) -> Observation:
    """
    Two fields with labels side by side, two more below them, and a note below the second.
    """
    lines, rects = [], []
    for n, label in enumerate(("Name", "Website", "Country", "Tax number")):
        left, top = 40 + 360.0 * (n % 2), 40 + 110.0 * (n // 2)
        color = frame if n == 1 else GREY
        rects.append(Rect(id=0, box=Box(left, top + 14, 340, 42), fill=WHITE, border=Border(color=color, width_px=1)))
        lines += [line(label, left, top + 4, size=13, weight=700), line("Bluebird", left + 14, top + 40)]
    note = line(NOTE, x, note_at, size=13)
    note = replace(note, style=replace(note.style, color=ink))
    return page(lines=[*lines, note], rects=rects, height=320)


def _built(observation: Observation) -> UITree:
    roles = {"Bluebird": Role.TEXTBOX} | dict.fromkeys(("Name", "Website", "Country", "Tax number"), Role.LABEL)
    return build(observation, roles)


def _field(tree: UITree, label: str) -> Element:
    (name,) = (attribute(element, "for") for element in find(tree, "label") if text_of(element) == label)
    (found,) = (element for element in find(tree, "input") if attribute(element, "id") == name)
    return found


def test_a_note_is_in_the_cell_of_its_field_and_described_by_it() -> None:
    tree = _built(_form())
    field = _field(tree, "Website")
    (note,) = (element for element in find(tree, "p") if text_of(element) == NOTE)
    cell = next(element for element in tree.root.walk() if field in element.children)
    assert [child.tag for child in cell.children if isinstance(child, Element)] == ["label", "input", "p"]
    assert cell.children[-1] is note
    assert attribute(field, "aria-describedby") == attribute(note, "id") == "website-error"
    assert attribute(field, "aria-invalid") == "true"
    assert [attribute(other, "aria-describedby") for other in find(tree, "input")].count(None) == 3


@pytest.mark.parametrize(("ink", "frame"), [(Color(100, 116, 139), GREY), (RED, GREY), (Color(100, 116, 139), RED)])
def test_only_red_words_below_a_red_frame_say_that_something_is_wrong(ink: Color, frame: Color) -> None:
    field = _field(_built(_form(ink=ink, frame=frame)), "Website")
    assert attribute(field, "aria-describedby") == "website-hint"
    assert attribute(field, "aria-invalid") is None


def test_a_line_that_stands_nearer_to_what_is_below_or_elsewhere_is_no_note() -> None:
    for observation in (_form(note_at=136), _form(x=520)):
        root = divide(observation)
        note = next(region for region in root.walk() if region.text == NOTE)
        around = next(region for region in root.walk() if note in region.children)
        assert all(child.surface is None for child in around.children if child.kind is RegionKind.TEXT)
        assert attribute(_field(_built(observation), "Website"), "aria-describedby") is None
