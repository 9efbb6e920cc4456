"""
The menu in the bar of a page is hidden on narrower screens, and a link leads to it there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision_code.sample_pages import card, line, page
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.region import Annotation, Role
from vision_code.uitree import Element, UITree

ENTRIES = ("Features", "Pricing", "Customers", "Contact")
SAID = "What is said on the page in several lines of a paragraph, which go on for some time and a bit further"


def _tree(entries: Sequence[str] = ENTRIES, *, top: float = 40, width: float = 1280, name: str = "Acme") -> UITree:
    menu = [line(entry, width - 520 + 130 * n, top) for n, entry in enumerate(entries)]
    names = [line(name, 40, top)] if name else []
    lines = [*names, *menu, *(line(SAID, 40, 240 + 24 * n) for n in range(20))]
    observation = page(lines=lines, rects=[card(0, top - 40, width, 64)], width=width)
    root = divide(observation)
    draft = {region.id: Annotation(role=Role.LINK) for region in root.walk() if region.text in (*entries, name)}
    for region in root.walk():
        if [child.text for child in region.children] == [*entries]:
            draft[region.id] = Annotation(role=Role.LIST)
    return assemble(observation, root, draft, np.zeros((800, int(width), 3), np.uint8))


def _hidden(tree: UITree) -> list[tuple[str, str]]:
    found = [(element, at) for element in tree.root.walk() for at, style in element.below if style.display == "none"]
    return [(dict(element.attrs)["id"], at) for element, at in found]


def test_the_menu_of_a_bar_is_hidden_on_narrow_screens_and_linked_to_where_it_stood() -> None:
    tree = _tree()
    assert _hidden(tree) == [("menu", "lg")]
    (bar,) = (element for element in tree.root.walk() if any(_leads(child) for child in element.children))
    assert [child.tag for child in bar.children if isinstance(child, Element)] == ["a", "a", "ul"]
    assert dict(bar.below)["lg"].wrap, "shown, the menu has a line of its own"


def _leads(child: object) -> bool:
    return isinstance(child, Element) and ("href", "#menu") in child.attrs


@pytest.mark.parametrize(
    "tree",
    [_tree(ENTRIES[:2]), _tree(top=240), _tree(width=700), _tree(name="")],
    ids=["two links", "further down", "a phone's", "behind no name"],
)
def test_other_links_stay(tree: UITree) -> None:
    assert not _hidden(tree)
