"""
The choice between reference and Triton, with the device's answer replaced: the interpreter runs both on the CPU.
"""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from kernels import dispatch, mla, moe, rope
from kernels.rms_norm import rms_norm as reference_rms_norm
from kernels.rms_norm import rms_norm_sum
from kernels.sample import sample as reference_sample
from kernels.target import CHOICE_VARIABLE, runs_triton
from kernels.testing import assert_close
from kernels.triton_route import align
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
@pytest.mark.parametrize("rank", [32, 24], ids=["", "odd rank"])
def test_fresh_latent_attention_agrees(rank: int) -> None:
    rows, kv_b = _tensor(2, 9, rank + 16), _tensor(2, 16 + 16, rank, seed=1) * rank**-0.5
    q = _tensor(2, 9, 2, 16 + 16, seed=2)
    actual, expected = (form(q, rows, kv_b, 0.3) for form in (kernels.mla_prefill, mla.mla_prefill))
    assert_close(actual, expected, 2e-5)


@pytest.mark.usefixtures("on_triton")
def test_what_a_layer_is_made_of_agrees() -> None:
    x, residual, weight = _tensor(5, 24), _tensor(5, 24, seed=3), _tensor(24, seed=1)
    for actual, expected in zip(
        kernels.rms_norm_sum(x, residual, weight, 1e-6), rms_norm_sum(x, residual, weight, 1e-6), strict=True
    ):
        assert_close(actual, expected, 1e-5)
    bias = _tensor(24, seed=4)
    assert_close(kernels.layer_norm(x, weight, bias, 1e-5), F.layer_norm(x, (24,), weight, bias, 1e-5), 1e-5)
    assert_close(kernels.swiglu(x, residual), F.silu(x) * residual, 1e-5)
    angles = _tensor(5, 8, seed=2)
    heads = _tensor(5, 3, 24)
    expected = rope.rotate_tail(heads, angles.cos(), angles.sin())
    assert_close(kernels.rotate_tail(heads.clone(), angles.cos(), angles.sin()), expected, 1e-5)
    rules = [
        torch.tensor(t) for t in ([0.0, 1.0, 0.7, 1.0, 2.0], [0, 4, 0, 0, 0], [1.0, 1, 1, 0.6, 1], [0.0] * 4 + [0.3])
    ]
    rules = [rules[0], rules[1].int(), *rules[2:], torch.linspace(0, 0.9, 5)]
    assert torch.equal(kernels.sample(x, *rules), reference_sample(x, *rules))


@pytest.mark.usefixtures("on_triton")
@pytest.mark.parametrize("groups", [1, 2])
def test_the_order_of_the_router_is_the_one_that_the_experts_make(groups: int) -> None:
    rule = kernels.RouterRule(top_k=2, num_groups=groups, top_groups=1, normalise=True, scaling=2.0)
    logits, bias = _tensor(3, 8), _tensor(8, seed=1)
    ids, weights, order = kernels.route_in_order(logits, bias, rule)
    expected_ids, expected = moe.route(logits, bias, rule)
    assert torch.equal(ids.long(), expected_ids)
    assert_close(weights, expected, 1e-5)
    assert (order is None) == (groups == 2)
    if order is not None:
        alone = align(expected_ids, 8, order.block)
        used = int(alone.num_padded)
        assert int(order.num_padded) == used
        assert torch.equal(order.sorted_pair_ids[:used], alone.sorted_pair_ids[:used])
        assert torch.equal(order.expert_ids[: used // order.block], alone.expert_ids[: used // order.block])


@pytest.mark.usefixtures("on_triton")
def test_experts_that_fit_no_tile_stay_on_the_reference() -> None:
    experts, hidden, inter = 4, 64, 32
    rule = kernels.RouterRule(top_k=2, num_groups=1, top_groups=1, normalise=True, scaling=1.0)
    layer = Int4Experts(experts, hidden, inter)
    layer.down_packed.random_(-(2**31), 2**31 - 1)
    layer.gate_up_packed.random_(-(2**31), 2**31 - 1)
    x, logits = _tensor(3, hidden) * 0.1, _tensor(3, experts, seed=1)
    ids, weights, order = kernels.route_in_order(logits, torch.zeros(experts), rule)
    assert order is not None
    dense = [
        kernels.dequantise(*weight).float()
        for weight in ((layer.gate_up_packed, layer.gate_up_scale), (layer.down_packed, layer.down_scale))
    ]
    assert_close(layer(x, ids, weights, order), moe.expert_mlp(x, ids.long(), weights, *dense), 1e-5)


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
