"""
What is measured on a GPU: each kernel at real sizes, with its oracle, bytes, operations and the best PyTorch form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from kernels import moe, triton_int4_moe, triton_linear, triton_mla, triton_route, triton_rows, triton_sample
from kernels.rms_norm import rms_norm as reference_rms_norm
from kernels.sample import sample as reference_sample
from kernels.triton_int4_moe import TiledExperts, TiledWeight
from kernels.triton_vit_attention import vit_attention
from kernels.vit_attention import vit_attention as reference_vit_attention

#: Largest and, with it, typical error of bf16 results, relative to the spread of what is right.
TOLERANCE = 5e-2
#: Width of a latent and of a rotated key; heads' widths without rotation and of values.
RANK, ROPE, NOPE, VALUE = 512, 64, 128, 128
PAGE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One line of the report.

    Args:
        name: Operation and size.
        ours: What is timed.
        expected: What is right, in fp32 where that fits; called once.
        peer: The best PyTorch form; None: there is none.
        num_bytes: Fewest bytes to move.
        flops: Operations to do.
    """

    name: str
    ours: Callable[[], torch.Tensor]
    expected: Callable[[], torch.Tensor]
    peer: Callable[[], torch.Tensor] | None
    num_bytes: float
    flops: float


def rows() -> Iterator[Callable[[], Row]]:
    """
    Makers of the rows: each allocates when called, so that one row's memory is gone before the next.
    """
    for tokens in (1, 4, 16, 64, 512, 4096):
        yield lambda tokens=tokens: _experts("Kimi-VL", tokens, 64, 6, 2048, 1408)
    for tokens in (1, 16, 128, 4096):
        # 96 of the 384 experts: 2.4 GB, an eighth of them a token as in K2.5's own layer when 16 tokens come.
        yield lambda tokens=tokens: _experts("K2.5 (96 experts)", tokens, 96, 8, 7168, 2048)
    for batch, length, heads in ((1, 1024, 16), (1, 8192, 64), (1, 131072, 64), (16, 8192, 64), (64, 4096, 16)):
        yield lambda b=batch, n=length, h=heads: _decode(b, n, h)
    for length in (512, 2048, 8192):
        yield lambda n=length: _prefill(n, 64)
    for lengths in ((1024,), (4096,), (16384,), (1024,) * 8):
        yield lambda lengths=lengths: _vision(lengths)
    for tokens in (1, 512, 8192):
        yield lambda tokens=tokens: _norm(tokens, 7168)
    for out, columns in ((163840, 2048), (2112, 7168)):
        yield lambda out=out, columns=columns: _linear(out, columns)
    for tokens in (1, 64, 4096):
        yield lambda tokens=tokens: _route(tokens)
    yield lambda: _sample(4, 163840)


