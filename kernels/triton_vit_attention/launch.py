"""
How the vision tower's attention is launched.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernels.launch_table import tuned
from kernels.target import Target, family


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchConfig:
    """
    Args:
        block_queries: Patches of one program.
        block_keys: Patches of one step.
        num_warps: Warps of one program.
        num_stages: Depth of the load pipeline.
    """

    block_queries: int
    block_keys: int
    num_warps: int
    num_stages: int


def _config(queries: int, keys: int, warps: int, stages: int) -> LaunchConfig:
    return LaunchConfig(block_queries=queries, block_keys=keys, num_warps=warps, num_stages=stages)


# From the binaries (python -m benchmarks.binaries, Triton 3.7.1), not yet from a sweep on a GPU.
TABLE: dict[str, LaunchConfig] = {
    "ampere": _config(64, 64, 4, 2),
    "hopper": _config(128, 64, 8, 3),
    "blackwell": _config(128, 64, 8, 3),
    "cdna": _config(64, 32, 4, 1),
}


def choose(target: Target) -> LaunchConfig:
    """
    Args:
        target: The device.
    """
    found = tuned("vit_attention", "all", target)
    return TABLE[family(target)] if found is None else LaunchConfig(**found)
