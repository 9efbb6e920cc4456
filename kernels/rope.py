"""
Rotary position embedding: frequencies (plain, YaRN, two-dimensional) and the rotation of interleaved pairs.
"""

from __future__ import annotations

import math

import torch


def inverse_frequencies(dim: int, theta: float) -> torch.Tensor:
    """
    ``f_j = theta^(-2j/dim)``.

    Args:
        dim: Rotated width, even.
        theta: Base.

    Returns:
        ``[dim / 2]`` float32.

    Source: Su et al. 2021 (RoFormer), eq. 15.
    """
    exponent = torch.arange(0, dim, 2, dtype=torch.float64) / dim
    return (theta**-exponent).float()


def yarn_frequencies(
    dim: int, theta: float, *, factor: float, original_length: int, beta_fast: float, beta_slow: float
) -> torch.Tensor:
    """
    YaRN: high frequencies stay, low ones are divided by ``factor``, a linear ramp lies between.

    ``corr(n) = dim ln(original_length / (2 pi n)) / (2 ln theta)``; the ramp runs from ``floor(corr(beta_fast))`` to
    ``ceil(corr(beta_slow))``, both clamped to ``[0, dim - 1]``.

    Args:
        dim: Rotated width, even.
        theta: Base.
        factor: Context extension.
        original_length: Positions seen before the extension.
        beta_fast: Rotations above which a frequency is kept.
        beta_slow: Rotations below which a frequency is divided.

    Returns:
        ``[dim / 2]`` float32.

    Source: Peng et al. 2023 (arXiv 2309.00071), §3.2.
    """

    def correction(rotations: float) -> float:
        return dim * math.log(original_length / (rotations * 2 * math.pi)) / (2 * math.log(theta))

    low = max(math.floor(correction(beta_fast)), 0)
    high = min(math.ceil(correction(beta_slow)), dim - 1)
    ramp = ((torch.arange(dim // 2).float() - low) / max(high - low, 0.001)).clamp(0, 1)
    plain = inverse_frequencies(dim, theta)
    return plain * (1 - ramp) + plain / factor * ramp


def yarn_magnitude(factor: float, mscale: float) -> float:
    """
    ``0.1 mscale ln(factor) + 1``: how YaRN sharpens attention; 1 when nothing is extended.

    Source: arXiv 2309.00071 §3.4 with DeepSeek's ``mscale`` weight.
    """
    return 0.1 * mscale * math.log(factor) + 1.0 if factor > 1 and mscale else 1.0


def rope_2d_angles(height: int, width: int, head_dim: int, theta: float = 10000.0) -> torch.Tensor:
    """
    Angles of MoonViT's two-dimensional RoPE: pair 2j turns by ``column * f_j``, pair 2j+1 by ``row * f_j``.

    ``f_j = theta^(-4j / head_dim)``.

    Args:
        height: Rows of patches.
        width: Columns of patches.
        head_dim: Width of one head, divisible by 4.
        theta: Base.

    Returns:
        ``[height * width, head_dim / 2]`` float32, raster order.

    Source: MoonViT ``Rope2DPosEmb`` (its docstring says height first; its code rotates by the column first).
    """
    frequencies = inverse_frequencies(head_dim // 2, theta)
    rows = torch.arange(height).float().view(height, 1, 1) * frequencies
    columns = torch.arange(width).float().view(1, width, 1) * frequencies
    shape = (height, width, head_dim // 4)
    return torch.stack([columns.expand(shape), rows.expand(shape)], dim=-1).reshape(height * width, head_dim // 2)


def rotate_pairs(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """
    Rotate the channel pairs (0,1), (2,3), … : ``a' = a cos - b sin``, ``b' = b cos + a sin``, in fp32.

    Args:
        x: ``[..., dim]``.
        cos: Broadcastable to ``[..., dim / 2]`` float32.
        sin: As ``cos``.

    Returns:
        Like ``x``.

    Source: Su et al. 2021, eq. 34, interleaved layout.
    """
    a, b = torch.unflatten(x.float(), -1, (-1, 2)).unbind(-1)
    return torch.stack([a * cos - b * sin, b * cos + a * sin], dim=-1).flatten(-2).to(x.dtype)


def rotate_tail(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """
    Rotate the last channels of each head and leave the others.

    Args:
        x: ``[num_tokens, heads, dim]``; a GPU's kernel overwrites it.
        cos: ``[num_tokens, rope / 2]`` float32, ``rope`` at most ``dim``.
        sin: As ``cos``.

    Returns:
        Like ``x``.
    """
    kept = x.shape[-1] - 2 * cos.shape[-1]
    turned = rotate_pairs(x[..., kept:], cos.unsqueeze(1), sin.unsqueeze(1))
    return torch.cat([x[..., :kept], turned], dim=-1)
