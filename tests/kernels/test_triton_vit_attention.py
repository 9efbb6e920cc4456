from __future__ import annotations

import dataclasses

import pytest
import torch

import kernels
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")

from kernels.triton_vit_attention import vit_attention
from kernels.triton_vit_attention.launch import TABLE

SMALL = dataclasses.replace(TABLE["hopper"], block_queries=32, block_keys=32)


def _qkv(num_patches: int, heads: int, head_dim: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(num_patches + head_dim)
    # Scores of spread about 1.7: a flat softmax would hide an error in the keys.
    return torch.randn(num_patches, 3, heads, head_dim, generator=generator) * 1.3


@pytest.mark.parametrize(
    ("lengths", "head_dim"), [([33], 72), ([1, 31, 6], 72), ([20], 64), ([9, 9], 24), ([17], 16), ([5], 80)]
)
def test_pictures_attend_to_themselves(lengths: list[int], head_dim: int) -> None:
    q, k, v = _qkv(sum(lengths), 2, head_dim).unbind(1)
    actual = vit_attention(q, k, v, lengths, SMALL)
    assert_close(actual, kernels.vit_attention(q, k, v, lengths), 2e-5)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_percent_in_either_input_shows(part: int) -> None:
    qkv = _qkv(33, 1, 72)
    expected = kernels.vit_attention(*qkv.unbind(1), [33])
    qkv[:, part] *= 1.01
    assert relative_error(vit_attention(*qkv.unbind(1), [33], SMALL), expected) > 1e-3


def test_large_scores_do_not_overflow() -> None:
    q, k, v = _qkv(20, 1, 72).unbind(1)
    actual = vit_attention(q * 100, k, v, [20], SMALL)
    assert_close(actual, kernels.vit_attention(q * 100, k, v, [20]), 1e-3)


def test_unequal_strides_and_no_patches() -> None:
    q, k, v = _qkv(7, 2, 72).unbind(1)
    assert_close(vit_attention(q.contiguous(), k, v, [7], SMALL), kernels.vit_attention(q, k, v, [7]), 2e-5)
    assert vit_attention(q[:0], k[:0], v[:0], [], SMALL).shape == (0, 2, 72)


def test_what_the_kernel_cannot_do_is_refused() -> None:
    q, k, v = _qkv(7, 1, 8).unbind(1)
    with pytest.raises(kernels.UnsupportedShape):
        vit_attention(q, k, v, [7])
    q, k, v = _qkv(7, 1, 72).unbind(1)
    with pytest.raises(kernels.UnsupportedShape):
        vit_attention(q, k, v, [6])
