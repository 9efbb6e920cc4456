"""
What is reported of pages as displays show them.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmarks.conditions import CONDITIONS, Shot, table
from benchmarks.sources import PageSpec

PAGE = PageSpec(id="kit-index-800", source="kit", split="tuning", path="index.html", width_px=800)


def _row(condition: str, item: str, score: float, scale: float, **more: Any) -> dict[str, Any]:
    parts = ("mean", "words", "place", "size", "colour", "picture", "roles")
    full = dict.fromkeys(parts, score)
    return {"condition": condition, "item": item, "scale": scale, "seconds": 2.0, "full": full, **more}


def test_each_condition_stands_beside_the_same_pages_plain() -> None:
    rows = [
        _row("plain", "a", 0.9, 1.0),
        _row("plain", "b", 0.8, 1.0),
        _row("scale 1.5", "a", 0.7, 1.5),
        _row("scale 2", "a", 0.6, 2.0),
        _row("scale 2", "b", 0.5, 1.75),
        _row("phone, scale 3", "a", 0.0, 3.0, error="image.too_large: 1170x17793"),
    ]
    _, _, plain, middle, dense = table(rows).splitlines()
    assert plain.startswith("| plain | 2 | 2 | 0.850 ")
    assert middle.startswith("| scale 1.5 | 1 | 1 | 0.700 ")
    assert middle.endswith("| 0.900 | 2.0 |")
    assert dense.startswith("| scale 2 | 2 | 1 | 0.550 ")


@pytest.mark.parametrize("name", ["JPEG 90", "WebP 80"])
def test_lossy_conditions_hand_over_the_picture_in_their_format(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISION_CODE_BENCH_CACHE", str(tmp_path))
    drawn = tmp_path / "conditions" / "1" / f"{PAGE.id}.png"
    drawn.parent.mkdir(parents=True)
    Image.new("RGB", (80, 40), (200, 30, 60)).save(drawn)
    lossy = CONDITIONS[name].lossy
    assert lossy is not None
    with Image.open(io.BytesIO(Shot(page=PAGE, name=name).screenshot())) as image:
        assert (image.format, image.size) == (lossy[0], (80, 40))
