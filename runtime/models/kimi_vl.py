"""
Kimi-VL (``kimi_vl``): MoonViT, two-layer projector, DeepSeek-V3 language model without query compression.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from runtime.config.types import ModelConfig, VisionConfig
from runtime.layers.norm import LayerNorm
from runtime.models.multimodal import Multimodal


class Projector(nn.Module):
    """
    The maths of K2.5's patch merger under Kimi-VL's names.

    Args:
        vision: The tower.
        out: Width of the language model.
    """

    def __init__(self, vision: VisionConfig, out: int) -> None:
        super().__init__()
        joined = vision.hidden_size * vision.merge_size**2
        self.pre_norm = LayerNorm(vision.hidden_size, vision.projector_eps)
        self.linear_1 = nn.Linear(joined, joined)
        self.linear_2 = nn.Linear(joined, out)

    def forward(self, merged: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, patches, vision_hidden]`` to ``[num_tokens, out]``.
        """
        return self.linear_2(F.gelu(self.linear_1(self.pre_norm(merged).flatten(1))))  # type: ignore[no-any-return]


class KimiVL(Multimodal):
    """
    The whole model under its checkpoint's names.

    Args:
        config: Its numbers.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        assert config.vision is not None
        self.multi_modal_projector = Projector(config.vision, config.text.hidden_size)

    def project(self, merged: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, merge * merge, vision_hidden]`` to ``[num_tokens, text_hidden]``.
        """
        return self.multi_modal_projector(merged)  # type: ignore[no-any-return]
