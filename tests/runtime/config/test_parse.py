from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.config import YarnConfig, config_json, parse_config, read_config
from runtime.errors import CheckpointError
from runtime.testing import tiny_config


@pytest.mark.parametrize("family", ["kimi_k25", "kimi_vl", "deepseek_v3"])
@pytest.mark.parametrize("int4", [None, 32])
def test_written_configurations_read_back_equal(family: Any, int4: int | None) -> None:
    config = replace(tiny_config(family), int4_group=int4)
    assert parse_config(json.loads(json.dumps(config_json(config)))) == config


def test_the_real_k25_configuration_is_understood() -> None:
    text = {
        "model_type": "kimi_k2", "architectures": ["DeepseekV3ForCausalLM"], "hidden_size": 7168, "vocab_size": 163840,
        "num_hidden_layers": 61, "intermediate_size": 18432, "moe_intermediate_size": 2048, "num_attention_heads": 64,
        "num_key_value_heads": 64, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64, "v_head_dim": 128, "n_routed_experts": 384, "num_experts_per_tok": 8,
        "n_shared_experts": 1, "n_group": 1, "topk_group": 1, "topk_method": "noaux_tc", "scoring_func": "sigmoid",
        "norm_topk_prob": True, "routed_scaling_factor": 2.827, "first_k_dense_replace": 1, "moe_layer_freq": 1,
        "rms_norm_eps": 1e-5, "hidden_act": "silu", "attention_bias": False, "attention_dropout": 0.0,
        "rope_theta": 50000.0, "max_position_embeddings": 262144, "tie_word_embeddings": False, "aux_loss_alpha": 0.001,
        "seq_aux": True, "ep_size": 1, "pretraining_tp": 1, "initializer_range": 0.02, "num_nextn_predict_layers": 0,
        "bos_token_id": 163584, "eos_token_id": 163585, "pad_token_id": 163839, "use_cache": True, "return_dict": True,
        "auto_map": {"AutoConfig": "configuration_deepseek.DeepseekV3Config"}, "id2label": {"0": "LABEL_0"},
        "rope_scaling": {
            "type": "yarn", "factor": 64.0, "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0,
            "original_max_position_embeddings": 4096,
        },
    }  # fmt: skip
    vision = {
        "patch_size": 14, "init_pos_emb_height": 64, "init_pos_emb_width": 64, "init_pos_emb_time": 4,
        "pos_emb_type": "divided_fixed", "vt_num_attention_heads": 16, "vt_num_hidden_layers": 27,
        "vt_hidden_size": 1152, "vt_intermediate_size": 4304, "merge_kernel_size": [2, 2], "merge_type": "sd2_tpool",
        "video_attn_type": "spatial_temporal", "mm_projector_type": "patchmerger", "mm_hidden_size": 1152,
        "projector_hidden_act": "gelu", "projector_ln_eps": 1e-5, "text_hidden_size": 7168,
        "_attn_implementation": "flash_attention_2",
    }  # fmt: skip
    top = {
        "model_type": "kimi_k25", "architectures": ["KimiK25ForConditionalGeneration"], "dtype": "bfloat16",
        "auto_map": {"AutoConfig": "configuration_kimi_k25.KimiK25Config"}, "ignore_index": -100,
        "pad_token_id": 163839, "media_placeholder_token_id": 163605,
        "use_unified_vision_chunk": True, "transformers_version": "4.57.1",
        "video_placeholder": "<|kimi_k25_video_placeholder|>", "text_config": text, "vision_config": vision,
    }  # fmt: skip
    config = parse_config(top)
    assert config.text.yarn == YarnConfig(factor=64.0, original_length=4096, mscale_all_dim=1.0)
    assert config.text.cache_width == 576
    assert config.vision is not None
    assert (config.vision.hidden_size, config.vision.pos_emb_time) == (1152, 4)
    plain = {key.removeprefix("vt_").removeprefix("init_"): value for key, value in vision.items()}
    assert parse_config(top | {"vision_config": plain}) == config


