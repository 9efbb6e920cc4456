"""
A ragged batch over pages: the write and the attention, against sequences one by one; plain PyTorch and Triton alike.
"""

from __future__ import annotations

import dataclasses
from itertools import accumulate

import pytest
import torch

import kernels
from kernels import dispatch, mla
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")

from kernels.triton_mla import paged as triton_paged

HEADS, NOPE, ROPE, RANK, VALUE, PAGE = 3, 32, 16, 64, 16, 32
SCALE = 0.3


@pytest.fixture(params=["reference", "triton"])
def road(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(dispatch, "runs_triton", lambda *_: request.param == "triton")
    return str(request.param)


def _tensor(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@dataclasses.dataclass
class Scene:
    """
    Sequences in pages that are in no order; NaN wherever no token lies.
    """

    rows: list[torch.Tensor]
    queries: list[torch.Tensor]
    pages: torch.Tensor
    batch: kernels.PagedBatch

    @classmethod
    def of(cls, lengths: list[int], past: list[int]) -> Scene:
        ends = [n + p for n, p in zip(lengths, past, strict=True)]
        counts = [-(-end // PAGE) for end in ends]
        free = torch.randperm(sum(counts), generator=torch.Generator().manual_seed(1)).tolist()
        tables = [[free.pop() for _ in range(count)] for count in counts]
        pages = torch.full((sum(counts) + 1, PAGE, RANK + ROPE), float("nan"))
        rows = [_tensor(end, RANK + ROPE, seed=i) for i, end in enumerate(ends)]
        for table, sequence in zip(tables, rows, strict=True):
            for page, piece in zip(table, sequence.split(PAGE), strict=True):
                pages[page, : len(piece)] = piece
        longest = max(lengths)
        spans = list(zip(tables, lengths, past, strict=True))
        places = [table[at // PAGE] * PAGE + at % PAGE for table, n, p in spans for at in range(p, p + n)]
        seen = [[p + at + 1 if at < n else 0 for at in range(longest)] for _, n, p in spans]
        batch = kernels.PagedBatch(
            lengths=tuple(lengths),
            past=tuple(past),
            block_table=torch.tensor([t + [sum(counts)] * (max(counts) - len(t)) for t in tables], dtype=torch.int32),
            slots=torch.tensor(places),
            padded=torch.tensor([i * longest + at for i, n in enumerate(lengths) for at in range(n)]),
            visible=torch.tensor(seen, dtype=torch.int32),
            cu_q=torch.tensor(list(accumulate(lengths, initial=0)), dtype=torch.int32),
            cu_k=torch.tensor(list(accumulate(ends, initial=0)), dtype=torch.int32),
        )
        queries = [_tensor(n, HEADS, NOPE + ROPE, seed=10 + i) for i, n in enumerate(lengths)]
        return cls(rows=rows, queries=queries, pages=pages, batch=batch)

    def expected(self, kv_b: torch.Tensor) -> torch.Tensor:
        found = []
        for q, rows in zip(self.queries, self.rows, strict=True):
            mask = torch.ones(1, len(q), len(rows), dtype=torch.bool).tril(len(rows) - len(q))
            found.append(mla.mla_decode(q[None], rows[None], kv_b, SCALE, mask)[0])
        return torch.cat(found)


def _kv_b() -> torch.Tensor:
    return _tensor(HEADS, NOPE + VALUE, RANK, seed=2) * RANK**-0.5


@pytest.mark.parametrize(
    ("lengths", "past"),
    [([1], [0]), ([1, 1], [70, 31]), ([1, 3, 2], [0, 64, 33]), ([9, 2], [0, 0]), ([9], [40])],
    ids=str,
)
@pytest.mark.parametrize("expanded_from", [100, 1], ids=["absorbed", "expanded"])
@pytest.mark.usefixtures("road")
def test_attention_over_pages(
    lengths: list[int], past: list[int], expanded_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(triton_paged, "EXPANDED_FROM", expanded_from)
    scene = Scene.of(lengths, past)
    actual = kernels.paged_attention(torch.cat(scene.queries), scene.pages, scene.batch, _kv_b(), SCALE)
    assert_close(actual, scene.expected(_kv_b()), 2e-5)


def test_a_long_past_is_expanded_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triton_paged, "EXPANDED_FROM", 1)
    monkeypatch.setattr(triton_paged, "MOST_EXPANDED", 3 * PAGE)
    seen: list[int] = []
    original = triton_paged.prefill

    def counting(q: torch.Tensor, expanded: torch.Tensor, *rest: object, **more: object) -> object:
        seen.append(len(expanded))
        return original(q, expanded, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(triton_paged, "prefill", counting)
    # One sequence that ends inside a piece, one without a past, one at the edge of a page.
    scene = Scene.of([5, 6, 1], [75, 0, 64])
    actual = triton_paged.attend(torch.cat(scene.queries), scene.pages, scene.batch, _kv_b(), SCALE)
    assert_close(actual, scene.expected(_kv_b()), 2e-5)
    assert seen == [12, 64, 64, 11]
    for part in (slice(0, RANK), slice(RANK, None)):
        wrong = scene.pages.clone()
        wrong[..., part] *= 1.01
        off = triton_paged.attend(torch.cat(scene.queries), wrong, scene.batch, _kv_b(), SCALE)
        assert relative_error(off, scene.expected(_kv_b())) > 1e-3


@pytest.mark.usefixtures("road")
def test_new_rows_are_normed_turned_and_stored() -> None:
    scene = Scene.of([2, 1], [31, 5])
    kv, weight, angles = _tensor(3, RANK + ROPE), _tensor(RANK, seed=1), _tensor(3, ROPE // 2, seed=2)
    before = scene.pages.clone()
    kernels.cache_write(kv, weight, 1e-6, angles.cos(), angles.sin(), scene.batch.slots, scene.pages)
    expected = torch.cat(
        [
            kernels.rms_norm(kv[:, :RANK], weight, 1e-6),
            kernels.rotate_pairs(kv[:, RANK:], angles.cos(), angles.sin()),
        ],
        dim=-1,
    )
    written = scene.pages.view(-1, RANK + ROPE)[scene.batch.slots]
    assert_close(written, expected, 1e-5)
    scene.pages.view(-1, RANK + ROPE)[scene.batch.slots] = before.view(-1, RANK + ROPE)[scene.batch.slots]
    assert torch.equal(scene.pages.nan_to_num(7), before.nan_to_num(7))


@pytest.mark.parametrize(("rank", "reads"), [(64, True), (48, False)])
def test_pages_are_for_widths_that_the_kernels_know(rank: int, reads: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not kernels.reads_pages(torch.ones(1), rank, 16, 32, 16)
    monkeypatch.setattr(dispatch, "runs_triton", lambda *_: True)
    assert kernels.reads_pages(torch.ones(1), rank, 16, 32, 16) is reads
