"""
Three dots at the end of a row are a button, other small drawings are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from vision_code.draft.more_menus import NAME, with_more_menus
from vision_code.draft.page import survey
from vision_code.geometry import Box
from vision_code.region import Annotation, Region, RegionKind, Role

Photo = Callable[..., Region]


def _role_of_last(tree, *children: Region, kind: RegionKind = RegionKind.ROW) -> Annotation:
    row = Region(id=0, kind=kind, box=Box(40, 290, 600, 40), children=children)
    observation, root = tree([row])
    roles = {node.id: Annotation(role=Role.DECORATION if node.picture else Role.TEXT) for node in root.walk()}
    return with_more_menus(survey(observation, root), roles)[root.children[0].children[-1].id]


def test_dots_at_the_end_of_a_row_are_a_button(text, tree, make_photo: Photo) -> None:
    dots = _role_of_last(tree, text("Angular Project", 40, 300), make_photo(620, 300, 4, 14))
    assert (dots.role, dots.name) == (Role.BUTTON, NAME)


@pytest.mark.parametrize("size", [(4, 4), (8, 16), (4, 40), (14, 4), (2, 14)])
def test_drawings_of_other_proportions_are_none(text, tree, make_photo: Photo, size: Sequence[int]) -> None:
    found = _role_of_last(tree, text("Angular Project", 40, 300), make_photo(620, 300, *size))
    assert found.role is Role.DECORATION


def test_a_stroke_beside_words_or_drawings_is_none(text, tree, make_photo: Photo) -> None:
    beside = _role_of_last(tree, text("Angular Project", 40, 300), make_photo(170, 300, 4, 14))
    arrows = _role_of_last(tree, text("Name", 40, 300), make_photo(610, 300, 4, 14), make_photo(620, 300, 4, 14))
    below = _role_of_last(tree, text("Name", 40, 200), make_photo(620, 300, 4, 14), kind=RegionKind.COLUMN)
    assert [found.role for found in (beside, arrows, below)] == [Role.DECORATION] * 3
