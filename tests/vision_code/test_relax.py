"""
Relax: what overflows on a narrower screen fits there afterwards, and nothing changes at the picture's own width.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vision_code.emit import Target, emit
from vision_code.geometry import Color
from vision_code.relax import OVERFLOWING, labelled, relax
from vision_code.render import Browser, Rendering
from vision_code.uitree import Edges, Element, Length, Style, Text, Track, UITree

pytestmark = pytest.mark.browser

WIDE_PX, NARROW_PX = 1280, 853


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(deadline_s=30) as running:
        yield running


def _tree(*children: Element, width_px: float = WIDE_PX) -> UITree:
    root = Element(tag="main", style=Style(font_size=16), children=children)
    return UITree(root=root, assets=(), title="", name="X", is_page=True, width_px=width_px, height_px=400)


def _shown(browser: Browser, tree: UITree, width_px: int, folder: Path) -> Rendering:
    page = folder / "page.html"
    page.write_bytes(emit(tree, Target.HTML)[0].content)
    (rendering,) = browser.render_widths(page, widths_px=(width_px,), height_px=400, probe=OVERFLOWING)
    return rendering


def _card(width_px: float) -> Element:
    return Element(tag="div", style=Style(width=Length(width_px), shrink=0, background=Color(200, 200, 200)),
                   children=(Text(text="Card"),))  # fmt: skip


SENTENCE = " ".join(["A line measured on the picture is kept on one line by the code."] * 2)
CASES = {
    "one line": Element(
        tag="p",
        style=Style(nowrap=True),
        children=(Text(text=SENTENCE), Element(tag="a", children=(Text(text="and a link"),))),
    ),
    "a fixed width": Element(tag="div", style=Style(width=Length(1200), background=Color(0, 0, 0)),
                             children=(Text(text="wide"),)),
    "a row of boxes": Element(tag="div", style=Style(display="flex", direction="row", column_gap=16),
                              children=tuple(_card(380) for _ in range(3))),
    "a column beside one that keeps its width": Element(
        tag="div",
        style=Style(display="flex", direction="row", column_gap=16, padding=Edges(right=Length(100))),
        children=(
            Element(
                tag="div",
                style=Style(shrink=0),
                children=(Element(tag="p", children=(Text(text=SENTENCE[: len(SENTENCE) * 3 // 4]),)),),
            ),
            Element(
                tag="div",
                style=Style(min_width=Length(0), grow=1, basis=Length(0)),
                children=(Element(tag="p", children=(Text(text="Unbreakable" * 3),)),),
            ),
        ),
    ),
    "columns": Element(tag="div", style=Style(display="grid", columns=(Track(count=3, min=Length(400)),)),
                       children=tuple(Element(tag="p", children=(Text(text="Column"),)) for _ in range(3))),
    "wide margins": Element(
        tag="div",
        style=Style(padding=Edges(left=Length(500))),
        children=(Element(tag="p", style=Style(nowrap=True, min_width=Length(600)), children=(Text(text="Far"),)),),
    ),
    "a table": Element(
        tag="table",
        children=(Element(tag="tbody", children=(Element(tag="tr", children=tuple(
            Element(tag="td", style=Style(padding=Edges(left=Length(10), right=Length(10))),
                    children=(Text(text=f"Unbreakable{i}"),)) for i in range(9))),)),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_overflows_on_a_narrower_screen_fits_there_and_stays_as_it_was_elsewhere(
    case: str, browser: Browser, tmp_path: Path
) -> None:
    tree = _tree(CASES[case])
    wide = _shown(browser, tree, WIDE_PX, tmp_path)
    assert wide.facts.overflow_px == 0
    stiff = _shown(browser, labelled(tree), NARROW_PX, tmp_path)
    assert stiff.facts.overflow_px > 2
    for firmly in (False, True):
        now = _shown(browser, labelled(tree), NARROW_PX, tmp_path)
        if now.facts.overflow_px:
            assert now.probed
            tree = relax(tree, now.probed, firmly=firmly)  # type: ignore[arg-type]
    assert _shown(browser, tree, NARROW_PX, tmp_path).facts.overflow_px == 0
    assert np.array_equal(_shown(browser, tree, WIDE_PX, tmp_path).pixels, wide.pixels)


def test_what_fits_is_not_named(browser: Browser, tmp_path: Path) -> None:
    tree = _tree(Element(tag="p", children=(Text(text=SENTENCE),)), CASES["one line"])
    # 0 is the root, 1 the paragraph that wraps.
    assert _shown(browser, labelled(tree), NARROW_PX, tmp_path).probed == [2, 3]


def test_a_picture_narrower_than_every_breakpoint_is_softened_everywhere() -> None:
    tree = _tree(_card(360), width_px=390)
    (card,) = relax(tree, [1], firmly=False).root.children
    assert isinstance(card, Element)
    assert card.below == ()
    assert card.style.max_width == Length(100, "%")
