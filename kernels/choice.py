"""
Which implementation computes: the C library where tensors lie on a CPU and it can be had, else plain PyTorch.

``VISION_CODE_KERNELS=reference`` forces plain PyTorch. Results agree but for the activations' rounding (2e-5 of a
linear map's output at 16 bits, 5e-3 at 8) and one choice: the library multiplies by ``q * scale`` as it is, where
:func:`kernels.dequantise` rounds each weight to bf16 as the format's own library does (up to 2e-3 of a weight).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import TypeVar

import torch
import torch.nn.functional as F  # noqa: N812

from kernels.cpu import launch, parts, tiles
from kernels.cpu.decoder import Decoder, DecoderWeights
from kernels.cpu.launch import ActivationBits
from kernels.cpu.library import library
from kernels.cpu.parts import AttentionPart, AttentionWeights, MlpPart, MlpWeights
from kernels.cpu.tiles import TiledExperts, TiledInt4
from kernels.errors import UnsupportedShape
from kernels.int4 import int4_linear
from kernels.memory import empty_weights
from kernels.moe import over_sorted_tokens
from kernels.target import reference_only

# Above, the matrix products of torch are as fast.
FEW_TOKENS = 64

W = TypeVar("W")
P = TypeVar("P")


def cpu_instructions(device: torch.device | str = "cpu") -> str | None:
    """
    What the tiled operations compute with on a device.

    Args:
        device: Of the activations.

    Returns:
        ``avx512``, ``avx2``, ``neon`` or ``scalar`` (right on every CPU, fast on none); None: plain PyTorch.

    Raises:
        KernelError: ``VISION_CODE_KERNELS`` has a value that means nothing.
    """
    found = _library(torch.device(device))
    return None if found is None else str(found.int4_instructions().decode())


def tile_int4(packed: torch.Tensor, scale: torch.Tensor) -> TiledInt4:
    """
    Arrange one weight for the CPU.

    Args:
        packed: ``[out, in / 8]`` int32 on a CPU.
        scale: ``[out, in / 32]`` bf16.

    Raises:
        UnsupportedShape: The sizes or dtypes do not belong together.
    """
    found = _library(packed.device)
    data = tiles.tile(packed, scale) if found is None else launch.tile(found, packed, scale)
    return TiledInt4(data=data, rows=packed.shape[0])


def tile_experts(
    gate_up_packed: torch.Tensor, gate_up_scale: torch.Tensor, down_packed: torch.Tensor, down_scale: torch.Tensor
) -> TiledExperts:
    """
    Arrange the routed experts of one layer for the CPU; the result has the size of what it was made from.

    Args:
        gate_up_packed: ``[experts, 2 * inter, hidden / 8]`` int32, gate rows first.
        gate_up_scale: ``[experts, 2 * inter, hidden / 32]`` bf16.
        down_packed: ``[experts, hidden, inter / 8]`` int32.
        down_scale: ``[experts, hidden, inter / 32]`` bf16.

    Raises:
        UnsupportedShape: The sizes or dtypes do not belong together.
    """
    gate_up = _tile_each(gate_up_packed, gate_up_scale, paired=True)
    return TiledExperts(gate_up=gate_up, down=_tile_each(down_packed, down_scale, paired=False))


def checksum(data: torch.Tensor) -> int | None:
    """
    64 bits that change when a byte of ``data`` (contiguous uint8) does; None without the library.
    """
    found = _library(data.device)
    return None if found is None else launch.checksum(found, data)


def tiled_linear(x: torch.Tensor, weight: TiledInt4, *, bits: ActivationBits = 16) -> torch.Tensor:
    """
    ``x @ w^T`` with an INT4 weight.

    Args:
        x: ``[..., in]`` float.
        weight: Of :func:`tile_int4`.
        bits: Of the activations: 16, or 8 for about 1.6 times the speed at an error of 5e-3.

    Returns:
        ``[..., rows]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: ``x`` does not fit the weight.
    """
    found = _library_for(x)
    if found is None:
        return int4_linear(x, *tiles.untile(weight.data, weight.rows))
    return launch.linear(found, x, weight, bits)


def tiled_expert_mlp(
    x: torch.Tensor,
    topk_ids: torch.Tensor,
    topk_weights: torch.Tensor,
    experts: TiledExperts,
    *,
    bits: ActivationBits = 16,
) -> torch.Tensor:
    """
    :func:`kernels.expert_mlp` with INT4 experts.

    Args:
        x: ``[num_tokens, hidden]``.
        topk_ids: ``[num_tokens, top_k]`` int64.
        topk_weights: ``[num_tokens, top_k]`` float32.
        experts: Of :func:`tile_experts`.
        bits: Of the activations, see :func:`tiled_linear`.

    Returns:
        ``[num_tokens, hidden]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: Sizes that do not fit, or an id that is no expert.
    """
    found = _library_for(x)
    if found is not None:
        return launch.experts(found, x, topk_ids, topk_weights, experts, bits)

    def run(rows: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        pieces = torch.split(rows, counts.tolist())
        return torch.cat([_one_expert(piece, experts, e) if len(piece) else piece for e, piece in enumerate(pieces)])

    return over_sorted_tokens(x, topk_ids, topk_weights, len(experts.down), run)


def linear(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """
    ``x @ w^T`` with a float weight, which stays as it is: few tokens are bound by its bytes.

    Args:
        x: ``[num_tokens, in]`` float.
        weight: ``[out, in]`` fp32 or bf16.

    Returns:
        ``[num_tokens, out]`` in the dtype of ``x``; few tokens on a CPU are summed in fp32.
    """
    few = x.dim() == 2 and x.shape[0] <= FEW_TOKENS and weight.dtype in (torch.float32, torch.bfloat16)
    here = x.device.type == "cpu" and not torch.is_autocast_enabled("cpu")
    if few and here and not weight.requires_grad and weight.is_contiguous():
        found = _library_for(x)
        if found is not None:
            return parts.linear(found, x, weight).to(x.dtype)
    return F.linear(x, weight.to(x.dtype))


def attention_part(weights: AttentionWeights) -> AttentionPart | None:
    """
    The attention half of a layer as one call; None where the library cannot be had or does not fit, and the operations
    of :mod:`kernels` compute the same one by one.

    Args:
        weights: They must stay where they are.
    """
    return _part(AttentionPart, weights, weights.norm)


def mlp_part(weights: MlpWeights) -> MlpPart | None:
    """
    The other half, likewise.
    """
    return _part(MlpPart, weights, weights.norm)


def decoder(weights: DecoderWeights) -> Decoder | None:
    """
    All layers in one call, and the norm behind them, or all from tokens to logits; None likewise.

    Args:
        weights: They must stay where they are.
    """
    return _part(Decoder, weights, weights.norm)


def computes_parts(device: torch.device) -> bool:
    """
    Whether the parts may be used now: on a CPU, without gradients or autocast, and not forced to plain PyTorch.
    """
    if device.type != "cpu" or torch.is_grad_enabled() or torch.is_autocast_enabled("cpu"):
        return False
    return _library(device) is not None


def _part(kind: Callable[[ctypes.CDLL, W], P], weights: W, norm: torch.Tensor) -> P | None:
    found = _library(norm.device)
    if found is None:
        return None
    try:
        return kind(found, weights)
    except UnsupportedShape:
        return None


def _one_expert(rows: torch.Tensor, experts: TiledExperts, expert: int) -> torch.Tensor:
    hidden, inter = (32 * groups for groups in experts.down.shape[1:3])
    gate_up = int4_linear(rows, *tiles.untile(experts.gate_up[expert], 2 * inter, paired=True))
    gate, up = gate_up.chunk(2, dim=-1)
    return int4_linear(F.silu(gate) * up, *tiles.untile(experts.down[expert], hidden))


def _tile_each(packed: torch.Tensor, scale: torch.Tensor, *, paired: bool) -> torch.Tensor:
    # One expert at a time into its place: a layer of a large model does not fit twice more.
    experts, rows = packed.shape[:2]
    shape = (experts, -(-rows // tiles.TILE_ROWS), scale.shape[-1], tiles.GROUP_BYTES)
    data = empty_weights(shape, torch.uint8)
    found = _library(packed.device)
    for expert in range(experts):
        if found is None:
            data[expert] = tiles.tile(packed[expert], scale[expert], paired=paired)
        else:
            launch.tile(found, packed[expert], scale[expert], paired=paired, out=data[expert])
    return data


def _library_for(x: torch.Tensor) -> ctypes.CDLL | None:
    # The library knows no gradients.
    return None if torch.is_grad_enabled() and x.requires_grad else _library(x.device)


def _library(device: torch.device) -> ctypes.CDLL | None:
    return library() if not reference_only() and device.type == "cpu" else None
