"""
The host's numbers on a device, without waiting for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


def upload(values: Sequence[float], device: str | torch.device, dtype: torch.dtype = torch.int64) -> torch.Tensor:
    """
    Numbers as a tensor on a device.

    Args:
        values: The numbers.
        device: Where to.
        dtype: What as.

    Returns:
        ``[len(values)]``. A GPU is not waited for: the copy begins in memory that stays in its place.
    """
    host = torch.tensor(values, dtype=dtype)
    return host if torch.device(device).type == "cpu" else host.pin_memory().to(device, non_blocking=True)
