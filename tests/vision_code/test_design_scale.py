"""
Snapping: how far a measured value may move, and where to.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_code import design_scale as scale
from vision_code.emit.difference import ciede2000
from vision_code.geometry import Color


@given(st.floats(2, 2000))
def test_snapping_moves_by_two_pixels_at_most(px: float) -> None:
    for snap in (scale.snap_spacing, scale.snap_size, scale.snap_font_size):
        assert abs(snap(px) - px) <= scale.SNAP_TOLERANCE_PX


@pytest.mark.parametrize(("px", "snapped"), [(1, 1), (5.2, 6), (13, 12), (15.4, 16), (17, 16), (18, 18), (23.3, 24)])
def test_spacing_prefers_the_coarse_steps(px: float, snapped: float) -> None:
    assert scale.snap_spacing(px) == snapped
    assert scale.snap_spacing(-px) == -snapped


@pytest.mark.parametrize(("px", "snapped"), [(13, 13), (13.7, 14), (15.2, 15), (16.3, 16), (37, 36), (41, 41)])
def test_a_font_size_moves_by_four_per_cent_at_most(px: float, snapped: float) -> None:
    assert scale.snap_font_size(px) == snapped


@pytest.mark.parametrize(
    ("px", "step"), [(0, "0"), (1, "px"), (6, "1.5"), (16.4, "4"), (13, None), (436, "109"), (0.6, "px")]
)
def test_a_step_is_named_within_half_a_pixel(px: float, step: str | None) -> None:
    assert scale.spacing_step(px) == step


def test_numbers_are_written_without_superfluous_digits() -> None:
    assert [scale.number(value) for value in (1.0, 0.25, -0.0, 33.33333)] == ["1", "0.25", "0", "33.333"]


def test_color_difference_agrees_with_the_published_pairs() -> None:
    # Reference values computed from the Lab pairs of Sharma et al. cannot be hit by 8-bit sRGB; these follow from the
    # same formula in colour-science 0.4.
    assert ciede2000(Color(255, 255, 255), Color(0, 0, 0)) == pytest.approx(100, abs=0.01)
    assert ciede2000(Color(255, 0, 0), Color(0, 255, 0)) == pytest.approx(86.61, abs=0.02)
    assert ciede2000(Color(0, 0, 255), Color(255, 255, 0)) == pytest.approx(103.43, abs=0.02)
