from __future__ import annotations

import pytest
import torch

from runtime.api import SamplingParams
from runtime.sampler import Draw, draw, random_numbers

LOGITS = torch.tensor([0.5, 0.3, 0.1, 0.06, 0.04]).log()


def _by(generated: tuple[int, ...] = (), valid: tuple[int, ...] | None = None, **params: object) -> Draw:
    rules = SamplingParams(**{"temperature": 1.0, **params})  # type: ignore[arg-type]
    return Draw(params=rules, generator=random_numbers(rules), generated=generated, valid=valid)


def _drawn(generated: tuple[int, ...] = (), count: int = 400, **params: object) -> dict[int, float]:
    found = draw(LOGITS.expand(count, -1), [_by(generated, **params)] * count)
    assert found is not None
    tokens = [token for token, _ in found]
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
    assert draw(LOGITS[None], [_by(valid=(2, 4), temperature=0.0)]) == [(2, pytest.approx(0.1 / 0.14))]
    often = draw(LOGITS.expand(500, -1), [_by(valid=(1, 4), seed=3)] * 500)
    assert often is not None
    assert sum(token == 4 for token, _ in often) / 500 == pytest.approx(0.04 / 0.34, abs=0.04)
    assert [p for token, p in often if token == 1] == pytest.approx([0.3 / 0.34] * sum(t == 1 for t, _ in often))


def test_each_row_is_drawn_by_its_own_rules_and_alone_as_in_company() -> None:
    logits = torch.randn(5, 40, generator=torch.Generator().manual_seed(1))

    def rules() -> list[Draw]:
        return [
            _by(seed=1),
            _by(valid=(7, 3, 9), temperature=0.0),
            _by(temperature=0.0),
            _by(seed=2, top_k=3, generated=(1, 1, 2), repetition_penalty=1.5),
            _by(valid=(1, 2), seed=4),
        ]

    together = draw(logits, rules())
    assert together == [found for row, by in zip(logits, rules(), strict=True) for found in draw(row[None], [by]) or ()]


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_nothing_is_drawn_when_a_number_is_not_finite(bad: float) -> None:
    logits = torch.zeros(2, 5)
    logits[1, 3] = bad
    assert draw(logits, [_by(), _by(valid=(0, 1))]) is None
