"""
Which float type a device computes fastest in.
"""

from __future__ import annotations

import time

import torch

# bf16 costs accuracy (8 bits of mantissa), so it must pay: CPUs without the instructions are slower in it.
WORTH_IT = 1.5
PROBE_SIZE = 512
PROBE_RUNS = 3


def fastest_dtype(device: torch.device) -> torch.dtype:
    """
    bfloat16 on GPUs and on CPUs where a short probe (about 10 ms) shows it to be clearly faster, else float32.
    """
    if device.type != "cpu":
        return torch.bfloat16
    seconds = {dtype: _probe(dtype) for dtype in (torch.float32, torch.bfloat16)}
    return torch.bfloat16 if seconds[torch.float32] > WORTH_IT * seconds[torch.bfloat16] else torch.float32


def _probe(dtype: torch.dtype) -> float:
    left = torch.ones(PROBE_SIZE, PROBE_SIZE, dtype=dtype)
    best = float("inf")
    # The first run includes one-time set-up and never counts.
    for run in range(PROBE_RUNS + 1):
        start = time.perf_counter()
        torch.mm(left, left)
        if run:
            best = min(best, time.perf_counter() - start)
    return best
