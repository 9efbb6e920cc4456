"""
The shipped model on a small page: it loads, answers under its template, and sees what anyone would see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import vision_code
from runtime.client import WorkerEngine
from vision_code.draft import annotate
from vision_code.geometry import Box, Color
from vision_code.region import Region, RegionKind, Role

FOLDER = Path(vision_code.__file__).parent / "models" / "embedded"
WHITE = Color(255, 255, 255)

pytestmark = pytest.mark.skipif(not (FOLDER / "config.json").is_file(), reason="no shipped checkpoint in this checkout")


@pytest.fixture(scope="module")
def engine() -> Iterator[WorkerEngine]:
    with WorkerEngine(FOLDER) as worker:
        yield worker


def test_the_checkpoint_is_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 32e6


def test_a_small_page_is_read_as_anyone_would(engine: WorkerEngine, text, tree, body, make_rect) -> None:
    dark = Color(33, 37, 41)
    band = make_rect(0, 0, 1000, 56, fill=dark)
    menu = [
        replace(text(words, 620 + 110 * n, 22, color=WHITE), repeat=1)
        for n, words in enumerate(["Home", "About", "Contact"])
    ]
    row = Region(id=0, kind=RegionKind.ROW, box=Box(620, 22, 300, 14), children=tuple(menu))
    bar = Region(
        id=0,
        kind=RegionKind.ROW,
        box=band.box,
        children=(text("Acme", 40, 20, size_px=20.0, color=WHITE), row),
        surface=band,
    )
    title = text("Simple prices for every team", 40, 120, size_px=40.0, weight=700)
    button = text(
        "Save changes", 62, 614, surface=make_rect(40, 600, 140, 40, fill=Color(13, 110, 253), radius=6), color=WHITE
    )
    observation, root = tree([bar, title, *body, button])
    pixels = np.full((800, 1000, 3), 255, dtype=np.uint8)
    pixels[:56] = dark
    draft = annotate(observation, root, pixels, engine)
    said = {node.text: draft[node.id].role for node in root.walk() if node.lines}
    assert said["Simple prices for every team"] is Role.HEADING
    assert said["Home"] is said["About"] is said["Contact"] is Role.LINK
    assert said["Save changes"] is Role.BUTTON
    assert said[body[0].text] is Role.TEXT


def test_the_same_page_gets_the_same_draft(engine: WorkerEngine, tree, body) -> None:
    observation, root = tree(body)
    pixels = np.zeros((800, 1000, 3), dtype=np.uint8)
    assert annotate(observation, root, pixels, engine) == annotate(observation, root, pixels, engine)
