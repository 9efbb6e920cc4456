from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")

from kernels import triton_rows

SHAPES = [(1, 1), (3, 31), (2, 123), (5, 64), (0, 33)]


def _tensor(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _beside_nan(x: torch.Tensor) -> torch.Tensor:
    """
    The same values in rows that are wider than they look.
    """
    wide = torch.full((*x.shape[:-1], x.shape[-1] + 3), float("nan"))
    wide[..., : x.shape[-1]] = x
    return wide[..., : x.shape[-1]]


def _check(actual: torch.Tensor, expected: torch.Tensor) -> None:
    if expected.numel() > 1:
        assert_close(actual, expected, 2e-5)
        assert relative_error(actual * 1.01, expected) > 5e-3
    assert actual.shape == expected.shape
    assert torch.allclose(actual, expected, atol=1e-5)


@pytest.mark.parametrize(("rows", "width"), SHAPES)
def test_rms_norm(rows: int, width: int) -> None:
    x, weight = _tensor(rows, width), _tensor(width, seed=1)
    _check(triton_rows.rms_norm(_beside_nan(x), weight, 1e-6), kernels.rms_norm(x, weight, 1e-6))


@pytest.mark.parametrize(("rows", "width"), SHAPES)
def test_rms_norm_of_a_sum(rows: int, width: int) -> None:
    x, residual, weight = _tensor(rows, width), _tensor(rows, width, seed=2), _tensor(width, seed=1)
    y, total = triton_rows.rms_norm_residual(_beside_nan(x), residual, weight, 1e-5)
    assert torch.equal(total, x + residual)
    _check(y, kernels.rms_norm(x + residual, weight, 1e-5))


@pytest.mark.parametrize(("rows", "width"), SHAPES)
def test_layer_norm(rows: int, width: int) -> None:
    x, weight, bias = _tensor(rows, width) * 3 + 5, _tensor(width, seed=1), _tensor(width, seed=2)
    _check(triton_rows.layer_norm(_beside_nan(x), weight, bias, 1e-5), F.layer_norm(x, (width,), weight, bias, 1e-5))


@pytest.mark.parametrize(("rows", "width"), [*SHAPES, (2, 1100)])
def test_swiglu(rows: int, width: int) -> None:
    x = _tensor(rows, 2 * width)
    gate, up = _beside_nan(x)[:, :width], _beside_nan(x[:, width:])
    _check(triton_rows.swiglu(gate, up), F.silu(gate) * up)


# The interpreter's exponential says that it reached infinity, which is right here.
@pytest.mark.filterwarnings("ignore:overflow encountered in exp")
def test_swiglu_of_extreme_gates() -> None:
    gate, up = torch.tensor([[-1e4, 1e4, -100.0]]), torch.tensor([[2.0, 3.0, 4.0]])
    assert torch.equal(triton_rows.swiglu(gate, up), torch.tensor([[-0.0, 3e4, -0.0]]))


@pytest.mark.parametrize(("tokens", "heads", "dim"), [(1, 1, 2), (3, 5, 64), (2, 16, 72), (0, 2, 8)])
def test_rotation_of_pairs(tokens: int, heads: int, dim: int) -> None:
    x, angles = _tensor(tokens, heads, dim), _tensor(tokens, dim // 2, seed=1)
    expected = kernels.rotate_pairs(x, angles.cos().unsqueeze(1), angles.sin().unsqueeze(1))
    _check(triton_rows.rotate_pairs(_beside_nan(x), angles.cos(), angles.sin()), expected)


def test_rotation_in_place_leaves_what_stands_beside() -> None:
    x, angles = _tensor(3, 2, 24), _tensor(3, 8, seed=1)
    expected = kernels.rotate_tail(x, angles.cos(), angles.sin())
    assert torch.equal(expected[..., :8], x[..., :8])
    triton_rows.rotate_pairs(x[..., 8:], angles.cos(), angles.sin(), x[..., 8:])
    _check(x, expected)


def test_rotation_of_pictures() -> None:
    angles = kernels.rope_2d_angles(3, 4, 72, 10000.0)
    x = _tensor(12, 2, 72)
    expected = kernels.rotate_pairs(x, angles.cos().unsqueeze(1), angles.sin().unsqueeze(1))
    _check(triton_rows.rotate_pairs(x, angles.cos(), angles.sin()), expected)


@pytest.mark.parametrize(
    "call",
    [
        lambda: triton_rows.rms_norm(torch.ones(2, 20000), torch.ones(20000), 1e-6),
        lambda: triton_rows.rms_norm(torch.ones(2, 8), torch.ones(4), 1e-6),
        lambda: triton_rows.rms_norm_residual(torch.ones(2, 8), torch.ones(1, 8), torch.ones(8), 1e-6),
        lambda: triton_rows.swiglu(torch.ones(1, 3), torch.ones(1, 4)),
        lambda: triton_rows.rotate_pairs(torch.ones(2, 1, 8), torch.ones(1, 4), torch.ones(1, 4)),
    ],
)
def test_what_does_not_fit_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(kernels.UnsupportedShape):
        call()
