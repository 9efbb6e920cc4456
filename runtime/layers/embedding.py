"""
The token embedding and the output head as modules.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

import kernels


class TokenEmbedding(nn.Module):
    """
    One row per token.

    Not ``nn.Embedding``: its initial values, drawn on the meta device, make torch import its compiler (1 s of CPU).

    Args:
        vocab_size: Rows.
        hidden: Columns.
    """

    def __init__(self, vocab_size: int, hidden: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(vocab_size, hidden))

    def forward(self, token_ids: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens]`` int64 to ``[num_tokens, hidden]``.
        """
        return F.embedding(token_ids, self.weight)


class OutputHead(nn.Linear):
    """
    The logits of every token.

    Args:
        hidden: Columns.
        vocab_size: Rows.
    """

    def __init__(self, hidden: int, vocab_size: int) -> None:
        super().__init__(hidden, vocab_size, bias=False)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` to ``[num_tokens, vocab]``.
        """
        return kernels.linear(hidden, self.weight)
