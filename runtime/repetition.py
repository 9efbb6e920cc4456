"""
The stop rule against answers that run in a circle; torch-free.
"""

from __future__ import annotations

from collections.abc import Sequence

# Shorter circles have a multiple in this range; longer ones are left to max_tokens.
SHORTEST_PIECE = 8
LONGEST_PIECE = 128


def is_circling(tokens: Sequence[int], times: int) -> bool:
    """
    Whether the last tokens are one piece of 8 to 128 tokens, ``times`` times in a row.

    Args:
        tokens: The answer so far.
        times: Repeats that are too many, at least 2.
    """
    for piece in range(SHORTEST_PIECE, LONGEST_PIECE + 1):
        span = piece * times
        if span > len(tokens):
            return False
        # Two probes before slicing: nearly every length fails here.
        if tokens[-1] != tokens[-1 - piece] or tokens[-2] != tokens[-2 - piece]:
            continue
        if list(tokens[-span:-piece]) == list(tokens[-span + piece :]):
            return True
    return False
