"""
Bidirectional attention inside each picture of a packed row of pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812


def vit_attention(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
    """
    ``softmax(q k^T / sqrt(head_dim)) v`` over all patches of one media item, none across items.

    Args:
        q: ``[num_patches, heads, head_dim]``, items one after the other.
        k: As ``q``.
        v: As ``q``.
        lengths: Patches of each item, summing to ``num_patches``.

    Returns:
        ``[num_patches, heads, head_dim]``.

    Source: MoonViT ``multihead_attention`` (variable length, not causal).
    """
    if len(set(lengths)) == 1:
        batch = len(lengths)
        # [N, h, d] -> [B, h, L, d]
        q, k, v = (torch.unflatten(t, 0, (batch, -1)).transpose(1, 2) for t in (q, k, v))
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(0, 1)
    outputs = [
        F.scaled_dot_product_attention(*(t.transpose(0, 1) for t in item)).transpose(0, 1)
        for item in zip(*(torch.split(t, list(lengths)) for t in (q, k, v)), strict=True)
    ]
    return torch.cat(outputs)
