"""
A menu along the left edge of a page is hidden on narrower screens, and a link leads to it there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision_code.sample_pages import card, line, page
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.observation import Observation
from vision_code.region import Annotation, Role
from vision_code.uitree import Element, UITree

ENTRIES = ("Dashboard", "Orders", "Customers", "Reports", "Settings", "Help")
SAID = "What is said on the page in several lines of a paragraph, which go on for some time and a bit further"


def _tree(observation: Observation, linked: Sequence[str] = ENTRIES) -> UITree:
    root = divide(observation)
    draft = {region.id: Annotation(role=Role.LINK) for region in root.walk() if region.text in linked}
    pixels = np.zeros((int(observation.height_px), int(observation.width_px), 3), np.uint8)
    return assemble(observation, root, draft, pixels)


def _page(width: float = 1280.0, left: float = 24.0, *, bar: Sequence[str] = ()) -> Observation:
    menu = [line(entry, left, 120 + 48 * n) for n, entry in enumerate(ENTRIES)]
    text = [line(SAID, left + 276, 140 + 24 * n) for n in range(20)]
    rects = [card(left - 24, 0, 240, 800), *(card(left + 216, 0, 1040, 60) for _ in bar[:1])]
    ends = [line(words, left + 240 + 860 * n, 36) for n, words in enumerate(bar)]
    return page(lines=[*menu, *text, *ends], rects=rects, width=width)


def _openers(tree: UITree) -> list[Element]:
    return [element for element in tree.root.walk() if ("href", "#side-menu") in element.attrs]


def _hidden(tree: UITree) -> list[str]:
    return [at for element in tree.root.walk() for at, style in element.below if style.display == "none"]


def test_the_menu_of_a_page_is_hidden_on_narrow_screens_and_linked_to() -> None:
    tree = _tree(_page())
    assert _hidden(tree) == ["md"]
    assert [opener.style.display for opener in _openers(tree)] == ["none"]


def test_the_link_stands_in_the_bar_of_a_page_that_has_one() -> None:
    tree = _tree(_page(bar=["Overview", "Sign out"]))
    bar = next(element for element in tree.root.walk() if set(_openers(tree)) & set(element.children))
    assert bar.style.display == "flex"
    assert len(bar.children) == 3


@pytest.mark.parametrize(
    ("observation", "linked"),
    [
        (_page(left=160.0), ENTRIES),
        (_page(), ENTRIES[:2]),
        (_page(width=740.0), ENTRIES),
    ],
    ids=["in the middle of the window", "mostly words", "a narrow page already"],
)
def test_other_columns_stay(observation: Observation, linked: Sequence[str]) -> None:
    tree = _tree(observation, linked)
    assert not _hidden(tree)
    assert not _openers(tree)
