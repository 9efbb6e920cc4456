from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from runtime.vision.grid import ImageRules
from runtime.vision.preprocess import from_pil, patches, to_pil

RULES = ImageRules(family="kimi_k25", patch_limit=64)


def test_patches_are_raster_order_and_padding_is_black() -> None:
    pixels = np.zeros((20, 30, 3), dtype=np.uint8)
    # Each pixel knows its place: red its row, green its column, blue 255.
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = np.arange(20)[:, None], np.arange(30)[None], 255
    values, grid = patches(Image.fromarray(pixels), RULES)
    assert grid == (1, 2, 4)
    assert values.shape == (8, 3, 14, 14)
    restored = ((values * 0.5 + 0.5) * 255).round().int()
    for row, column in ((0, 0), (13, 13), (14, 14), (19, 29)):
        patch = restored[(row // 14) * 4 + column // 14]
        assert patch[:, row % 14, column % 14].tolist() == [row, column, 255]
    # Row 19 is the last real one: behind it and behind column 29 there is black, -1 after normalising.
    assert bool((values[4:, :, 6:] == -1).all())
    assert bool((values[[3, 7]] == -1).all())


def test_large_pictures_are_shrunk_bicubically() -> None:
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (280, 280, 3), dtype=np.uint8))
    values, grid = patches(image, RULES)
    assert grid == (1, 8, 8)
    expected = np.asarray(image.resize((112, 112), Image.Resampling.BICUBIC), dtype=np.float32)
    first = expected[:14, :14].transpose(2, 0, 1) / 127.5 - 1
    assert np.allclose(values[0].numpy(), first, atol=1e-6)


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "CMYK", "1"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    values, _ = patches(Image.new("RGB", (28, 28), "white").convert(mode), RULES)
    assert bool((values == 1).all())


def test_raw_pixels_round_trip() -> None:
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8))
    part = from_pil(image)
    assert (part.width, part.height) == (7, 5)
    assert to_pil(part).tobytes() == image.tobytes()
