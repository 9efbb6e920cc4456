"""
What is measured on a GPU: each kernel at real sizes, with its oracle, bytes, operations and the best PyTorch form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from benchmarks.gpu.place import Place
from kernels import moe, triton_int4_moe, triton_linear, triton_mla, triton_route, triton_rows, triton_sample
from kernels.paged import cache_write as reference_write
from kernels.rms_norm import rms_norm as reference_rms_norm
from kernels.sample import sample as reference_sample
from kernels.testing import relative_error, rms_error
from kernels.triton_int4_moe import TiledExperts, TiledWeight
from kernels.triton_mla import paged
from kernels.triton_vit_attention import vit_attention
from kernels.vit_attention import vit_attention as reference_vit_attention

#: Most error of bf16 results, in the Euclidean norm: 1 % in any input goes beyond it.
TOLERANCE = 8e-3
#: Width of a latent and of a rotated key; heads' widths without rotation and of values.
RANK, ROPE, NOPE, VALUE = 512, 64, 128, 128
PAGE = 64


Peer = Callable[[], Callable[[], torch.Tensor]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One line of the report.

    Args:
        ours: What is timed.
        expected: What is right, in fp32 where that fits; called once.
        peers: The best PyTorch forms; each is made when its turn comes.
        num_bytes: Fewest bytes to move.
        flops: Operations to do.
    """

    ours: Callable[[], torch.Tensor]
    expected: Callable[[], torch.Tensor]
    peers: dict[str, Peer]
    num_bytes: float
    flops: float


Maker = Callable[[Place], Row]


def rows(place: Place) -> Iterator[tuple[str, Maker]]:
    """
    Names and makers of the rows: each allocates when called, so that one row's memory is gone before the next.

    Args:
        place: Where; in a dry run each operation comes once, tiny.
    """
    # Of K2.5's 384 experts 96: 2.4 GB, of which 16 tokens reach about 70.
    layers = {
        "Kimi-VL": ((1, 4, 16, 64, 512, 4096), (64, 6, 2048, 1408)),
        "K2.5": ((1, 16, 128, 4096), (96, 8, 7168, 2048)),
    }
    if place.tiny:
        layers = {"tiny": ((2,), (3, 2, 128, 128))}
    for name, (counts, sizes) in layers.items():
        for tokens in counts:
            yield f"experts {name}, {tokens} tokens", partial(_experts, tokens=tokens, sizes=sizes)
    for tokens, out, columns in (
        [(1, 7168, 2048), (16, 7168, 2048), (1, 2048, 1408)] if not place.tiny else [(2, 32, 128)]
    ):
        yield (
            f"INT4 linear, {tokens} tokens, {out} x {columns}",
            partial(_int4_linear, tokens=tokens, out=out, columns=columns),
        )
    caches = [(1, 1024, 16), (1, 8192, 64), (1, 131072, 64), (16, 8192, 64), (64, 4096, 16)]
    for batch, length, heads in caches if not place.tiny else [(2, 128, 2)]:
        yield (
            f"latent decode, {batch} x {length}, {heads} heads",
            partial(_decode, batch=batch, length=length, heads=heads),
        )
    for new, past, heads in (
        [(512, 0, 64), (2048, 0, 64), (8192, 0, 64), (512, 32768, 64)] if not place.tiny else [(8, 0, 2), (8, 32, 2)]
    ):
        yield (
            f"latent prefill, {new} tokens behind {past}, {heads} heads",
            partial(_prefill, new=new, past=past, heads=heads),
        )
    for lengths in [(1024,), (4096,), (16384,), (1024,) * 8] if not place.tiny else [(20, 13)]:
        yield f"vision attention, {len(lengths)} x {lengths[0]} patches", partial(_vision, lengths=lengths)
    for tokens in (1, 512, 8192) if not place.tiny else (3,):
        width = 7168 if not place.tiny else 96
        yield f"norm of a sum, {tokens} x {width}", partial(_norm, tokens=tokens, width=width)
        yield f"swiglu, {tokens} x {width}", partial(_swiglu, tokens=tokens, width=width)
        yield f"cache write, {tokens} tokens", partial(_write, tokens=tokens)
    for tokens, out, columns in (
        [(1, 163840, 2048), (1, 2112, 7168), (16, 2112, 7168)] if not place.tiny else [(1, 48, 64)]
    ):
        yield f"linear, {tokens} tokens, {out} x {columns}", partial(_linear, tokens=tokens, out=out, columns=columns)
    for tokens in (1, 64, 4096) if not place.tiny else (2,):
        yield f"route and align, {tokens} tokens", partial(_route, tokens=tokens)
    yield "sample", partial(_sample, batch=4, vocab=163840 if not place.tiny else 500)


