"""
One button sends a form: the one that stands out; outside of forms none does.
"""

from __future__ import annotations

import pytest

from tests.vision_code.sample_pages import WHITE, line, page
from vision_code.geometry import Box, Color
from vision_code.observation import Border, Rect
from vision_code.region import Annotation, Role
from vision_code.uitree import UITree

from .test_assemble import attribute, build, find, text_of

GREY, BLUE = Color(203, 213, 225), Color(14, 165, 233)


def _asked(root: Role, *buttons: tuple[str, Color]) -> UITree:
    edge = Border(color=GREY, width_px=1)
    rects = [Rect(id=0, box=Box(40, 54, 340, 42), fill=WHITE, border=edge)]
    lines = [line("Name", 40, 44, size=13), line("Bluebird", 54, 80)]
    for n, (words, fill) in enumerate(buttons):
        rects.append(Rect(id=0, box=Box(40 + 130.0 * n, 120, 110, 42), fill=fill, border=edge))
        lines.append(line(words, 65 + 130.0 * n, 146))
    roles = {"Name": Role.LABEL, "Bluebird": Role.TEXTBOX, "column": Annotation(role=root)}
    return build(page(lines=lines, rects=rects, height=200), roles | {words: Role.BUTTON for words, _ in buttons})


def _types(tree: UITree) -> dict[str, str | None]:
    return {text_of(button): attribute(button, "type") for button in find(tree, "button")}


@pytest.mark.parametrize("order", [1, -1])
def test_the_coloured_button_sends_the_form(order: int) -> None:
    tree = _asked(Role.FORM, *[("Back", WHITE), ("Continue", BLUE)][::order])
    assert _types(tree) == {"Back": "button", "Continue": "submit"}


def test_the_only_button_sends_the_form_however_it_looks() -> None:
    assert _types(_asked(Role.FORM, ("Send", WHITE))) == {"Send": "submit"}


def test_of_several_plain_buttons_and_outside_of_forms_none_sends_anything() -> None:
    assert set(_types(_asked(Role.FORM, ("Back", WHITE), ("Next", WHITE))).values()) == {"button"}
    assert _types(_asked(Role.GROUP, ("Send", BLUE))) == {"Send": "button"}
