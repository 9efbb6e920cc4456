"""
The one choice between a PyTorch reference and its Triton kernel, operation by operation.

A bf16 tensor on a GPU, outside of autograd, goes to Triton where the kernel supports the shape; everything else, and
everything when ``VISION_CODE_KERNELS=reference`` is set, stays on the reference. Functions here have the references'
arguments and results; Triton is imported by the first call that needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import torch

from kernels import mla, moe, rope
from kernels.errors import UnsupportedShape
from kernels.moe import RouterRule
from kernels.rms_norm import rms_norm as reference_rms_norm
from kernels.target import runs_triton
from kernels.vit_attention import vit_attention as reference_vit_attention

#: Tokens of one page when a cache without pages is read as if it had them.
PAGE = 64


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """
    As :func:`kernels.rms_norm.rms_norm`.
    """
    if runs_triton(x):
        from kernels import triton_rows

        if x.shape[-1] <= triton_rows.WIDEST:
            return triton_rows.rms_norm(x, weight, eps)
    return reference_rms_norm(x, weight, eps)


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


def mla_decode(
    q: torch.Tensor, rows: torch.Tensor, kv_b: torch.Tensor, scale: float, mask: torch.Tensor
) -> torch.Tensor:
    """
    As :func:`kernels.mla.mla_decode`; ``mask`` lets a token see all keys up to itself and none after.

    A cache whose sequences lie at multiples of 64 tokens is read in place, as if it had pages.
    """
    batch, _, width = rows.shape
    # Tokens that one sequence has room for.
    room, odd = divmod(rows.stride(0), width)
    if runs_triton(q) and rows.stride()[1:] == (width, 1) and not odd and not room % PAGE and room >= rows.shape[1]:
        from kernels import triton_mla

        pages = rows.as_strided((batch * room // PAGE, PAGE, width), (PAGE * width, width, 1))
        visible = mask.sum(-1, dtype=torch.int32) + (rows.shape[1] - mask.shape[-1])
        table = _plain_table(batch, room // PAGE, rows.device)[:, : -(-rows.shape[1] // PAGE)]
        try:
            return triton_mla.decode(q, pages, table, visible, kv_b, scale)
        except UnsupportedShape:
            pass
    return mla.mla_decode(q, rows, kv_b, scale, mask)


@cache
def _plain_table(batch: int, pages: int, device: torch.device) -> torch.Tensor:
    """
    The block table of sequences that lie one after the other.
    """
    return torch.arange(batch * pages, dtype=torch.int32, device=device).view(batch, pages)
