from __future__ import annotations

import pytest
import torch

import kernels
from kernels.sample import sample as reference

pytest.importorskip("triton")

from kernels.triton_sample import sample

VOCAB = 1000


def _parameters(
    rows: int, *, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0, min_p: float = 0.0
) -> tuple[torch.Tensor, ...]:
    return (
        torch.full((rows,), temperature),
        torch.full((rows,), top_k, dtype=torch.int32),
        torch.full((rows,), top_p),
        torch.full((rows,), min_p),
        (torch.arange(rows) + 0.5) / rows,
    )


def _logits(rows: int, vocab: int = VOCAB) -> torch.Tensor:
    return torch.randn(rows, vocab, generator=torch.Generator().manual_seed(vocab)) * 3


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"temperature": 0.0},
        {"temperature": 0.6, "top_p": 0.95},
        {"top_k": 1},
        {"top_k": 20, "top_p": 0.8},
        {"min_p": 0.1, "temperature": 1.7},
        {"top_k": 5000, "top_p": 0.01},
    ],
    ids=str,
)
def test_the_token_of_the_reference(rules: dict[str, float]) -> None:
    logits, parameters = _logits(2), _parameters(2, **rules)  # type: ignore[arg-type]
    assert torch.equal(sample(logits, *parameters), reference(logits, *parameters))


@pytest.mark.parametrize("vocab", [1, 123, 9000])
def test_odd_vocabularies_and_wide_rows(vocab: int) -> None:
    wide = torch.full((1, vocab + 5), float("nan"))
    wide[:, :vocab] = _logits(1, vocab)
    parameters = _parameters(1, top_p=0.9)
    assert torch.equal(sample(wide[:, :vocab], *parameters), reference(wide[:, :vocab], *parameters))


def test_the_draw_follows_the_kept_probabilities() -> None:
    rows = 9
    logits = torch.tensor([0.1, 0.2, 0.3, 0.4]).log().expand(rows, 4)
    drawn = sample(logits, *_parameters(rows, top_k=3)).bincount(minlength=4)
    # 0.2, 0.3 and 0.4 of 0.9, at nine evenly spread numbers.
    assert drawn.tolist() == [0, 2, 3, 4]


def test_equals_stay_together_and_forbidden_tokens_are_never_drawn() -> None:
    rows = 6
    logits = torch.full((rows, 8), float("-inf"))
    logits[:, [1, 4, 6]] = 2.0
    drawn = sample(logits, *_parameters(rows, top_k=1))
    assert set(drawn.tolist()) == {1, 4, 6}
    assert sample(logits, *_parameters(rows, temperature=0.0)).tolist() == [1] * rows


def test_rows_do_not_disturb_each_other() -> None:
    logits, parameters = _logits(3), _parameters(3, min_p=0.02)
    alone = sample(logits[1:2], *(p[1:2] for p in parameters))
    assert sample(logits, *parameters)[1:2].tolist() == alone.tolist()
    assert sample(logits[:0], *(p[:0] for p in parameters)).shape == (0,)


def test_parameters_of_another_length_are_refused() -> None:
    with pytest.raises(kernels.UnsupportedShape):
        sample(_logits(2), *_parameters(3))
