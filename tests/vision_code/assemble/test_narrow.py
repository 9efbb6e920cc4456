"""
Overrides for narrower screens never touch the picture's own width.
"""

from __future__ import annotations

from vision_code.assemble.narrow import only_below
from vision_code.uitree import Element, Style, Track

ONE, TWO = Style(columns=(Track(),)), Style(columns=(Track(count=2),))


def test_overrides_below_the_design_width_stay() -> None:
    grid = Element(tag="div", below=(("lg", TWO), ("sm", ONE)))

    assert only_below(grid, 1440) == grid


def test_an_override_above_the_design_width_moves_below_it() -> None:
    grid = Element(tag="div", children=(Element(tag="div", below=(("lg", ONE),)),))

    (inner,) = only_below(grid, 800).children
    assert isinstance(inner, Element)
    assert inner.below == (("md", ONE),)


def test_a_phone_has_nothing_narrower() -> None:
    assert only_below(Element(tag="div", below=(("lg", TWO), ("sm", ONE))), 390).below == ()
