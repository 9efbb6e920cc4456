"""
The text model of the whole family (``deepseek_v3``, ``kimi_k2``): MLA and mixture of experts.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

import kernels
from runtime.config.types import TextConfig
from runtime.layers.cache import LatentCache
from runtime.layers.embedding import OutputHead, TokenEmbedding
from runtime.layers.mla import LatentAttention, Step
from runtime.layers.mlp import GatedMLP
from runtime.layers.moe import MoE
from runtime.layers.norm import RMSNorm
from runtime.layers.pages import PagedCache
from runtime.layers.parts import DecoderParts, LayerParts
from runtime.layers.ragged import Ragged


class Block(nn.Module):
    """
    One pre-norm layer.

    Args:
        config: The text model.
        layer: Index.
        int4: Whether routed experts are packed.
    """

    def __init__(self, config: TextConfig, layer: int, *, int4: bool) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = LatentAttention(config, layer)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp: MoE | GatedMLP = (
            MoE(config, int4=int4) if config.is_moe(layer) else GatedMLP(config.hidden_size, config.intermediate_size)
        )

    def forward(
        self, x: torch.Tensor, added: torch.Tensor | None, step: Step, chosen: list[torch.Tensor] | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """
        The stream before the layer and what is still to be added to it, to the same behind it: each sum is made
        together with the norm that follows it.

        Args:
            x: ``[num_tokens, hidden]``.
            added: As ``x``; None in front of the first layer.
            step: What all layers share.
            chosen: Collects the layer's ``topk_ids``.
        """
        if added is None:
            normed = self.input_layernorm(x)
        else:
            normed, x = self.input_layernorm.of_sum(added, x)
        normed, x = self.post_attention_layernorm.of_sum(self.self_attn(normed, step), x)
        return x, self.mlp(normed, chosen) if isinstance(self.mlp, MoE) else self.mlp(normed)


class Decoder(nn.Module):
    """
    Embedding, layers and final norm.

    Args:
        config: The text model.
        int4: Whether routed experts are packed.
    """

    def __init__(self, config: TextConfig, *, int4: bool) -> None:
        super().__init__()
        self.embed_tokens = TokenEmbedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Block(config, i, int4=int4) for i in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)


class DeepseekV3(nn.Module):
    """
    The language model; also a whole model for text-only checkpoints.

    Args:
        config: Its numbers.
        int4: Whether routed experts are packed.
        media_token_id: The token whose embedding visual features replace; None: there is none.
    """

    def __init__(self, config: TextConfig, *, int4: bool = False, media_token_id: int | None = None) -> None:
        super().__init__()
        self.config = config
        self.media_token_id = media_token_id
        self.model = Decoder(config, int4=int4)
        self.lm_head = OutputHead(config.hidden_size, config.vocab_size)
        if config.tie_word_embeddings:
            self.lm_head.weight = self.model.embed_tokens.weight
        self.parts: DecoderParts | None = None

    def take_parts(self) -> None:
        """
        Let a CPU's kernels compute half a layer in one call, where they can; the weights must not change afterwards.
        """
        blocks = [block for block in self.model.layers if isinstance(block, Block)]
        taken = [LayerParts.of(b.input_layernorm, b.self_attn, b.post_attention_layernorm, b.mlp) for b in blocks]
        layers = [layer for layer in taken if layer is not None]
        whole = len(layers) == len(blocks)
        ends = self.model.embed_tokens.weight, self.lm_head.weight
        self.parts = DecoderParts(layers, blocks[0].self_attn, self.model.norm, ends) if whole else None

    def embed(self, token_ids: torch.Tensor, features: torch.Tensor | None = None) -> torch.Tensor:
        """
        Token embeddings, with visual features in place of the media token's.

        Args:
            token_ids: ``[num_tokens]`` int64.
            features: ``[num_media_tokens, hidden]`` in order, or None.

        Returns:
            ``[num_tokens, hidden]``.
        """
        hidden: torch.Tensor = self.model.embed_tokens(token_ids)
        if features is None or self.media_token_id is None:
            return hidden
        places = torch.nonzero(token_ids.eq(self.media_token_id)).squeeze(-1)
        return hidden.index_copy(0, places, features.to(hidden.dtype))

    def hidden_states(
        self,
        token_ids: torch.Tensor,
        batch: Ragged,
        *,
        features: torch.Tensor | None = None,
        cache: LatentCache | PagedCache | None = None,
        chosen: list[torch.Tensor] | None = None,
    ) -> torch.Tensor:
        """
        Run packed tokens through all layers and the final norm.

        Args:
            token_ids: ``[num_tokens]`` int64, sequences one after the other.
            batch: Where they sit.
            features: ``[num_media_tokens, hidden]`` for the media tokens among them.
            cache: Latent cache that is read and extended; None: every sequence is whole in ``token_ids``.
            chosen: Collects each MoE layer's ``topk_ids``.

        Returns:
            ``[num_tokens, hidden]``.
        """
        x = self.embed(token_ids, features)
        if self.parts is not None and not isinstance(cache, PagedCache) and kernels.computes_parts(x.device):
            return self.parts(x, batch, cache, chosen)
        return self.through(x, Step.of(self.config, batch, cache), chosen)

    def next_logits(
        self,
        token_ids: torch.Tensor,
        batch: Ragged,
        wanted: torch.Tensor,
        *,
        features: torch.Tensor | None = None,
        cache: LatentCache | PagedCache | None = None,
    ) -> torch.Tensor:
        """
        The logits behind some of a step's tokens.

        Args:
            token_ids: As of :meth:`hidden_states`.
            batch: Likewise.
            wanted: ``[num_wanted]`` int64, places among the packed tokens, at most as many as there are.
            features: Likewise.
            cache: Likewise.

        Returns:
            ``[num_wanted, vocab]``.
        """
        computes = self.parts is not None and kernels.computes_parts(token_ids.device)
        if self.parts is not None and computes and features is None and not isinstance(cache, PagedCache):
            logits = self.parts.logits(token_ids, batch, cache, wanted)
            if logits is not None:
                return logits
        hidden = self.hidden_states(token_ids, batch, features=features, cache=cache)
        return self.lm_head(hidden[wanted])  # type: ignore[no-any-return]

    def through(self, x: torch.Tensor, step: Step, chosen: list[torch.Tensor] | None = None) -> torch.Tensor:
        """
        All layers and the final norm; the host sends nothing and waits for nothing.

        Args:
            x: ``[num_tokens, hidden]`` of :meth:`embed`.
            step: Where they sit.
            chosen: Collects each MoE layer's ``topk_ids``.

        Returns:
            ``[num_tokens, hidden]``.
        """
        added: torch.Tensor | None = None
        for block in self.model.layers:
            x, added = block(x, added, step, chosen)
        if added is None:
            return self.model.norm(x)  # type: ignore[no-any-return]
        return self.model.norm.of_sum(added, x)[0]

    def forward(
        self,
        token_ids: torch.Tensor,
        *,
        lengths: Sequence[int] | None = None,
        features: torch.Tensor | None = None,
        chosen: list[torch.Tensor] | None = None,
    ) -> torch.Tensor:
        """
        Logits of whole, right-padded sequences (training, comparison).

        Args:
            token_ids: ``[batch, length]`` int64.
            lengths: Real tokens of each sequence; None: all.
            features: ``[num_media_tokens, hidden]``, row by row.
            chosen: Collects each MoE layer's ``topk_ids [num_real_tokens, top_k]``.

        Returns:
            ``[batch, length, vocab]``, zero behind shorter sequences.
        """
        rows, width = token_ids.shape
        batch = Ragged.of(lengths if lengths is not None else [width] * rows, device=token_ids.device)
        packed = token_ids[batch.row, batch.column]
        logits: torch.Tensor = self.lm_head(self.hidden_states(packed, batch, features=features, chosen=chosen))
        padded = logits.new_zeros((rows, width, logits.shape[-1]))
        return padded.index_put((batch.row, batch.column), logits)
