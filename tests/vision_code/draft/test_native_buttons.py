"""
Words in the middle of a browser's own grey are a button, whatever they were taken for.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from vision_code.draft.structure import fitted
from vision_code.geometry import Color
from vision_code.observation import Border
from vision_code.region import Region, Role

FACE = Color(239, 239, 239)


def _button(text, make_rect, *, x: float = 0, fill: Color = FACE) -> Region:
    frame = Border(color=Color(118, 118, 118), width_px=1)
    surface = replace(make_rect(40, 300, 120, 21), fill=fill, border=frame)
    return text("Drag 50px", 68 - x, 306, surface=surface, size_px=13.3)


@pytest.mark.parametrize("said", [Role.LINK, Role.TEXT, Role.TEXTBOX, Role.BUTTON])
def test_words_in_the_middle_of_a_browsers_grey_are_a_button(text, make_rect, settled, body, said: Role) -> None:
    assert settled(fitted, [_button(text, make_rect), *body], {1: said})[1] is Role.BUTTON


def test_words_on_another_ground_or_at_its_left_are_none(text, make_rect, settled, body) -> None:
    white, left = Color(255, 255, 255), _button(text, make_rect, x=24)
    assert settled(fitted, [_button(text, make_rect, fill=white), *body], {1: Role.LINK})[1] is Role.LINK
    assert settled(fitted, [left, *body], {1: Role.LINK})[1] is Role.LINK
