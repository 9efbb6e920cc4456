"""
The one choice between a PyTorch reference and its Triton kernel, operation by operation.

A bf16 tensor on a GPU, outside of autograd, goes to Triton where the kernel supports the shape; everything else, and
everything when ``VISION_CODE_KERNELS=reference`` is set, stays on the reference. Functions here have the references'
arguments and results; Triton is imported by the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F  # noqa: N812

from kernels import mla, moe, paged, rope
from kernels.errors import UnsupportedShape
from kernels.moe import RouterRule
from kernels.paged import PagedBatch
from kernels.rms_norm import rms_norm as reference_rms_norm
from kernels.rms_norm import rms_norm_sum as reference_rms_norm_sum
from kernels.sample import sample as reference_sample
from kernels.swiglu import swiglu as reference_swiglu
from kernels.target import runs_triton, target_of
from kernels.vit_attention import vit_attention as reference_vit_attention

if TYPE_CHECKING:
    from kernels.triton_route import Alignment


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """
    As :func:`kernels.rms_norm.rms_norm`.
    """
    if runs_triton(x):
        from kernels import triton_rows

        if x.shape[-1] <= triton_rows.WIDEST:
            return triton_rows.rms_norm(x, weight, eps)
    return reference_rms_norm(x, weight, eps)


def rms_norm_sum(
    x: torch.Tensor, residual: torch.Tensor, weight: torch.Tensor, eps: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    As :func:`kernels.rms_norm.rms_norm_sum`.
    """
    if runs_triton(x):
        from kernels import triton_rows

        if x.shape[-1] <= triton_rows.WIDEST:
            return triton_rows.rms_norm_residual(x, residual, weight, eps)
    return reference_rms_norm_sum(x, residual, weight, eps)


def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float) -> torch.Tensor:
    """
    As :func:`torch.nn.functional.layer_norm` over the last dimension.
    """
    if runs_triton(x):
        from kernels import triton_rows

        if x.shape[-1] <= triton_rows.WIDEST:
            return triton_rows.layer_norm(x, weight, bias, eps)
    return F.layer_norm(x, weight.shape, weight, bias, eps)