def _tensor(*shape: int, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
    return torch.randn(*shape, device="cuda", dtype=dtype)


def _int4(experts: int, out: int, columns: int) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Random nibbles and scales: quantising random weights of this size would not fit beside them.
    """
    packed = torch.randint(-(2**31), 2**31, (experts, out, columns // 8), dtype=torch.int32, device="cuda")
    # Nibbles are evenly spread over [-8, 7]: 4.6 brings weights to a spread of columns**-0.5.
    scale = (0.75 + torch.rand(experts, out, columns // kernels.GROUP_SIZE, device="cuda") / 2) * columns**-0.5 / 4.6
    return packed, scale.to(torch.bfloat16)


def _experts(name: str, tokens: int, experts: int, top_k: int, hidden: int, inter: int) -> Row:
    gate_up, down = _int4(experts, 2 * inter, hidden), _int4(experts, hidden, inter)
    tiled = TiledExperts(gate_up=TiledWeight.of(*gate_up), down=TiledWeight.of(*down))
    x = _tensor(tokens, hidden)
    ids = torch.rand(tokens, experts, device="cuda").topk(top_k).indices
    weights = torch.rand(tokens, top_k, device="cuda")
    active = ids.unique().numel()

    def expected() -> torch.Tensor:
        few = min(tokens, 16)
        dense = (kernels.dequantise(packed, scale.float()) for packed, scale in (gate_up, down))
        return moe.expert_mlp(x[:few].float(), ids[:few], weights[:few], *dense)

    full = [kernels.dequantise(*weight) for weight in (gate_up, down)] if experts * hidden * inter < 2**29 else None
    return Row(
        name=f"experts {name}, {tokens} tokens",
        ours=lambda: triton_int4_moe.expert_mlp(x, ids, weights, tiled),
        expected=expected,
        # bf16 experts through grouped_mm: four times the bytes, no unpacking.
        peer=(lambda: moe.expert_mlp(x, ids, weights, *full)) if full else None,
        num_bytes=active * 3 * hidden * inter * 0.5625 + 4 * x.numel(),
        flops=2 * 3 * tokens * top_k * hidden * inter,
    )


def _decode(batch: int, length: int, heads: int) -> Row:
    pages = _tensor(batch * length // PAGE, PAGE, RANK + ROPE)
    table = torch.randperm(len(pages), device="cuda").int().view(batch, -1)
    visible = torch.full((batch, 1), length, dtype=torch.int32, device="cuda")
    query = _tensor(batch, 1, heads, RANK + ROPE) * 0.3
    scale = 0.1447 / 2

    def plain(dtype: torch.dtype) -> torch.Tensor:
        keys = pages[table.long()].view(batch, length, RANK + ROPE).to(dtype)
        weights = (query[:, 0].to(dtype) @ keys.transpose(1, 2) * scale).softmax(-1)
        return (weights @ keys[..., :RANK]).unsqueeze(1)

    return Row(
        name=f"latent decode, {batch} x {length}, {heads} heads",
        ours=lambda: triton_mla.decode_latent(query, pages, table, visible, RANK, scale),
        expected=lambda: plain(torch.float32),
        peer=lambda: plain(torch.bfloat16),
        num_bytes=pages.numel() * 2,
        flops=2 * batch * length * heads * (2 * RANK + ROPE),
    )


def _prefill(length: int, heads: int) -> Row:
    q, expanded = _tensor(length, heads, NOPE + ROPE), _tensor(length, heads, NOPE + VALUE)
    rows_ = _tensor(length, RANK + ROPE)
    starts = torch.tensor([0, length], dtype=torch.int32, device="cuda")
    scale = 0.1447

    def plain(dtype: torch.dtype, heads_used: int) -> torch.Tensor:
        k_pe = rows_[:, None, RANK:].expand(-1, heads_used, -1)
        k = torch.cat([expanded[:, :heads_used, :NOPE], k_pe], dim=-1)
        parts = (q[:, :heads_used], k, expanded[:, :heads_used, NOPE:])
        sides = (t.transpose(0, 1).unsqueeze(0).to(dtype) for t in parts)
        return F.scaled_dot_product_attention(*sides, is_causal=True, scale=scale)[0].transpose(0, 1)

    return Row(
        name=f"latent prefill, {length} tokens, {heads} heads",
        ours=lambda: triton_mla.prefill(q, expanded, rows_[:, RANK:], starts, starts, length, scale)[0],
        expected=lambda: plain(torch.float32, 2),
        peer=lambda: plain(torch.bfloat16, heads),
        num_bytes=2 * (q.numel() + expanded.numel() + length * heads * VALUE),
        flops=length * length * heads * (NOPE + ROPE + VALUE),
    )


def _vision(lengths: tuple[int, ...]) -> Row:
    q, k, v = _tensor(sum(lengths), 3, 16, 72).unbind(1)
    return Row(
        name=f"vision attention, {len(lengths)} x {lengths[0]} patches",
        ours=lambda: vit_attention(q, k, v, lengths),
        expected=lambda: reference_vit_attention(q[:, :2].float(), k[:, :2].float(), v[:, :2].float(), lengths),
        peer=lambda: reference_vit_attention(q, k, v, lengths),
        num_bytes=8 * q.numel(),
        flops=4 * sum(n * n for n in lengths) * 16 * 72,
    )


def _norm(tokens: int, width: int) -> Row:
    x, residual, weight = _tensor(tokens, width), _tensor(tokens, width), _tensor(width)
    return Row(
        name=f"norm of a sum, {tokens} x {width}",
        ours=lambda: triton_rows.rms_norm_residual(x, residual, weight, 1e-5)[0],
        expected=lambda: reference_rms_norm((x + residual).float(), weight.float(), 1e-5),
        peer=lambda: reference_rms_norm(x + residual, weight, 1e-5),
        num_bytes=8 * x.numel(),
        flops=0,
    )


def _linear(out: int, columns: int) -> Row:
    x, weight = _tensor(1, columns), _tensor(out, columns) * columns**-0.5
    return Row(
        name=f"linear, 1 token, {out} x {columns}",
        ours=lambda: triton_linear.linear(x, weight),
        expected=lambda: F.linear(x.float(), weight.float()),
        peer=lambda: F.linear(x, weight),
        num_bytes=2 * weight.numel(),
        flops=2 * weight.numel(),
    )


def _route(tokens: int) -> Row:
    logits, bias = _tensor(tokens, 384, dtype=torch.float32), _tensor(384, dtype=torch.float32) * 0.1
    rule = kernels.RouterRule(top_k=8, num_groups=1, top_groups=1, normalise=True, scaling=2.827)
    return Row(
        name=f"route and align, {tokens} tokens",
        ours=lambda: triton_route.route_and_align(logits, bias, rule, 16)[1],
        expected=lambda: moe.route(logits, bias, rule)[1],
        peer=lambda: moe.route(logits, bias, rule)[1],
        num_bytes=4 * logits.numel(),
        flops=0,
    )


def _sample(batch: int, vocab: int) -> Row:
    logits = _tensor(batch, vocab, dtype=torch.float32) * 3
    of = {"device": "cuda", "dtype": torch.float32}
    settings = (
        torch.full((batch,), 0.6, **of),  # type: ignore[arg-type]
        torch.zeros(batch, dtype=torch.int32, device="cuda"),
        torch.full((batch,), 0.95, **of),  # type: ignore[arg-type]
        torch.zeros(batch, **of),  # type: ignore[arg-type]
        torch.rand(batch, **of),  # type: ignore[arg-type]
    )
    return Row(
        name=f"sample, {batch} x {vocab}",
        ours=lambda: triton_sample.sample(logits, *settings).float(),
        expected=lambda: reference_sample(logits, *settings).float(),
        peer=lambda: reference_sample(logits, *settings),
        num_bytes=4 * logits.numel(),
        flops=0,
    )


def error(row: Row) -> float:
    """
    The largest error of a row's result against what is right, relative to its spread; where the oracle covers only the
    first tokens or heads, of those.
    """
    expected = row.expected().float()
    actual = row.ours().float()[tuple(slice(0, n) for n in expected.shape)]
    spread = expected.double().std() if expected.numel() > 1 else expected.double().abs().max()
    return float((actual.double() - expected.double()).abs().max() / spread.clamp_min(1e-30))
