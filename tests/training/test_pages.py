"""
The generator: the same seed, the same page; every family draws; held-out families stay apart.
"""

from __future__ import annotations

import pytest

from training.pages.held_out import HELD_OUT
from training.pages.layouts import FAMILIES, generate
from training.pages.style import draw_theme, style_sheet


@pytest.mark.parametrize("seed", [0, 7, 4242])
def test_the_same_seed_gives_the_same_bytes(seed: int) -> None:
    assert generate(seed) == generate(seed)


def test_seeds_differ() -> None:
    assert len({generate(seed).html for seed in range(20)}) == 20


@pytest.mark.parametrize("family", [*FAMILIES, *HELD_OUT])
def test_every_family_draws_whole_documents(family: str) -> None:
    for seed in range(12):
        page = generate(seed, family)
        assert page.family == family
        assert page.html.startswith("<!doctype html>")
        assert page.html.count("<body") == 1


def test_held_out_families_are_never_drawn_for_training() -> None:
    assert not HELD_OUT.keys() & FAMILIES.keys()
    assert not {generate(seed).family for seed in range(300)} & HELD_OUT.keys()


def test_themes_cover_dark_and_light_plain_and_styled() -> None:
    from random import Random

    themes = [draw_theme(Random(seed)) for seed in range(100)]
    assert {theme.dark for theme in themes} == {theme.plain for theme in themes} == {True, False}
    assert len({style_sheet(theme) for theme in themes}) == 100
