"""
The text model against transformers' DeepseekV3ForCausalLM, in fp32.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import runtime
from kernels.testing import assert_close, relative_error
from runtime.layers.cache import LatentCache
from runtime.layers.ragged import Ragged
from runtime.testing import tiny_checkpoint, tiny_config

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

TOLERANCE = 1e-4
CASES = {
    "q_lora-yarn": {"q_lora": True, "yarn": True},
    "q_lora-plain": {"q_lora": True, "yarn": False},
    "q_proj-yarn": {"q_lora": False, "yarn": True},
    "q_proj-plain": {"q_lora": False, "yarn": False},
    "groups": {"q_lora": False, "yarn": False, "groups": True},
}


@pytest.fixture(scope="module")
def oracle_class() -> Any:
    return pytest.importorskip("transformers").DeepseekV3ForCausalLM


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES.keys())
def pair(
    request: pytest.FixtureRequest, oracle_class: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Any]:
    case = dict(request.param)
    groups = case.pop("groups", False)
    config = tiny_config("deepseek_v3", **case)
    if groups:
        config = replace(config, text=replace(config.text, n_group=4, topk_group=2))
    folder: Path = tmp_path_factory.mktemp("text")
    tiny_checkpoint(folder, config, seed=1, int4=False)
    return runtime.load(folder), oracle_class.from_pretrained(folder, dtype=torch.float32).eval()


def _tokens(length: int) -> torch.Tensor:
    return torch.randint(0, 500, (length,), generator=torch.Generator().manual_seed(length))


@torch.inference_mode()
def test_logits_equal_the_oracles(pair: tuple[Any, Any]) -> None:
    model, oracle = pair
    # 100 positions reach beyond the 64 that the tiny YaRN configuration extends.
    tokens = _tokens(100)
    assert_close(model.logits(tokens), oracle(tokens.unsqueeze(0)).logits[0], TOLERANCE)


PERTURBED = (
    "kv_a_layernorm",
    "kv_b_proj",
    "o_proj",
    "mlp.gate.weight",
    "experts.down",
    "shared_experts.up_proj",
    "lm_head",
)


@pytest.mark.parametrize("name", PERTURBED)
@torch.inference_mode()
def test_one_percent_in_any_weight_shows(text_model: runtime.Model, name: str) -> None:
    tokens = _tokens(60)
    right = text_model.logits(tokens)
    weight = next(p for n, p in text_model.module.named_parameters() if name in n and "layers.0" not in n)
    kept = weight.detach().clone()
    weight.mul_(1.01)
    try:
        assert relative_error(text_model.logits(tokens), right) > TOLERANCE
    finally:
        weight.copy_(kept)


def _fed(model: runtime.Model, rows: list[torch.Tensor], chunks: list[list[int]]) -> list[torch.Tensor]:
    """
    Logits when several sequences are fed through one cache, so many tokens of each at every step.
    """
    text, module = model.config.text, model.language_model
    cache = LatentCache(
        num_layers=text.num_hidden_layers,
        num_slots=len(rows),
        capacity=max(map(len, rows)),
        width=text.cache_width,
        dtype=torch.float32,
        device=torch.device("cpu"),
    )
    past = [0] * len(rows)
    found: list[list[torch.Tensor]] = [[] for _ in rows]
    for lengths in chunks:
        fed = [row[start : start + length] for row, start, length in zip(rows, past, lengths, strict=True)]
        batch = Ragged.of(lengths, past)
        logits = module.lm_head(module.hidden_states(torch.cat(fed), batch, cache=cache))
        for place, part in enumerate(logits.split(lengths)):
            found[place].append(part)
        past = [start + length for start, length in zip(past, lengths, strict=True)]
    return [torch.cat(parts) for parts in found]


@pytest.mark.parametrize("chunks", [[1] * 80, [40, *[1] * 20, 13, 7], [5, 75]], ids=["single", "mixed", "late-prefill"])
@torch.inference_mode()
def test_prefill_equals_steps(text_model: runtime.Model, chunks: list[int]) -> None:
    tokens = _tokens(80)
    (stepped,) = _fed(text_model, [tokens], [[length] for length in chunks])
    assert_close(stepped, text_model.logits(tokens), TOLERANCE)


@torch.inference_mode()
def test_batch_of_unequal_lengths_equals_one_by_one(text_model: runtime.Model) -> None:
    rows = [_tokens(length) for length in (31, 50, 9)]
    batched = _fed(text_model, rows, [[20, 33, 1], [10, 10, 7], [1, 7, 1]])
    for row, found in zip(rows, batched, strict=True):
        assert_close(found, text_model.logits(row), TOLERANCE)


@torch.inference_mode()
def test_padded_forward_equals_one_by_one(text_model: runtime.Model) -> None:
    rows = [_tokens(length) for length in (31, 50, 9)]
    padded = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    logits = text_model.module(padded, lengths=[31, 50, 9])
    for row, found in zip(rows, logits, strict=True):
        assert_close(found[: len(row)], text_model.logits(row), TOLERANCE)


def test_training_reaches_every_weight_but_the_correction_bias(tmp_path: Path) -> None:
    model = tiny_checkpoint(tmp_path, int4=False)
    config = model.config
    media = config.media_token_id
    tokens = torch.full((2, 40), 7)
    tokens[:, 3:9] = media
    features = model.encode_images(torch.randn(48, 3, 14, 14), [(1, 4, 6), (1, 4, 6)])
    chosen: list[torch.Tensor] = []
    logits = model(tokens, lengths=[40, 30], features=features, chosen=chosen)
    logits.square().mean().backward()
    assert [name for name, weight in model.named_parameters() if weight.grad is None] == []
    assert [list(ids.shape) for ids in chosen] == [[70, 3], [70, 3]]
    assert not any("correction_bias" in name for name, _ in model.named_parameters())
