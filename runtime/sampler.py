"""
Choosing the next token from logits.

Whole rows stay on their device: the host draws one number a row and gets tokens back. Only what a template may choose
among is looked at on the host.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

import kernels
from runtime.api import SamplingParams


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """
    How the next token of one row is chosen.

    Args:
        params: The rules.
        generator: Of :func:`random_numbers`.
        generated: Tokens of the answer so far.
        valid: Token ids to choose among; None: all, by the rules.
    """

    params: SamplingParams
    generator: random.Random | None
    generated: Sequence[int] = ()
    valid: Sequence[int] | None = None


def random_numbers(params: SamplingParams) -> random.Random | None:
    """
    A request's own random numbers; None when it always takes the likeliest token.
    """
    return random.Random(params.seed) if params.temperature > 0 else None  # noqa: S311


def draw(logits: torch.Tensor, draws: Sequence[Draw], never: int | None = None) -> list[tuple[int, float]] | None:
    """
    The next token of each row; a GPU is waited for once.

    Args:
        logits: ``[rows, vocab]`` float.
        draws: One for each row.
        never: The token that stands for a picture's: as an answer it would ask for a picture that is not there.

    Returns:
        Tokens, each with its probability among the valid ones (1 where all are); None when a logit is not finite.
    """
    free = [row for row, by in enumerate(draws) if by.valid is None]
    bound = [(row, token) for row, by in enumerate(draws) for token in by.valid or ()]
    # One copy for all: token ids and floats are exact in doubles.
    parts = [logits.isfinite().all().reshape(1).double()]
    if free:
        rows = logits if len(free) == len(draws) else logits[kernels.upload(free, logits.device)]
        if never is not None:
            rows = rows.clone()
            rows[:, never] = float("-inf")
        parts.append(sample(rows, [draws[row] for row in free]).double())
    if bound:
        places = kernels.upload([row * logits.shape[1] + token for row, token in bound], logits.device)
        parts.append(logits.flatten()[places].double())
    finite, *values = torch.cat(parts).tolist()
    if not finite:
        return None
    drawn, scores = iter(values[: len(free)]), iter(values[len(free) :])
    return [
        (int(next(drawn)), 1.0) if by.valid is None else choose([next(scores) for _ in by.valid], by) for by in draws
    ]


def sample(logits: torch.Tensor, draws: Sequence[Draw]) -> torch.Tensor:
    """
    One token of each row by its request's rules: penalty, temperature, top-k, top-p, min-p, in this order.

    Args:
        logits: ``[rows, vocab]`` float.
        draws: One for each row.

    Returns:
        ``[rows]`` int64 on the device of the logits.

    Source: penalty, Keskar et al. 2019 (CTRL); the rest as :func:`kernels.sample`.
    """
    logits = _penalised(logits, draws)
    params = [by.params for by in draws]
    if all(p.temperature <= 0 for p in params):
        return logits.argmax(-1)
    numbers = [
        *(p.temperature for p in params),
        *(p.top_p for p in params),
        *(p.min_p for p in params),
        *(p.top_k or 0 for p in params),
        *(by.generator.random() if by.generator else 0.0 for by in draws),
    ]
    sent = kernels.upload(numbers, logits.device, torch.float32).view(5, -1)
    temperature, top_p, min_p, top_k, uniform = sent.unbind()
    return kernels.sample(logits, temperature, top_k.int(), top_p, min_p, uniform)


def choose(scores: Sequence[float], by: Draw) -> tuple[int, float]:
    """
    One of a few valid tokens.

    Args:
        scores: Logits of the valid tokens.
        by: Only the temperature matters.

    Returns:
        The token and its probability (softmax over the valid ones at temperature 1).
    """
    valid = by.valid or ()
    # NumPy, for a few values: torch takes 20 us longer, which a small model's step has for every sequence.
    logits = np.asarray(scores, np.float32)
    away = logits - logits.max()
    odds = np.exp(away)
    place = int(logits.argmax())
    if by.generator is not None:
        running = np.cumsum(np.exp(away / by.params.temperature), dtype=np.float64)
        place = min(int(np.searchsorted(running, by.generator.random() * running[-1], "right")), len(valid) - 1)
    return valid[place], float(odds[place] / odds.sum())


def _penalised(logits: torch.Tensor, draws: Sequence[Draw]) -> torch.Tensor:
    penalties = {
        row * logits.shape[1] + token: by.params.repetition_penalty
        for row, by in enumerate(draws)
        if by.params.repetition_penalty != 1.0
        for token in by.generated
    }
    if not penalties:
        return logits
    places = kernels.upload(list(penalties), logits.device)
    penalty = kernels.upload(list(penalties.values()), logits.device, torch.float32)
    flat = logits.float().flatten()
    scores = flat[places]
    return flat.index_copy(0, places, torch.where(scores > 0, scores / penalty, scores * penalty)).view(logits.shape)