def int4(place: Place, experts: int, out: int, columns: int) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Random nibbles and scales: quantising random weights of this size would not fit beside them.
    """
    packed = torch.randint(-(2**31), 2**31, (experts, out, columns // 8), dtype=torch.int32, device=place.device)
    # Nibbles are evenly spread over [-8, 7]: 4.6 brings weights to a spread of columns**-0.5.
    spread = 0.75 + torch.rand(experts, out, columns // kernels.GROUP_SIZE, device=place.device) / 2
    return packed, (spread * columns**-0.5 / 4.6).to(torch.bfloat16)


def _experts(place: Place, tokens: int, sizes: tuple[int, int, int, int]) -> Row:
    experts, top_k, hidden, inter = sizes
    gate_up, down = int4(place, experts, 2 * inter, hidden), int4(place, experts, hidden, inter)
    tiled = TiledExperts(gate_up=TiledWeight.of(*gate_up), down=TiledWeight.of(*down))
    x = place.normal(tokens, hidden)
    ids = torch.rand(tokens, experts, device=place.device).topk(top_k).indices
    weights = torch.rand(tokens, top_k, device=place.device)
    active = len(set(ids.flatten().tolist()))

    def expected() -> torch.Tensor:
        # An expert at a time: a layer in fp32 does not fit.
        few = min(tokens, 16)
        total = torch.zeros(few, hidden, device=place.device)
        for token in range(few):
            for k, expert in enumerate(ids[token].tolist()):
                first, second = (kernels.dequantise(w[expert], s[expert].float()) for w, s in (gate_up, down))
                gate, up = (first @ x[token].float()).chunk(2)
                total[token] += weights[token, k] * (second @ (F.silu(gate) * up))
        return total

    return Row(
        ours=lambda: triton_int4_moe.expert_mlp(x, ids, weights, tiled),
        expected=expected,
        peers=_expert_peers(x, ids, weights, gate_up, down),
        num_bytes=active * 3 * hidden * inter * 0.5625 + 2 * x.element_size() * x.numel(),
        flops=2 * 3 * tokens * top_k * hidden * inter,
    )


def _expert_peers(
    x: torch.Tensor,
    ids: torch.Tensor,
    weights: torch.Tensor,
    gate_up: tuple[torch.Tensor, torch.Tensor],
    down: tuple[torch.Tensor, torch.Tensor],
) -> dict[str, Peer]:
    def grouped() -> Callable[[], torch.Tensor]:
        # bf16 experts through grouped_mm: four times the bytes, no unpacking.
        first, second = (kernels.dequantise(*weight).to(x.dtype) for weight in (gate_up, down))
        return lambda: moe.expert_mlp(x, ids, weights, first, second)

    def batched() -> Callable[[], torch.Tensor]:
        # The chosen experts of one token as a batch of products, unpacked beforehand.
        chosen = ids[0].tolist()
        first, second = (
            torch.stack([kernels.dequantise(w[e], s[e]) for e in chosen]).to(x.dtype) for w, s in (gate_up, down)
        )

        def run() -> torch.Tensor:
            gate, up = torch.matmul(first, x[0].unsqueeze(-1)).chunk(2, dim=1)
            return (torch.bmm(second, F.silu(gate) * up).squeeze(-1) * weights[0].unsqueeze(-1).to(x.dtype)).sum(0)

        return run

    def tinygemm() -> Callable[[], torch.Tensor]:
        chosen = ids[0].tolist()
        first, second = ([tinygemm_weight(w[e], s[e]) for e in chosen] for w, s in (gate_up, down))

        def run() -> torch.Tensor:
            total = torch.zeros_like(x[:1])
            for k, (one, two) in enumerate(zip(first, second, strict=True)):
                gate, up = torch.ops.aten._weight_int4pack_mm(x[:1], one[0], 32, one[1]).chunk(2, dim=-1)
                out = torch.ops.aten._weight_int4pack_mm(F.silu(gate) * up, two[0], 32, two[1])
                total += out * weights[0, k].to(x.dtype)
            return total

        return run

    return {"bmm": batched, "tinygemm": tinygemm} if len(x) == 1 else {"grouped_mm bf16": grouped}


def tinygemm_weight(packed: torch.Tensor, scale: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    One INT4 matrix in the order and with the scales of torch's ``_weight_int4pack_mm``: its rows' even columns in the
    high nibbles, zero points that undo the offset of 8.
    """
    nibbles = (kernels.unpack(packed) + 8).to(torch.uint8)
    pairs = (nibbles[:, ::2] << 4) | nibbles[:, 1::2]
    order = torch.ops.aten._convert_weight_to_int4pack(pairs, 8)
    scales = torch.stack([scale, torch.zeros_like(scale)], dim=-1).transpose(0, 1).contiguous()
    return order, scales.to(torch.bfloat16)


