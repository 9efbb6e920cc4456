"""
How the INT4 kernels are launched: a pure function of the sizes and the target, and nothing measured at run time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kernels.launch_table import tuned
from kernels.target import Target, family

Part = Literal["gate_up", "down", "linear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchConfig:
    """
    One way of cutting the work.

    Args:
        block_rows: Weight rows of one program.
        block_tokens: Tokens (sorted pairs) of one program.
        group_blocks: Token blocks that share a row tile while it is in cache.
        finish_weights: Whether weights are scaled before the product (many tokens) or the product after it (few).
        num_warps: Warps of one program.
        num_stages: Depth of the load pipeline.
    """

    block_rows: int
    block_tokens: int
    group_blocks: int
    finish_weights: bool
    num_warps: int
    num_stages: int


def _config(rows: int, tokens: int, group: int, finish: bool, warps: int, stages: int) -> LaunchConfig:
    return LaunchConfig(
        block_rows=rows,
        block_tokens=tokens,
        group_blocks=group,
        finish_weights=finish,
        num_warps=warps,
        num_stages=stages,
    )


# Keyed by (device family, shape class). Chosen from registers, spills and instructions per weight of the binaries
# (python -m benchmarks.binaries, Triton 3.7.1); what a sweep found (kernels.launch_table) goes first.
TABLE: dict[tuple[str, str], LaunchConfig] = {
    ("ampere", "few"): _config(64, 8, 1, False, 4, 3),
    ("ampere", "some"): _config(64, 16, 1, False, 4, 3),
    ("ampere", "many"): _config(64, 64, 8, True, 4, 3),
    ("ampere", "most"): _config(64, 64, 8, True, 4, 3),
    ("hopper", "few"): _config(64, 8, 1, False, 4, 3),
    ("hopper", "some"): _config(64, 16, 1, False, 4, 3),
    ("hopper", "many"): _config(128, 64, 8, True, 8, 3),
    ("hopper", "most"): _config(128, 128, 8, True, 8, 3),
    # From 16 tokens on, tcgen05 wants unpacked weights in shared memory: 8 instructions a weight against 3.
    ("blackwell", "few"): _config(64, 8, 1, False, 4, 3),
    ("blackwell", "some"): _config(64, 8, 4, False, 4, 3),
    # From 4 warps on Triton takes tcgen05, which wants each group's weights in tensor memory and waits for each
    # product: 10-13 instructions a weight (and an empty kernel for 128 tokens, 3.7.1). With 2, mma.sync: 6-8.
    ("blackwell", "many"): _config(32, 64, 8, True, 2, 3),
    ("blackwell", "most"): _config(32, 64, 8, True, 2, 3),
    # 64 KB of local memory, and no product narrower than 16.
    ("cdna", "few"): _config(64, 16, 1, False, 4, 2),
    ("cdna", "some"): _config(64, 16, 1, False, 4, 2),
    ("cdna", "many"): _config(64, 64, 8, True, 4, 2),
    ("cdna", "most"): _config(64, 64, 8, True, 4, 2),
}

# Where one matrix instead of two leaves registers for more rows.
ONE_MATRIX: dict[tuple[str, str], LaunchConfig] = {
    ("blackwell", "many"): _config(64, 64, 8, True, 2, 3),
    ("blackwell", "most"): _config(64, 64, 8, True, 2, 3),
}


def shape_class(num_pairs: int, num_experts: int) -> str:
    """
    ``few``, ``some``, ``many`` or ``most`` tokens at an expert, if pairs are spread evenly over the experts.
    """
    per_expert = num_pairs / max(1, min(num_experts, num_pairs))
    for most, name in ((4, "few"), (16, "some"), (64, "many")):
        if per_expert <= most:
            return name
    return "most"


def choose(num_pairs: int, num_experts: int, target: Target, part: Part = "gate_up") -> LaunchConfig:
    """
    The launch for this many (token, expert) pairs; the parts of an expert have the same blocks of tokens.

    Args:
        num_pairs: Tokens times experts per token.
        num_experts: Experts they may go to (1 for a plain linear map).
        target: The device.
        part: Which kernel.
    """
    return of_shape(shape_class(num_pairs, num_experts), target, part)


def of_shape(shape: str, target: Target, part: Part) -> LaunchConfig:
    """
    The launch of a shape class.
    """
    found = tuned(f"int4_{part}", shape, target)
    if found is not None:
        return LaunchConfig(**found)
    key = (family(target), shape)
    return TABLE[key] if part == "gate_up" else ONE_MATRIX.get(key, TABLE[key])
