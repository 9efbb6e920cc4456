"""
The decoder where the kernels of a CPU take half a layer in one call; the same results as its modules give one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

import kernels
from runtime.layers.cache import LatentCache
from runtime.layers.mla import EXPANDED_FROM, LatentAttention
from runtime.layers.mlp import GatedMLP
from runtime.layers.moe import Experts, MoE, TiledExperts
from runtime.layers.norm import RMSNorm
from runtime.layers.ragged import Ragged
from runtime.layers.rotary import rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerParts:
    """
    Both halves of one layer, over the weights of its modules: these must stay as they are.

    Args:
        attention: The first half.
        mlp: The second.
    """

    attention: kernels.AttentionPart
    mlp: kernels.MlpPart

    @classmethod
    def of(
        cls, attention_norm: RMSNorm, attention: LatentAttention, mlp_norm: RMSNorm, mlp: MoE | GatedMLP
    ) -> LayerParts | None:
        """
        The parts of one layer's modules; None where the kernels do not take them.
        """
        first = kernels.attention_part(_attention_weights(attention_norm, attention))
        weights = _mlp_weights(mlp_norm, mlp)
        second = None if weights is None else kernels.mlp_part(weights)
        return None if first is None or second is None else cls(attention=first, mlp=second)


class DecoderParts:
    """
    All layers and the norm behind them.

    Args:
        layers: In order.
        attention: The first layer's, for what it knows of positions.
        norm: The last norm.
        vocabulary: The weights of the embedding and of the head.
    """

    def __init__(
        self,
        layers: Sequence[LayerParts],
        attention: LatentAttention,
        norm: RMSNorm,
        vocabulary: tuple[torch.Tensor, torch.Tensor],
    ) -> None:
        self.layers, self.norm = layers, norm
        self.config = attention.config
        halves, (embedding, head) = [(layer.attention, layer.mlp) for layer in layers], vocabulary
        whole = kernels.DecoderWeights(layers=halves, norm=norm.weight, embedding=embedding, head=head)
        self._whole = kernels.decoder(whole)
        self._cos, self._sin = rotation(self.config, torch.arange(0))

    def __call__(
        self, x: torch.Tensor, batch: Ragged, cache: LatentCache | None, chosen: list[torch.Tensor] | None
    ) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` through all layers and the norm.
        """
        places = self._places(batch, cache, x.dtype)
        if (whole := self._at_once(batch, x.shape[0])) is not None:
            x, ids = whole(x, places)
            if chosen is not None:
                chosen += ids
            return x
        visible = None if batch.is_fresh else batch.visible()
        for index, layer in enumerate(self.layers):
            x, topk_ids = layer.mlp(_attend(layer.attention, x, (places, index), batch, visible))
            if chosen is not None and topk_ids is not None:
                chosen.append(topk_ids)
        return self.norm(x)  # type: ignore[no-any-return]

    def logits(
        self, token_ids: torch.Tensor, batch: Ragged, cache: LatentCache | None, wanted: torch.Tensor
    ) -> torch.Tensor | None:
        """
        The logits ``[num_wanted, vocab]`` behind the tokens at ``wanted``; None where one call does not do it all.
        """
        whole = self._at_once(batch, len(token_ids))
        if whole is None:
            return None
        dtype = self.norm.weight.dtype
        return whole.logits(token_ids, self._places(batch, cache, dtype), wanted).to(dtype)

    def _at_once(self, batch: Ragged, num_tokens: int) -> kernels.Decoder | None:
        """
        What computes all layers in one call; None where it would not pay for this batch, or there is none.
        """
        whole = self._whole
        pays = whole is not None and batch.longest < EXPANDED_FROM and num_tokens <= whole.most_tokens
        return whole if pays else None

    def _places(self, batch: Ragged, cache: LatentCache | None, dtype: torch.dtype) -> kernels.Places:
        num_keys = batch.num_keys
        self._reach(num_keys)
        rows = cache.rows if cache is not None else self._rows_of(len(batch.lengths), num_keys, dtype)
        return kernels.Places(cos=self._cos, sin=self._sin, rows=rows, slot=batch.row, position=batch.positions)

    def _rows_of(self, slots: int, num_keys: int, dtype: torch.dtype) -> torch.Tensor:
        """
        Room for rows that nobody keeps; zeros, for masked ones are read (and weighted by 0).
        """
        rows = torch.zeros(1, slots, num_keys, self.config.cache_width, dtype=dtype)
        return rows.expand(len(self.layers), -1, -1, -1)

    def _reach(self, positions: int) -> None:
        """
        Make the table of cos and sin long enough.
        """
        if positions > len(self._cos):
            self._cos, self._sin = rotation(self.config, torch.arange(max(positions, 2 * len(self._cos))))


def _attend(
    part: kernels.AttentionPart,
    x: torch.Tensor,
    where: tuple[kernels.Places, int],
    batch: Ragged,
    visible: torch.Tensor | None,
) -> torch.Tensor:
    if batch.longest < EXPANDED_FROM:
        return part(x, *where)
    places, layer = where
    q = batch.pad(part.queries(x, places, layer))
    keys = places.rows[layer, : len(batch.lengths), : batch.num_keys]
    kv_b = torch.unflatten(part.weights.kv_b, 0, (part.weights.heads, -1))
    out = kernels.mla_prefill(q, keys, kv_b, part.weights.scale, visible)
    return part.output(batch.unpad(out).flatten(1), x)


def _attention_weights(norm: RMSNorm, module: LatentAttention) -> kernels.AttentionWeights:
    compressed = module.config.q_lora_rank is not None
    return kernels.AttentionWeights(
        norm=norm.weight,
        q_a=module.q_a_proj.weight if compressed else None,
        q_norm=module.q_a_layernorm.weight if compressed else None,
        q_b=module.q_b_proj.weight if compressed else module.q_proj.weight,
        kv_a=module.kv_a_proj_with_mqa.weight,
        latent_norm=module.kv_a_layernorm.weight,
        kv_b=module.kv_b_proj.weight,
        o=module.o_proj.weight,
        heads=module.config.num_attention_heads,
        rope=module.config.qk_rope_head_dim,
        eps=norm.eps,
        latent_eps=module.config.latent_norm_eps,
        scale=module.scale,
    )


def _mlp_weights(norm: RMSNorm, module: MoE | GatedMLP) -> kernels.MlpWeights | None:
    if isinstance(module, GatedMLP):
        return kernels.MlpWeights(norm=norm.weight, eps=norm.eps, dense=_dense(module))
    experts = module.experts
    if isinstance(experts, TiledExperts):
        routed: kernels.TiledExperts | tuple[torch.Tensor, torch.Tensor] = experts.experts
    elif isinstance(experts, Experts):
        routed = (experts.gate_up, experts.down)
    else:
        return None
    return kernels.MlpWeights(
        norm=norm.weight,
        eps=norm.eps,
        dense=None if module.shared_experts is None else _dense(module.shared_experts),
        router=module.gate.weight,
        bias=module.gate.e_score_correction_bias,
        rule=module.gate.rule,
        experts=routed,
    )


def _dense(module: GatedMLP) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return module.gate_proj.weight, module.up_proj.weight, module.down_proj.weight
