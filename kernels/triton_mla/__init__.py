"""
Multi-head latent attention on a GPU: over pages of the latent cache, over a fresh chunk, and the write into the cache.

**Cache**: ``pages [num_pages, page_size, rank + rope]`` bf16, one row per token ``[latent, normed | key, rotated]``;
``block_table [batch, max_pages] int32`` names a sequence's pages in order.

**Decode** (absorbed): ``score = (q_nope W_UK · c + q_pe · k_pe) scale``, ``out = (softmax(score) c) W_UV``. The two
products with W_UK and W_UV are plain batched matrix products around the kernel. Keys are cut into parts, one program
each; a row of the cache is read once and serves all heads as key and value. Parts are merged by their log-sum-exp.

**Prefill** (expanded): keys ``[W_UK c | k_pe]`` of width nope + rope, values ``W_UV c``; ``k_pe`` is never copied to
the heads. Causal from the end, so a short chunk after a long prefix is the same call; it also returns the
log-sum-exp, so that a prefix can be expanded in pieces and merged (:func:`merge`).

Dtypes: bf16 in and out (fp32, fp16 in the interpreter), scores and sums in fp32, weights rounded to bf16 for the second
product: errors of 4e-3 of the output's spread in bf16, 1e-5 in fp32.

Source: DeepSeek-V2 (arXiv 2405.04434) §2.1, appendix C; online softmax Milakov and Gimelshein 2018 (arXiv 1805.02867);
split keys Dao et al. 2023, "Flash-Decoding". Oracles ``kernels.mla_decode`` and ``kernels.mla_prefill``.
"""

from __future__ import annotations

import math

import torch

from kernels.errors import UnsupportedShape
from kernels.target import interpreting, target_of
from kernels.triton_mla.launch import DecodeConfig, PrefillConfig, choose_decode, choose_prefill, choose_splits

__all__ = ["cache_write", "decode", "decode_latent", "merge", "prefill"]

LOG2_E = math.log2(math.e)


def decode(
    q: torch.Tensor,
    pages: torch.Tensor,
    block_table: torch.Tensor,
    visible: torch.Tensor,
    kv_b: torch.Tensor,
    scale: float,
) -> torch.Tensor:
    """
    Absorbed attention of the newest tokens of each sequence, ``length`` of them.

    Args:
        q: ``[batch, length, heads, nope + rope]``, rotated.
        pages: ``[num_pages, page_size, rank + rope]``.
        block_table: ``[batch, max_pages]`` int32.
        visible: ``[batch, length]`` int32, how many of its sequence's keys each token sees: all up to itself.
        kv_b: ``[heads, nope + v, rank]``.
        scale: Factor of the scores.

    Returns:
        ``[batch, length, heads, v]``; zeros where a token sees no key.

    Raises:
        UnsupportedShape: As :func:`decode_latent`.
    """
    batch, length, heads, _ = q.shape
    rank = kv_b.shape[-1]
    nope = q.shape[-1] - (pages.shape[-1] - rank)
    w_uk, w_uv = kv_b[:, :nope], kv_b[:, nope:]
    # [h, B L, nope] @ [h, nope, rank] -> [B L, h, rank]
    q_latent = torch.bmm(q[..., :nope].flatten(0, 1).transpose(0, 1), w_uk).transpose(0, 1)
    query = torch.cat([q_latent, q[..., nope:].flatten(0, 1)], dim=-1).view(batch, length, heads, -1)
    latent = decode_latent(query, pages, block_table, visible, rank, scale)
    # [h, B L, rank] @ [h, rank, v] -> [B, L, h, v]
    out = torch.bmm(latent.view(batch * length, heads, rank).transpose(0, 1), w_uv.transpose(1, 2))
    return torch.unflatten(out.transpose(0, 1), 0, (batch, length))


