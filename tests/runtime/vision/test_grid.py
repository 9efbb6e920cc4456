from __future__ import annotations

import json
from pathlib import Path

import pytest

from runtime.errors import CheckpointError, RequestError
from runtime.vision.grid import ImageRules, layout, read_rules

K25 = ImageRules(family="kimi_k25", patch_limit=16384)
SMALL = ImageRules(family="kimi_k25", patch_limit=4096)
VL = ImageRules(family="kimi_vl", patch_limit=4096)
# width, height -> resized width, height, grid height, width, tokens; published or computed with the family's code.
CASES = [
    (K25, 1920, 1080, (1920, 1080, 78, 138, 2691)),
    (K25, 3840, 2160, (2392, 1345, 98, 172, 4214)),
    (K25, 2048, 1365, (2048, 1365, 98, 148, 3626)),
    (K25, 5000, 6000, (1637, 1964, 142, 118, 4189)),
    (K25, 640, 480, (640, 480, 36, 46, 414)),
    (K25, 224, 224, (224, 224, 16, 16, 64)),
    (K25, 10000, 100, (7168, 71, 6, 512, 768)),
    (K25, 17, 64, (17, 64, 6, 2, 3)),
    (K25, 32, 48, (32, 48, 4, 4, 4)),
    (K25, 57, 33, (57, 33, 4, 6, 6)),
    (K25, 600, 400, (600, 400, 30, 44, 330)),
    (K25, 1, 1, (1, 1, 2, 2, 1)),
    (SMALL, 1920, 1080, (1196, 672, 48, 86, 1032)),
    (VL, 1920, 1080, (1196, 672, 48, 86, 1032)),
    (VL, 2048, 1365, (1101, 734, 54, 80, 1080)),
    (VL, 5000, 6000, (818, 982, 72, 60, 1080)),
    (VL, 640, 480, (640, 480, 36, 46, 414)),
]


@pytest.mark.parametrize(("rules", "width", "height", "expected"), CASES)
def test_sizes_are_the_familys(rules: ImageRules, width: int, height: int, expected: tuple[int, ...]) -> None:
    found = layout(rules, width, height)
    assert (found.width, found.height, found.grid_height, found.grid_width, found.num_tokens) == expected


def test_kimi_vl_refuses_what_its_tower_has_no_place_for() -> None:
    with pytest.raises(RequestError, match="10000x100 px give 648x8 patches"):
        layout(VL, 10000, 100)


def test_rules_come_from_the_checkpoint(tmp_path: Path) -> None:
    assert read_rules(tmp_path, "kimi_k25").patch_limit == 16384
    assert read_rules(tmp_path, "kimi_vl").patch_limit == 4096
    path = tmp_path / "preprocessor_config.json"
    path.write_text(json.dumps({"media_proc_cfg": {"in_patch_limit": 800, "patch_size": 14, "merge_kernel_size": 2}}))
    assert read_rules(tmp_path, "kimi_k25").patch_limit == 800
    path.write_text(json.dumps({"in_token_limit": 16384, "merge_kernel_size": [2, 2], "image_mean": [0.5, 0.5, 0.5]}))
    assert read_rules(tmp_path, "kimi_vl").patch_limit == 16384


@pytest.mark.parametrize("content", ["{", "[]", '{"image_mean": [0, 0, 0]}', '{"in_patch_limit": -1}'])
def test_rules_that_cannot_be_followed_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "preprocessor_config.json").write_text(content)
    with pytest.raises(CheckpointError) as caught:
        read_rules(tmp_path, "kimi_k25")
    assert caught.value.kind == "checkpoint.config"
