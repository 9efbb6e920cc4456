"""
Multi-head latent attention as a module: projections, rotation, cache, and the choice of form.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

import kernels
from runtime.config.types import TextConfig
from runtime.layers.cache import LatentCache
from runtime.layers.norm import RMSNorm
from runtime.layers.pages import PagedCache
from runtime.layers.ragged import Ragged
from runtime.layers.rotary import rotation, softmax_scale

# Above this many new tokens per sequence, expanding keys and values once is cheaper than absorbed scores of width
# kv_lora_rank: work per (query, key) pair is 2 * rank absorbed against nope + v expanded.
EXPANDED_FROM = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    What all layers of one forward pass share.

    Args:
        batch: Where the tokens sit.
        cos: ``[num_tokens, qk_rope_head_dim / 2]`` float32.
        sin: As ``cos``.
        cache: Where rows are kept; None: nothing is cached and nothing is kept.
        visible: Of :meth:`Ragged.visible`; None: plain causal over the new tokens, or pages.
        paged: Where the tokens lie in the cache's pages, if it has them.
    """

    batch: Ragged
    cos: torch.Tensor
    sin: torch.Tensor
    cache: LatentCache | PagedCache | None
    visible: torch.Tensor | None
    paged: kernels.PagedBatch | None

    @classmethod
    def of(cls, config: TextConfig, batch: Ragged, cache: LatentCache | PagedCache | None) -> Step:
        """
        Compute the shared parts once.
        """
        cos, sin = rotation(config, batch.positions)
        visible = batch.visible() if isinstance(cache, LatentCache) and not batch.is_fresh else None
        paged = cache.place(batch) if isinstance(cache, PagedCache) else None
        return cls(batch=batch, cos=cos, sin=sin, cache=cache, visible=visible, paged=paged)


class LatentAttention(nn.Module):
    """
    Attention of one layer; submodules are named as in the checkpoint.

    Args:
        config: The text model.
        layer: Index, for the cache.
    """

    def __init__(self, config: TextConfig, layer: int) -> None:
        super().__init__()
        self.config = config
        self.layer = layer
        self.scale = softmax_scale(config)
        heads, hidden = config.num_attention_heads, config.hidden_size
        if config.q_lora_rank is None:
            self.q_proj = nn.Linear(hidden, heads * config.qk_head_dim, bias=False)
        else:
            self.q_a_proj = nn.Linear(hidden, config.q_lora_rank, bias=False)
            self.q_a_layernorm = RMSNorm(config.q_lora_rank, config.latent_norm_eps)
            self.q_b_proj = nn.Linear(config.q_lora_rank, heads * config.qk_head_dim, bias=False)
        self.kv_a_proj_with_mqa = nn.Linear(hidden, config.cache_width, bias=False)
        self.kv_a_layernorm = RMSNorm(config.kv_lora_rank, config.latent_norm_eps)
        self.kv_b_proj = nn.Linear(
            config.kv_lora_rank, heads * (config.qk_nope_head_dim + config.v_head_dim), bias=False
        )
        self.o_proj = nn.Linear(heads * config.v_head_dim, hidden, bias=False)

    def forward(self, x: torch.Tensor, step: Step) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` to the same.
        """
        q, kv = self._queries(x, step), self.kv_a_proj_with_mqa(x)
        kv_b = torch.unflatten(self.kv_b_proj.weight, 0, (self.config.num_attention_heads, -1))
        if isinstance(step.cache, PagedCache):
            assert step.paged is not None
            pages, norm = step.cache.pages(self.layer), self.kv_a_layernorm
            kernels.cache_write(kv, norm.weight, norm.eps, step.cos, step.sin, step.paged.slots, pages)
            out = kernels.paged_attention(q, pages, step.paged, kv_b, self.scale)
            return self.o_proj(out.flatten(1))  # type: ignore[no-any-return]
        batch, rows = step.batch, self._rows(kv, step)
        keys = batch.pad(rows) if step.cache is None else step.cache.extend(self.layer, batch, rows)
        if step.visible is not None and batch.longest < EXPANDED_FROM:
            out = kernels.mla_decode(batch.pad(q), keys, kv_b, self.scale, step.visible)
        else:
            out = kernels.mla_prefill(batch.pad(q), keys, kv_b, self.scale, step.visible)
        # [B, L, h, v] -> [N, h * v]
        return self.o_proj(batch.unpad(out).flatten(1))  # type: ignore[no-any-return]

    def _queries(self, x: torch.Tensor, step: Step) -> torch.Tensor:
        flat = (
            self.q_proj(x) if self.config.q_lora_rank is None else self.q_b_proj(self.q_a_layernorm(self.q_a_proj(x)))
        )
        q = torch.unflatten(flat, -1, (self.config.num_attention_heads, self.config.qk_head_dim))
        return kernels.rotate_tail(q, step.cos, step.sin)

    def _rows(self, kv: torch.Tensor, step: Step) -> torch.Tensor:
        rank = self.config.kv_lora_rank
        turned = kernels.rotate_pairs(kv[..., rank:], step.cos, step.sin)
        return torch.cat([self.kv_a_layernorm(kv[..., :rank]), turned], dim=-1)
