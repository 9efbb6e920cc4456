"""
Reading ``config.json`` into a :class:`ModelConfig`: spellings, bounds, refusals; torch-free.
"""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from runtime.config.fields import Fields, refuse
from runtime.config.keys import IGNORED_KEYS, TEXT_KEYS, TOP_KEYS, VISION_KEYS
from runtime.config.quantization import int4_group
from runtime.config.types import Family, ModelConfig, TextConfig, VisionConfig, YarnConfig
from runtime.errors import CheckpointError

CONFIG_LIMIT_BYTES = 4 << 20

KNOWN_CODE_MODULES = (
    "configuration_kimi",
    "configuration_deepseek",
    "configuration_moonvit",
    "modeling_kimi",
    "modeling_deepseek",
    "modeling_moonvit",
    "tokenization_kimi",
    "tokenization_moonshot",
)
FAMILIES: Mapping[str, Family] = {
    "kimi_k25": "kimi_k25",
    "kimi_vl": "kimi_vl",
    "deepseek_v3": "deepseek_v3",
    "kimi_k2": "deepseek_v3",
}
MEDIA_TOKEN_ID = 163605
NORM_EPS = 1e-5


def read_config(folder: Path) -> ModelConfig:
    """
    Read and check ``folder/config.json``.

    Raises:
        CheckpointError: ``checkpoint.missing``, ``checkpoint.config`` or ``checkpoint.code``.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise CheckpointError("checkpoint.missing", f"no config.json in {folder.name}")
    if path.stat().st_size > CONFIG_LIMIT_BYTES:
        raise refuse(f"config.json is larger than {CONFIG_LIMIT_BYTES} bytes")
    try:
        parsed = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise refuse("config.json is not JSON") from error
    if not isinstance(parsed, dict):
        raise refuse("config.json is not an object")
    return parse_config(cast("dict[str, object]", parsed))


def parse_config(raw: Mapping[str, object]) -> ModelConfig:
    """
    Check a configuration and turn it into typed numbers.

    Args:
        raw: The object of ``config.json``.

    Raises:
        CheckpointError: ``checkpoint.config`` or ``checkpoint.code``; the message names key and value.
    """
    model_type = raw.get("model_type")
    family = FAMILIES.get(str(model_type))
    if family is None:
        raise refuse(f"model_type={model_type!r} is none of {', '.join(FAMILIES)}")
    _refuse_code(raw)
    if family == "deepseek_v3":
        _known(raw, TEXT_KEYS)
        return ModelConfig(family=family, text=_text(Fields(raw)), int4_group=int4_group(raw))
    top, text = Fields(raw), Fields(raw).child("text_config")
    # Some exporters repeat numbers of the text model at the top.
    repeated = {key for key, value in raw.items() if key in TEXT_KEYS and text.raw.get(key) == value}
    _known(raw, TOP_KEYS | repeated)
    _known(text.raw, TEXT_KEYS, "text_config.")
    _refuse_code(text.raw)
    vision = top.child("vision_config")
    _known(vision.raw, VISION_KEYS, "vision_config.")
    _refuse_code(vision.raw)
    text_config = _text(text)
    media = top.integer("media_placeholder_token_id", "image_token_id", default=MEDIA_TOKEN_ID, low=0, high=1 << 21)
    if media >= text_config.vocab_size:
        raise refuse(f"media_placeholder_token_id={media} is outside the vocabulary of {text_config.vocab_size}")
    return ModelConfig(
        family=family,
        text=text_config,
        vision=_vision(top, vision, text_config, family),
        media_token_id=media,
        int4_group=int4_group(text.raw) or int4_group(raw),
    )


def _known(raw: Mapping[str, object], keys: frozenset[str], where: str = "") -> None:
    for key, value in raw.items():
        # null, false, 0 and empty switch a thing off; an unknown thing that is on could change the result.
        if key in keys or key in IGNORED_KEYS or not value:
            continue
        near = difflib.get_close_matches(key, keys, n=1)
        hint = f" (nearest known: {near[0]})" if near else ""
        raise refuse(f"unknown key {where}{key[:80]}{hint}")


def _refuse_code(raw: Mapping[str, object]) -> None:
    """
    Never run a checkpoint's code; the family's own files name theirs, which is ignored, anything else is refused.
    """
    if raw.get("trust_remote_code"):
        raise CheckpointError("checkpoint.code", "refused: trust_remote_code is set")
    auto_map = raw.get("auto_map")
    names: list[object] = []
    for value in auto_map.values() if isinstance(auto_map, dict) else []:
        names += value if isinstance(value, list) else [value]
    if auto_map and not isinstance(auto_map, dict):
        names = [auto_map]
    for name in names:
        if name is not None and not str(name).startswith(KNOWN_CODE_MODULES):
            raise CheckpointError("checkpoint.code", f"refused: auto_map asks for {str(name)[:80]!r}")


def _text(fields: Fields) -> TextConfig:
    fields.only("hidden_act", "silu")
    fields.only("attention_bias", False)
    fields.only("scoring_func", "sigmoid")
    fields.only("topk_method", "noaux_tc")
    fields.only("moe_layer_freq", 1)
    fields.only("rope_interleave", True)
    theta, yarn = _rope(fields)
    layers = fields.integer("num_hidden_layers", low=1, high=1024)
    heads = fields.integer("num_attention_heads", low=1, high=1024)
    fields.only("num_key_value_heads", heads)
    text = TextConfig(
        hidden_size=fields.integer("hidden_size", low=1, high=65536),
        vocab_size=fields.integer("vocab_size", low=1, high=1 << 21),
        num_hidden_layers=layers,
        intermediate_size=fields.integer("intermediate_size", low=1, high=1 << 18),
        moe_intermediate_size=fields.integer("moe_intermediate_size", low=1, high=65536),
        num_attention_heads=heads,
        q_lora_rank=fields.optional_integer("q_lora_rank", low=1, high=65536),
        kv_lora_rank=fields.integer("kv_lora_rank", low=1, high=65536),
        qk_nope_head_dim=fields.integer("qk_nope_head_dim", low=1, high=4096),
        qk_rope_head_dim=fields.integer("qk_rope_head_dim", low=2, high=4096),
        v_head_dim=fields.integer("v_head_dim", low=1, high=4096),
        n_routed_experts=fields.integer("n_routed_experts", "num_local_experts", low=1, high=4096),
        num_experts_per_tok=fields.integer("num_experts_per_tok", low=1, high=4096),
        n_shared_experts=fields.optional_integer("n_shared_experts", low=0, high=256) or 0,
        first_k_dense_replace=fields.integer("first_k_dense_replace", default=0, low=0, high=layers),
        routed_scaling_factor=fields.number("routed_scaling_factor", default=1.0),
        rope_theta=theta,
        max_position_embeddings=fields.integer("max_position_embeddings", default=131072, low=1, high=1 << 26),
        rms_norm_eps=fields.number("rms_norm_eps", default=1e-6),
        n_group=fields.optional_integer("n_group", low=1, high=4096) or 1,
        topk_group=fields.optional_integer("topk_group", low=1, high=4096) or 1,
        norm_topk_prob=fields.flag("norm_topk_prob", default=True),
        yarn=yarn,
        tie_word_embeddings=fields.flag("tie_word_embeddings", default=False),
        eos_token_ids=fields.integers("eos_token_id"),
        num_nextn_predict_layers=fields.integer(
            "num_nextn_predict_layers", "num_mtp_layers", default=0, low=0, high=64
        ),
    )
    _consistent(text)
    return text


def _consistent(text: TextConfig) -> None:
    if text.num_experts_per_tok > text.n_routed_experts:
        raise refuse(f"num_experts_per_tok={text.num_experts_per_tok} exceeds n_routed_experts={text.n_routed_experts}")
    if text.n_routed_experts % text.n_group or text.topk_group > text.n_group:
        raise refuse(f"n_group={text.n_group}, topk_group={text.topk_group} do not fit {text.n_routed_experts} experts")
    if text.n_group > 1:
        per_group = text.n_routed_experts // text.n_group
        if per_group < 2 or per_group * text.topk_group < text.num_experts_per_tok:
            raise refuse(f"topk_group={text.topk_group} groups of {per_group} hold fewer than num_experts_per_tok")
    if text.qk_rope_head_dim % 2:
        raise refuse(f"qk_rope_head_dim={text.qk_rope_head_dim} is odd")


def _rope(fields: Fields) -> tuple[float, YarnConfig | None]:
    """
    Both spellings: ``rope_theta`` + ``rope_scaling``, or ``rope_parameters`` holding everything.
    """
    both = fields.child("rope_parameters") if fields.raw.get("rope_parameters") else None
    scaling = both or (fields.child("rope_scaling") if fields.raw.get("rope_scaling") else None)
    theta = (both if both and "rope_theta" in both.raw else fields).number("rope_theta", default=10000.0)
    if theta <= 1 or not math.isfinite(theta):
        raise refuse(f"rope_theta={theta} is not above 1")
    kind = scaling.raw.get("rope_type", scaling.raw.get("type", "default")) if scaling else "default"
    if scaling is None or kind == "default":
        return theta, None
    if kind != "yarn":
        raise refuse(f"rope_scaling.type={kind!r}: only yarn is known")
    factor = scaling.number("factor")
    if factor < 1:
        raise refuse(f"rope_scaling.factor={factor} is below 1")
    scaling.only("truncate", True)
    scaling.only("attention_factor", None)
    return theta, YarnConfig(
        factor=factor,
        original_length=scaling.integer("original_max_position_embeddings", low=1, high=1 << 26),
        beta_fast=scaling.number("beta_fast", default=32.0),
        beta_slow=scaling.number("beta_slow", default=1.0),
        mscale=scaling.number("mscale", default=1.0),
        mscale_all_dim=scaling.number("mscale_all_dim", default=0.0),
    )


def _vision(top: Fields, fields: Fields, text: TextConfig, family: Family) -> VisionConfig:
    for key, value in (
        ("merge_type", "sd2_tpool"),
        ("video_attn_type", "spatial_temporal"),
        ("mm_projector_type", "patchmerger"),
        ("projector_hidden_act", "gelu"),
        ("pos_emb_type", "divided_fixed"),
        ("hidden_act", "gelu_pytorch_tanh"),
        ("num_channels", 3),
        ("text_hidden_size", text.hidden_size),
    ):
        fields.only(key, value)
    hidden = fields.integer("vt_hidden_size", "hidden_size", low=4, high=16384)
    heads = fields.integer("vt_num_attention_heads", "num_attention_heads", low=1, high=256)
    if hidden % heads or (hidden // heads) % 4:
        raise refuse(f"vision hidden size {hidden} in {heads} heads: a head's width must divide by 4")
    fields.only("mm_hidden_size", hidden)
    top.only("projection_hidden_size", hidden)
    if fields.raw.get("rope_parameters"):
        fields.child("rope_parameters").only("rope_theta", 10000.0)
    kernel = fields.raw.get("merge_kernel_size", [2, 2])
    if kernel not in ([2, 2], 2):
        raise refuse(f"vision_config.merge_kernel_size={kernel!r}: only [2, 2] is known")
    frames = 1
    if family == "kimi_k25":
        frames = fields.integer("init_pos_emb_time", "pos_emb_time", default=4, low=1, high=64)
    return VisionConfig(
        hidden_size=hidden,
        intermediate_size=fields.integer("vt_intermediate_size", "intermediate_size", low=1, high=1 << 17),
        num_hidden_layers=fields.integer("vt_num_hidden_layers", "num_hidden_layers", low=1, high=512),
        num_attention_heads=heads,
        patch_size=fields.integer("patch_size", default=14, low=1, high=128),
        pos_emb_height=fields.integer("init_pos_emb_height", "pos_emb_height", default=64, low=1, high=1024),
        pos_emb_width=fields.integer("init_pos_emb_width", "pos_emb_width", default=64, low=1, high=1024),
        pos_emb_time=frames,
        projector_eps=fields.number(
            "projector_ln_eps", default=top.number("projection_layer_norm_eps", default=NORM_EPS)
        ),
    )
