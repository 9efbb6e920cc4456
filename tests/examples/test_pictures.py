"""
The pictures of the README: two columns, bounded width, few colours.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from examples.demo import OVERVIEW, WIDTH_PX, pair, write_pictures


@pytest.mark.parametrize(("width", "scale"), [(1440, 1.0), (640, 2.0), (390, 1.0)])
def test_both_sides_are_shown_at_one_width(width: int, scale: float) -> None:
    picture = Image.new("RGB", (round(width * scale), round(400 * scale)), "red")
    both = pair(picture, Image.new("RGB", (width, 500), "blue"))
    assert both.width <= WIDTH_PX
    colours = {color: count for count, color in both.getcolors()}
    assert colours[0, 0, 255] == pytest.approx(colours[255, 0, 0] * 500 / 400, rel=0.01)


def test_an_overview_is_written_with_its_examples(tmp_path: Path) -> None:
    both = pair(Image.new("RGB", (640, 480)), Image.new("RGB", (640, 480)))
    write_pictures({OVERVIEW[0]: both}, tmp_path / "one")
    assert [file.name for file in (tmp_path / "one").iterdir()] == [f"{OVERVIEW[0]}.png"]
    write_pictures(dict.fromkeys(OVERVIEW, both), tmp_path / "all")
    with Image.open(tmp_path / "all/overview.png") as overview:
        assert overview.size == (both.width, 2 * both.height)
