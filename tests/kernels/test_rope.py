from __future__ import annotations

import math

import pytest
import torch

import kernels


def test_yarn_gives_the_published_frequencies() -> None:
    # Kimi K2.5: 64 channels, base 50000, factor 64 over 4096 positions.
    found = kernels.yarn_frequencies(64, 50000.0, factor=64, original_length=4096, beta_fast=32, beta_slow=1)
    known = {0: 1.0, 1: 0.713111085, 8: 0.0668740305, 9: 0.043776656, 14: 0.00446584875, 19: 1.58374991e-4}
    known |= {20: 1.80702339e-5, 31: 4.38220646e-7}
    assert {j: found[j].item() for j in known} == pytest.approx(known, rel=2e-6)


def test_yarn_magnitude_of_k25() -> None:
    assert kernels.yarn_magnitude(64, 1.0) == pytest.approx(1.4158883083)
    assert 192**-0.5 * kernels.yarn_magnitude(64, 1.0) ** 2 == pytest.approx(0.14467962580)


def test_pairs_turn_by_their_angle() -> None:
    x = torch.tensor([[1.0, 0.0, 0.0, 2.0]])
    angles = torch.tensor([[math.pi / 2, math.pi]])
    turned = kernels.rotate_pairs(x, angles.cos(), angles.sin())
    assert turned[0].tolist() == pytest.approx([0, 1, 0, -2], abs=1e-6)


def test_two_dimensions_take_the_column_first() -> None:
    angles = kernels.rope_2d_angles(3, 5, 72)
    frequency = 10000 ** (-4 / 72)
    row, column = 2, 4
    found = angles[row * 5 + column]
    assert found[:4].tolist() == pytest.approx([column, row, column * frequency, row * frequency], rel=1e-6)
    assert frequency == pytest.approx(0.599484, rel=1e-5)
