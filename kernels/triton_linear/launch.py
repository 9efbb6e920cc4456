"""
How the dense linear map is launched.
"""

from __future__ import annotations

from dataclasses import dataclass

from kernels.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchConfig:
    """
    Args:
        block_rows: Weight rows of one program.
        block_tokens: Tokens of one program.
        block_columns: Columns of one step.
        shares: Parts that the columns are cut into.
        num_warps: Warps of one program.
        num_stages: Depth of the load pipeline.
    """

    block_rows: int
    block_tokens: int
    block_columns: int
    shares: int
    num_warps: int
    num_stages: int


#: Tokens up to which a plain library product reads the weight no better.
MOST_TOKENS = 16
#: Columns below which a share is not worth its sum.
SMALLEST_SHARE = 512
MOST_SHARES = 16


def choose(num_tokens: int, rows: int, columns: int, target: Target) -> LaunchConfig:
    """
    Enough programs for two on every multiprocessor: cut rows first, then columns.

    Args:
        num_tokens: Tokens.
        rows: Outputs.
        columns: Inputs.
        target: The device.
    """
    block_rows = 32
    programs = -(-rows // block_rows)
    wanted = min(-(-2 * target.processors // programs), columns // SMALLEST_SHARE, MOST_SHARES)
    shares = 1 << (max(1, wanted).bit_length() - 1)
    # A product on AMD is at least 16 wide, and its local memory holds fewer stages.
    narrow = num_tokens <= 8 and target.backend == "cuda"
    return LaunchConfig(
        block_rows=block_rows,
        block_tokens=8 if narrow else 16,
        block_columns=128,
        shares=shares,
        num_warps=4,
        num_stages=4 if target.backend == "cuda" else 2,
    )
