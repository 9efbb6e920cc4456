"""
A tower, a projector and a language model as one: what the two picture-reading families share.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import nn

from runtime.config.types import ModelConfig
from runtime.models.deepseek_v3 import DeepseekV3
from runtime.models.moonvit import Grid, MoonViT


class Multimodal(nn.Module, ABC):
    """
    Tower and language model; subclasses add the projector under its checkpoint name.

    Args:
        config: The whole model; ``vision`` must be set.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        assert config.vision is not None
        self.config = config
        self.vision_tower = MoonViT(config.vision)
        self.language_model = DeepseekV3(
            config.text, int4=config.int4_group is not None, media_token_id=config.media_token_id
        )

    @abstractmethod
    def project(self, merged: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, merge * merge, vision_hidden]`` to ``[num_tokens, text_hidden]``.
        """

    def encode_images(self, pixel_values: torch.Tensor, grids: Sequence[Grid]) -> torch.Tensor:
        """
        Visual features of media items, ready for :meth:`forward`.

        Args:
            pixel_values: ``[num_patches, 3, patch, patch]``, items one after the other.
            grids: Frames, rows, columns of each item.

        Returns:
            ``[num_visual_tokens, text_hidden]``, items one after the other.
        """
        return self.project(self.vision_tower(pixel_values, grids))

    def forward(
        self,
        token_ids: torch.Tensor,
        *,
        lengths: Sequence[int] | None = None,
        features: torch.Tensor | None = None,
        chosen: list[torch.Tensor] | None = None,
    ) -> torch.Tensor:
        """
        Logits of whole, right-padded sequences; see :meth:`runtime.models.deepseek_v3.DeepseekV3.forward`.
        """
        logits: torch.Tensor = self.language_model(token_ids, lengths=lengths, features=features, chosen=chosen)
        return logits
