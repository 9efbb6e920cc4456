"""
Kimi K2.5 (``kimi_k25``): MoonViT-3D, patch-merger projector, DeepSeek-V3 language model. Also what training builds.

Usage in training (float experts: ``int4_group=None``)::

    model = KimiK25(config)                                   # config: runtime.config.ModelConfig
    initialise(model, seed=0)                                 # runtime.models.init
    features = model.encode_images(pixels, grids)             # [P, 3, 14, 14], [(1, h, w), ...] -> [visual, hidden]
    merged = model.vision_tower(pixels, grids)                # [visual, 4, vision_hidden]; model.project(merged)
    chosen: list[Tensor] = []                                 # topk_ids [tokens, k] of each MoE layer
    logits = model(ids, lengths=lengths, features=features, chosen=chosen)   # ids [B, T] right-padded -> [B, T, V]
    lm = model.language_model                                 # for a loss on some positions only:
    hidden = lm.hidden_states(packed_ids, Ragged.of(lengths, device=...), features=features)   # [sum(lengths), H]
    logits = lm.lm_head(hidden[positions])
    layer.mlp.gate.e_score_correction_bias += rate * sign(mean(load) - load)   # a buffer, never an optimiser's
    runtime.checkpoint.write.write_checkpoint(folder, model, ...)              # INT4 experts, original names
"""

from __future__ import annotations

import torch
from torch import nn

from runtime.config.types import ModelConfig, VisionConfig
from runtime.layers.norm import LayerNorm
from runtime.models.multimodal import Multimodal


class PatchMerger(nn.Module):
    """
    Norm each patch, join the patches of a block, two linear maps with exact GELU between.

    Args:
        vision: The tower.
        out: Width of the language model.
    """

    def __init__(self, vision: VisionConfig, out: int) -> None:
        super().__init__()
        joined = vision.hidden_size * vision.merge_size**2
        self.pre_norm = LayerNorm(vision.hidden_size, vision.projector_eps)
        self.proj = nn.Sequential(nn.Linear(joined, joined), nn.GELU(), nn.Linear(joined, out))

    def forward(self, merged: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, patches, vision_hidden]`` to ``[num_tokens, out]``.
        """
        return self.proj(self.pre_norm(merged).flatten(1))  # type: ignore[no-any-return]


class KimiK25(Multimodal):
    """
    The whole model under its checkpoint's names.

    Args:
        config: Its numbers.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        assert config.vision is not None
        self.mm_projector = PatchMerger(config.vision, config.text.hidden_size)

    def project(self, merged: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, merge * merge, vision_hidden]`` to ``[num_tokens, text_hidden]``.
        """
        return self.mm_projector(merged)  # type: ignore[no-any-return]
