"""
Tokens a second of whole models with random weights: Kimi-VL's sizes, and one expert layer of Kimi K2.5.

Steps are those of the engine, numbers from the host and tokens back to it included; beside them the same step without
the host, replayed from a graph, says what its launches cost.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import kernels
from benchmarks.gpu.place import Place
from kernels.target import CHOICE_VARIABLE
from runtime.api import SamplingParams
from runtime.config.types import ModelConfig, TextConfig, VisionConfig, YarnConfig
from runtime.layers.mla import Step
from runtime.layers.ragged import Ragged
from runtime.model import Model
from runtime.models.multimodal import Multimodal
from runtime.models.registry import build
from runtime.sampler import Draw, draw, random_numbers
from runtime.testing import tiny_config

PROMPT, CONTEXT, STEPS = 2048, 1024, 32
BATCHES = (1, 16)
SAMPLED = SamplingParams(temperature=0.6, top_p=0.95)


def kimi_vl(place: Place) -> ModelConfig:
    """
    Kimi-VL-A3B, its experts INT4.
    """
    text = TextConfig(
        hidden_size=2048,
        vocab_size=163840,
        num_hidden_layers=27,
        intermediate_size=11264,
        moe_intermediate_size=1408,
        num_attention_heads=16,
        q_lora_rank=None,
        kv_lora_rank=512,
        qk_nope_head_dim=128,
        qk_rope_head_dim=64,
        v_head_dim=128,
        n_routed_experts=64,
        num_experts_per_tok=6,
        n_shared_experts=2,
        first_k_dense_replace=1,
        routed_scaling_factor=2.446,
        rope_theta=800000.0,
        max_position_embeddings=131072,
        eos_token_ids=(163585,),
    )
    vision = VisionConfig(
        hidden_size=1152,
        intermediate_size=4304,
        num_hidden_layers=27,
        num_attention_heads=16,
        pos_emb_height=64,
        pos_emb_width=64,
        pos_emb_time=1,
    )
    return _sized(ModelConfig(family="kimi_vl", text=text, vision=vision, media_token_id=163605, int4_group=32), place)


def k25_slice(place: Place) -> ModelConfig:
    """
    Kimi K2.5's dense layer and one of its 60 expert layers, without the tower.
    """
    text = TextConfig(
        hidden_size=7168,
        vocab_size=163840,
        num_hidden_layers=2,
        intermediate_size=18432,
        moe_intermediate_size=2048,
        num_attention_heads=64,
        q_lora_rank=1536,
        kv_lora_rank=512,
        qk_nope_head_dim=128,
        qk_rope_head_dim=64,
        v_head_dim=128,
        n_routed_experts=384,
        num_experts_per_tok=8,
        n_shared_experts=1,
        first_k_dense_replace=1,
        routed_scaling_factor=2.827,
        rope_theta=50000.0,
        max_position_embeddings=262144,
        yarn=YarnConfig(factor=64.0, original_length=4096, mscale_all_dim=1.0),
        eos_token_ids=(163585,),
    )
    return _sized(ModelConfig(family="deepseek_v3", text=text, int4_group=32), place)


def random_model(config: ModelConfig, place: Place) -> Model:
    """
    A model with weights that keep activations near 1, made where it computes.
    """
    with torch.device("meta"):
        module = build(config)
    weights = {name: _weight(name, tensor, place) for name, tensor in module.state_dict().items()}
    module.load_state_dict(weights, assign=True)
    module.requires_grad_(requires_grad=False).eval()
    return Model(module, config, Path(), place.device, place.dtype)


@torch.inference_mode()
def measure(model: Model, place: Place) -> dict[str, Any]:
    """
    Tokens a second of a prompt, of steps at each batch, and milliseconds of the tower.
    """
    prompt, context, steps = (PROMPT, CONTEXT, STEPS) if not place.tiny else (12, 6, 2)
    found: dict[str, Any] = {}
    seconds = [_prompt(model, place, prompt) for _ in range(4 if not place.tiny else 1)]
    # The first compiles.
    found["prompt_tokens_per_s"] = prompt / min(seconds[1:] or seconds)
    for batch in BATCHES if not place.tiny else (2,):
        found |= _decode(model, place, batch, context, steps)
    if isinstance(model.module, Multimodal):
        side = 64 if not place.tiny else 4
        pixels = place.normal(side * side, 3, 14, 14)
        tower = model.module
        found["tower_4096_patches_ms"] = (
            place.microseconds(lambda: tower.encode_images(pixels, [(1, side, side)])) / 1e3
        )
    if place.device.type == "cuda":
        found["peak_gib"] = torch.cuda.max_memory_allocated() / 2**30
    return found


@torch.inference_mode()
def measure_plain(model: Model, place: Place) -> dict[str, Any]:
    """
    Steps of one sequence on plain PyTorch, experts unpacked at every step.
    """
    with _reference():
        found = _decode(model, place, 1, CONTEXT if not place.tiny else 6, 3, graph=False)
    return {f"plain_{name}": value for name, value in found.items()}


def _prompt(model: Model, place: Place, tokens: int) -> float:
    cache = model.cache([tokens])
    ids = torch.randint(0, 1000, (tokens,), device=place.device) % model.config.text.vocab_size
    place.wait()
    start = time.perf_counter()
    model.language_model.hidden_states(ids, Ragged.of([tokens], device=place.device), cache=cache)
    place.wait()
    return time.perf_counter() - start


def _decode(
    model: Model, place: Place, batch: int, context: int, steps: int, *, graph: bool = True
) -> dict[str, float]:
    lm = model.language_model
    cache = model.cache([context + 2 * steps + 8] * batch)
    ids = torch.randint(0, 500, (batch * context,), device=place.device) % model.config.text.vocab_size
    lm.hidden_states(ids, Ragged.of([context] * batch, device=place.device), cache=cache)
    draws = [Draw(params=SAMPLED, generator=random_numbers(replace(SAMPLED, seed=i))) for i in range(batch)]
    tokens, past, times = [1] * batch, context, []
    for _ in range(2 * steps):
        place.wait()
        start = time.perf_counter()
        at = Ragged.of([1] * batch, [past] * batch, place.device)
        hidden = lm.hidden_states(kernels.upload(tokens, place.device), at, cache=cache)
        drawn = draw(lm.lm_head(hidden[at.last]), draws)
        assert drawn is not None, "numbers are not finite"
        tokens = [token for token, _ in drawn]
        past += 1
        times.append(time.perf_counter() - start)
    # The first half compiles and warms up.
    found = {f"step_ms_batch_{batch}": 1000 * statistics.median(times[steps:])}
    found[f"tokens_per_s_batch_{batch}"] = batch / statistics.median(times[steps:])
    if graph:
        at = Ragged.of([1] * batch, [past] * batch, place.device)
        step, last = Step.of(model.config.text, at, cache), kernels.upload(tokens, place.device)
        replayed = place.microseconds(lambda: lm.lm_head(lm.through(lm.embed(last), step)))
        found[f"replayed_step_ms_batch_{batch}"] = replayed / 1e3
    return found


def _sized(config: ModelConfig, place: Place) -> ModelConfig:
    """
    As it is, or for a dry run at widths that the interpreter takes seconds for.
    """
    if not place.tiny:
        return config
    small = tiny_config(config.family)
    text = replace(
        small.text,
        hidden_size=128,
        num_hidden_layers=2,
        moe_intermediate_size=128,
        num_attention_heads=2,
        qk_nope_head_dim=16,
        v_head_dim=16,
        q_lora_rank=32 if config.text.q_lora_rank else None,
    )
    vision = small.vision and replace(small.vision, num_attention_heads=2, num_hidden_layers=1)
    return replace(small, text=text, vision=vision, int4_group=32)


def _weight(name: str, like: torch.Tensor, place: Place) -> torch.Tensor:
    of: dict[str, Any] = {"device": place.device}
    if like.dtype == torch.int32:
        return torch.randint(-(2**31), 2**31, like.shape, dtype=torch.int32, **of)
    if name.endswith("_scale"):
        columns = like.shape[-1] * kernels.GROUP_SIZE
        return torch.full(like.shape, columns**-0.5 / 4.6, dtype=torch.bfloat16, **of)
    if like.dim() == 1:
        return torch.full(like.shape, 1.0 if name.endswith("weight") else 0.0, dtype=place.dtype, **of)
    fan_in = like[0].numel() if name.endswith("patch_embed.proj.weight") else like.shape[-1]
    return torch.randn(like.shape, dtype=place.dtype, **of).mul_(fan_in**-0.5)


@contextmanager
def _reference() -> Iterator[None]:
    kept = os.environ.get(CHOICE_VARIABLE)
    os.environ[CHOICE_VARIABLE] = "reference"
    try:
        yield
    finally:
        os.environ.pop(CHOICE_VARIABLE)
        if kept is not None:
            os.environ[CHOICE_VARIABLE] = kept
