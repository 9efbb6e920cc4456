"""
Random weights: the start of training and of the tests' tiny checkpoints.
"""

from __future__ import annotations

import torch
from torch import nn

from runtime.layers.norm import RMSNorm


@torch.no_grad()
def initialise(model: nn.Module, *, seed: int, std: float | None = None, norm_std: float = 0.0) -> None:
    """
    Draw every weight from a normal distribution; norms start at 1, biases at 0.

    Args:
        model: Any model of :mod:`runtime.models`.
        seed: Of the drawing.
        std: Standard deviation of matrices; None: ``fan_in^-0.5``, which keeps activations near 1 at any width.
        norm_std: Spread of norm weights around 1 and of biases around 0; training starts at 0, tests need more.
    """
    generator = torch.Generator().manual_seed(seed)
    norms = {id(p) for m in model.modules() if isinstance(m, RMSNorm | nn.LayerNorm) for p in m.parameters()}
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator).to(parameter)
        if parameter.dim() == 1:
            centre = 1.0 if id(parameter) in norms and name.endswith("weight") else 0.0
            parameter.copy_(centre + norm_std * noise)
        else:
            fan_in = parameter[0].numel() if name.endswith("patch_embed.proj.weight") else parameter.shape[-1]
            parameter.copy_(noise * (std if std is not None else fan_in**-0.5))
    for name, buffer in model.named_buffers():
        if name.endswith("e_score_correction_bias"):
            buffer.copy_(norm_std * torch.randn(buffer.shape, generator=generator))
