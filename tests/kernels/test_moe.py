from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from kernels.testing import assert_close


def _rule(top_k: int = 2, groups: int = 1, kept: int = 1, *, normalise: bool = True) -> kernels.RouterRule:
    return kernels.RouterRule(top_k=top_k, num_groups=groups, top_groups=kept, normalise=normalise, scaling=2.5)


def test_bias_moves_the_choice_but_not_the_weights() -> None:
    logits = torch.tensor([[0.0, 1.0, 2.0, 3.0]])
    bias = torch.tensor([10.0, 0.0, 0.0, 0.0])
    ids, weights = kernels.route(logits, bias, _rule())
    assert ids.tolist() == [[0, 3]]
    scores = logits.sigmoid()[0, [0, 3]]
    assert weights[0].tolist() == pytest.approx((2.5 * scores / scores.sum()).tolist())


def test_weights_stay_as_they_are_without_normalisation() -> None:
    _, weights = kernels.route(torch.tensor([[0.0, 4.0]]), torch.zeros(2), _rule(1, normalise=False))
    assert weights.item() == pytest.approx(2.5 * torch.tensor(4.0).sigmoid().item())


def test_groups_are_ranked_by_their_two_best() -> None:
    # The single best expert is in group 0, but group 1's two best sum higher.
    logits = torch.tensor([[5.0, -9.0, -9.0, 2.0, 2.0, -9.0]])
    ids, _ = kernels.route(logits, torch.zeros(6), _rule(2, groups=2, kept=1))
    assert sorted(ids[0].tolist()) == [3, 4]


@pytest.mark.parametrize("num_tokens", [1, 2, 33])
def test_experts_equal_the_sum_over_each_tokens_choice(num_tokens: int) -> None:
    generator = torch.Generator().manual_seed(num_tokens)
    experts, hidden, inter = 5, 24, 12
    x = torch.randn(num_tokens, hidden, generator=generator)
    gate_up = torch.randn(experts, 2 * inter, hidden, generator=generator) * hidden**-0.5
    down = torch.randn(experts, hidden, inter, generator=generator) * inter**-0.5
    # Expert 3 never gets a token.
    ids = torch.tensor([0, 1, 2, 4])[torch.stack([torch.randperm(4, generator=generator)[:2] for _ in x])]
    weights = torch.rand(num_tokens, 2, generator=generator)
    expected = torch.stack(
        [
            sum(
                w * (down[e] @ (F.silu(gate_up[e, :inter] @ token) * (gate_up[e, inter:] @ token)))
                for e, w in zip(row.tolist(), row_weights, strict=True)
            )
            for token, row, row_weights in zip(x, ids, weights, strict=True)
        ]
    )
    assert_close(kernels.expert_mlp(x, ids, weights, gate_up, down), expected, 1e-5)
    with pytest.raises(AssertionError):
        assert_close(kernels.expert_mlp(x, ids, weights, gate_up, down * 1.01), expected, 1e-5)


def test_all_tokens_on_one_expert() -> None:
    x = torch.randn(7, 8, generator=torch.Generator().manual_seed(0))
    gate_up, down = torch.ones(3, 8, 8), torch.ones(3, 8, 4)
    out = kernels.expert_mlp(x, torch.ones(7, 1, dtype=torch.int64), torch.ones(7, 1), gate_up, down)
    total = x.sum(1, keepdim=True)
    assert_close(out, (4 * F.silu(total) * total).expand(7, 8), 1e-5)
