"""
Calls of the C library: shapes are checked here, memory is handed over here, and nowhere else.

Activations are rounded to 16 bits (or 8) relative to the largest of each 32 columns. Groups below 1e-30 count as zero;
a token with a value that is not finite gets NaN in all its outputs. The same bits come out for any number of threads.
"""

from __future__ import annotations

import ctypes
from typing import Literal

import torch

from kernels.cpu.tiles import GROUP_BYTES, TILE_ROWS, TiledExperts, TiledInt4, check
from kernels.errors import UnsupportedShape
from kernels.int4 import GROUP_SIZE
from kernels.memory import empty_weights

ActivationBits = Literal[8, 16]
X_HEADER_BYTES = 16
SUM_BLOCK_BYTES = 1 << 20
# Bounds the workspace (10 MB at Kimi-VL's sizes); the weights are read again for each such piece, which then hardly
# counts.
MOE_TOKENS = 512


def tile(
    library: ctypes.CDLL,
    packed: torch.Tensor,
    scale: torch.Tensor,
    *,
    paired: bool = False,
    out: torch.Tensor | None = None,
) -> torch.Tensor:
    """
    :func:`kernels.cpu.tiles.tile`, into ``out`` where it is given (contiguous, of the result's shape).
    """
    check(packed, scale, paired=paired)
    rows, groups = scale.shape
    if out is None:
        out = empty_weights((-(-rows // TILE_ROWS), groups, GROUP_BYTES), torch.uint8)
    packed, scale = packed.contiguous(), scale.contiguous()
    threads = torch.get_num_threads()
    library.int4_tile(packed.data_ptr(), scale.data_ptr(), rows, groups, paired, out.data_ptr(), threads)
    return out


def checksum(library: ctypes.CDLL, data: torch.Tensor) -> int:
    """
    64 bits that change when a byte does, as fast as memory is read.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        data: Contiguous uint8.

    Raises:
        UnsupportedShape: It is something else.
    """
    if data.dtype != torch.uint8 or not data.is_contiguous():
        raise UnsupportedShape(f"contiguous bytes are summed, not {data.dtype}")
    sums = torch.empty(-(-data.numel() // SUM_BLOCK_BYTES), dtype=torch.int64)
    return int(library.checksum(data.data_ptr(), data.numel(), sums.data_ptr(), torch.get_num_threads()))


def linear(library: ctypes.CDLL, x: torch.Tensor, weight: TiledInt4, bits: ActivationBits) -> torch.Tensor:
    """
    ``x @ w^T``.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        x: ``[..., in]`` float on a CPU.
        weight: ``[rows, in]``.
        bits: Of the activations.

    Returns:
        ``[..., rows]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: ``x`` does not fit the weight.
    """
    groups = weight.data.shape[1]
    flat = _rows(x, groups)
    out = torch.empty(flat.shape[0], weight.rows)
    planes = bits // 8
    workspace = torch.empty(flat.shape[0] * groups * group_bytes(planes), dtype=torch.uint8)
    library.int4_linear(
        weight.data.data_ptr(),
        weight.rows,
        groups,
        flat.data_ptr(),
        flat.shape[0],
        planes,
        workspace.data_ptr(),
        out.data_ptr(),
        torch.get_num_threads(),
    )
    return _like(out, x)


def experts(
    library: ctypes.CDLL,
    x: torch.Tensor,
    topk_ids: torch.Tensor,
    topk_weights: torch.Tensor,
    weights: TiledExperts,
    bits: ActivationBits,
) -> torch.Tensor:
    """
    ``sum_k w_k down_k(silu(gate_k x) * up_k x)``, the whole layer in one call.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        x: ``[num_tokens, hidden]`` float on a CPU.
        topk_ids: ``[num_tokens, top_k]`` int64.
        topk_weights: ``[num_tokens, top_k]`` float.
        weights: The experts.
        bits: Of the activations.

    Returns:
        ``[num_tokens, hidden]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: Sizes that do not fit, or an id that is no expert.
    """
    num_experts, hidden_groups, inter_groups, _ = weights.down.shape
    flat = _rows(x, hidden_groups)
    if topk_ids.dim() != 2 or topk_ids.shape != topk_weights.shape or topk_ids.shape[0] != flat.shape[0]:
        shapes = [list(t.shape) for t in (x, topk_ids, topk_weights)]
        raise UnsupportedShape(f"tokens, ids and weights do not belong together: {shapes}")
    ids, scales = topk_ids.to(torch.int64).contiguous(), topk_weights.float().contiguous()
    out = torch.empty_like(flat)
    num_tokens, hidden = flat.shape
    planes, top_k = bits // 8, ids.shape[1]
    most = min(MOE_TOKENS, num_tokens)
    size = library.int4_moe_workspace(hidden_groups, inter_groups, num_experts, most, top_k, planes)
    workspace = torch.empty(size, dtype=torch.uint8)
    # Addresses rather than slices: a slice takes longer than a small layer.
    x_at, ids_at, scales_at, out_at = (t.data_ptr() for t in (flat, ids, scales, out))
    for first in range(0, num_tokens, MOE_TOKENS):
        wrong = library.int4_moe(
            weights.gate_up.data_ptr(),
            weights.down.data_ptr(),
            hidden_groups,
            inter_groups,
            num_experts,
            x_at + first * hidden * flat.itemsize,
            ids_at + first * top_k * ids.itemsize,
            scales_at + first * top_k * scales.itemsize,
            min(MOE_TOKENS, num_tokens - first),
            top_k,
            planes,
            workspace.data_ptr(),
            out_at + first * hidden * out.itemsize,
            torch.get_num_threads(),
        )
        if wrong:
            raise UnsupportedShape(f"expert ids {int(ids.min())} to {int(ids.max())}, {num_experts} experts")
    return _like(out, x)


def _rows(x: torch.Tensor, groups: int) -> torch.Tensor:
    if x.shape[-1] != groups * GROUP_SIZE or not x.dtype.is_floating_point:
        raise UnsupportedShape(f"{x.dtype} {list(x.shape)}, but the weight has {groups * GROUP_SIZE} columns")
    if x.dim() == 2 and x.dtype == torch.float32 and x.is_contiguous():
        return x
    return x.reshape(-1, x.shape[-1]).float().contiguous()


def _like(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return out if x.dim() == 2 and x.dtype == torch.float32 else out.view(*x.shape[:-1], out.shape[-1]).to(x.dtype)


def group_bytes(planes: int) -> int:
    """
    Of 32 activations (``source/layout.h``).

    Args:
        planes: Bytes of each.
    """
    return X_HEADER_BYTES + planes * GROUP_SIZE
