"""
How often the host waits for a GPU, on one that is not there: tensors on the "meta" device stand for its.

They hold nothing, so whatever needs a value (``item``, ``bool``, ``nonzero``) raises on them; copies are looked at
here. Kernels are not run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.overrides import TorchFunctionMode

import kernels
import runtime
from kernels import dispatch
from runtime.api import Choice, GenerateRequest, SamplingParams, user
from runtime.layers.moe import Int4Experts
from runtime.layers.pages import PagedCache
from runtime.model import Model
from runtime.models.registry import build
from runtime.testing import tiny_checkpoint, tiny_config

pytest.importorskip("triton")

GPU = torch.device("meta")
STEPS = 6


class Waits(TorchFunctionMode):
    """
    Writes down every call for which the host would wait; the copy that brings tokens back gives the token 65.
    """

    def __init__(self) -> None:
        super().__init__()
        self.brought_back = 0
        self.others: list[str] = []
        self._pinned: list[torch.Tensor] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        name = getattr(func, "__name__", "")
        if name == "tolist":
            self.brought_back += args[0].is_meta
            return [65.0] * args[0].numel()
        if name == "pin_memory":
            self._pinned.append(args[0])
            return args[0]
        if name in ("cpu", "numpy", "item", "synchronize"):
            self.others.append(name)
        if name in ("tensor", "as_tensor") and torch.device(given.get("device") or "cpu").type == "meta":
            self.others.append(f"{name} on a device")
        result = func(*args, **given)
        if name in ("to", "cuda", "copy_") and isinstance(args[0], torch.Tensor):
            source = args[1] if name == "copy_" else args[0]
            free = given.get("non_blocking") and any(source is pinned for pinned in self._pinned)
            if isinstance(source, torch.Tensor) and source.device.type != result.device.type and not free:
                self.others.append(f"{name} of {list(source.shape)}")
        return result


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waits]:
    from kernels.triton_rows.kernel import rms_norm_kernel

    def runs_triton(x: torch.Tensor, dtype: torch.dtype = torch.bfloat16) -> bool:
        return x.is_meta and x.dtype == dtype and not torch.is_grad_enabled()

    for module in (dispatch, kernels):
        monkeypatch.setattr(module, "runs_triton", runs_triton)
    monkeypatch.setattr(type(rms_norm_kernel), "__getitem__", lambda *_: lambda *_, **__: None)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda *_: (2**40, 2**40))
    # The order of INT4 weights is changed in place once, long before a step.
    monkeypatch.setattr(Int4Experts, "_put_in_order", lambda *_, **__: True)
    with Waits() as mode:
        yield mode


def _model(folder: Path) -> Model:
    """
    Two layers at Kimi K2.5's widths.
    """
    config = tiny_config("kimi_k25")
    text = replace(
        config.text,
        hidden_size=7168,
        num_hidden_layers=2,
        moe_intermediate_size=2048,
        num_attention_heads=64,
        q_lora_rank=1536,
        kv_lora_rank=512,
        qk_nope_head_dim=128,
        qk_rope_head_dim=64,
        v_head_dim=128,
        n_routed_experts=384,
        num_experts_per_tok=8,
    )
    config = replace(config, text=text, int4_group=32)
    with torch.device(GPU):
        module = build(config)
    module.to(torch.bfloat16).requires_grad_(requires_grad=False).eval()
    return Model(module, config, folder, GPU, torch.bfloat16)


def _requests() -> list[GenerateRequest]:
    shared = "a beginning that all of them have in common and that is long enough to be worth it, " * 3
    greedy = SamplingParams(max_tokens=STEPS, max_repeats=None)
    drawn = replace(greedy, temperature=0.7, top_p=0.9, repetition_penalty=1.1)
    return [
        GenerateRequest(messages=(user(shared),), sampling=greedy),
        GenerateRequest(messages=(user(f"{shared} and more"),), sampling=drawn),
        GenerateRequest(messages=(user(f"{shared} and less"),), sampling=replace(greedy, max_tokens=2)),
        GenerateRequest(messages=(user("hi"),), template=("x", Choice(("A", "A1")), "y", Choice(("A", "B")))),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fake") / "k25"
    tiny_checkpoint(path)
    return path


def test_a_step_waits_once_for_its_tokens(folder: Path, waits: Waits) -> None:
    model = _model(folder)
    with torch.no_grad():
        assert isinstance(model.cache([100]), PagedCache)
    # The rotation's frequencies are sent once for a model.
    runtime.Engine(model).generate(_requests()[:1])
    waits.brought_back, waits.others = 0, []
    runtime.Engine(model).generate(_requests())
    assert waits.brought_back == STEPS
    assert waits.others == []


def test_what_waits_is_found(waits: Waits) -> None:
    x = torch.ones(3, device=GPU)
    for wait in (lambda: bool(x.sum() > 2), lambda: float(x[0]), x.nonzero, lambda: x[x > 0]):
        with pytest.raises((RuntimeError, NotImplementedError)):
            wait()
    torch.ones(2).to(GPU)
    torch.ones(2).to(GPU, non_blocking=True)
    torch.tensor([1.0], device=GPU)
    kernels.upload([1, 2], GPU)
    assert waits.others == ["to of [2]", "to of [2]", "tensor on a device"]
