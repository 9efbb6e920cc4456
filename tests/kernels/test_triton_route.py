from __future__ import annotations

import pytest
import torch

import kernels
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")

from kernels import triton_route


def _rule(top_k: int, *, normalise: bool = True) -> kernels.RouterRule:
    return kernels.RouterRule(top_k=top_k, num_groups=1, top_groups=1, normalise=normalise, scaling=2.5)


def _case(num_tokens: int, experts: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(num_tokens + experts)
    return torch.randn(num_tokens, experts, generator=generator), torch.randn(experts, generator=generator) * 0.2


def _check_alignment(ids: torch.Tensor, experts: int, block: int, found: triton_route.Alignment) -> None:
    """
    Block by block: the pairs of one expert, in their order, then padding.
    """
    pairs = ids.numel()
    expected_pairs: list[int] = []
    expected_experts: list[int] = []
    for expert in range(experts):
        mine = (ids.flatten() == expert).nonzero().flatten().tolist()
        blocks = -(-len(mine) // block)
        expected_pairs += mine + [pairs] * (blocks * block - len(mine))
        expected_experts += [expert] * blocks
    padded = int(found.num_padded)
    assert padded == len(expected_pairs)
    assert padded <= found.sorted_pair_ids.numel()
    assert found.sorted_pair_ids[:padded].tolist() == expected_pairs
    assert found.expert_ids[: padded // block].tolist() == expected_experts


@pytest.mark.parametrize(
    ("num_tokens", "experts", "top_k"), [(1, 8, 2), (3, 64, 6), (7, 31, 3), (5, 384, 8), (2, 16, 16), (2, 9, 9)]
)
def test_choice_weights_and_order_in_one_launch(num_tokens: int, experts: int, top_k: int) -> None:
    logits, bias = _case(num_tokens, experts)
    rule = _rule(top_k, normalise=top_k != 3)
    ids, weights, alignment = triton_route.route_and_align(logits, bias, rule, 8)
    expected_ids, expected_weights = kernels.route(logits, bias, rule)
    assert torch.equal(ids.long(), expected_ids)
    assert_close(weights, expected_weights, 1e-5)
    assert relative_error(weights * 1.01, expected_weights) > 1e-3
    _check_alignment(ids, experts, 8, alignment)


def test_choice_alone_over_many_programs() -> None:
    logits, bias = _case(13, 40)
    wide = torch.full((13, 50), float("nan"))
    wide[:, :40] = logits
    ids, weights = triton_route.route(wide[:, :40], bias, _rule(4))
    expected_ids, expected_weights = kernels.route(logits, bias, _rule(4))
    assert torch.equal(ids, expected_ids)
    assert_close(weights, expected_weights, 1e-5)


def test_ties_go_to_the_lower_expert() -> None:
    ids, _ = triton_route.route(torch.zeros(1, 6), torch.zeros(6), _rule(3))
    assert ids.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize("pairs", [16, 1040])
@pytest.mark.parametrize("spread", ["uniform", "one expert", "half empty"])
def test_order_of_given_ids(pairs: int, spread: str) -> None:
    experts = 12
    high = {"uniform": experts, "one expert": 1, "half empty": experts // 2}[spread]
    ids = torch.randint(0, high, (pairs // 2, 2), generator=torch.Generator().manual_seed(pairs))
    _check_alignment(ids, experts, 16, triton_route.align(ids, experts, 16))


def test_what_the_kernel_cannot_do_is_refused() -> None:
    logits, bias = _case(1, 8)
    grouped = kernels.RouterRule(top_k=2, num_groups=2, top_groups=1, normalise=True, scaling=1.0)
    with pytest.raises(kernels.UnsupportedShape):
        triton_route.route(logits, bias, grouped)
