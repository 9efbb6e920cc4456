"""
INT4 "pack-quantized" weights: packing, unpacking, dequantising, quantising and the linear map.

Layout: ``weight [out, in]`` becomes ``packed [out, in / 8] int32``; column ``c`` lies in word ``c // 8``, bits
``4 (c % 8)`` to ``+3`` (first column in the lowest nibble), stored as ``q + 8`` with ``q`` in [-8, 7]. One scale per
``GROUP_SIZE`` columns: ``scale [out, in / 32]``; ``w = q * scale``. No zero point.

Source: compressed-tensors 0.20, ``compressors/pack_quantized``.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812

from kernels.errors import UnsupportedShape

GROUP_SIZE = 32
NIBBLES_PER_WORD = 8
# Largest quotient of max|w| / scale: 7.5 lets the extreme weight round to either end of [-8, 7].
RANGE = 7.5


def pack(q: torch.Tensor) -> torch.Tensor:
    """
    Put eight signed values into each int32.

    Args:
        q: ``[..., in]`` integer values in [-8, 7]; ``in`` a multiple of 8.

    Returns:
        ``[..., in / 8]`` int32.

    Raises:
        UnsupportedShape: ``in`` is no multiple of 8.
    """
    if q.shape[-1] % NIBBLES_PER_WORD:
        raise UnsupportedShape(f"{q.shape[-1]} columns do not fill words of {NIBBLES_PER_WORD}")
    nibbles = torch.unflatten(q.to(torch.int32) + 8, -1, (-1, NIBBLES_PER_WORD))
    shifts = torch.arange(0, 32, 4, dtype=torch.int32, device=q.device)
    # The nibbles do not overlap, so the (wrapping) sum is the bitwise or.
    return (nibbles << shifts).sum(-1, dtype=torch.int32)


def unpack(packed: torch.Tensor) -> torch.Tensor:
    """
    The inverse of :func:`pack`.

    Args:
        packed: ``[..., in / 8]`` int32.

    Returns:
        ``[..., in]`` int8 in [-8, 7].
    """
    raw = packed.contiguous().view(torch.uint8)
    pairs = torch.stack([raw & 0xF, raw >> 4], dim=-1)
    return pairs.flatten(-2).to(torch.int8) - 8


def dequantise(packed: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """
    ``w = q * scale``, rounded to the scale's dtype as the format's own library does.

    Args:
        packed: ``[..., out, in / 8]`` int32.
        scale: ``[..., out, in / 32]`` bf16 or float.

    Returns:
        ``[..., out, in]`` in the dtype of ``scale``.
    """
    groups = torch.unflatten(unpack(packed), -1, (-1, GROUP_SIZE))
    return (groups.to(scale.dtype) * scale.unsqueeze(-1)).flatten(-2)


def quantise(weight: torch.Tensor, scale_dtype: torch.dtype = torch.bfloat16) -> tuple[torch.Tensor, torch.Tensor]:
    """
    ``scale = max|w| / 7.5`` per group; ``q = clamp(round(w / scale), -8, 7)``, halves to even.

    Args:
        weight: ``[..., out, in]`` float; ``in`` a multiple of 32.
        scale_dtype: What the scales are stored in.

    Returns:
        ``packed [..., out, in / 8]`` int32 and ``scale [..., out, in / 32]``.

    Raises:
        UnsupportedShape: ``in`` is no multiple of 32.
    """
    if weight.shape[-1] % GROUP_SIZE:
        raise UnsupportedShape(f"{weight.shape[-1]} columns do not fill groups of {GROUP_SIZE}")
    groups = torch.unflatten(weight, -1, (-1, GROUP_SIZE))
    # An all-zero group keeps a tiny positive scale: a stored 0 is refused when a checkpoint is read.
    smallest = torch.finfo(scale_dtype).tiny
    scale = (groups.float().abs().amax(-1) / RANGE).to(scale_dtype).clamp_min(smallest)
    q = (groups / scale.unsqueeze(-1).to(weight.dtype)).round().clamp(-8, 7)
    return pack(q.flatten(-2)), scale


def int4_linear(x: torch.Tensor, packed: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    """
    ``x @ dequantise(packed, scale)^T``.

    Args:
        x: ``[..., in]`` float.
        packed: ``[out, in / 8]`` int32.
        scale: ``[out, in / 32]``.

    Returns:
        ``[..., out]`` in the dtype of ``x``.
    """
    return F.linear(x, dequantise(packed, scale).to(x.dtype))
