"""
The choice between reference and Triton, with the device's answer replaced: the interpreter runs both on the CPU.
"""

from __future__ import annotations

import pytest
import torch

import kernels
from kernels import dispatch, mla, moe, rope
from kernels.rms_norm import rms_norm as reference_rms_norm
from kernels.target import CHOICE_VARIABLE, runs_triton
from kernels.testing import assert_close
from kernels.vit_attention import vit_attention as reference_vit_attention
from runtime.layers.moe import Int4Experts

pytest.importorskip("triton")


def _tensor(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def on_triton(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "runs_triton", lambda *_: True)
    monkeypatch.setattr(kernels, "runs_triton", lambda *_: True)


def test_a_cpu_stays_on_the_reference() -> None:
    with torch.no_grad():
        assert not runs_triton(torch.ones(1, dtype=torch.bfloat16))


class _OnGPU:
    """
    As much of a tensor on a GPU as the choice looks at.
    """

    is_cuda = True

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype


def test_a_gpu_goes_to_triton_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CHOICE_VARIABLE, raising=False)
    x: torch.Tensor = _OnGPU(torch.bfloat16)  # type: ignore[assignment]
    assert not runs_triton(x), "autograd needs the reference"
    with torch.no_grad():
        assert runs_triton(x)
        assert not runs_triton(_OnGPU(torch.float32))  # type: ignore[arg-type]
        monkeypatch.setenv(CHOICE_VARIABLE, "reference")
        assert not runs_triton(x)


@pytest.mark.usefixtures("on_triton")
def test_small_operations_agree() -> None:
    x, weight = _tensor(5, 24), _tensor(24, seed=1)
    assert_close(kernels.rms_norm(x, weight, 1e-6), reference_rms_norm(x, weight, 1e-6), 1e-5)
    angles = _tensor(5, 12, seed=2)
    for shape in ((5, 24), (5, 3, 24)):
        turned, at = _tensor(*shape), [t.view(5, *[1] * (len(shape) - 2), 12) for t in (angles.cos(), angles.sin())]
        assert_close(kernels.rotate_pairs(turned, *at), rope.rotate_pairs(turned, *at), 1e-5)
    q, k, v = _tensor(9, 3, 2, 24).unbind(1)
    assert_close(kernels.vit_attention(q, k, v, [4, 5]), reference_vit_attention(q, k, v, [4, 5]), 1e-5)


@pytest.mark.usefixtures("on_triton")
@pytest.mark.parametrize("groups", [1, 2])
def test_routes_agree_whether_the_kernel_knows_groups_or_not(groups: int) -> None:
    rule = kernels.RouterRule(top_k=2, num_groups=groups, top_groups=1, normalise=True, scaling=2.0)
    logits, bias = _tensor(3, 8), _tensor(8, seed=1)
    (ids, weights), (expected_ids, expected) = kernels.route(logits, bias, rule), moe.route(logits, bias, rule)
    assert torch.equal(ids, expected_ids)
    assert_close(weights, expected, 1e-5)


@pytest.mark.usefixtures("on_triton")
@pytest.mark.parametrize("room", [64, 70], ids=["read in place", "reference"])
@pytest.mark.parametrize("rank", [32, 24], ids=["", "odd rank"])
def test_latent_attention_agrees(room: int, rank: int) -> None:
    cache = torch.full((3, room, rank + 16), float("nan"))
    rows, kv_b = cache[:2, :9], _tensor(2, 16 + 16, rank, seed=1) * rank**-0.5
    rows.copy_(_tensor(2, 9, rank + 16))
    q = _tensor(2, 3, 2, 16 + 16, seed=2)
    # The first sequence is two tokens shorter than the second.
    mask = torch.arange(2, 9) <= (torch.tensor([[4], [6]]) + torch.arange(3)).unsqueeze(-1)
    actual, expected = (form(q, rows, kv_b, 0.3, mask) for form in (kernels.mla_decode, mla.mla_decode))
    assert_close(actual, expected, 2e-5)
    fresh = _tensor(2, 9, 2, 16 + 16, seed=3)
    actual, expected = (form(fresh, rows, kv_b, 0.3) for form in (kernels.mla_prefill, mla.mla_prefill))
    assert_close(actual, expected, 2e-5)


def test_experts_change_their_order_in_place_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    experts = Int4Experts(3, 128, 128)
    for name, rows in (("gate_up", 256), ("down", 128)):
        packed, scale = kernels.quantise(_tensor(3, rows, 128) * 128**-0.5)
        getattr(experts, f"{name}_packed").copy_(packed)
        getattr(experts, f"{name}_scale").copy_(scale)
    before = {name: t.clone() for name, t in experts.named_buffers()}
    x, ids, weights = _tensor(2, 128, seed=3), torch.tensor([[0, 2], [2, 0]]), torch.rand(2, 2)
    expected = experts(x, ids, weights)
    monkeypatch.setattr(kernels, "runs_triton", lambda *_: True)
    place = experts.gate_up_packed.data_ptr()
    # Scales are bf16: the reference rounds each weight to it, the kernel for few tokens does not.
    assert_close(experts(x, ids, weights), expected, 2e-2)
    assert experts.gate_up_packed.data_ptr() == place
    assert not torch.equal(experts.gate_up_packed, before["gate_up_packed"])
    monkeypatch.setattr(kernels, "runs_triton", lambda *_: False)
    assert torch.equal(experts(x, ids, weights), expected)
    assert all(torch.equal(t, before[name]) for name, t in experts.named_buffers())
