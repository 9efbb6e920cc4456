"""
``quantization_config``: the one scheme that is understood, INT4 pack-quantized experts; torch-free.

Source: compressed-tensors 0.20 ``quantization/quant_config.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from runtime.config.fields import Fields, refuse

GROUP_SIZE = 32
IGNORE = ["lm_head", "re:.*self_attn.*", "re:.*shared_experts.*", "re:.*mlp\\.(gate|up|gate_up|down)_proj.*"]
"""
Kimi K2.5's own list: everything in the text model but the routed experts.
"""


def int4_group(raw: Mapping[str, object]) -> int | None:
    """
    Columns per scale, or None when nothing is quantised.

    Args:
        raw: The object that may hold ``quantization_config``.

    Raises:
        CheckpointError: ``checkpoint.config`` for any other scheme.
    """
    if not raw.get("quantization_config"):
        return None
    config = Fields(raw).child("quantization_config")
    config.only("quant_method", "compressed-tensors")
    config.only("format", "pack-quantized")
    config.only("kv_cache_scheme", None)
    groups = config.child("config_groups").raw
    if len(groups) != 1:
        raise refuse(f"quantization_config has {len(groups)} groups: only one is known")
    group = Fields(groups).child(next(iter(groups)))
    group.only("input_activations", None)
    group.only("output_activations", None)
    weights = group.child("weights")
    known: dict[str, object] = {"num_bits": 4, "type": "int", "symmetric": True, "strategy": "group", "dynamic": False}
    for key, value in known.items():
        weights.only(key, value)
    weights.only("actorder", None)
    size = weights.integer("group_size", low=1, high=1 << 16)
    if size != GROUP_SIZE:
        raise refuse(f"quantization_config group_size={size}: only {GROUP_SIZE} is known")
    return size


def int4_json() -> dict[str, object]:
    """
    The object that K2.5 stores for its INT4 experts.
    """
    weights: dict[str, object] = {
        "actorder": None,
        "block_structure": None,
        "dynamic": False,
        "group_size": GROUP_SIZE,
        "num_bits": 4,
        "observer": "minmax",
        "observer_kwargs": cast("dict[str, object]", {}),
        "strategy": "group",
        "symmetric": True,
        "type": "int",
    }
    group = {"input_activations": None, "output_activations": None, "targets": ["Linear"], "weights": weights}
    return {
        "config_groups": {"group_0": group},
        "format": "pack-quantized",
        "ignore": list(IGNORE),
        "kv_cache_scheme": None,
        "quant_method": "compressed-tensors",
        "quantization_status": "compressed",
    }
