"""
The network that is trained: the runtime's Kimi K2.5 with small dimensions, and the heads that only training needs.
"""

from __future__ import annotations

import torch
from torch import nn

from runtime.config.types import ModelConfig, TextConfig, VisionConfig
from runtime.models.init import initialise
from runtime.models.kimi_k25 import KimiK25
from runtime.tokenizer.specials import K25_OFFSETS
from training.samples import CELL_KINDS

NUM_SPECIALS = 256
MAX_POSITIONS = 4096


def small_config(num_ranks: int) -> ModelConfig:
    """
    About 4 M parameters, 2 M of them active: what two CPU cores train in an hour.

    The ratios follow K2.5 (first layer dense, sigmoid router, one shared expert); in-dims of experts are
    multiples of 32, the group size of the INT4 format.
    """
    text = TextConfig(
        hidden_size=192,
        vocab_size=num_ranks + NUM_SPECIALS,
        num_hidden_layers=4,
        intermediate_size=512,
        moe_intermediate_size=128,
        num_attention_heads=4,
        q_lora_rank=96,
        kv_lora_rank=64,
        qk_nope_head_dim=16,
        qk_rope_head_dim=16,
        v_head_dim=32,
        n_routed_experts=8,
        num_experts_per_tok=2,
        n_shared_experts=1,
        first_k_dense_replace=1,
        routed_scaling_factor=1.0,
        rope_theta=50000.0,
        max_position_embeddings=MAX_POSITIONS,
        eos_token_ids=(num_ranks + K25_OFFSETS["[EOS]"],),
    )
    vision = VisionConfig(
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=3,
        num_attention_heads=4,
        pos_emb_height=24,
        pos_emb_width=24,
        pos_emb_time=4,
    )
    return ModelConfig(
        family="kimi_k25", text=text, vision=vision, media_token_id=num_ranks + K25_OFFSETS["<|media_pad|>"]
    )


class Trainee(nn.Module):
    """
    The shipped network and the side head on the vision tower (dropped at export).

    Args:
        config: Of the shipped network.
        seed: Of the first weights.
    """

    def __init__(self, config: ModelConfig, seed: int) -> None:
        super().__init__()
        assert config.vision is not None
        self.shipped = KimiK25(config)
        initialise(self.shipped, seed=seed)
        with torch.no_grad():
            # Small outputs let the first steps move the embedding, not the head.
            self.shipped.language_model.lm_head.weight.mul_(0.1)
        joined = config.vision.hidden_size * config.vision.merge_size**2
        self.side = nn.Linear(joined, len(CELL_KINDS))
