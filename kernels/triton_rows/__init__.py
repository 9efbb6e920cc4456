"""
What is done to one token at a time on a GPU: norms, the gate of an MLP, rotary embedding. One launch each, one read and
one write of the tensor.

| function | formula | source |
|---|---|---|
| ``rms_norm`` | ``weight * x / sqrt(mean(x^2) + eps)``, optionally of ``x + residual`` | arXiv 1910.07467 |
| ``layer_norm`` | ``weight * (x - mean) / sqrt(var + eps) + bias`` | arXiv 1607.06450 |
| ``swiglu`` | ``silu(gate) * up`` | arXiv 2002.05202 |
| ``rotate_pairs`` | ``a' = a cos - b sin``, ``b' = b cos + a sin`` of neighbours | RoFormer, eq. 34 |

Dtypes: bf16 in and out (fp32, fp16 in the interpreter), arithmetic in fp32, rounded where the references round. The
rotation takes the angles' cosines and sines, so one kernel serves text (YaRN) and pictures (two-dimensional).
Oracles: ``kernels.rms_norm``, ``torch.nn.functional.layer_norm``, ``kernels.rotate_pairs``.
"""

from __future__ import annotations

import torch

from kernels.errors import UnsupportedShape

__all__ = ["layer_norm", "rms_norm", "rms_norm_residual", "rotate_pairs", "swiglu"]

#: One program holds a row in registers.
WIDEST = 16384
SWIGLU_BLOCK = 1024


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """
    Args:
        x: ``[..., hidden]``.
        weight: ``[hidden]``.
        eps: Added to the mean square.

    Returns:
        Like ``x``, contiguous.

    Raises:
        UnsupportedShape: Rows wider than 16384, or a weight of another width.
    """
    return _rms_norm(x, None, weight, eps)[0]


def rms_norm_residual(
    x: torch.Tensor, residual: torch.Tensor, weight: torch.Tensor, eps: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Args:
        x: ``[..., hidden]``, what a block adds.
        residual: As ``x``.
        weight: ``[hidden]``.
        eps: Added to the mean square.

    Returns:
        The norm of ``x + residual``, and that sum, rounded to the dtype of ``x``.

    Raises:
        UnsupportedShape: As :func:`rms_norm`, or shapes differ.
    """
    if x.shape != residual.shape:
        raise UnsupportedShape(f"x {list(x.shape)}, residual {list(residual.shape)}")
    return _rms_norm(x, residual, weight, eps)


def layer_norm(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, eps: float) -> torch.Tensor:
    """
    Args:
        x: ``[..., hidden]``.
        weight: ``[hidden]``.
        bias: ``[hidden]``.
        eps: Added to the variance.

    Returns:
        Like ``x``, contiguous.

    Raises:
        UnsupportedShape: Rows wider than 16384, or a weight of another width.
    """
    from kernels.triton_rows.kernel import layer_norm_kernel

    rows = _rows(x, weight)
    y = torch.empty_like(rows, memory_format=torch.contiguous_format)
    if rows.numel():
        block, warps = _block(rows.shape[1])
        layer_norm_kernel[(rows.shape[0],)](
            rows, weight, bias, y, rows.shape[1], rows.stride(0), eps, BLOCK=block, num_warps=warps
        )
    return y.view(x.shape)


def swiglu(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """
    Args:
        gate: ``[..., inter]``; the halves of one tensor will do.
        up: As ``gate``.

    Returns:
        ``[..., inter]``, contiguous.

    Raises:
        UnsupportedShape: Shapes differ.
    """
    from kernels.triton_rows.kernel import swiglu_kernel

    if gate.shape != up.shape:
        raise UnsupportedShape(f"gate {list(gate.shape)}, up {list(up.shape)}")
    inter = gate.shape[-1]
    gates, ups = (_dense(t.reshape(-1, inter)) for t in (gate, up))
    y = gate.new_empty(gates.shape)
    if y.numel():
        grid = (gates.shape[0], -(-inter // SWIGLU_BLOCK))
        swiglu_kernel[grid](gates, ups, y, inter, gates.stride(0), ups.stride(0), BLOCK=SWIGLU_BLOCK)
    return y.view(gate.shape)


def rotate_pairs(
    x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, out: torch.Tensor | None = None
) -> torch.Tensor:
    """
    Args:
        x: ``[num_tokens, heads, dim]``, a head's values contiguous (a slice of wider heads will do).
        cos: ``[num_tokens, dim / 2]`` float32.
        sin: As ``cos``.
        out: Where to; ``x`` itself will do. None: a new tensor.

    Returns:
        Like ``x``; a new one is contiguous.

    Raises:
        UnsupportedShape: The angles do not fit.
    """
    from kernels.triton_rows.kernel import rotate_kernel

    num_tokens, heads, dim = x.shape
    if cos.shape != (num_tokens, dim // 2) or sin.shape != cos.shape or dim % 2:
        raise UnsupportedShape(f"x {list(x.shape)}, angles {list(cos.shape)}")
    x = _dense(x)
    y = torch.empty(num_tokens, heads, dim, dtype=x.dtype, device=x.device) if out is None else out
    if y.numel():
        block = _power_of_two(dim // 2)
        # About a thousand pairs a program.
        at_once = max(1, min(_power_of_two(heads), 1024 // block))
        rotate_kernel[(num_tokens, -(-heads // at_once))](
            x, cos.contiguous(), sin.contiguous(), y, heads,
            x.stride(0), x.stride(1), y.stride(0), y.stride(1), dim // 2, BH=at_once, BLOCK=block,
        )  # fmt: skip
    return y


def _rms_norm(
    x: torch.Tensor, residual: torch.Tensor | None, weight: torch.Tensor, eps: float
) -> tuple[torch.Tensor, torch.Tensor]:
    from kernels.triton_rows.kernel import rms_norm_kernel

    rows = _rows(x, weight)
    y = torch.empty_like(rows, memory_format=torch.contiguous_format)
    added = None if residual is None else _rows(residual, weight)
    total = rows if added is None else torch.empty_like(y)
    if rows.numel():
        block, warps = _block(rows.shape[1])
        rms_norm_kernel[(rows.shape[0],)](
            rows, added, weight, y, None if added is None else total, rows.shape[1],
            rows.stride(0), 0 if added is None else added.stride(0), eps,
            RESIDUAL=added is not None, BLOCK=block, num_warps=warps,
        )  # fmt: skip
    return y.view(x.shape), total.view(x.shape) if added is not None else x


def _rows(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    width = x.shape[-1]
    if width > WIDEST or weight.shape != (width,):
        raise UnsupportedShape(f"rows of {width} (at most {WIDEST}), weight {list(weight.shape)}")
    return _dense(x.reshape(-1, width))


def _dense(x: torch.Tensor) -> torch.Tensor:
    return x if x.stride(-1) == 1 else x.contiguous()


def _block(width: int) -> tuple[int, int]:
    """
    The power of two that holds a row, and warps so that a thread holds at most 16 values of it.
    """
    block = _power_of_two(width)
    return block, max(1, min(16, block // 512))


def _power_of_two(n: int) -> int:
    return 1 << max(0, n - 1).bit_length()
