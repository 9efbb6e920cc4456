"""
Latent attention over pages: the absorbed form for a few new tokens, the expanded one, in pieces, for chunks.

Expanded keys and values are ``heads (nope + v)`` numbers a token, 57 times its row in the cache at K2.5's sizes, so at
most ``MOST_EXPANDED`` of them exist at a time: the past is expanded in pieces that all new tokens see, then the new
tokens among themselves, and the parts are merged by their log-sum-exp. Oracle ``kernels.paged.paged_attention``.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812

from kernels.paged import PagedBatch, key_slots
from kernels.triton_mla import decode, merge, prefill

__all__ = ["EXPANDED_FROM", "MOST_EXPANDED", "attend"]

#: New tokens of a sequence from which expanding is cheaper: per (query, key) pair ``2 (2 rank + rope)`` operations
#: absorbed against ``2 (nope + rope + v)``, and ``2 rank (nope + v)`` once a key: equal at 171 in K2.5 and Kimi-VL.
EXPANDED_FROM = 171
#: Keys that are expanded at a time: half a gigabyte in bf16 at 64 heads of 128 + 128.
MOST_EXPANDED = 16384


def attend(q: torch.Tensor, pages: torch.Tensor, batch: PagedBatch, kv_b: torch.Tensor, scale: float) -> torch.Tensor:
    """
    Args:
        q: ``[num_tokens, heads, nope + rope]``, rotated.
        pages: ``[num_pages, page_size, rank + rope]``, which hold the new tokens' rows already.
        batch: Where they lie.
        kv_b: ``[heads, nope + v, rank]``.
        scale: Factor of the scores.

    Returns:
        ``[num_tokens, heads, v]``.

    Raises:
        UnsupportedShape: As of :func:`kernels.triton_mla.decode` and :func:`kernels.triton_mla.prefill`.
    """
    if batch.longest < EXPANDED_FROM:
        return batch.unpad(decode(batch.pad(q), pages, batch.block_table, batch.visible, kv_b, scale))
    none = torch.zeros_like(batch.cu_k[1:])
    if batch.num_keys <= MOST_EXPANDED:
        return _over(q, pages, batch, kv_b, scale, (none, batch.cu_k, batch.num_keys))[0]
    past = batch.cu_k.diff() - batch.cu_q.diff()
    out, lse = _over(q, pages, batch, kv_b, scale, (past, batch.cu_q, q.shape[0]))
    size = max(pages.shape[1], MOST_EXPANDED // len(batch.past))
    for first in range(0, max(batch.past), size):
        cu = F.pad((past - first).clamp(0, size).cumsum(0, dtype=torch.int32), (1, 0))
        keys = (none + first, cu, sum(min(max(p - first, 0), size) for p in batch.past))
        part, part_lse = _over(q, pages, batch, kv_b, scale, keys, causal=False)
        merged, total = merge(torch.stack([out, part]).flatten(1, 2), torch.stack([lse, part_lse]).flatten(1))
        out, lse = merged.view_as(out), total.view_as(lse)
    return out


def _over(
    q: torch.Tensor,
    pages: torch.Tensor,
    batch: PagedBatch,
    kv_b: torch.Tensor,
    scale: float,
    keys: tuple[torch.Tensor, torch.Tensor, int],
    *,
    causal: bool = True,
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Expanded attention over some keys of each sequence: where they begin, ``cu`` and number as of ``key_slots``.
    """
    begin, cu, num = keys
    heads, _, rank = kv_b.shape
    rows = pages.flatten(0, 1)[key_slots(batch.block_table, pages.shape[1], begin, cu, num)]
    expanded = torch.unflatten(F.linear(rows[:, :rank], kv_b.flatten(0, 1)), -1, (heads, -1))
    return prefill(q, expanded, rows[:, rank:], batch.cu_q, cu, batch.longest, scale, causal=causal)
