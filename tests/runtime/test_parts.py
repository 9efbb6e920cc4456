"""
The decoder in a few calls of the CPU's kernels against its modules, through one cache, step by step.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

import kernels
import runtime
from kernels.testing import assert_close, relative_error
from runtime.layers.cache import LatentCache
from runtime.layers.ragged import Ragged
from runtime.testing import tiny_checkpoint, tiny_config

pytestmark = pytest.mark.skipif(kernels.cpu_instructions() is None, reason="no C compiler")

CASES = {
    "int4": {"int4": True},
    "float": {"int4": False},
    "int4-plain": {"int4": True, "q_lora": False, "yarn": False},
    "float-groups": {"int4": False, "groups": True},
}
#: A short prompt beside a long one, steps, a long chunk behind cached tokens, steps again.
CHUNKS = ([5, 70, 1], [1, 1, 1], [3, 1, 2], [80, 1, 64], [1, 1, 1])


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES.keys())
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> runtime.Model:
    case = dict(request.param)
    int4, groups = case.pop("int4"), case.pop("groups", False)
    config = tiny_config("deepseek_v3", **{"q_lora": True, "yarn": True} | case)
    if groups:
        config = replace(config, text=replace(config.text, n_group=4, topk_group=2))
    folder: Path = tmp_path_factory.mktemp("parts")
    tiny_checkpoint(folder, config, seed=1, int4=int4)
    return runtime.load(folder)


@torch.inference_mode()
def _fed(model: runtime.Model, chosen: list[torch.Tensor] | None = None) -> torch.Tensor:
    text, module = model.config.text, model.language_model
    cache = LatentCache(
        num_layers=text.num_hidden_layers,
        num_slots=4,
        capacity=200,
        width=text.cache_width,
        dtype=model.dtype,
        device=torch.device("cpu"),
    )
    past, found = [0, 0, 0], []
    for number, lengths in enumerate(CHUNKS):
        tokens = (torch.arange(sum(lengths)) * 37 + 11 * number) % 500
        hidden = module.hidden_states(tokens, Ragged.of(lengths, past), cache=cache, chosen=chosen)
        found.append(module.lm_head(hidden))
        past = [before + new for before, new in zip(past, lengths, strict=True)]
    return torch.cat(found)


def test_parts_equal_the_modules(model: runtime.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    assert model.language_model.parts is not None
    chosen: list[torch.Tensor] = []
    found = _fed(model, chosen)
    monkeypatch.setattr(model.language_model, "parts", None)
    of_modules: list[torch.Tensor] = []
    expected = _fed(model, of_modules)
    assert_close(found, expected, 3e-4)
    assert len(chosen) == len(of_modules) > 0
    for ours, theirs in zip(chosen, of_modules, strict=True):
        assert torch.equal(ours.sort(-1).values, theirs.sort(-1).values)


@pytest.mark.parametrize("parts", [True, False])
def test_the_next_logits_are_those_of_the_hidden_states(
    model: runtime.Model, monkeypatch: pytest.MonkeyPatch, *, parts: bool
) -> None:
    module = model.language_model
    if not parts:
        monkeypatch.setattr(module, "parts", None)
    expected, past, stepped = _fed(model), [0, 0, 0], []
    cache = model.cache([200] * 4)
    with torch.inference_mode():
        for number, lengths in enumerate(CHUNKS):
            tokens = (torch.arange(sum(lengths)) * 37 + 11 * number) % 500
            batch = Ragged.of(lengths, past)
            stepped.append(module.next_logits(tokens, batch, batch.last, cache=cache))
            past = [before + new for before, new in zip(past, lengths, strict=True)]
    starts = torch.tensor([0, *(sum(lengths) for lengths in CHUNKS[:-1])]).cumsum(0)
    last = torch.cat([Ragged.of(lengths).last + start for lengths, start in zip(CHUNKS, starts, strict=True)])
    assert_close(torch.cat(stepped), expected[last], 1e-5)


def test_a_weight_that_changes_in_place_counts(model: runtime.Model) -> None:
    right = _fed(model)
    weight = next(p for n, p in model.module.named_parameters() if "layers.1" in n and "o_proj" in n)
    kept = weight.detach().clone()
    with torch.inference_mode():
        weight.mul_(1.01)
        try:
            assert relative_error(_fed(model), right) > 1e-3
        finally:
            weight.copy_(kept)


def test_the_users_choice_counts_at_every_call(model: runtime.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> torch.Tensor:
        raise AssertionError("the parts were used")

    monkeypatch.setattr(type(model.language_model.parts), "__call__", refuse)
    with pytest.raises(AssertionError, match="were used"):
        model.logits([1, 2, 3])
    monkeypatch.setenv("VISION_CODE_KERNELS", "reference")
    assert model.logits([1, 2, 3]).isfinite().all()


def test_training_keeps_its_gradients(model: runtime.Model) -> None:
    weight = model.language_model.model.norm.weight
    weight.requires_grad_()
    try:
        model.language_model(torch.tensor([[1, 2, 3]])).sum().backward()
        assert weight.grad is not None
        assert bool(weight.grad.any())
    finally:
        weight.requires_grad_(requires_grad=False)
        weight.grad = None
