"""
How large a picture becomes and how many tokens it takes; torch-free arithmetic.

Source: Kimi K2.5 ``media_utils`` (``in_patch_limit``) and Kimi-VL's image processor (``in_token_limit``).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from runtime.config.fields import Fields
from runtime.config.types import Family
from runtime.errors import CheckpointError, RequestError

SETTINGS_NAME = "preprocessor_config.json"
MAX_GRID_SIDE = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRules:
    """
    A family's preprocessing.

    Args:
        family: Whose order of steps.
        patch_limit: Patches of one picture before padding.
        patch_size: Side of a patch in px.
        merge_size: Patches merged along each side.
    """

    family: Family
    patch_limit: int
    patch_size: int = 14
    merge_size: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """
    What becomes of one picture.

    Args:
        width: Columns after resizing.
        height: Rows after resizing.
        grid_width: Columns of patches after padding.
        grid_height: Rows of patches after padding.
        num_tokens: Visual tokens.
    """

    width: int
    height: int
    grid_width: int
    grid_height: int
    num_tokens: int


def read_rules(folder: Path, family: Family) -> ImageRules:
    """
    Read ``preprocessor_config.json``; a missing file gives the family's published numbers.

    Raises:
        CheckpointError: ``checkpoint.config``.
    """
    default = 16384 if family == "kimi_k25" else 4096
    path = folder / SETTINGS_NAME
    if not path.is_file():
        return ImageRules(family=family, patch_limit=default)
    try:
        parsed = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CheckpointError("checkpoint.config", f"{SETTINGS_NAME} is not JSON") from error
    if not isinstance(parsed, dict):
        raise CheckpointError("checkpoint.config", f"{SETTINGS_NAME} is not an object")
    fields = Fields(cast("dict[str, object]", parsed))
    if "media_proc_cfg" in fields.raw:
        fields = fields.child("media_proc_cfg")
    for key in ("image_mean", "image_std"):
        fields.only(key, [0.5, 0.5, 0.5])
    fields.only("merge_kernel_size", [2, 2] if isinstance(fields.raw.get("merge_kernel_size"), list) else 2)
    fields.only("patch_limit_on_one_side", MAX_GRID_SIDE)
    fields.only("fixed_output_tokens", None)
    fields.only("pad_input", True)
    return ImageRules(
        family=family,
        patch_limit=fields.integer("in_patch_limit", "in_token_limit", default=default, low=4, high=1 << 20),
        patch_size=fields.integer("patch_size", default=14, low=1, high=128),
    )


def layout(rules: ImageRules, width: int, height: int) -> Layout:
    """
    Sizes of one picture on its way to the tower.

    Args:
        rules: The checkpoint's preprocessing.
        width: Columns of the picture in px.
        height: Rows of the picture in px.

    Raises:
        RequestError: ``request.image``: more than 512 patches a side (Kimi-VL does not shrink to that).
    """
    if rules.family == "kimi_vl":
        new_width, new_height = _resize_vl(rules, width, height)
    else:
        new_width, new_height = _resize_k25(rules, width, height)
    block = rules.patch_size * rules.merge_size
    columns = math.ceil(new_width / block) * rules.merge_size
    rows = math.ceil(new_height / block) * rules.merge_size
    if max(rows, columns) > MAX_GRID_SIDE or (rules.family == "kimi_vl" and max(rows, columns) >= MAX_GRID_SIDE):
        raise RequestError("request.image", f"{width}x{height} px give {columns}x{rows} patches, limit {MAX_GRID_SIDE}")
    return Layout(
        width=new_width,
        height=new_height,
        grid_width=columns,
        grid_height=rows,
        num_tokens=rows * columns // rules.merge_size**2,
    )


def _resize_k25(rules: ImageRules, width: int, height: int) -> tuple[int, int]:
    patch = rules.patch_size
    longest = MAX_GRID_SIDE * patch
    by_count = math.sqrt(rules.patch_limit / (max(1, width // patch) * max(1, height // patch)))
    scale = min(1.0, by_count, longest / width, longest / height)
    return min(max(1, int(width * scale)), longest), min(max(1, int(height * scale)), longest)


def _resize_vl(rules: ImageRules, width: int, height: int) -> tuple[int, int]:
    count = (width // rules.patch_size) * (height // rules.patch_size)
    if count <= rules.patch_limit:
        return width, height
    scale = math.sqrt(rules.patch_limit / count)
    return max(1, int(width * scale)), max(1, int(height * scale))
