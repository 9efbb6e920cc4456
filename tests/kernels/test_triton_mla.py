from __future__ import annotations

import dataclasses

import pytest
import torch

import kernels
from kernels.target import AMPERE, BLACKWELL, CDNA3, HOPPER
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")

from kernels import triton_mla
from kernels.triton_mla.launch import DECODE, PREFILL, choose_decode, choose_splits

HEADS, NOPE, ROPE, RANK, VALUE, PAGE = 3, 32, 16, 64, 16, 32
# Scores of spread about 2: with a flat softmax an error in the keys would not show.
SCALE = 0.3
SMALL = dataclasses.replace(DECODE["hopper", "few"], block_keys=16)
BLOCKS = dataclasses.replace(PREFILL["hopper"], block_queries=32, block_keys=16)


def _rows(lengths: list[int], seed: int = 0) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(n, RANK + ROPE, generator=generator) for n in lengths]


def _paged(rows: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """
    Pages in shuffled order, NaN wherever no token lies; unused table entries point at a page of NaN.
    """
    counts = [-(-len(r) // PAGE) for r in rows]
    order = torch.randperm(sum(counts), generator=torch.Generator().manual_seed(1)).tolist()
    pages = torch.full((sum(counts) + 1, PAGE, RANK + ROPE), float("nan"))
    table = torch.full((len(rows), max([1, *counts])), sum(counts), dtype=torch.int32)
    for i, sequence in enumerate(rows):
        for j in range(counts[i]):
            page = order.pop()
            table[i, j] = page
            piece = sequence[j * PAGE : (j + 1) * PAGE]
            pages[page, : len(piece)] = piece
    return pages, table, torch.tensor([[len(r)] for r in rows], dtype=torch.int32)


def _weights(seed: int = 2) -> torch.Tensor:
    return torch.randn(HEADS, NOPE + VALUE, RANK, generator=torch.Generator().manual_seed(seed)) * RANK**-0.5


def _expected(q: torch.Tensor, rows: list[torch.Tensor], kv_b: torch.Tensor) -> torch.Tensor:
    found = []
    for i, sequence in enumerate(rows):
        length = q.shape[1]
        mask = torch.ones(1, length, len(sequence), dtype=torch.bool).tril(len(sequence) - length)
        found.append(kernels.mla_decode(q[i : i + 1], sequence.unsqueeze(0), kv_b, SCALE, mask))
    return torch.cat(found)


@pytest.mark.parametrize(("lengths", "new", "splits"), [([1], 1, 1), ([33, 70], 1, 2), ([5, 64, 31], 4, 1)])
def test_decode_equals_the_reference(
    lengths: list[int], new: int, splits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, kv_b = _rows(lengths), _weights()
    q = torch.randn(len(lengths), new, HEADS, NOPE + ROPE, generator=torch.Generator().manual_seed(3))
    pages, table, counts = _paged(rows)
    monkeypatch.setattr(triton_mla, "choose_splits", lambda *_: splits)
    visible = counts + torch.arange(1 - new, 1, dtype=torch.int32)
    actual = triton_mla.decode(q, pages, table, visible, kv_b, SCALE)
    assert_close(actual, _expected(q, rows, kv_b), 2e-5)


def test_one_percent_in_the_cache_or_the_weights_shows() -> None:
    rows, kv_b = _rows([40]), _weights()
    q = torch.randn(1, 1, HEADS, NOPE + ROPE, generator=torch.Generator().manual_seed(3))
    pages, table, counts = _paged(rows)
    expected = _expected(q, rows, kv_b)
    for part in (slice(0, RANK), slice(RANK, None)):
        wrong = pages.clone()
        wrong[..., part] *= 1.01
        assert relative_error(triton_mla.decode(q, wrong, table, counts, kv_b, SCALE), expected) > 1e-3
    assert relative_error(triton_mla.decode(q, pages, table, counts, kv_b * 1.01, SCALE), expected) > 1e-3


def test_a_sequence_without_keys_gives_zeros_and_disturbs_nobody() -> None:
    rows = [*_rows([20]), torch.zeros(0, RANK + ROPE)]
    query = torch.randn(2, 1, HEADS, RANK + ROPE, generator=torch.Generator().manual_seed(4))
    pages, table, counts = _paged(rows)
    for splits in (1, 4):
        out = triton_mla.decode_latent(query, pages, table, counts, RANK, SCALE, SMALL, splits)
        assert torch.equal(out[1], torch.zeros(1, HEADS, RANK))
        alone = triton_mla.decode_latent(query[:1], pages, table[:1], counts[:1], RANK, SCALE, SMALL, splits)
        assert torch.equal(out[:1], alone)


def _prefill(lengths: list[int], pasts: list[int], *, kv_b: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    The kernel's and the reference's answer for chunks behind prefixes.
    """
    rows = _rows([n + p for n, p in zip(lengths, pasts, strict=True)], seed=5)
    generator = torch.Generator().manual_seed(6)
    queries = [torch.randn(n, HEADS, NOPE + ROPE, generator=generator) for n in lengths]
    flat = torch.cat(rows)
    expanded = torch.einsum("sr,hdr->shd", flat[:, :RANK], kv_b)
    starts = [torch.tensor([0, *t]).cumsum(0).int() for t in (lengths, [len(r) for r in rows])]
    actual, _ = triton_mla.prefill(
        torch.cat(queries), expanded, flat[:, RANK:], *starts, max(lengths), SCALE, config=BLOCKS
    )
    weights = _weights()
    expected = []
    for q, r, past in zip(queries, rows, pasts, strict=True):
        mask = torch.ones(1, len(q), len(r), dtype=torch.bool).tril(past)
        expected.append(kernels.mla_prefill(q[None], r[None], weights, SCALE, mask)[0])
    return actual, torch.cat(expected)


@pytest.mark.parametrize(("lengths", "pasts"), [([1], [0]), ([33, 7], [0, 18]), ([40], [0])])
def test_prefill_equals_the_reference(lengths: list[int], pasts: list[int]) -> None:
    assert_close(*_prefill(lengths, pasts, kv_b=_weights()), 2e-5)


def test_one_percent_in_keys_or_values_shows_in_prefill() -> None:
    for half in (slice(0, NOPE), slice(NOPE, None)):
        wrong = _weights()
        wrong[:, half] *= 1.01
        assert relative_error(*_prefill([17], [0], kv_b=wrong)) > 1e-3


def test_parts_of_the_keys_merge_to_the_whole() -> None:
    rows, kv_b = _rows([50], seed=7)[0], _weights()
    q = torch.randn(9, HEADS, NOPE + ROPE, generator=torch.Generator().manual_seed(8))
    expanded = torch.einsum("sr,hdr->shd", rows[:, :RANK], kv_b)
    cu_q = torch.tensor([0, 9], dtype=torch.int32)

    def attend(first: int, last: int, *, causal: bool) -> tuple[torch.Tensor, torch.Tensor]:
        cu_k = torch.tensor([0, last - first], dtype=torch.int32)
        keys = (expanded[first:last], rows[first:last, RANK:])
        return triton_mla.prefill(q, *keys, cu_q, cu_k, 9, SCALE, causal=causal, config=BLOCKS)

    whole, whole_lse = attend(0, 50, causal=True)
    (past, past_lse), (new, new_lse) = attend(0, 41, causal=False), attend(41, 50, causal=True)
    parts = torch.stack([past, new]).flatten(1, 2)
    merged, lse = triton_mla.merge(parts, torch.stack([past_lse, new_lse]).flatten(1))
    assert_close(merged.view_as(whole), whole, 2e-5)
    assert_close(lse.view_as(whole_lse), whole_lse, 2e-5)


def test_cache_write_norms_turns_and_places() -> None:
    generator = torch.Generator().manual_seed(9)
    kv = torch.randn(3, RANK + ROPE + 5, generator=generator)[:, : RANK + ROPE]
    weight = torch.rand(RANK, generator=generator) + 0.5
    angles = torch.randn(3, ROPE // 2, generator=generator)
    pages = torch.full((2, PAGE, RANK + ROPE), -1.0)
    slots = torch.tensor([PAGE + 3, -1, 0])
    triton_mla.cache_write(kv, weight, 1e-6, angles.cos(), angles.sin(), slots, pages)
    rows = torch.cat(
        [
            kernels.rms_norm(kv[:, :RANK], weight, 1e-6),
            kernels.rotate_pairs(kv[:, RANK:], angles.cos(), angles.sin()),
        ],
        dim=-1,
    )
    written = pages.view(-1, RANK + ROPE)[[PAGE + 3, 0]]
    assert_close(written, rows[[0, 2]], 1e-5)
    assert relative_error(written * 1.01, rows[[0, 2]]) > 1e-2
    assert int((pages == -1).all(-1).sum()) == 2 * PAGE - 2


def test_what_the_kernels_cannot_do_is_refused() -> None:
    rows = _rows([4])
    pages, table, counts = _paged(rows)
    query = torch.zeros(1, 1, HEADS, RANK + ROPE)
    with pytest.raises(kernels.UnsupportedShape):
        triton_mla.decode_latent(query, pages, table, counts, RANK - 8, SCALE)
    with pytest.raises(kernels.UnsupportedShape):
        triton_mla.decode_latent(query, pages[:, :24], table, counts, RANK, SCALE)
    with pytest.raises(kernels.UnsupportedShape):
        triton_mla.cache_write(
            rows[0][:, 1:], torch.ones(RANK), 1e-6, torch.ones(4, 8), torch.ones(4, 8), counts, pages
        )


@pytest.mark.parametrize(
    ("batch", "heads", "longest", "target", "expected"),
    [
        (1, 64, 131072, HOPPER, 64),
        (16, 16, 8192, HOPPER, 16),
        (64, 64, 4096, HOPPER, 4),
        (1, 16, 200, HOPPER, 1),
        (1, 16, 1024, AMPERE, 4),
        (512, 64, 8192, BLACKWELL, 1),
        (1, 64, 131072, CDNA3, 64),
    ],
)
def test_parts_fill_the_device_and_stay_worth_their_merge(batch, heads, longest, target, expected) -> None:  # type: ignore[no-untyped-def]
    config = choose_decode(heads, target)
    assert choose_splits(batch, heads, longest, config, target) == expected
