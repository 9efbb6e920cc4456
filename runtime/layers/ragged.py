"""
Packed tokens of several sequences: no padding in linear layers, padded views only where attention needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch

import kernels

INDICES = ("row", "column", "positions", "last")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ragged:
    """
    Where each of ``num_tokens`` packed tokens sits.

    Args:
        lengths: New tokens of each sequence, at least 1 each.
        past: Tokens of each sequence that are in the cache already.
        row: ``[num_tokens]`` int64, the token's sequence.
        column: ``[num_tokens]`` int64, its place among the sequence's new tokens.
        positions: ``[num_tokens]`` int64, its place in the sequence.
        last: ``[batch]`` int64, each sequence's last packed token.
    """

    lengths: tuple[int, ...]
    past: tuple[int, ...]
    row: torch.Tensor
    column: torch.Tensor
    positions: torch.Tensor
    last: torch.Tensor

    @classmethod
    def of(
        cls, lengths: Sequence[int], past: Sequence[int] | None = None, device: str | torch.device = "cpu"
    ) -> Ragged:
        """
        Lay out sequences one after the other.

        Args:
            lengths: New tokens of each sequence.
            past: Cached tokens of each; None: none.
            device: Where the index tensors live.
        """
        before = tuple(past) if past is not None else (0,) * len(lengths)
        row = [sequence for sequence, length in enumerate(lengths) for _ in range(length)]
        column = [place for length in lengths for place in range(length)]
        positions = [start + place for start, length in zip(before, lengths, strict=True) for place in range(length)]
        last = [end - 1 for end in accumulate(lengths)]
        sent = dict(zip(INDICES, kernels.upload_all([row, column, positions, last], device), strict=True))
        return cls(lengths=tuple(lengths), past=before, **sent)

    @property
    def is_fresh(self) -> bool:
        """
        Whether no sequence has anything cached.
        """
        return not any(self.past)

    @property
    def longest(self) -> int:
        """
        Most new tokens of any sequence.
        """
        return max(self.lengths)

    @property
    def num_keys(self) -> int:
        """
        Cached and new tokens of the longest sequence.
        """
        return max(p + n for p, n in zip(self.past, self.lengths, strict=True))

    def pad(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, ...]`` to ``[batch, longest, ...]``, zeros behind shorter sequences.
        """
        if min(self.lengths) == self.longest:
            return torch.unflatten(x, 0, (len(self.lengths), self.longest))
        padded = x.new_zeros((len(self.lengths), self.longest, *x.shape[1:]))
        return padded.index_put((self.row, self.column), x)

    def unpad(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[batch, longest, ...]`` back to ``[num_tokens, ...]``.
        """
        if min(self.lengths) == self.longest:
            return x.flatten(0, 1)
        return x[self.row, self.column]

    def visible(self) -> torch.Tensor:
        """
        ``[batch, longest, tail]`` bool: which of the last ``tail`` keys a token sees (itself and everything before it).

        Keys before the tail lie in the past of every sequence, so all tokens see them.
        """
        device = self.row.device
        last = torch.tensor(self.past, device=device).view(-1, 1) + torch.arange(self.longest, device=device)
        return torch.arange(min(self.past), self.num_keys, device=device) <= last.unsqueeze(-1)
