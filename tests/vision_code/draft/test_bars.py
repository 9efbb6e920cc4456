"""
Tracks filled from their left end are progress bars, whatever the model says of them.
"""

from __future__ import annotations

import pytest

from tests.vision_code.sample_pages import card, line, page
from vision_code.divide import divide
from vision_code.draft import rules
from vision_code.draft.page import survey
from vision_code.draft.structure import fitted
from vision_code.geometry import Box, Color
from vision_code.observation import Observation, Rect
from vision_code.region import Annotation, Region, RegionKind, Role

BLUE, GREEN = Color(13, 110, 253), Color(25, 135, 84)


def _fill(x: float, y: float, w: float, h: float, color: Color = BLUE) -> Rect:
    return Rect(id=0, box=Box(x, y, w, h), fill=color)


def _roles(observation: Observation, root: Region) -> list[Role]:
    """
    Roles of all regions when a model took everything for a group, a text or a decoration.
    """
    surveyed = survey(observation, root)
    plain = {RegionKind.TEXT: Role.TEXT, RegionKind.SHAPE: Role.DECORATION}
    said = {node.id: Annotation(role=plain.get(node.kind, Role.GROUP), confidence=0.9) for node in surveyed.nodes}
    return [annotation.role for annotation in fitted(surveyed, said).values()]


@pytest.mark.parametrize(
    ("fills", "words"),
    [
        ([_fill(60, 200, 80, 8)], []),
        ([_fill(60, 200, 40, 8), _fill(100, 200, 60, 8, GREEN)], []),
        ([_fill(60, 200, 120, 8)], [line("Storage", 60, 180)]),
    ],
)
def test_a_track_filled_from_the_left_is_one(fills: list[Rect], words: list) -> None:
    observation = page(lines=[line("Settings", 60, 40), *words], rects=[card(60, 200, 300, 8), *fills])
    root = divide(observation)
    assert _roles(observation, root).count(Role.PROGRESSBAR) == 1
    drafted = rules.annotate(observation, root)
    (bar,) = (annotation for annotation in drafted.values() if annotation.role is Role.PROGRESSBAR)
    assert bar.name


def test_a_share_written_into_it_does_not_change_that() -> None:
    observation = page(
        lines=[line("Settings", 60, 40), line("25%", 80, 212, size=10)],
        rects=[card(60, 200, 300, 16), _fill(60, 200, 75, 16)],
    )
    assert Role.PROGRESSBAR in _roles(observation, divide(observation))


@pytest.mark.parametrize(
    "fill",
    [_fill(200, 200, 80, 8), _fill(60, 203, 80, 2), _fill(60, 200, 300, 40)],
    ids=["in the middle", "a line on it", "a box"],
)
def test_what_is_not_filled_from_the_left_is_none(fill: Rect) -> None:
    track = card(60, 200, 300, fill.box.h if fill.box.h > 8 else 8)
    observation = page(lines=[line("Settings", 60, 40)], rects=[track, fill])
    assert Role.PROGRESSBAR not in _roles(observation, divide(observation))
