"""
Multi-head latent attention in its two equal forms: expanded (long chunks) and absorbed (against the latent cache).

One cached row per token: ``[latent (kv_lora_rank, normed) | key (rope_dim, rotated)]``, shared by all heads.
``kv_b`` holds per head ``W_UK [nope, rank]`` and ``W_UV [v, rank]``. A score is ``q_nope·(W_UK c) + q_pe·k_pe``, or,
with W_UK moved to the query's side, ``(q_nope W_UK)·c + q_pe·k_pe``; the output likewise leaves W_UV to the end.

Source: DeepSeek-V2 (arXiv 2405.04434) §2.1 and appendix C.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812


def mla_prefill(
    q: torch.Tensor, rows: torch.Tensor, kv_b: torch.Tensor, scale: float, mask: torch.Tensor | None = None
) -> torch.Tensor:
    """
    Expanded attention: keys and values of every head are built from the cached rows.

    Args:
        q: ``[batch, length, heads, nope + rope]``, rotated.
        rows: ``[batch, keys, rank + rope]``.
        kv_b: ``[heads, nope + v, rank]``.
        scale: Factor of the scores.
        mask: ``[batch, length, tail]`` bool for the last ``tail`` keys, True where a query may look (earlier keys are
            visible to all); None: causal with ``keys == length``.

    Returns:
        ``[batch, length, heads, v]``.
    """
    heads, _, rank = kv_b.shape
    rope_dim = rows.shape[-1] - rank
    nope = q.shape[-1] - rope_dim
    width = kv_b.shape[1] - nope
    # [B, S, h * (nope + v)] -> [B, h, S, nope + v]
    expanded = torch.unflatten(F.linear(rows[..., :rank], kv_b.flatten(0, 1)), -1, (heads, -1)).transpose(1, 2)
    if mask is not None:
        # [B, L, tail] -> [B, 1, L, S]
        mask = F.pad(mask, (rows.shape[1] - mask.shape[-1], 0), value=True).unsqueeze(1)
    k_pe = rows[..., rank:].unsqueeze(1).expand(-1, heads, -1, -1)
    k = torch.cat([expanded[..., :nope], k_pe], dim=-1)
    # Values are widened to the key's width: fused attention wants one head size (CPU: 3 times faster at 500 tokens).
    v = F.pad(expanded[..., nope:], (0, q.shape[-1] - width)) if width < q.shape[-1] else expanded[..., nope:]
    out = F.scaled_dot_product_attention(
        q.transpose(1, 2),
        k,
        v,
        attn_mask=mask,
        is_causal=mask is None,
        scale=scale,
    )
    return out[..., :width].transpose(1, 2)


def mla_decode(
    q: torch.Tensor, rows: torch.Tensor, kv_b: torch.Tensor, scale: float, mask: torch.Tensor
) -> torch.Tensor:
    """
    Absorbed attention: one key of width ``rank + rope`` and one value of width ``rank`` for all heads.

    Args:
        q: ``[batch, length, heads, nope + rope]``, rotated.
        rows: ``[batch, keys, rank + rope]``.
        kv_b: ``[heads, nope + v, rank]``.
        scale: Factor of the scores.
        mask: ``[batch, length, tail]`` bool for the last ``tail`` keys, True where a query may look; earlier keys are
            visible to all.

    Returns:
        ``[batch, length, heads, v]``.
    """
    batch, length, heads, _ = q.shape
    rank = kv_b.shape[-1]
    nope = q.shape[-1] - (rows.shape[-1] - rank)
    w_uk, w_uv = kv_b[:, :nope], kv_b[:, nope:]
    # [h, B L, nope] @ [h, nope, rank] -> [B L, h, rank]
    q_latent = torch.bmm(q[..., :nope].flatten(0, 1).transpose(0, 1), w_uk).transpose(0, 1)
    # The scale goes into the queries: they are far fewer than the scores.
    query = (torch.cat([q_latent, q[..., nope:].flatten(0, 1)], dim=-1) * scale).view(batch, length * heads, -1)
    scores = torch.bmm(query, rows.transpose(1, 2)).view(batch, length, heads, -1)
    scores[..., -mask.shape[-1] :].masked_fill_(~mask.unsqueeze(2), float("-inf"))
    weights = scores.softmax(-1, dtype=torch.float32).to(q.dtype)
    latent = torch.bmm(weights.view(batch, length * heads, -1), rows[..., :rank])
    # [h, B L, rank] @ [h, rank, v] -> [B, L, h, v]
    out = torch.bmm(latent.view(batch * length, heads, rank).transpose(0, 1), w_uv.transpose(1, 2))
    return out.transpose(0, 1).view(batch, length, heads, -1)
