"""
Writing a model as a checkpoint in the family's original names: what training exports and tests read back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch

import kernels
from runtime.checkpoint.plan import Want, plan
from runtime.checkpoint.shards import INDEX_NAME, SINGLE_NAME
from runtime.config.render import config_json
from runtime.config.types import ModelConfig


def write_checkpoint(
    folder: Path,
    config: ModelConfig,
    state: Mapping[str, torch.Tensor],
    *,
    files: Mapping[str, bytes],
    int4: bool = True,
    dtype: torch.dtype = torch.bfloat16,
    num_shards: int = 1,
) -> None:
    """
    Write ``config.json``, the weights and the tokenizer's files.

    Args:
        folder: Created when missing; files of the same names are replaced.
        config: The model.
        state: ``model.state_dict()`` of a model with float experts.
        files: Further files by name: ``tiktoken.model``, ``tokenizer_config.json``, ``preprocessor_config.json``.
        int4: Whether routed experts are stored INT4 pack-quantized.
        dtype: Of all other float tensors (correction biases are float32).
        num_shards: Above 1: shards with an index.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = replace(config, int4_group=kernels.GROUP_SIZE if int4 else None)
    (folder / "config.json").write_text(json.dumps(config_json(config), indent=2, sort_keys=True) + "\n")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    tensors = original_tensors(config, state, dtype)
    if num_shards == 1:
        _save(tensors, folder / SINGLE_NAME)
        return
    weight_map: dict[str, str] = {}
    names = list(tensors)
    for shard in range(num_shards):
        file_name = f"model-{shard + 1:05d}-of-{num_shards:06d}.safetensors"
        # Strided, so that every shard gets tensors of every kind.
        part = {name: tensors[name] for name in names[shard::num_shards]}
        _save(part, folder / file_name)
        weight_map |= dict.fromkeys(part, file_name)
    total = sum(t.numel() * t.element_size() for t in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (folder / INDEX_NAME).write_text(json.dumps(index, indent=2))


def _save(tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    from safetensors.torch import save_file

    save_file(dict(tensors), path, metadata={"format": "pt"})


def original_tensors(
    config: ModelConfig, state: Mapping[str, torch.Tensor], dtype: torch.dtype
) -> dict[str, torch.Tensor]:
    """
    Un-stack and pack a state dict into stored tensors.

    Args:
        config: ``int4_group`` says whether experts are packed.
        state: Tensors by module name, experts as ``gate_up`` and ``down`` stacks.
        dtype: Of plain float tensors.

    Returns:
        Tensors by original name, on the CPU.
    """
    held = {name: tensor.detach().cpu() for name, tensor in state.items()}
    if config.int4_group is not None:
        for name in [n for n in held if n.endswith((".experts.gate_up", ".experts.down"))]:
            held[f"{name}_packed"], held[f"{name}_scale"] = kernels.quantise(held.pop(name).float())
    return {want.source: _stored(want, held, dtype) for want in plan(config)}


def _stored(want: Want, held: Mapping[str, torch.Tensor], dtype: torch.dtype) -> torch.Tensor:
    if want.value is not None:
        return torch.tensor(want.value, dtype=torch.int32)
    tensor = held[want.target]
    if want.expert is not None:
        tensor = tensor[want.expert, want.row : want.row + want.shape[0]]
    if want.target.endswith("e_score_correction_bias"):
        return tensor.float().clone()
    return tensor.clone() if want.target.endswith(("_packed", "_scale")) else tensor.to(dtype, copy=True)
