from __future__ import annotations

import pytest
import torch

import kernels
from kernels.testing import assert_close


@pytest.mark.parametrize("shape", [(1, 1), (5, 123)])
def test_equals_its_formula(shape: tuple[int, int]) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0)) + 2
    weight = torch.linspace(0.5, 1.5, shape[1])
    expected = weight * x / (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()
    assert torch.allclose(kernels.rms_norm(x, weight, 1e-5), expected, rtol=1e-5, atol=1e-6)


def test_half_precision_is_averaged_in_full() -> None:
    # 4096 squares of 30 add up to 3.7 million, where bf16 counts in steps of 16384.
    x = torch.full((1, 4096), 30.0).bfloat16()
    out = kernels.rms_norm(x, torch.ones(4096).bfloat16(), 1e-6)
    assert out.dtype == torch.bfloat16
    assert torch.equal(out, torch.ones_like(out))


def test_eps_shows_on_small_values() -> None:
    x = torch.full((1, 8), 1e-3)
    x[0, 0] = 2e-3
    right = kernels.rms_norm(x, torch.ones(8), 1e-6)
    with pytest.raises(AssertionError):
        assert_close(kernels.rms_norm(x, torch.ones(8), 1e-5), right, 1e-4)