def test_rope_in_the_newer_spelling_is_the_same() -> None:
    raw = config_json(tiny_config("deepseek_v3"))
    scaling, theta = raw.pop("rope_scaling"), raw.pop("rope_theta")
    assert isinstance(scaling, dict)
    scaling["rope_type"] = scaling.pop("type")
    assert parse_config(raw | {"rope_parameters": scaling | {"rope_theta": theta}}) == tiny_config("deepseek_v3")


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "too many experts": ({"n_routed_experts": 10**9}, "n_routed_experts=1000000000 exceeds 4096"),
    "too many layers": ({"num_hidden_layers": 10**6}, "num_hidden_layers=1000000 exceeds 1024"),
    "no heads": ({"num_attention_heads": 0}, "num_attention_heads=0 is below 1"),
    "negative vocabulary": ({"vocab_size": -5}, "vocab_size=-5 is below 1"),
    "text for a number": ({"hidden_size": "big"}, "hidden_size='big' is not a whole number"),
    "true for a number": ({"hidden_size": True}, "hidden_size=True is not a whole number"),
    "missing": ({"kv_lora_rank": None}, "kv_lora_rank is missing"),
    "more chosen than there are": ({"num_experts_per_tok": 9}, "exceeds n_routed_experts=8"),
    "groups that do not divide": ({"n_group": 3}, "n_group=3"),
    "other activation": ({"hidden_act": "gelu"}, "hidden_act='gelu': only 'silu' is known"),
    "other scoring": ({"scoring_func": "softmax"}, "scoring_func='softmax'"),
    "grouped heads": ({"num_key_value_heads": 2}, "num_key_value_heads=2"),
    "other rope": ({"rope_scaling": {"type": "linear", "factor": 2}}, "only yarn is known"),
    "infinite theta": ({"rope_theta": float("inf")}, "rope_theta=inf"),
    "odd rope": ({"qk_rope_head_dim": 15}, "qk_rope_head_dim=15 is odd"),
    "unknown switch": ({"sliding_window": 4096}, "unknown key sliding_window"),
    "misspelt": ({"num_hidden_layer": 3}, "nearest known: num_hidden_layers"),
    "other family": ({"model_type": "llama"}, "model_type='llama'"),
    "other quantisation": ({"quantization_config": {"quant_method": "gptq"}}, "quant_method='gptq'"),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_computed_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(CheckpointError) as caught:
        parse_config(config_json(tiny_config("deepseek_v3")) | change)
    assert caught.value.kind == "checkpoint.config"
    assert message in caught.value.message
    assert caught.value.exit_code == 4


def test_unknown_keys_that_are_switched_off_are_ignored() -> None:
    raw = config_json(tiny_config("deepseek_v3"))
    assert parse_config(raw | {"sliding_window": None, "use_something": False}) == tiny_config("deepseek_v3")


def test_numbers_repeated_at_the_top_must_agree() -> None:
    config = tiny_config()
    raw = config_json(config)
    assert parse_config(raw | {"hidden_size": 64, "vocab_size": config.text.vocab_size}) == config
    with pytest.raises(CheckpointError, match="unknown key hidden_size"):
        parse_config(raw | {"hidden_size": 65})


def test_groups_of_another_size_are_refused() -> None:
    raw = config_json(replace(tiny_config("deepseek_v3"), int4_group=32))
    text = json.dumps(raw).replace('"group_size": 32', '"group_size": 128')
    with pytest.raises(CheckpointError, match="group_size=128"):
        parse_config(json.loads(text))


@pytest.mark.parametrize(
    "change",
    [
        {"auto_map": {"AutoModel": "modeling_evil.Model"}},
        {"auto_map": {"AutoModel": "someone/repo--modeling_kimi_k25.Model"}},
        {"auto_map": {"AutoTokenizer": ["tokenization_kimi.T", "evil.T"]}},
        {"auto_map": "evil.Model"},
        {"trust_remote_code": True},
    ],
)
def test_code_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CheckpointError) as caught:
        parse_config(config_json(tiny_config()) | change)
    assert caught.value.kind == "checkpoint.code"


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b"[" * 100_000])
def test_files_that_are_no_configuration_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(CheckpointError) as caught:
        read_config(tmp_path)
    assert caught.value.kind == "checkpoint.config"


def test_missing_configuration_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError) as caught:
        read_config(tmp_path)
    assert caught.value.kind == "checkpoint.missing"
