"""
How numbers are compared: by their largest and their mean error, relative to the spread of what is right.
"""

from __future__ import annotations

import torch


def relative_error(actual: torch.Tensor, expected: torch.Tensor) -> float:
    """
    ``max|actual - expected| / std(expected)``; infinity when shapes differ or anything is not finite.
    """
    if actual.shape != expected.shape or not bool(actual.isfinite().all()):
        return float("inf")
    return float((actual.double() - expected.double()).abs().max() / expected.double().std())


def rms_error(actual: torch.Tensor, expected: torch.Tensor) -> float:
    """
    ``|actual - expected| / |expected|`` in the Euclidean norm; infinity when shapes differ or anything is not finite.
    """
    if actual.shape != expected.shape or not bool(actual.isfinite().all()):
        return float("inf")
    return float((actual.double() - expected.double()).norm() / expected.double().norm())


def assert_close(actual: torch.Tensor, expected: torch.Tensor, tolerance: float) -> None:
    """
    Fail with the place of the largest error.

    Args:
        actual: What was computed.
        expected: What is right.
        tolerance: Largest allowed :func:`relative_error`.

    Raises:
        AssertionError: The error is larger; the message holds its size and place.
    """
    error = relative_error(actual, expected)
    if error <= tolerance:
        return
    if actual.shape != expected.shape:
        raise AssertionError(f"shape {list(actual.shape)}, expected {list(expected.shape)}")
    distance = (actual.double() - expected.double()).abs().nan_to_num(float("inf"))
    place = torch.unravel_index(distance.argmax(), actual.shape)
    raise AssertionError(f"relative error {error:.3g} > {tolerance:.3g} at {[int(p) for p in place]}")
