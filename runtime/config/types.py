"""
The numbers that define a model of the family, already checked; torch-free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["kimi_k25", "kimi_vl", "deepseek_v3"]


@dataclass(frozen=True, slots=True, kw_only=True)
class YarnConfig:
    """
    Extension of the position range.

    Args:
        factor: How many times longer.
        original_length: Positions before the extension.
        beta_fast: Rotations above which a frequency is kept.
        beta_slow: Rotations below which a frequency is divided by ``factor``.
        mscale: Weight of the magnitude correction of cos and sin.
        mscale_all_dim: Weight of the magnitude correction of the score.
    """

    factor: float
    original_length: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    mscale: float = 1.0
    mscale_all_dim: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextConfig:
    """
    The language model; field names as in the checkpoint's ``config.json``.
    """

    hidden_size: int
    vocab_size: int
    num_hidden_layers: int
    intermediate_size: int
    moe_intermediate_size: int
    num_attention_heads: int
    q_lora_rank: int | None
    kv_lora_rank: int
    qk_nope_head_dim: int
    qk_rope_head_dim: int
    v_head_dim: int
    n_routed_experts: int
    num_experts_per_tok: int
    n_shared_experts: int
    first_k_dense_replace: int
    routed_scaling_factor: float
    rope_theta: float
    max_position_embeddings: int
    rms_norm_eps: float = 1e-5
    # The two latent norms are built without the config's eps in the DeepSeek code that the family descends from.
    latent_norm_eps: float = 1e-6
    n_group: int = 1
    topk_group: int = 1
    norm_topk_prob: bool = True
    yarn: YarnConfig | None = None
    tie_word_embeddings: bool = False
    eos_token_ids: tuple[int, ...] = ()
    num_nextn_predict_layers: int = 0

    @property
    def qk_head_dim(self) -> int:
        """
        Width of one query or key.
        """
        return self.qk_nope_head_dim + self.qk_rope_head_dim

    @property
    def cache_width(self) -> int:
        """
        Values that one token leaves in one layer's cache.
        """
        return self.kv_lora_rank + self.qk_rope_head_dim

    def is_moe(self, layer: int) -> bool:
        """
        Whether a layer routes to experts.
        """
        return layer >= self.first_k_dense_replace


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionConfig:
    """
    MoonViT (one frame) or MoonViT-3D (up to four frames) and its projector.

    Args:
        hidden_size: Width of the tower.
        intermediate_size: Width of its MLP.
        num_hidden_layers: Blocks.
        num_attention_heads: Heads of each block.
        patch_size: Side of a patch in px.
        pos_emb_height: Rows of the learned position table.
        pos_emb_width: Columns of the learned position table.
        pos_emb_time: Frames that one media item may have; 1 for Kimi-VL.
        merge_size: Patches merged into one token along each side.
        projector_eps: eps of the projector's norm.
    """

    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    patch_size: int = 14
    pos_emb_height: int = 64
    pos_emb_width: int = 64
    pos_emb_time: int = 1
    merge_size: int = 2
    projector_eps: float = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """
    A whole model.

    Args:
        family: Which file of ``runtime.models`` builds it.
        text: The language model.
        vision: The tower, None for text-only models.
        media_token_id: The token whose embedding a visual token replaces.
        int4_group: Columns per scale of the INT4 experts; None when nothing is quantised.
    """

    family: Family
    text: TextConfig
    vision: VisionConfig | None = None
    media_token_id: int | None = None
    int4_group: int | None = None
