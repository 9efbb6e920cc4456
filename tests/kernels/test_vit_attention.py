from __future__ import annotations

import pytest
import torch

import kernels
from kernels.testing import assert_close


@pytest.mark.parametrize("lengths", [[6], [4, 4, 4], [5, 1, 9]])
def test_items_see_only_themselves(lengths: list[int]) -> None:
    generator = torch.Generator().manual_seed(0)
    q, k, v = (torch.randn(sum(lengths), 2, 12, generator=generator) for _ in range(3))
    expected = []
    start = 0
    for length in lengths:
        part = slice(start, start + length)
        for i in range(start, start + length):
            scores = torch.einsum("hd,khd->hk", q[i], k[part]) * 12**-0.5
            expected.append(torch.einsum("hk,khd->hd", scores.softmax(-1), v[part]))
        start += length
    assert_close(kernels.vit_attention(q, k, v, lengths), torch.stack(expected), 1e-5)
