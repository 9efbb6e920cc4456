"""
Norms as modules.
"""

from __future__ import annotations

import torch
from torch import nn

import kernels


class RMSNorm(nn.Module):
    """
    ``weight * x / rms(x)``.

    Args:
        size: Width.
        eps: Added to the mean square.
    """

    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[..., size]`` to the same.
        """
        return kernels.rms_norm(x, self.weight, self.eps)

    def of_sum(self, x: torch.Tensor, residual: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """
        The norm of ``residual + x``, and that sum; all ``[..., size]``.
        """
        return kernels.rms_norm_sum(x, residual, self.weight, self.eps)


class LayerNorm(nn.LayerNorm):
    """
    ``weight * (x - mean) / sqrt(var + eps) + bias`` over the last dimension.

    Args:
        size: Width.
        eps: Added to the variance.
    """

    def __init__(self, size: int, eps: float) -> None:
        super().__init__(size, eps=eps)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[..., size]`` to the same.
        """
        return kernels.layer_norm(x, self.weight, self.bias, self.eps)
