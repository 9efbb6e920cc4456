from __future__ import annotations

import pytest
import torch

import kernels
from tests.huge_pages import asked_for, needs_huge_pages

ROWS, COLUMNS = 2048, 4096


def _weights(*outer: int) -> tuple[torch.Tensor, torch.Tensor]:
    """
    More than 2 MB of words; so the tiles, too.
    """
    words = torch.full((*outer, ROWS, COLUMNS // 8), 0x12345678, dtype=torch.int32)
    return words, torch.ones(*outer, ROWS, COLUMNS // 32, dtype=torch.bfloat16)


@needs_huge_pages
def test_tiles_lie_in_huge_pages() -> None:
    assert asked_for(kernels.tile_int4(*_weights()).data)
    down = torch.zeros(1, COLUMNS, ROWS // 16, dtype=torch.int32), torch.ones(1, COLUMNS, ROWS // 64).bfloat16()
    experts = kernels.tile_experts(*_weights(1), *down)
    assert asked_for(experts.gate_up)
    assert asked_for(experts.down)


@pytest.mark.parametrize("shape", [(0,), (3, 0, 5), (7,), (33, 1 << 10, 65)])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.bfloat16, torch.float32])
def test_memory_for_weights_is_a_tensor_like_others(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    found = kernels.empty_weights(shape, dtype)
    assert found.shape == shape
    assert found.dtype == dtype
    assert found.is_contiguous()
    assert torch.equal(found.fill_(3), torch.full(shape, 3, dtype=dtype))
    view = found.flatten()[-1:]
    del found
    assert view.tolist() == [3] * len(view)


def test_without_huge_pages_there_is_memory_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("mmap.MADV_HUGEPAGE", raising=False)
    assert kernels.empty_weights((4 << 20,), torch.uint8).fill_(1).sum() == 4 << 20
    monkeypatch.setattr("mmap.MADV_HUGEPAGE", -1, raising=False)
    assert kernels.empty_weights((4 << 20,), torch.uint8).fill_(1).sum() == 4 << 20
