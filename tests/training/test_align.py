"""
Ground truth: which label a region gets from the elements it shares its words with.
"""

from __future__ import annotations

from random import Random
from typing import Any

from training.align import align
from training.observe import observe, raw_lines
from vision_code.divide import divide

NONE = [[0, "rgb(0, 0, 0)"]] * 4
INK = "rgb(20, 20, 20)"


def _element(
    parent: int, tag: str, role: str, box: tuple[float, ...], *, level: int = 0, background: str = "rgba(0, 0, 0, 0)"
) -> list[Any]:
    return [parent, tag, role, level, False, "", *box, background, NONE, 0, False]


def _word(
    element: int, text: str, x: float, y: float, size: float = 16, weight: int = 400, color: str = INK
) -> list[Any]:
    return [
        element,
        text,
        x,
        y,
        len(text) * size / 2,
        size * 1.17,
        size,
        weight,
        color,
        "Liberation Sans",
        False,
        False,
    ]


def _facts() -> dict[str, Any]:
    elements = [
        _element(-1, "BODY", "", (0, 0, 800, 600)),
        _element(0, "NAV", "navigation", (0, 0, 800, 40)),
        _element(1, "UL", "list", (0, 0, 800, 40)),
        *(_element(2, "LI", "", (20 + 150 * n, 10, 80, 20)) for n in range(3)),
        *(_element(3 + n, "A", "link", (20 + 150 * n, 10, 80, 20)) for n in range(3)),
        _element(0, "H1", "heading", (20, 100, 600, 40), level=1),
        _element(0, "P", "", (20, 200, 600, 40)),
        _element(0, "BUTTON", "button", (20, 300, 120, 36), background="rgb(13, 110, 253)"),
    ]
    words = [_word(6 + n, text, 20 + 150 * n, 12) for n, text in enumerate(["Home", "Pricing", "Contact"])]
    words += [_word(9, "Welcome", 20, 100, 32, 700)]
    words += [_word(10, "prose", 20 + 48 * n, 200) for n in range(12)]
    words += [_word(11, "Save", 60, 308, color="rgb(255, 255, 255)")]
    return {"elements": elements, "words": words, "background": "rgb(255, 255, 255)", "width": 800, "height": 600}


def _labels() -> dict[str, str]:
    facts = _facts()
    root = divide(observe(facts, Random(1)))
    truth = align(facts, root)
    assert sorted(truth) == [node.id for node in root.walk()]
    return {node.text: truth[node.id] for node in root.walk() if node.lines} | {
        node.kind.value: truth[node.id] for node in root.walk() if node.children
    }


def test_words_take_the_role_of_their_element() -> None:
    labels = _labels()
    assert labels["Home"] == labels["Pricing"] == labels["Contact"] == "link"
    assert labels["Welcome"] == "headingone"
    assert labels["Save"] == "button"


def test_one_region_for_nav_and_its_list_is_a_menu() -> None:
    assert _labels()["row"] == "menu"


def test_prose_is_text() -> None:
    assert [label for text, label in _labels().items() if "prose" in text] == ["text"]


def test_lines_for_the_reader_hold_every_word_once() -> None:
    lines = raw_lines(_facts(), Random(3))
    assert sum(len(line.words) for line in lines) == 17


def _field_with_label(label_at: tuple[float, float]) -> dict[str, str]:
    """
    Labels of what was read, by text or kind, for one field 300 px wide and a label somewhere about it.
    """
    frame = [[1, "rgb(120, 120, 120)"]] * 4
    field = _element(0, "INPUT", "textbox", (140, 100, 300, 38), background="rgb(255, 255, 255)")
    field[11] = frame
    elements = [_element(-1, "BODY", "", (0, 0, 800, 600)), field, _element(0, "LABEL", "label", (*label_at, 80, 19))]
    elements += [_element(0, "P", "", (40, y, 700, 19)) for y in (20, 300)]
    words = [_word(2, "Surname", *label_at)]
    words += [_word(3 + row, "prose", 40 + 48 * n, y) for row, y in enumerate((20, 300)) for n in range(12)]
    facts = {"elements": elements, "words": words, "background": "rgb(240, 240, 240)", "width": 800, "height": 600}
    root = divide(observe(facts, Random(1)))
    truth = align(facts, root)
    found = {node.text or "field": truth[node.id] for node in root.walk() if node.is_leaf}
    return found | {node.kind.value: truth[node.id] for node in root.walk() if node.children}


def test_a_label_beside_or_above_a_field_is_no_part_of_it() -> None:
    for label_at in ((40, 108), (140, 74)):
        found = _field_with_label(label_at)
        assert found["field"] == "textbox", label_at
        assert found["Surname"] == "label", label_at
        assert "textbox" not in (found.get("row"), found.get("column")), label_at


def test_a_label_that_floats_in_a_field_is_part_of_it() -> None:
    found = _field_with_label((150, 108))
    assert "textbox" in found.values()
    assert "label" not in found.values()


def test_an_icon_in_the_frame_of_a_field_is_part_of_it() -> None:
    frame = [[1, "rgb(120, 120, 120)"]] * 4
    group, field = _element(0, "DIV", "", (40, 100, 340, 38)), _element(1, "INPUT", "textbox", (80, 100, 300, 38))
    group[10], group[11] = "rgb(255, 255, 255)", frame
    icon = _element(1, "svg", "decoration", (50, 110, 18, 18))
    elements = [_element(-1, "BODY", "", (0, 0, 800, 600)), group, field, icon]
    elements += [_element(0, "P", "", (40, y, 700, 19)) for y in (20, 300)]
    words = [_word(2, "Surname", 90, 110)]
    words += [_word(4 + row, "prose", 40 + 48 * n, y) for row, y in enumerate((20, 300)) for n in range(12)]
    facts = {"elements": elements, "words": words, "background": "rgb(240, 240, 240)", "width": 800, "height": 600}
    root = divide(observe(facts, Random(1)))
    truth = align(facts, root)
    (around,) = (node for node in root.walk() if node.surface is not None)
    assert truth[around.id] == "textbox"
    assert {truth[node.id] for node in around.walk() if node.is_leaf} == {"text", "decoration"}
