from __future__ import annotations

import pytest
import torch

import kernels
from benchmarks.bench_cpu_kernels import native_round, one_behind_the_other, random_int4
from kernels.cpu.launch import ActivationBits


@pytest.mark.skipif(kernels.cpu_instructions() is None, reason="no C compiler")
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("tokens", [1, 5])
def test_a_native_round_computes_what_its_products_do_one_by_one(bits: ActivationBits, tokens: int) -> None:
    weights = [random_int4(70, 96) for _ in range(3)]
    x = torch.randn(tokens, 96)
    for count in (1, 2, 3):
        found = native_round(x, one_behind_the_other(weights[:count]), 70, bits, 2)()
        assert torch.equal(found, kernels.tiled_linear(x, kernels.tile_int4(*weights[count - 1]), bits=bits))