def swiglu(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """
    As :func:`kernels.swiglu.swiglu`.
    """
    if runs_triton(gate):
        from kernels import triton_rows

        return triton_rows.swiglu(gate, up)
    return reference_swiglu(gate, up)


def rotate_tail(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """
    As :func:`kernels.rope.rotate_tail`, in place where the kernel runs.
    """
    if runs_triton(x):
        from kernels import triton_rows

        tail = x[..., x.shape[-1] - 2 * cos.shape[-1] :]
        triton_rows.rotate_pairs(tail, cos, sin, tail)
        return x
    return rope.rotate_tail(x, cos, sin)


def rotate_pairs(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """
    As :func:`kernels.rope.rotate_pairs`.
    """
    if runs_triton(x) and x.dim() in (2, 3) and cos.dtype == torch.float32:
        heads = x if x.dim() == 3 else x.unsqueeze(1)
        angles = [t.squeeze(1) if t.dim() == 3 else t for t in (cos, sin)]
        if all(t.shape == (x.shape[0], x.shape[-1] // 2) for t in angles):
            from kernels import triton_rows

            return triton_rows.rotate_pairs(heads, *angles).view(x.shape)
    return rope.rotate_pairs(x, cos, sin)


def router_logits(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """
    ``x @ weight^T`` in fp32; on an NVIDIA GPU of bf16 numbers, whose products are exact, without widened copies.

    Args:
        x: ``[num_tokens, hidden]``.
        weight: ``[experts, hidden]``.

    Returns:
        ``[num_tokens, experts]`` float32.
    """
    if x.is_cuda and torch.version.hip is None and x.dtype == weight.dtype and runs_triton(x):
        return torch.mm(x, weight.t(), out_dtype=torch.float32)
    return F.linear(x.float(), weight.float())


def route(logits: torch.Tensor, bias: torch.Tensor, rule: RouterRule) -> tuple[torch.Tensor, torch.Tensor]:
    """
    As :func:`kernels.moe.route`.
    """
    if runs_triton(logits, torch.float32) and rule.num_groups == 1:
        from kernels import triton_route

        try:
            return triton_route.route(logits, bias, rule)
        except UnsupportedShape:
            pass
    return moe.route(logits, bias, rule)


def route_in_order(
    logits: torch.Tensor, bias: torch.Tensor, rule: RouterRule
) -> tuple[torch.Tensor, torch.Tensor, Alignment | None]:
    """
    As :func:`kernels.moe.route`, and the pairs in the order in which the INT4 experts' kernels want them.

    Returns:
        ``topk_ids`` (int32 where there is an order), ``topk_weights`` and the order; None where no kernel made one.
    """
    if runs_triton(logits, torch.float32) and rule.num_groups == 1:
        from kernels import triton_route
        from kernels.triton_int4_moe.launch import choose

        num_tokens, experts = logits.shape
        block = choose(num_tokens * rule.top_k, experts, target_of(logits)).block_tokens
        try:
            return triton_route.route_and_align(logits, bias, rule, block)
        except UnsupportedShape:
            pass
    return (*moe.route(logits, bias, rule), None)


def sample(
    logits: torch.Tensor,
    temperature: torch.Tensor,
    top_k: torch.Tensor,
    top_p: torch.Tensor,
    min_p: torch.Tensor,
    uniform: torch.Tensor,
) -> torch.Tensor:
    """
    As :func:`kernels.sample.sample`.
    """
    if runs_triton(logits, logits.dtype):
        from kernels import triton_sample

        return triton_sample.sample(logits, temperature, top_k, top_p, min_p, uniform)
    return reference_sample(logits, temperature, top_k, top_p, min_p, uniform)


def vit_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
    """
    As :func:`kernels.vit_attention.vit_attention`.
    """
    if runs_triton(q):
        from kernels import triton_vit_attention

        if q.shape[-1] >= triton_vit_attention.NARROWEST:
            return triton_vit_attention.vit_attention(q, k, v, lengths)
    return reference_vit_attention(q, k, v, lengths)


def mla_prefill(
    q: torch.Tensor, rows: torch.Tensor, kv_b: torch.Tensor, scale: float, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """
    As :func:`kernels.mla.mla_prefill`; a fresh causal chunk goes to Triton.
    """
    if mask is None and runs_triton(q):
        from kernels import triton_mla

        batch, length, heads, _ = q.shape
        rank = kv_b.shape[-1]
        expanded = torch.nn.functional.linear(rows[..., :rank].flatten(0, 1), kv_b.flatten(0, 1))
        starts = torch.arange(0, batch * length + 1, length, dtype=torch.int32, device=q.device)
        keys = (torch.unflatten(expanded, -1, (heads, -1)), rows.flatten(0, 1)[:, rank:])
        try:
            out, _ = triton_mla.prefill(q.flatten(0, 1), *keys, starts, starts, length, scale)
        except UnsupportedShape:
            return mla.mla_prefill(q, rows, kv_b, scale, mask)
        return torch.unflatten(out, 0, (batch, length))
    return mla.mla_prefill(q, rows, kv_b, scale, mask)


def reads_pages(like: torch.Tensor, rank: int, rope_dim: int, nope: int, value: int) -> bool:
    """
    Whether latent attention reads a cache in pages here: where its kernels run and know the widths.

    Args:
        like: A tensor on the device, of the dtype that is computed in.
        rank: Width of the latent.
        rope_dim: Width of the rotated key.
        nope: Width of a head that is not rotated.
        value: Width of a head's value.
    """
    return runs_triton(like) and all(w >= 16 and w & (w - 1) == 0 for w in (rank, rope_dim, nope, value))


def cache_write(
    kv: torch.Tensor,
    weight: torch.Tensor,
    eps: float,
    cos: torch.Tensor,
    sin: torch.Tensor,
    slots: torch.Tensor,
    pages: torch.Tensor,
) -> None:
    """
    As :func:`kernels.paged.cache_write`.
    """
    if runs_triton(kv):
        from kernels import triton_mla

        try:
            return triton_mla.cache_write(kv, weight, eps, cos, sin, slots, pages)
        except UnsupportedShape:
            pass
    return paged.cache_write(kv, weight, eps, cos, sin, slots, pages)


def paged_attention(
    q: torch.Tensor, pages: torch.Tensor, batch: PagedBatch, kv_b: torch.Tensor, scale: float
) -> torch.Tensor:
    """
    As :func:`kernels.paged.paged_attention`.
    """
    if runs_triton(q):
        from kernels.triton_mla.paged import attend

        try:
            return attend(q, pages, batch, kv_b, scale)
        except UnsupportedShape:
            pass
    return paged.paged_attention(q, pages, batch, kv_b, scale)
