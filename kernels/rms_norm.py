"""
Root-mean-square normalisation; knows tensors only.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """
    ``weight * x / sqrt(mean(x^2) + eps)`` over the last dimension, the mean in fp32.

    Args:
        x: ``[..., hidden]``, any float dtype.
        weight: ``[hidden]``.
        eps: Added to the mean square.

    Returns:
        ``[..., hidden]`` in the dtype of ``x``; rounded to that dtype before the weight is applied.

    Source: Zhang and Sennrich 2019 (arXiv 1910.07467); order of the casts as in DeepSeek-V3.
    """
    if x.dtype == torch.float32:
        return F.rms_norm(x, weight.shape, weight.to(x.dtype), eps)
    return F.rms_norm(x.float(), weight.shape, None, eps).to(x.dtype) * weight.to(x.dtype)


def rms_norm_sum(
    x: torch.Tensor, residual: torch.Tensor, weight: torch.Tensor, eps: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    The norm of ``residual + x``, and that sum: what a layer adds, and what the next one begins with.

    Args:
        x: ``[..., hidden]``.
        residual: As ``x``.
        weight: ``[hidden]``.
        eps: Added to the mean square.

    Returns:
        Two ``[..., hidden]``; the sum is rounded to its dtype before it is normed.
    """
    total = residual + x
    return rms_norm(total, weight, eps), total
