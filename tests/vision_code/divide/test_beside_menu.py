"""
What stands below the end of a side menu goes on in the page beside it.
"""

from __future__ import annotations

from tests.vision_code.sample_pages import card, line, page
from vision_code.divide import divide
from vision_code.observation import TextLine
from vision_code.region import Region, RegionKind

MENU = [line(f"Entry {n}", 24, 120 + 48 * n) for n in range(8)]
ABOVE = [line("What is said beside the menu, at some length", 280, 120 + 96 * n) for n in range(4)]


def _divided(*below: TextLine) -> Region:
    rects = [card(0, 0, 240, 520)]
    return divide(page(lines=[*MENU, *ABOVE, *below], rects=rects, height=1400))


def _around(root: Region, words: str) -> Region:
    """
    The smallest region that holds all of the menu and the leaf with ``words``.
    """
    holding = [node for node in root.walk() if {words, "Entry 0"} <= {leaf.text for leaf in node.walk()}]
    return holding[-1]


def test_the_page_goes_on_below_the_menu() -> None:
    root = _divided(line("More of it", 280, 640), line("The last of it", 280, 800))
    assert root.kind is RegionKind.ROW
    assert len(root.children) == 2
    assert [leaf.text for leaf in root.children[1].walk() if leaf.text][-2:] == ["More of it", "The last of it"]


def test_what_stands_below_the_menu_itself_ends_the_page() -> None:
    root = _divided(line("More of it", 280, 640), line("The last of it", 24, 800))
    assert root.kind is RegionKind.COLUMN
    assert _around(root, "More of it").kind is RegionKind.ROW
    assert _around(root, "The last of it") is root
