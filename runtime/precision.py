"""
Which float type a device computes fastest in.
"""

from __future__ import annotations

import time

import torch

# bf16 costs accuracy (8 bits of mantissa), so it must pay. Around small products it hardly does: at width 256 they are
# 3.3 times faster on an EPYC 9005 (AVX512-BF16), the whole model 1.15 times; at width 2048 they are 6.5 times faster.
# CPUs without the instructions are slower in it.
WORTH_IT = 4.0
PROBE_ROWS = 128
PROBE_RUNS = 5


def fastest_dtype(device: torch.device, width: int) -> torch.dtype:
    """
    bfloat16 on GPUs and on CPUs where a short probe shows it to be clearly faster, else float32.

    Args:
        device: Where to compute.
        width: Hidden size of the model: the probe multiplies ``[128, width]`` by ``[width, width]``.
    """
    if device.type != "cpu":
        return torch.bfloat16
    seconds = {dtype: _probe(dtype, width) for dtype in (torch.float32, torch.bfloat16)}
    return torch.bfloat16 if seconds[torch.float32] > WORTH_IT * seconds[torch.bfloat16] else torch.float32


def _probe(dtype: torch.dtype, width: int) -> float:
    left, right = torch.ones(PROBE_ROWS, width, dtype=dtype), torch.ones(width, width, dtype=dtype)
    best = float("inf")
    # The first run includes one-time set-up and never counts.
    for run in range(PROBE_RUNS + 1):
        start = time.perf_counter()
        torch.mm(left, right)
        if run:
            best = min(best, time.perf_counter() - start)
    return best
