"""
The scale of a screenshot: large type on edges at even pixels is a dense display, large type alone is a design.
"""

from __future__ import annotations

import numpy as np
import pytest

from vision_code.geometry import Box, Color
from vision_code.observation import TextLine, TextStyle
from vision_code.read.scale import detect_scale


def _lines(size_px: float) -> list[TextLine]:
    style = TextStyle(size_px=size_px, color=Color(0, 0, 0))
    text = "a line of ordinary text that fills its room"
    return [
        TextLine(
            id=n, text=text, box=Box(40, 60 * n, 700, size_px), words=(), style=style, baseline_y=60 * n + size_px,
            background=Color(255, 255, 255),
        )
        for n in range(4)
    ]  # fmt: skip


def _cards(offset: int) -> np.ndarray:
    pixels = np.full((900, 1280, 3), 255, np.uint8)
    for n in range(4):
        top = 100 + 180 * n
        pixels[top + offset * (n % 2) : top + 120, 60 + offset * n : 1200] = 230
    return pixels


@pytest.mark.parametrize(("size_px", "offset", "scale"), [(32, 0, 2.0), (32, 1, 1.0), (16, 0, 1.0)])
def test_only_large_type_on_even_edges_is_a_dense_display(size_px: float, offset: int, scale: float) -> None:
    assert detect_scale(_lines(size_px), _cards(offset)) == scale


def test_a_picture_without_edges_goes_by_its_type() -> None:
    assert detect_scale(_lines(32), np.full((900, 1280, 3), 255, np.uint8)) == 2.0
