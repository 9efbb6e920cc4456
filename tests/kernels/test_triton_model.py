"""
Whole models of the family through Triton's interpreter: picture, prefill, a chunk behind a prefix, decode, sampling.

The interpreter runs in fp32, so both roads must agree to its rounding. Scales of INT4 weights are powers of two here:
the plain road rounds each weight to bf16 and the kernels for few tokens do not, which is then the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import kernels
import runtime
from kernels import dispatch
from kernels.testing import assert_close, relative_error
from runtime.api import Choice, GenerateRequest, Generation, ImagePart, SamplingParams, user
from runtime.checkpoint.inspect import check_folder
from runtime.config.types import Family, ModelConfig
from runtime.layers.moe import Int4Experts
from runtime.layers.ragged import Ragged
from runtime.model import Model, stored_module
from runtime.testing import tiny_checkpoint, tiny_config

pytest.importorskip("triton")

from kernels.triton_mla import paged

TOLERANCE = 2e-4
FAMILIES: tuple[Family, ...] = ("kimi_k25", "kimi_vl")


def _config(family: Family) -> ModelConfig:
    """
    Widths that the kernels know, two layers, heads of the vision tower that are no power of two.
    """
    config = tiny_config(family, q_lora=family == "kimi_k25", yarn=family == "kimi_k25")
    assert config.vision is not None
    text = replace(
        config.text,
        hidden_size=128,
        num_hidden_layers=2,
        moe_intermediate_size=128,
        num_attention_heads=2,
        kv_lora_rank=32,
        qk_nope_head_dim=16,
        qk_rope_head_dim=16,
        v_head_dim=16,
    )
    return replace(config, text=text, vision=replace(config.vision, num_attention_heads=2, num_hidden_layers=1))


@pytest.fixture(scope="module", params=FAMILIES)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder: Path = tmp_path_factory.mktemp("model") / request.param
    tiny_checkpoint(folder, _config(request.param), seed=3)
    # As it is stored: a CPU would arrange the experts for its own kernels.
    module = stored_module(folder, check_folder(folder), torch.device("cpu"), torch.float32)
    module.requires_grad_(requires_grad=False).eval()
    for layer in module.modules():
        if isinstance(layer, Int4Experts):
            for scale in (layer.gate_up_scale, layer.down_scale):
                scale.copy_(scale.float().log2().round().exp2())
    return Model(module, check_folder(folder).config, folder, torch.device("cpu"), torch.float32)


@pytest.fixture
def on_triton(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """
    Switches between the roads.
    """

    def switch(wanted: bool) -> None:
        for module in (dispatch, kernels):
            monkeypatch.setattr(module, "runs_triton", lambda *_: wanted)

    return switch


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """
    How often each kernel was launched.
    """
    from kernels.triton_rows.kernel import rms_norm_kernel

    # In the interpreter and compiled this is another class.
    kind = type(rms_norm_kernel)
    seen: Counter[str] = Counter()
    original = kind.__getitem__

    def counting(self: Any, grid: object) -> object:
        seen[self.fn.__name__] += 1
        return original(self, grid)

    monkeypatch.setattr(kind, "__getitem__", counting)
    return seen


def _picture(width: int, height: int) -> ImagePart:
    rng = np.random.default_rng(width * 10000 + height)
    return ImagePart(width=width, height=height, rgb=rng.integers(0, 256, (height, width, 3), dtype=np.uint8).tobytes())


def _requests() -> list[GenerateRequest]:
    shared = "what the two have in common"
    greedy = SamplingParams(max_tokens=4, max_repeats=None)
    drawn = replace(greedy, temperature=0.9, top_k=40, top_p=0.95, min_p=0.01, seed=5, max_tokens=5)
    return [
        GenerateRequest(messages=(user(_picture(60, 40), f"{shared}, one"),), sampling=greedy),
        GenerateRequest(messages=(user(_picture(60, 40), f"{shared}, and another"),), sampling=drawn),
        GenerateRequest(messages=(user("hi"),), template=("<div", Choice(("a", "b")), "=", Choice(("x", "yz")))),
    ]


def test_every_kernel_of_the_model_answers_as_plain_pytorch(
    model: Model, on_triton: Callable[[bool], None], launched: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chunks, and what lies before them, are expanded from sizes on that take the interpreter seconds.
    monkeypatch.setattr(paged, "EXPANDED_FROM", 8)
    monkeypatch.setattr(paged, "MOST_EXPANDED", 64)
    engine = runtime.Engine(model)
    answers: list[list[Generation]] = []
    for road in (False, True):
        on_triton(road)
        assert bool(launched) is False
        answers.append(engine.generate(_requests()))
    for expected, actual in zip(*answers, strict=True):
        assert actual.token_ids == expected.token_ids
        assert [s.probability for s in actual.slots] == pytest.approx([s.probability for s in expected.slots], abs=1e-4)
    missing = {
        "rms_norm_kernel", "layer_norm_kernel", "swiglu_kernel", "rotate_kernel", "vit_attention_kernel",
        "cache_write_kernel", "prefill_kernel", "merge_kernel", "decode_kernel", "route_kernel", "gate_up_kernel",
        "linear_kernel", "sum_pairs_kernel", "group_sums_kernel", "sample_kernel",
    } - set(launched)  # fmt: skip
    assert missing == set()


def test_logits_of_chunks_and_steps_are_those_of_plain_pytorch(
    model: Model, on_triton: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paged, "EXPANDED_FROM", 8)
    tokens = [torch.randint(0, 300, (n,), generator=torch.Generator().manual_seed(n)) for n in (26, 15)]

    @torch.inference_mode()
    def fed() -> torch.Tensor:
        cache = model.cache([26, 15])
        past, found = [0, 0], []
        # A prefill, a chunk behind it, steps of one and more.
        for lengths in ([12, 4], [10, 9], [1, 1], [3, 1]):
            ids = torch.cat([row[p : p + n] for row, p, n in zip(tokens, past, lengths, strict=True)])
            hidden = model.language_model.hidden_states(ids, Ragged.of(lengths, past), cache=cache)
            found.append(model.language_model.lm_head(hidden))
            past = [p + n for p, n in zip(past, lengths, strict=True)]
        return torch.cat(found)

    on_triton(False)
    expected = fed()
    on_triton(True)
    actual = fed()
    assert_close(actual, expected, TOLERANCE)
    weight = model.language_model.model.layers[1].self_attn.kv_a_layernorm.weight
    kept = weight.clone()
    try:
        weight.mul_(1.01)
        assert relative_error(fed(), expected) > 5 * TOLERANCE
    finally:
        weight.copy_(kept)
