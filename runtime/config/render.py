"""
Writing a :class:`ModelConfig` as ``config.json`` in the family's original spelling; torch-free.
"""

from __future__ import annotations

from runtime.config.quantization import int4_json
from runtime.config.types import ModelConfig, TextConfig, VisionConfig

ARCHITECTURES = {
    "kimi_k25": "KimiK25ForConditionalGeneration",
    "kimi_vl": "KimiVLForConditionalGeneration",
    "deepseek_v3": "DeepseekV3ForCausalLM",
}


def config_json(config: ModelConfig) -> dict[str, object]:
    """
    The object to store; :func:`runtime.config.parse_config` reads it back to an equal configuration.
    """
    text = _text(config.text)
    if config.int4_group is not None:
        text["quantization_config"] = int4_json()
    architectures = [ARCHITECTURES[config.family]]
    if config.vision is None:
        return {"model_type": "deepseek_v3", "architectures": architectures, **text}
    text["model_type"] = "kimi_k2" if config.family == "kimi_k25" else "deepseek_v3"
    vision = _k25_vision(config.vision, config.text) if config.family == "kimi_k25" else _vl_vision(config.vision)
    return {
        "model_type": config.family,
        "architectures": architectures,
        "media_placeholder_token_id": config.media_token_id,
        "tie_word_embeddings": config.text.tie_word_embeddings,
        "text_config": text,
        "vision_config": vision,
    }


def _text(text: TextConfig) -> dict[str, object]:
    same = """hidden_size vocab_size num_hidden_layers intermediate_size moe_intermediate_size num_attention_heads
        q_lora_rank kv_lora_rank qk_nope_head_dim qk_rope_head_dim v_head_dim n_routed_experts num_experts_per_tok
        n_shared_experts first_k_dense_replace routed_scaling_factor rope_theta max_position_embeddings rms_norm_eps
        n_group topk_group norm_topk_prob tie_word_embeddings num_nextn_predict_layers""".split()  # noqa: SIM905
    fields: dict[str, object] = {name: getattr(text, name) for name in same}
    eos = text.eos_token_ids
    scaling = None
    if text.yarn is not None:
        scaling = {
            "type": "yarn",
            "factor": text.yarn.factor,
            "original_max_position_embeddings": text.yarn.original_length,
            "beta_fast": text.yarn.beta_fast,
            "beta_slow": text.yarn.beta_slow,
            "mscale": text.yarn.mscale,
            "mscale_all_dim": text.yarn.mscale_all_dim,
        }
    return fields | {
        "num_key_value_heads": text.num_attention_heads,
        "hidden_act": "silu",
        "attention_bias": False,
        "scoring_func": "sigmoid",
        "topk_method": "noaux_tc",
        "moe_layer_freq": 1,
        "eos_token_id": eos[0] if len(eos) == 1 else list(eos) or None,
        "rope_scaling": scaling,
    }


def _k25_vision(vision: VisionConfig, text: TextConfig) -> dict[str, object]:
    return {
        "patch_size": vision.patch_size,
        "init_pos_emb_height": vision.pos_emb_height,
        "init_pos_emb_width": vision.pos_emb_width,
        "init_pos_emb_time": vision.pos_emb_time,
        "pos_emb_type": "divided_fixed",
        "vt_num_attention_heads": vision.num_attention_heads,
        "vt_num_hidden_layers": vision.num_hidden_layers,
        "vt_hidden_size": vision.hidden_size,
        "vt_intermediate_size": vision.intermediate_size,
        "merge_kernel_size": [vision.merge_size, vision.merge_size],
        "merge_type": "sd2_tpool",
        "video_attn_type": "spatial_temporal",
        "mm_projector_type": "patchmerger",
        "mm_hidden_size": vision.hidden_size,
        "projector_hidden_act": "gelu",
        "projector_ln_eps": vision.projector_eps,
        "text_hidden_size": text.hidden_size,
    }


def _vl_vision(vision: VisionConfig) -> dict[str, object]:
    return {
        "model_type": "moonvit",
        "patch_size": vision.patch_size,
        "init_pos_emb_height": vision.pos_emb_height,
        "init_pos_emb_width": vision.pos_emb_width,
        "num_attention_heads": vision.num_attention_heads,
        "num_hidden_layers": vision.num_hidden_layers,
        "hidden_size": vision.hidden_size,
        "intermediate_size": vision.intermediate_size,
        "merge_kernel_size": [vision.merge_size, vision.merge_size],
    }