def decode_latent(
    query: torch.Tensor,
    pages: torch.Tensor,
    block_table: torch.Tensor,
    visible: torch.Tensor,
    rank: int,
    scale: float,
    config: DecodeConfig | None = None,
    splits: int | None = None,
) -> torch.Tensor:
    """
    The part between W_UK and W_UV: one key of width ``rank + rope`` and one value of width ``rank`` for all heads.

    Args:
        query: ``[batch, length, heads, rank + rope]``.
        pages: As of :func:`decode`.
        block_table: As of :func:`decode`.
        visible: As of :func:`decode`.
        rank: Width of the latent, a power of two.
        scale: Factor of the scores.
        config: Overrides the launch choice.
        splits: Overrides the number of parts; with the same number a sequence gives the same bits in any batch.

    Returns:
        ``[batch, length, heads, rank]``.

    Raises:
        UnsupportedShape: Widths are no powers of two (16 or more), or the page is no multiple of the key block.
    """
    from kernels.triton_mla.kernel import decode_kernel

    batch, length, heads, width = query.shape
    page, rope = pages.shape[1], width - rank
    rows = length * heads
    config = config or choose_decode(rows, target_of(query))
    if not (_is_power(rank) and _is_power(rope) and page % config.block_keys == 0 and pages.is_contiguous()):
        raise UnsupportedShape(f"latent {rank} + {rope}, pages of {page} tokens, blocks of {config.block_keys}")
    if not query.numel():
        return query.new_empty(batch, length, heads, rank)
    if splits is None:
        splits = choose_splits(batch, rows, block_table.shape[1] * page, config, target_of(query))
    query = query.contiguous()
    # One part needs no merge: it is written in its final dtype.
    part_dtype = query.dtype if splits == 1 else torch.float32
    parts = torch.empty(batch, splits, rows, rank, dtype=part_dtype, device=query.device)
    lse = torch.empty(batch, splits, rows, dtype=torch.float32, device=query.device)
    decode_kernel[(batch, -(-rows // config.block_heads), splits)](
        query, pages, block_table, visible.contiguous(), parts, lse, rows, heads, block_table.stride(0), splits,
        scale * LOG2_E, PAGE=page, RANK=rank, ROPE=rope, BH=config.block_heads, BN=config.block_keys,
        DTYPE=_dot_dtype(), num_warps=config.num_warps, num_stages=config.num_stages,
    )  # fmt: skip
    if splits == 1:
        return parts.view(batch, length, heads, rank)
    out, _ = _merge(parts, lse, query.dtype)
    return out.view(batch, length, heads, rank)


def merge(parts: torch.Tensor, lse: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Attention over all keys from attention over parts of them.

    Args:
        parts: ``[num_parts, rows, width]``, each normalised over its own keys; width a power of two.
        lse: ``[num_parts, rows]`` float32, base-2 log-sum-exp of each part's scores; -inf for a part without keys.

    Returns:
        ``[rows, width]`` in the dtype of ``parts``, and its log-sum-exp ``[rows]``.
    """
    out, total = _merge(parts.contiguous().unsqueeze(0), lse.contiguous().unsqueeze(0), parts.dtype)
    return out[0], total[0]


def prefill(
    q: torch.Tensor,
    expanded: torch.Tensor,
    k_pe: torch.Tensor,
    cu_q: torch.Tensor,
    cu_k: torch.Tensor,
    longest: int,
    scale: float,
    *,
    causal: bool = True,
    config: PrefillConfig | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Expanded attention over sequences laid one after the other.

    Args:
        q: ``[num_tokens, heads, nope + rope]``, rotated; heads' values contiguous.
        expanded: ``[num_keys, heads, nope + v]``, the latents through kv_b.
        k_pe: ``[num_keys, rope]``, rotated (a slice of the cached rows will do).
        cu_q: ``[sequences + 1]`` int32, where each sequence's queries begin.
        cu_k: ``[sequences + 1]`` int32, where its keys begin.
        longest: Queries of the longest sequence.
        scale: Factor of the scores.
        causal: Whether a sequence's last query lines up with its last key and earlier ones see fewer.
        config: Overrides the launch choice.

    Returns:
        ``[num_tokens, heads, v]`` and the base-2 log-sum-exp ``[num_tokens, heads]`` float32.

    Raises:
        UnsupportedShape: nope, rope or v is no power of two of 16 or more.
    """
    from kernels.triton_mla.kernel import prefill_kernel

    num_tokens, heads, width = q.shape
    rope = k_pe.shape[-1]
    nope = width - rope
    value = expanded.shape[-1] - nope
    if not (_is_power(nope) and _is_power(rope) and _is_power(value)):
        raise UnsupportedShape(f"heads of {nope} + {rope} with values of {value}")
    out = q.new_empty(num_tokens, heads, value)
    lse = torch.empty(num_tokens, heads, dtype=torch.float32, device=q.device)
    if not num_tokens:
        return out, lse
    config = config or choose_prefill(target_of(q))
    prefill_kernel[(-(-longest // config.block_queries), heads, cu_q.shape[0] - 1)](
        q, expanded, expanded[..., nope:], k_pe, out, lse, cu_q, cu_k,
        heads, q.stride(0), q.stride(1), expanded.stride(0), expanded.stride(1), k_pe.stride(0), scale * LOG2_E,
        NOPE=nope, ROPE=rope, VALUE=value, BM=config.block_queries, BN=config.block_keys, CAUSAL=causal,
        DTYPE=_dot_dtype(), num_warps=config.num_warps, num_stages=config.num_stages,
    )  # fmt: skip
    return out, lse


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
    Norm, rotate and store new tokens in one launch.

    Args:
        kv: ``[num_tokens, rank + rope]``, as ``kv_a_proj_with_mqa`` gives it; the last dimension contiguous.
        weight: ``[rank]`` of the latent's norm.
        eps: Of the norm.
        cos: ``[num_tokens, rope / 2]`` float32, contiguous.
        sin: As ``cos``.
        slots: ``[num_tokens]`` integer, ``page * page_size + place``; negative: the token is not stored.
        pages: ``[num_pages, page_size, rank + rope]``, contiguous; written.

    Raises:
        UnsupportedShape: Widths differ, or rope / 2 is no power of two.
    """
    from kernels.triton_mla.kernel import cache_write_kernel

    rank, rope = weight.shape[0], 2 * cos.shape[-1]
    if kv.shape[1] != rank + rope or pages.shape[-1] != rank + rope or rope & (rope - 1):
        raise UnsupportedShape(f"rows of {kv.shape[1]} for a cache of {pages.shape[-1]}, latent {rank}, key {rope}")
    if kv.shape[0]:
        cache_write_kernel[(kv.shape[0],)](
            kv, weight, cos, sin, slots, pages, kv.stride(0), eps,
            RANK=rank, BLOCK=1 << (rank - 1).bit_length(), ROPE=rope, num_warps=2,
        )  # fmt: skip


def _merge(parts: torch.Tensor, lse: torch.Tensor, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    from kernels.triton_mla.kernel import merge_kernel

    batch, num_parts, rows, width = parts.shape
    if not _is_power(width):
        raise UnsupportedShape(f"rows of {width}")
    out = torch.empty(batch, rows, width, dtype=dtype, device=parts.device)
    total = torch.empty(batch, rows, dtype=torch.float32, device=parts.device)
    if rows and batch:
        merge_kernel[(rows, batch)](parts, lse, out, total, rows, rows, num_parts * rows, num_parts, WIDTH=width)
    return out, total


def _is_power(n: int) -> bool:
    return n >= 16 and n & (n - 1) == 0


def _dot_dtype() -> object:
    import triton.language as tl

    return tl.float32 if interpreting() else tl.bfloat16
