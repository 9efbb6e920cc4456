"""
Pixels to patches: bicubic resize, black padding right and below, values in [-1, 1].
"""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

from runtime.api import ImagePart
from runtime.models.moonvit import Grid
from runtime.vision.grid import ImageRules, layout


def patches(image: Image.Image, rules: ImageRules) -> tuple[torch.Tensor, Grid]:
    """
    Prepare one picture for the tower.

    Args:
        image: Any mode; alpha is dropped, not composited (as the family does).
        rules: The checkpoint's preprocessing.

    Returns:
        ``[rows * columns, 3, patch, patch]`` float32 in raster order, and its grid.

    Raises:
        RequestError: ``request.image``.

    Source: Kimi K2.5 ``kimi_k25_vision_processing``, Kimi-VL ``image_processing_kimi_vl``.
    """
    rgb = image.convert("RGB")
    sizes = layout(rules, *rgb.size)
    if rgb.size != (sizes.width, sizes.height):
        rgb = rgb.resize((sizes.width, sizes.height), Image.Resampling.BICUBIC)
    patch = rules.patch_size
    padded = np.zeros((sizes.grid_height * patch, sizes.grid_width * patch, 3), dtype=np.uint8)
    padded[: sizes.height, : sizes.width] = np.asarray(rgb)
    # [rows, patch, columns, patch, 3] -> [rows, columns, 3, patch, patch]
    blocks = padded.reshape(sizes.grid_height, patch, sizes.grid_width, patch, 3).transpose(0, 2, 4, 1, 3)
    values = torch.from_numpy(np.ascontiguousarray(blocks)).flatten(0, 1).float()
    return (values / 255 - 0.5) / 0.5, (1, sizes.grid_height, sizes.grid_width)


def to_pil(part: ImagePart) -> Image.Image:
    """
    Raw pixels as a picture.
    """
    return Image.frombytes("RGB", (part.width, part.height), part.rgb)


def from_pil(image: Image.Image) -> ImagePart:
    """
    A picture as raw pixels.
    """
    rgb = image.convert("RGB")
    return ImagePart(width=rgb.width, height=rgb.height, rgb=rgb.tobytes())
