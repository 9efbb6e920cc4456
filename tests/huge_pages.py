"""
What the system was asked to do for a piece of memory.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

SYSTEM = Path("/sys/kernel/mm/transparent_hugepage")
MAPS = Path("/proc/self/smaps")

needs_huge_pages = pytest.mark.skipif(
    not SYSTEM.exists() or not MAPS.exists(), reason="the system has no huge pages, or does not tell"
)


def asked_for(tensor: torch.Tensor) -> bool:
    """
    Whether the memory that a tensor begins in is to lie in huge pages.
    """
    inside = False
    for line in MAPS.read_text().splitlines():
        name, _, rest = line.partition(" ")
        if not name.endswith(":"):
            first, last = (int(end, 16) for end in name.split("-"))
            inside = first <= tensor.data_ptr() < last
        elif inside and name == "VmFlags:":
            return "hg" in rest.split()
    raise AssertionError("the tensor lies in no mapping")
