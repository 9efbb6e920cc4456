"""
The next token of each row by temperature, top-k, top-p and min-p, from a number that the caller drew.
"""

from __future__ import annotations

import torch


def sample(
    logits: torch.Tensor,
    temperature: torch.Tensor,
    top_k: torch.Tensor,
    top_p: torch.Tensor,
    min_p: torch.Tensor,
    uniform: torch.Tensor,
) -> torch.Tensor:
    """
    ``p = softmax(logits / temperature)``; a token stays while fewer than ``top_k`` tokens and less than ``top_p`` of
    the mass are likelier, and ``p >= min_p max p``; of those that stay, the first in order of ids at which their
    running sum exceeds ``uniform`` times their whole.

    Args:
        logits: ``[rows, vocab]`` float; -inf where a token is not allowed, at least one finite in each row.
        temperature: ``[rows]`` float32; 0: the likeliest token (of equals the first).
        top_k: ``[rows]`` int32; 0: off. Equals of the last that stays stay too.
        top_p: ``[rows]`` float32; 1: off.
        min_p: ``[rows]`` float32; 0: off.
        uniform: ``[rows]`` float32 in [0, 1).

    Returns:
        ``[rows]`` int64.

    Source: Holtzman et al. 2019 (nucleus); Nguyen et al. 2024 (min-p); the rules' order as in ``runtime.sampler``.
    """
    greedy = temperature <= 0
    scores = logits.float() / torch.where(greedy, 1.0, temperature).unsqueeze(1)
    p = scores.softmax(-1)
    ordered, order = scores.sort(dim=-1, descending=True)
    mass = p.gather(1, order)
    # What is strictly likelier than a token lies before the first of its equals.
    first = torch.searchsorted(-ordered, -ordered)
    before = (mass.cumsum(-1) - mass).gather(1, first)
    keep = ((top_k <= 0).unsqueeze(1) | (first < top_k.unsqueeze(1))) & (
        (top_p >= 1).unsqueeze(1) | (before < top_p.unsqueeze(1))
    )
    keep &= mass >= min_p.unsqueeze(1) * mass[:, :1]
    keep[:, 0] = True
    kept = torch.zeros_like(p).scatter_(1, order, mass * keep)
    running = kept.cumsum(-1)
    # The last step may fall short of the whole by rounding: the likeliest token then answers.
    chosen = (running > uniform.unsqueeze(1) * running[:, -1:]) & (kept > 0)
    drawn = torch.where(chosen.any(1), chosen.int().argmax(1), order[:, 0])
    return torch.where(greedy, scores.argmax(1), drawn)
