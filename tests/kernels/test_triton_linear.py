from __future__ import annotations

import dataclasses

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from kernels.target import AMPERE, CDNA3, HOPPER
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")

from kernels.triton_linear import linear
from kernels.triton_linear.launch import choose


def _tensor(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shares", [1, 2])
@pytest.mark.parametrize(("tokens", "out", "columns"), [(1, 33, 123), (3, 64, 300), (16, 31, 256), (0, 8, 16)])
def test_linear_equals_the_reference(tokens: int, out: int, columns: int, shares: int) -> None:
    config = dataclasses.replace(choose(tokens, out, columns, HOPPER), shares=shares)
    wide = torch.full((out, columns + 3), float("nan"))
    wide[:, :columns] = _tensor(out, columns, seed=1) * columns**-0.5
    x, weight = _tensor(tokens, columns), wide[:, :columns]
    actual, expected = linear(x, weight, config), F.linear(x, weight)
    assert actual.shape == expected.shape
    if tokens:
        assert_close(actual, expected, 2e-5)
        assert relative_error(actual * 1.01, expected) > 1e-2


def test_what_it_cannot_do_is_refused() -> None:
    for x, weight in ((torch.ones(17, 8), torch.ones(4, 8)), (torch.ones(1, 8), torch.ones(8, 4).T[:, :7])):
        with pytest.raises(kernels.UnsupportedShape):
            linear(x, weight)


def test_columns_are_cut_where_rows_do_not_fill_the_device() -> None:
    assert choose(1, 163840, 2048, HOPPER).shares == 1
    assert choose(1, 2112, 7168, HOPPER).shares == 4
    assert choose(1, 64, 7168, AMPERE).shares == 8
    assert choose(1, 64, 512, CDNA3).shares == 1
    assert choose(1, 64, 512, CDNA3).block_tokens == 16
