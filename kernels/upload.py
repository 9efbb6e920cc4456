"""
The host's numbers on a device, without waiting for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

#: Numbers of 4 bytes: kernels are compiled for addresses that are multiples of 16.
ALIGNED = 4


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


def upload_all(
    parts: Sequence[Sequence[int]], device: str | torch.device, dtype: torch.dtype = torch.int64
) -> list[torch.Tensor]:
    """
    Several rows of numbers in one copy.

    Args:
        parts: The rows.
        device: Where to.
        dtype: What as.

    Returns:
        One tensor for each, at an address that is a multiple of 16: another would be compiled for again.
    """
    padded = [[*part, *[0] * (-len(part) % ALIGNED)] for part in parts]
    sent = upload([number for part in padded for number in part], device, dtype)
    pieces = torch.split(sent, [len(part) for part in padded])
    return [piece[: len(part)] for piece, part in zip(pieces, parts, strict=True)]
