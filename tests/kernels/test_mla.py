from __future__ import annotations

import pytest
import torch

import kernels
from kernels.testing import assert_close

HEADS, NOPE, ROPE, RANK, VALUE = 3, 8, 4, 16, 6
# Scores of spread about 2: with a flat softmax an error in W_UK would not show.
SCALE = 0.35


def _case(batch: int, length: int, keys: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(batch * 100 + length)
    q = torch.randn(batch, length, HEADS, NOPE + ROPE, generator=generator)
    rows = torch.randn(batch, keys, RANK + ROPE, generator=generator)
    kv_b = torch.randn(HEADS, NOPE + VALUE, RANK, generator=generator) * RANK**-0.5
    return q, rows, kv_b


def _per_head(q: torch.Tensor, rows: torch.Tensor, kv_b: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """
    The definition, one head and one query at a time.
    """
    batch, length = q.shape[:2]
    out = torch.zeros(batch, length, HEADS, VALUE)
    for b in range(batch):
        for h in range(HEADS):
            k_nope, v = rows[b, :, :RANK] @ kv_b[h, :NOPE].T, rows[b, :, :RANK] @ kv_b[h, NOPE:].T
            k = torch.cat([k_nope, rows[b, :, RANK:]], dim=-1)
            for i in range(length):
                scores = (k @ q[b, i, h] * SCALE).masked_fill(~mask[b, i], float("-inf"))
                out[b, i, h] = scores.softmax(-1) @ v
    return out


@pytest.mark.parametrize(("batch", "length", "past"), [(1, 1, 0), (2, 1, 5), (2, 4, 3), (1, 7, 0)])
def test_both_forms_equal_the_definition(batch: int, length: int, past: int) -> None:
    q, rows, kv_b = _case(batch, length, past + length)
    mask = torch.ones(batch, length, past + length, dtype=torch.bool).tril(past)
    expected = _per_head(q, rows, kv_b, mask)
    assert_close(kernels.mla_decode(q, rows, kv_b, SCALE, mask), expected, 1e-5)
    assert_close(kernels.mla_prefill(q, rows, kv_b, SCALE, mask), expected, 1e-5)
    if past == 0:
        assert_close(kernels.mla_prefill(q, rows, kv_b, SCALE), expected, 1e-5)


def test_one_percent_in_either_half_of_kv_b_shows() -> None:
    q, rows, kv_b = _case(2, 4, 7)
    mask = torch.ones(2, 4, 7, dtype=torch.bool).tril(3)
    expected = _per_head(q, rows, kv_b, mask)
    for half in (slice(0, NOPE), slice(NOPE, None)):
        wrong = kv_b.clone()
        wrong[:, half] *= 1.01
        for form in (kernels.mla_decode, kernels.mla_prefill):
            with pytest.raises(AssertionError):
                assert_close(form(q, rows, wrong, SCALE, mask), expected, 1e-4)


def test_masked_keys_have_no_influence() -> None:
    q, rows, kv_b = _case(1, 2, 6)
    mask = torch.ones(1, 2, 6, dtype=torch.bool).tril(2)
    other = rows.clone()
    other[:, 4:] = 1e4
    for form in (kernels.mla_decode, kernels.mla_prefill):
        assert torch.equal(form(q, rows, kv_b, SCALE, mask), form(q, other, kv_b, SCALE, mask))
