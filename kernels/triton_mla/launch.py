"""
How latent attention is launched: pure functions of the sizes and the target.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernels.launch_table import tuned
from kernels.target import Target, family


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeConfig:
    """
    Args:
        block_heads: (Query, head) rows of one program.
        block_keys: Keys of one step; divides the page.
        num_warps: Warps of one program.
        num_stages: Depth of the load pipeline.
    """

    block_heads: int
    block_keys: int
    num_warps: int
    num_stages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefillConfig:
    """
    Args:
        block_queries: Queries of one program.
        block_keys: Keys of one step.
        num_warps: Warps of one program.
        num_stages: Depth of the load pipeline.
    """

    block_queries: int
    block_keys: int
    num_warps: int
    num_stages: int


def _decode(heads: int, keys: int, warps: int, stages: int) -> DecodeConfig:
    return DecodeConfig(block_heads=heads, block_keys=keys, num_warps=warps, num_stages=stages)


def _prefill(queries: int, keys: int, warps: int, stages: int) -> PrefillConfig:
    return PrefillConfig(block_queries=queries, block_keys=keys, num_warps=warps, num_stages=stages)


# Keyed by (device family, rows class); from the binaries (python -m benchmarks.binaries, Triton 3.7.1), not yet from a
# sweep on a GPU.
DECODE: dict[tuple[str, str], DecodeConfig] = {
    ("ampere", "few"): _decode(16, 32, 8, 2),
    ("ampere", "many"): _decode(16, 32, 8, 2),
    ("hopper", "few"): _decode(16, 32, 8, 2),
    ("hopper", "many"): _decode(64, 32, 8, 2),
    ("blackwell", "few"): _decode(16, 32, 8, 2),
    ("blackwell", "many"): _decode(16, 32, 8, 2),
    ("cdna", "few"): _decode(16, 32, 4, 1),
    ("cdna", "many"): _decode(16, 32, 4, 1),
}
PREFILL: dict[str, PrefillConfig] = {
    "ampere": _prefill(64, 64, 8, 2),
    "hopper": _prefill(128, 64, 8, 2),
    "blackwell": _prefill(128, 64, 8, 2),
    "cdna": _prefill(64, 32, 4, 1),
}
#: Programs a multiprocessor is given, so that none idles while the last ones finish.
WAVES = 2
#: Keys below which a part is not worth its merge.
SMALLEST_PART = 256
MOST_PARTS = 64


def choose_decode(rows: int, target: Target) -> DecodeConfig:
    """
    Args:
        rows: Queries times heads of one sequence.
        target: The device.
    """
    shape = "many" if rows >= 64 else "few"
    found = tuned("mla_decode", shape, target)
    return DECODE[family(target), shape] if found is None else DecodeConfig(**found)


def choose_prefill(target: Target) -> PrefillConfig:
    """
    Args:
        target: The device.
    """
    found = tuned("mla_prefill", "all", target)
    return PREFILL[family(target)] if found is None else PrefillConfig(**found)


def choose_splits(batch: int, rows: int, longest: int, config: DecodeConfig, target: Target) -> int:
    """
    Parts of the keys: as many as keep all multiprocessors at work, none smaller than ``SMALLEST_PART``.

    A power of two, so that few kernels are compiled.

    Args:
        batch: Sequences.
        rows: Queries times heads of one sequence.
        longest: Keys of the longest sequence (a bound is enough: lengths stay on the device).
        config: The launch.
        target: The device.
    """
    programs = batch * -(-rows // config.block_heads)
    wanted = min(-(-WAVES * target.processors // programs), longest // SMALLEST_PART, MOST_PARTS)
    return 1 << (max(1, wanted).bit_length() - 1)
