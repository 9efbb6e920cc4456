"""
The latent cache in pages: what a step of a ragged batch has to know about them, and the operations in plain PyTorch.

**Pages** ``[num_pages, page_size, rank + rope]``, one row per token ``[latent, normed | key, rotated]``. A sequence
owns a row of the block table, which names its pages in order; sequences that begin alike may name the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from kernels import mla, rope
from kernels.rms_norm import rms_norm


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedBatch:
    """
    Packed new tokens of several sequences, and where they and all earlier ones lie.

    What kernels are launched by is known to the host (``lengths``, ``past``); all else lies on the device, so that a
    launch waits for nothing.

    Args:
        lengths: New tokens of each sequence, at least 1 each.
        past: Tokens of each that are in the cache already.
        block_table: ``[batch, max_pages]`` int32.
        slots: ``[num_tokens]`` int64, ``page * page_size + place`` of each new token.
        padded: ``[num_tokens]`` int64, its index when sequences are padded to the longest.
        visible: ``[batch, longest]`` int32, keys that a token sees: all up to itself; 0 behind shorter sequences.
        cu_q: ``[batch + 1]`` int32, where each sequence's new tokens begin.
        cu_k: ``[batch + 1]`` int32, the same of all its tokens.
    """

    lengths: tuple[int, ...]
    past: tuple[int, ...]
    block_table: torch.Tensor
    slots: torch.Tensor
    padded: torch.Tensor
    visible: torch.Tensor
    cu_q: torch.Tensor
    cu_k: torch.Tensor

    @property
    def longest(self) -> int:
        """
        Most new tokens of any sequence.
        """
        return max(self.lengths)

    @property
    def num_keys(self) -> int:
        """
        Old and new tokens of all sequences.
        """
        return sum(self.lengths) + sum(self.past)

    def pad(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, ...]`` to ``[batch, longest, ...]``, zeros behind shorter sequences.
        """
        shape = (len(self.lengths), self.longest, *x.shape[1:])
        if min(self.lengths) == self.longest:
            return x.view(shape)
        return x.new_zeros((shape[0] * shape[1], *shape[2:])).index_copy_(0, self.padded, x).view(shape)

    def unpad(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[batch, longest, ...]`` back to ``[num_tokens, ...]``.
        """
        flat = x.flatten(0, 1)
        return flat if min(self.lengths) == self.longest else flat.index_select(0, self.padded)


def cache_write(
    kv: torch.Tensor,
    weight: torch.Tensor,
    eps: float,
    cos: torch.Tensor,
    sin: torch.Tensor,
    slots: torch.Tensor,
    pages: torch.Tensor,
) -> None:
    """
    Norm the latents, rotate the keys, and store both.

    Args:
        kv: ``[num_tokens, rank + rope]``.
        weight: ``[rank]`` of the latent's norm.
        eps: Of the norm.
        cos: ``[num_tokens, rope / 2]`` float32.
        sin: As ``cos``.
        slots: ``[num_tokens]`` int64, ``page * page_size + place``.
        pages: ``[num_pages, page_size, rank + rope]``; written.
    """
    rank = weight.shape[0]
    rows = torch.cat([rms_norm(kv[:, :rank], weight, eps), rope.rotate_pairs(kv[:, rank:], cos, sin)], dim=-1)
    pages.view(-1, kv.shape[1]).index_copy_(0, slots, rows.to(pages.dtype))


def key_slots(
    block_table: torch.Tensor, page_size: int, begin: torch.Tensor, cu: torch.Tensor, num: int
) -> torch.Tensor:
    """
    Where consecutive keys of every sequence lie.

    Args:
        block_table: ``[batch, max_pages]`` integer.
        page_size: Tokens of one page.
        begin: ``[batch]`` int32, each sequence's first key that is wanted.
        cu: ``[batch + 1]`` int32: sequence ``i`` gives keys ``cu[i]`` to ``cu[i + 1] - 1`` of the result.
        num: ``cu[-1]``, known to the host.

    Returns:
        ``[num]`` int64.
    """
    key = torch.arange(num, dtype=torch.int32, device=cu.device)
    sequence = torch.searchsorted(cu[1:], key, right=True)
    place = key - cu[sequence] + begin[sequence]
    return block_table[sequence, place // page_size].long() * page_size + place % page_size


def paged_attention(
    q: torch.Tensor, pages: torch.Tensor, batch: PagedBatch, kv_b: torch.Tensor, scale: float
) -> torch.Tensor:
    """
    Latent attention of the new tokens over the pages, which hold them already: each sees all keys up to itself.

    Args:
        q: ``[num_tokens, heads, nope + rope]``, rotated.
        pages: ``[num_pages, page_size, rank + rope]``.
        batch: Where they lie.
        kv_b: ``[heads, nope + v, rank]``.
        scale: Factor of the scores.

    Returns:
        ``[num_tokens, heads, v]``.

    Source: as :mod:`kernels.mla`, of which each sequence's expanded form is computed here.
    """
    slots = key_slots(batch.block_table, pages.shape[1], torch.zeros_like(batch.cu_k[1:]), batch.cu_k, batch.num_keys)
    keys = torch.split(pages.flatten(0, 1)[slots], [n + p for n, p in zip(batch.lengths, batch.past, strict=True)])
    found = []
    for queries, rows, past in zip(torch.split(q, list(batch.lengths)), keys, batch.past, strict=True):
        mask = torch.ones(1, len(queries), len(rows), dtype=torch.bool, device=q.device).tril(past)
        found.append(mla.mla_prefill(queries.unsqueeze(0), rows.unsqueeze(0), kv_b, scale, mask)[0])
    return torch.cat(found)
