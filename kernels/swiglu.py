"""
The gate of an MLP.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812


def swiglu(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """
    ``silu(gate) * up``.

    Args:
        gate: ``[..., inter]``.
        up: As ``gate``.

    Returns:
        Like ``gate``.

    Source: Shazeer 2020 (arXiv 2002.05202).
    """
    return F.silu(gate) * up
