"""
RMSNorm as a module.
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
