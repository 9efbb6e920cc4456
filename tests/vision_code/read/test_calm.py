"""
Shapes in lossy pictures: found where they were drawn, in the colour that they were drawn in.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vision_code.geometry import Box, Color
from vision_code.intake import open_screenshot
from vision_code.read.calm import calm, is_noisy
from vision_code.read.rects import find_rects

SHAPES = {
    (40, 30, 600, 330): (248, 249, 250),  # hardly darker than the page
    (70, 60, 230, 98): (13, 110, 253),
    (250, 60, 410, 98): (220, 53, 69),
    (430, 60, 570, 98): (255, 193, 7),
    (70, 120, 110, 160): (25, 135, 84),
    (70, 200, 570, 201): (206, 212, 218),
    (70, 230, 570, 300): (33, 37, 41),
}


def _drawn() -> Image.Image:
    image = Image.new("RGB", (640, 360), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    for (x0, y0, x1, y1), fill in SHAPES.items():
        draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=fill)
    for x in range(90, 540, 6):  # strokes as letters have them
        draw.line((x, 240, x, 252 + x % 5), fill=(255, 255, 255))
        draw.line((x, 310, x, 320 - x % 5), fill=(80, 80, 80))
    return image


def _through(kind: str, quality: int) -> np.ndarray:
    buffer = io.BytesIO()
    _drawn().save(buffer, kind, quality=quality)
    return open_screenshot(None, buffer.getvalue()).pixels


@pytest.mark.parametrize(("kind", "quality"), [("JPEG", 92), ("JPEG", 80), ("WEBP", 85)])
def test_shapes_are_found_in_lossy_pictures(kind: str, quality: int) -> None:
    pixels = _through(kind, quality)
    assert is_noisy(pixels)
    _, found = find_rects(calm(pixels))
    shapes = list(SHAPES.items())[
        kind == "WEBP" :
    ]  # whose edges of light grey on white are ramps, taken for a gradient
    for (x0, y0, x1, y1), fill in shapes:
        drawn = Box(x0, y0, x1 - x0, y1 - y0)
        nearest = max(found, key=lambda rect: rect.box.iou(drawn))
        assert nearest.box.iou(drawn) > (0.9 if drawn.h > 1 else 0.3), drawn
        if drawn.h > 1:
            assert nearest.fill is not None
            assert max(abs(a - b) for a, b in zip(nearest.fill, Color(*fill), strict=True)) <= 4


def test_the_ground_around_letters_is_even_again() -> None:
    even = calm(_through("JPEG", 85))[304:330, 84:546]
    plain = np.asarray(_drawn())[304:330, 84:546]
    ground = (plain == plain[0, 0]).all(axis=2)
    assert (even[ground] == even[0, 0]).all(axis=1).mean() > 0.97


@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (50, 3), (9, 9), (64, 65)])
def test_pictures_of_any_size_keep_it(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, 3)).astype(np.uint8)
    assert calm(pixels).shape == pixels.shape


def test_a_photograph_is_only_smoothed() -> None:
    y, x = np.mgrid[0:120, 0:160]
    photo = np.stack([128 + 90 * np.sin(x / 17), 128 + 90 * np.cos(y / 23), 128 + 60 * np.sin((x + y) / 11)], axis=2)
    pixels = photo.astype(np.uint8)
    assert np.abs(calm(pixels).astype(int) - pixels).mean() < 3
