from __future__ import annotations

import pytest
import torch

from runtime.api import SamplingParams
from runtime.sampler import choose, sample

LOGITS = torch.tensor([0.5, 0.3, 0.1, 0.06, 0.04]).log()


def _drawn(generated: tuple[int, ...] = (), count: int = 400, **params: object) -> dict[int, float]:
    generator = torch.Generator().manual_seed(0)
    rules = SamplingParams(**{"temperature": 1.0, **params})  # type: ignore[arg-type]
    tokens = [sample(LOGITS, rules, generated, generator) for _ in range(count)]
    return {token: tokens.count(token) / count for token in sorted(set(tokens))}


def test_plain_sampling_follows_the_probabilities() -> None:
    assert _drawn(count=2000) == pytest.approx({0: 0.5, 1: 0.3, 2: 0.1, 3: 0.06, 4: 0.04}, abs=0.04)


def test_temperature_zero_takes_the_likeliest() -> None:
    assert _drawn(temperature=0.0, count=5) == {0: 1.0}


def test_low_temperature_sharpens() -> None:
    assert _drawn(temperature=0.25)[0] > 0.8


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"top_k": 2}, {0, 1}),
        ({"top_p": 0.79}, {0, 1}),
        ({"top_p": 0.81}, {0, 1, 2}),
        ({"top_p": 0.0}, {0}),
        ({"min_p": 0.19}, {0, 1, 2}),
        ({"min_p": 1.0}, {0}),
        ({"top_k": 4, "min_p": 0.1, "top_p": 0.99}, {0, 1, 2, 3}),
    ],
)
def test_truncation_keeps_the_likeliest(params: dict[str, object], kept: set[int]) -> None:
    assert set(_drawn(**params)) == kept


def test_repeated_tokens_become_less_likely() -> None:
    assert _drawn((0,), repetition_penalty=3.0).get(0, 0) < 0.3 < _drawn()[0]


def test_choices_look_at_valid_tokens_only() -> None:
    generator = torch.Generator().manual_seed(0)
    assert choose(LOGITS, [2, 4], SamplingParams(), generator) == (2, pytest.approx(0.1 / 0.14))
