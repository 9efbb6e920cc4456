"""
Choosing the next token from logits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from runtime.api import SamplingParams
from runtime.torch_start import complete_torch


def random_numbers(params: SamplingParams) -> torch.Generator | None:
    """
    A request's own random numbers; None when it always takes the likeliest token.
    """
    if params.temperature <= 0:
        return None
    complete_torch()
    return torch.Generator().manual_seed(params.seed)


def sample(
    logits: torch.Tensor, params: SamplingParams, generated: Sequence[int], generator: torch.Generator | None
) -> int:
    """
    One token by the request's rules: penalty, temperature, top-k, top-p, min-p, in this order.

    Args:
        logits: ``[vocab]`` float32 on the CPU.
        params: The rules.
        generated: Tokens of the answer so far.
        generator: Of :func:`random_numbers`.

    Returns:
        A token id.

    Source: nucleus sampling, Holtzman et al. 2019; min-p, Nguyen et al. 2024; penalty, Keskar et al. 2019 (CTRL).
    """
    if params.repetition_penalty != 1.0 and generated:
        logits = _penalised(logits, params.repetition_penalty, generated)
    if params.temperature <= 0:
        return int(logits.argmax())
    ordered, tokens = (logits / params.temperature).sort(descending=True)
    probabilities = ordered.softmax(-1)
    keep = torch.ones_like(probabilities, dtype=torch.bool)
    if params.top_k is not None:
        keep[params.top_k :] = False
    if params.top_p < 1.0:
        # A token stays while those before it hold less than top_p: the likeliest one always does.
        keep &= probabilities.cumsum(-1) - probabilities < params.top_p
    keep &= probabilities >= params.min_p * probabilities[0]
    keep[0] = True
    return int(tokens[torch.multinomial(probabilities * keep, 1, generator=generator)])


def choose(
    logits: torch.Tensor, valid: Sequence[int], params: SamplingParams, generator: torch.Generator | None
) -> tuple[int, float]:
    """
    One of a few valid tokens.

    Args:
        logits: ``[vocab]`` float32 on the CPU.
        valid: Token ids to choose among.
        params: Only the temperature matters.
        generator: Of :func:`random_numbers`.

    Returns:
        The token and its probability (softmax over the valid ones at temperature 1).
    """
    # NumPy, for a few values: torch takes 20 us longer, which a small model's step has for every sequence.
    scores = logits.numpy()[list(valid)]
    if params.temperature <= 0:
        place = int(scores.argmax())
    else:
        weights = torch.from_numpy(scores / params.temperature).softmax(-1)
        place = int(torch.multinomial(weights, 1, generator=generator))
    odds = np.exp(scores - scores.max())
    return valid[place], float(odds[place] / odds.sum())


def _penalised(logits: torch.Tensor, penalty: float, generated: Sequence[int]) -> torch.Tensor:
    seen = torch.tensor(sorted(set(generated)))
    scores = logits[seen]
    logits = logits.clone()
    logits[seen] = torch.where(scores > 0, scores / penalty, scores * penalty)
    return logits
