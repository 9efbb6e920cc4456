"""
Muon: momentum whose matrix updates are made orthogonal; for hidden matrices and stacks of them.

Source: https://kellerjordan.github.io/posts/muon/; update scale of https://arxiv.org/abs/2502.16982 (0.2 · √max(m, n)),
which lets one learning rate serve Muon and AdamW.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch

# Quintic Newton-Schulz coefficients of the source: fast growth of small singular values, none beyond about 1.
_A, _B, _C = 3.4445, -4.7750, 2.0315
_STEPS = 5
_RMS = 0.2


class Muon(torch.optim.Optimizer):
    """
    Args:
        params: Matrices [m, n] or stacks [k, m, n].
        lr: Learning rate, of AdamW's order.
    """

    def __init__(
        self,
        params: Iterable[torch.Tensor],
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """
        One update of every parameter that has a gradient.
        """
        assert closure is None
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, group)

    def _update(self, parameter: torch.Tensor, group: dict[str, float]) -> None:
        state = self.state[parameter]
        assert parameter.grad is not None
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        buffer = state["momentum"].mul_(group["momentum"]).add_(parameter.grad)
        ahead = parameter.grad.add(buffer, alpha=group["momentum"])
        scale = _RMS * max(parameter.shape[-2:]) ** 0.5
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(orthogonal(ahead.to(self.dtype)).to(parameter.dtype), alpha=-group["lr"] * scale)


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """
    The nearest orthogonal matrix, roughly: singular values end between about 0.7 and 1.2.

    Args:
        matrix: [..., m, n]; bf16 is exact enough.
    """
    x = matrix
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(_STEPS):
        gram = x @ x.mT
        x = _A * x + (_B * gram + _C * gram @ gram) @ x
    return torch.as_tensor(x.mT if tall else x)