def _int4_linear(place: Place, tokens: int, out: int, columns: int) -> Row:
    packed, scale = (t[0] for t in int4(place, 1, out, columns))
    tiled = TiledWeight.of(packed, scale)
    x = place.normal(tokens, columns)

    def tinygemm() -> Callable[[], torch.Tensor]:
        order, scales = tinygemm_weight(packed, scale)
        return lambda: torch.ops.aten._weight_int4pack_mm(x, order, 32, scales)

    def dense() -> Callable[[], torch.Tensor]:
        full = kernels.dequantise(packed, scale).to(x.dtype)
        return lambda: F.linear(x, full)

    return Row(
        ours=lambda: triton_int4_moe.linear(x, tiled),
        expected=lambda: F.linear(x.float(), kernels.dequantise(packed, scale.float())),
        peers={"tinygemm": tinygemm, "bf16": dense},
        num_bytes=0.5625 * out * columns,
        flops=2 * tokens * out * columns,
    )


def _decode(place: Place, batch: int, length: int, heads: int) -> Row:
    rank, rope = (RANK, ROPE) if not place.tiny else (32, 16)
    pages = place.normal(batch * length // PAGE, PAGE, rank + rope)
    table = torch.randperm(len(pages), device=place.device).int().view(batch, -1)
    visible = torch.full((batch, 1), length, dtype=torch.int32, device=place.device)
    query = place.normal(batch, 1, heads, rank + rope) * 0.3
    scale = 0.1447 / 2

    def plain(dtype: torch.dtype) -> torch.Tensor:
        keys = pages[table.long()].view(batch, length, rank + rope).to(dtype)
        return attend(keys, dtype)

    def attend(keys: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        weights = (query[:, 0].to(dtype) @ keys.transpose(1, 2) * scale).softmax(-1)
        return (weights @ keys[..., :rank]).unsqueeze(1)

    def batched() -> Callable[[], torch.Tensor]:
        keys = pages[table.long()].view(batch, length, rank + rope)
        return lambda: attend(keys, place.dtype)

    def sdpa() -> Callable[[], torch.Tensor]:
        keys = pages[table.long()].view(batch, 1, length, rank + rope).expand(-1, heads, -1, -1)
        q = query.transpose(1, 2)
        return lambda: F.scaled_dot_product_attention(q, keys, keys[..., :rank], scale=scale)

    return Row(
        ours=lambda: triton_mla.decode_latent(query, pages, table, visible, rank, scale),
        expected=lambda: plain(torch.float32),
        peers={"bmm": batched, "SDPA": sdpa},
        num_bytes=pages.numel() * pages.element_size(),
        flops=2 * batch * length * heads * (2 * rank + rope),
    )


def _prefill(place: Place, new: int, past: int, heads: int) -> Row:
    """
    As the runtime calls it: rows from pages, expanded, in pieces where they are many.
    """
    rank, rope, nope, value = (RANK, ROPE, NOPE, VALUE) if not place.tiny else (32, 16, 16, 16)
    keys = new + past
    pages = place.normal(-(-keys // PAGE), PAGE, rank + rope)
    order = torch.randperm(len(pages), device=place.device)
    kv_b = place.normal(heads, nope + value, rank) * rank**-0.5
    q = place.normal(new, heads, nope + rope)
    at = torch.arange(past, keys, device=place.device)
    cu = [torch.tensor([0, n], dtype=torch.int32, device=place.device) for n in (new, keys)]
    batch = kernels.PagedBatch(
        lengths=(new,),
        past=(past,),
        block_table=order.int().view(1, -1),
        slots=order[at // PAGE] * PAGE + at % PAGE,
        padded=torch.arange(new, device=place.device),
        visible=(at + 1).int().view(1, -1),
        cu_q=cu[0],
        cu_k=cu[1],
    )
    scale = 0.1447

    def sides(dtype: torch.dtype, heads_used: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        rows_ = pages[order].flatten(0, 1)[:keys].to(dtype)
        expanded = torch.einsum("kr,hdr->hkd", rows_[:, :rank], kv_b[:heads_used].to(dtype))
        k = torch.cat([expanded[..., :nope], rows_[:, rank:].expand(heads_used, -1, -1)], dim=-1)
        mask = torch.ones(new, keys, dtype=torch.bool, device=place.device).tril(past)
        return q[:, :heads_used].transpose(0, 1).to(dtype), k, expanded[..., nope:], mask

    def plain(dtype: torch.dtype, heads_used: int) -> torch.Tensor:
        queries, k, v, mask = sides(dtype, heads_used)
        out = F.scaled_dot_product_attention(queries[None], k[None], v[None], attn_mask=mask, scale=scale)
        return out[0].transpose(0, 1)

    def sdpa() -> Callable[[], torch.Tensor]:
        # Keys and values stand ready, which ours has to make; values widened as the fused form wants them.
        queries, k, v, mask = sides(place.dtype, heads)
        wide = F.pad(v, (0, k.shape[-1] - v.shape[-1]))
        more = {"is_causal": True} if past == 0 else {"attn_mask": mask}
        return lambda: F.scaled_dot_product_attention(queries[None], k[None], wide[None], scale=scale, **more)

    pairs = new * past + new * (new + 1) // 2
    return Row(
        ours=lambda: paged.attend(q, pages, batch, kv_b, scale),
        expected=lambda: plain(torch.float32, 2),
        peers={"SDPA": sdpa},
        num_bytes=pages.element_size() * (pages.numel() + q.numel() + new * heads * value),
        flops=2 * pairs * heads * (nope + rope + value) + 2 * keys * rank * heads * (nope + value),
    )


def _vision(place: Place, lengths: tuple[int, ...]) -> Row:
    heads, dim = (16, 72) if not place.tiny else (2, 24)
    q, k, v = place.normal(sum(lengths), 3, heads, dim).unbind(1)
    return Row(
        ours=lambda: vit_attention(q, k, v, lengths),
        expected=lambda: reference_vit_attention(q[:, :2].float(), k[:, :2].float(), v[:, :2].float(), lengths),
        peers={"SDPA": lambda: lambda: reference_vit_attention(q, k, v, lengths)},
        num_bytes=4 * q.element_size() * q.numel(),
        flops=4 * sum(n * n for n in lengths) * heads * dim,
    )


def _norm(place: Place, tokens: int, width: int) -> Row:
    x, residual, weight = place.normal(tokens, width), place.normal(tokens, width), place.normal(width)
    return Row(
        ours=lambda: triton_rows.rms_norm_residual(x, residual, weight, 1e-5)[0],
        expected=lambda: reference_rms_norm((x + residual).float(), weight.float(), 1e-5),
        peers={"torch": lambda: lambda: reference_rms_norm(x + residual, weight, 1e-5)},
        num_bytes=4 * x.element_size() * x.numel(),
        flops=0,
    )


def _swiglu(place: Place, tokens: int, width: int) -> Row:
    gate, up = place.normal(tokens, width), place.normal(tokens, width)
    return Row(
        ours=lambda: triton_rows.swiglu(gate, up),
        expected=lambda: F.silu(gate.float()) * up.float(),
        peers={"torch": lambda: lambda: F.silu(gate) * up},
        num_bytes=3 * gate.element_size() * gate.numel(),
        flops=0,
    )


def _write(place: Place, tokens: int) -> Row:
    rank, rope = (RANK, ROPE) if not place.tiny else (32, 16)
    pages = torch.zeros(-(-tokens // PAGE), PAGE, rank + rope, dtype=place.dtype, device=place.device)
    kv, weight = place.normal(tokens, rank + rope), place.normal(rank)
    angles = place.normal(tokens, rope // 2, dtype=torch.float32)
    cos, sin, slots = angles.cos(), angles.sin(), torch.arange(tokens, device=place.device)

    def ours() -> torch.Tensor:
        triton_mla.cache_write(kv, weight, 1e-6, cos, sin, slots, pages)
        return pages.flatten(0, 1)[:tokens]

    def plain(dtype: torch.dtype) -> torch.Tensor:
        to = torch.zeros_like(pages, dtype=dtype)
        reference_write(kv.to(dtype), weight.to(dtype), 1e-6, cos, sin, slots, to)
        return to.flatten(0, 1)[:tokens]

    return Row(
        ours=ours,
        expected=lambda: plain(torch.float32),
        peers={"torch": lambda: lambda: plain(place.dtype)},
        num_bytes=2 * kv.element_size() * kv.numel(),
        flops=0,
    )


def _linear(place: Place, tokens: int, out: int, columns: int) -> Row:
    x, weight = place.normal(tokens, columns), place.normal(out, columns) * columns**-0.5
    return Row(
        ours=lambda: triton_linear.linear(x, weight),
        expected=lambda: F.linear(x.float(), weight.float()),
        peers={"cuBLAS": lambda: lambda: F.linear(x, weight)},
        num_bytes=weight.element_size() * weight.numel(),
        flops=2 * tokens * weight.numel(),
    )


def _route(place: Place, tokens: int) -> Row:
    experts, top_k = (384, 8) if not place.tiny else (8, 2)
    logits = place.normal(tokens, experts, dtype=torch.float32)
    bias = place.normal(experts, dtype=torch.float32) * 0.1
    rule = kernels.RouterRule(top_k=top_k, num_groups=1, top_groups=1, normalise=True, scaling=2.827)
    return Row(
        ours=lambda: triton_route.route_and_align(logits, bias, rule, 16)[1],
        expected=lambda: moe.route(logits, bias, rule)[1],
        peers={"torch": lambda: lambda: moe.route(logits, bias, rule)[1]},
        num_bytes=4 * logits.numel(),
        flops=0,
    )


def _sample(place: Place, batch: int, vocab: int) -> Row:
    logits = place.normal(batch, vocab) * 3
    rules = [torch.full((batch,), value, device=place.device) for value in (0.6, 0.95, 0.0)]
    settings = (rules[0], torch.zeros(batch, dtype=torch.int32, device=place.device), *rules[1:])
    uniform = torch.rand(batch, device=place.device)
    return Row(
        ours=lambda: triton_sample.sample(logits, *settings, uniform).float(),
        expected=lambda: reference_sample(logits, *settings, uniform).float(),
        peers={"torch": lambda: lambda: reference_sample(logits, *settings, uniform)},
        num_bytes=logits.element_size() * logits.numel(),
        flops=0,
    )


def errors(row: Row) -> tuple[float, float]:
    """
    The largest error relative to the spread, and the error in the Euclidean norm, of a row's result; where the oracle
    covers only the first tokens or heads, of those.
    """
    expected = row.expected().float()
    actual = row.ours().float()[tuple(slice(0, n) for n in expected.shape)]
    return relative_error(actual, expected), rms_error(actual, expected)
