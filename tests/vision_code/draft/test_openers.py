"""
Words with a caret behind them.
"""

from __future__ import annotations

import pytest

from vision_code.draft.openers import with_openers
from vision_code.geometry import Box, Color
from vision_code.observation import Picture, PictureKind
from vision_code.region import Region, RegionKind, Role

INK, WHITE = Color(33, 37, 41), Color(255, 255, 255)


def _icon(x: float, y: float, w: float, h: float) -> Region:
    picture = Picture(id=0, kind=PictureKind.ICON, box=Box(x, y, w, h), color=INK, background=WHITE)
    return Region(id=0, kind=RegionKind.PICTURE, box=picture.box, picture=picture)


def _row(*children: Region) -> Region:
    left, right = children[0].box, children[-1].box
    return Region(id=0, kind=RegionKind.ROW, box=Box(left.x, left.y, right.right - left.x, 14), children=children)


def test_a_link_with_a_caret_is_a_button_with_its_icon(text, settled) -> None:
    words = text("Layout", 40, 300)
    opener = _row(words, _icon(words.box.right + 5, 304, 8, 4))
    found = settled(with_openers, [_row(_icon(10, 298, 16, 16), opener)], {4: Role.LINK})
    assert found[1] is Role.BUTTON
    assert found[4] is Role.TEXT


@pytest.mark.parametrize(
    ("right", "width", "height"), [(10.0, 10.0, 4.0), (5.0, 8.0, 8.0), (5.0, 16.0, 7.0)], ids=["far", "square", "wide"]
)
def test_another_sign_behind_words_opens_nothing(text, settled, right: float, width: float, height: float) -> None:
    words = text("Older posts", 40, 300)
    found = settled(with_openers, [_row(words, _icon(words.box.right + right, 303, width, height))], {2: Role.LINK})
    assert found[2] is Role.LINK


def test_the_mark_of_a_sorted_column_stays_a_mark(text, settled) -> None:
    words = text("Price", 40, 300)
    found = settled(with_openers, [_row(words, _icon(words.box.right + 5, 304, 8, 4))], {})
    assert found[1] is Role.GROUP
