"""
What a loaded model's weights lie in.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import kernels
import runtime
from runtime import tile_cache
from runtime.layers.moe import TiledExperts
from runtime.testing import tiny_checkpoint
from tests.huge_pages import asked_for, needs_huge_pages


@needs_huge_pages
def test_weights_lie_in_huge_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tiny_checkpoint(tmp_path / "model")
    # So small a model would not.
    monkeypatch.setattr("kernels.memory.HUGE_PAGE_BYTES", 1)
    monkeypatch.setattr(tile_cache, "LEAST_BYTES", 0)
    for _ in ("arranged", "mapped"):
        module = runtime.load(tmp_path / "model").module
        assert all(asked_for(weight) for weight in module.parameters())
        layers = [layer.experts for layer in module.modules() if isinstance(layer, TiledExperts)]
        assert bool(layers) == (kernels.cpu_instructions() not in (None, "scalar"))
        assert all(asked_for(experts.gate_up) and asked_for(experts.down) for experts in layers)
