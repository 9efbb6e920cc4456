"""
The gated MLP of dense layers and shared experts.
"""

from __future__ import annotations

import torch
from torch import nn

import kernels


class GatedMLP(nn.Module):
    """
    ``down(silu(gate x) * up x)``.

    Args:
        hidden: Width in and out.
        inter: Width between.
    """

    def __init__(self, hidden: int, inter: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(hidden, inter, bias=False)
        self.up_proj = nn.Linear(hidden, inter, bias=False)
        self.down_proj = nn.Linear(inter, hidden, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[..., hidden]`` to the same.
        """
        return self.down_proj(kernels.swiglu(self.gate_proj(x), self.up_proj(x)))  # type: ignore[no-any-return]
