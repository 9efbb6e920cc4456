"""
Cards that hang over the edge of a band stand below it in the flow.
"""

from __future__ import annotations

from tests.vision_code.sample_pages import card, line, page, photo
from vision_code.divide import divide
from vision_code.geometry import Box, Color
from vision_code.observation import Rect, TextLine
from vision_code.region import Region, RegionKind

BAND = Rect(id=0, box=Box(0, 0, 1000, 400), fill=Color(20, 60, 120))
TITLE = line("Simple, fair pricing", 360, 120, size=40)


def _cards(y: float, h: float) -> tuple[list[Rect], list[TextLine]]:
    rects = [card(60 + 300 * n, y, 280, h) for n in range(3)]
    return rects, [line(f"Plan {n}", rect.box.x + 90, y + 60) for n, rect in enumerate(rects)]


def _leaves(region: Region) -> list[str]:
    return [leaf.text for leaf in region.walk() if leaf.text]


def test_cards_over_the_edge_of_a_band_stand_below_it() -> None:
    rects, lines = _cards(300, 260)
    root = divide(page(lines=[TITLE, *lines, line("What comes next", 60, 700)], rects=[BAND, *rects]))
    band = next(region for region in root.walk() if region.surface is not None and region.box == BAND.box)
    assert _leaves(band) == [TITLE.text]
    assert all(region.kind is not RegionKind.STACK for region in root.walk())
    row = next(r for r in root.walk() if r.kind in {RegionKind.ROW, RegionKind.GRID} and len(r.children) == 3)
    assert _leaves(row) == ["Plan 0", "Plan 1", "Plan 2"]


def test_cards_between_two_bands_open_the_lower_one() -> None:
    rects, lines = _cards(300, 260)
    lower = Rect(id=0, box=Box(0, 400, 1000, 400), fill=Color(220, 235, 250))
    below = line("What comes next", 60, 700)
    root = divide(page(lines=[TITLE, *lines, below], rects=[BAND, lower, *rects]))
    first, second = (region for region in root.walk() if region.surface is not None and region.box.w == 1000)
    assert (_leaves(first), _leaves(second)) == ([TITLE.text], ["Plan 0", "Plan 1", "Plan 2", below.text])


def test_a_card_larger_than_the_band_that_it_hangs_over_has_what_lies_on_it() -> None:
    large = card(20, 260, 960, 520)
    name = line("Jenna Stones", 420, 360, size=30)
    portrait = photo(440, 190, 120, 120)
    bar = line("Acme", 40, 40)
    root = divide(page(lines=[bar, name], rects=[BAND, large], pictures=[portrait]))
    band = next(region for region in root.walk() if region.surface is not None and region.box == BAND.box)
    inside = next(region for region in root.walk() if region.surface is not None and region.box == large.box)
    assert _leaves(band) == [bar.text]
    assert _leaves(inside) == [name.text]
    pair = next(region for region in root.walk() if region.kind is RegionKind.STACK)
    assert {child.kind for child in pair.children} >= {RegionKind.PICTURE}, "the portrait lies on the card"
