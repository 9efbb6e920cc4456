"""
Page numbers are a navigation with a list in it; other rows of numbers are not.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision_code.sample_pages import INK, line, page
from vision_code.assemble import assemble
from vision_code.divide import divide
from vision_code.draft.page import survey
from vision_code.draft.paginations import paginated
from vision_code.geometry import Box, Color
from vision_code.observation import Border, Rect
from vision_code.region import Annotation, Role
from vision_code.uitree import Element, Text, UITree

BLUE, GREY = Color(37, 99, 235), Color(209, 213, 219)


def _row(words: list[str], *, boxed: bool, current: int | None, role: Role, gaps: dict[int, float]) -> UITree:
    """
    The tree of a page whose last row has ``words`` side by side, 8 px apart or as ``gaps`` (by place) says.
    """
    lines, rects, x = [line("A heading of some length above it", 40, 80, size=24)], [], 40.0
    for n, word in enumerate(words):
        x += gaps.get(n, 8.0)
        ink = line(word, x + 12, 222, size=14)
        width = max(32.0, ink.box.w + 24)
        ink = line(word, x + (width - ink.box.w) / 2, 222, size=14)
        lines.append(ink)
        if boxed or n == current:
            fill = BLUE if n == current else Color(255, 255, 255)
            border = Border(color=GREY, width_px=1) if n != current else None
            rects.append(Rect(id=0, box=Box(x, 201, width, 32), fill=fill, border=border, radius_px=6))
        x += width
    observation = page(lines=lines, rects=rects, height=300)
    root = divide(observation)
    draft = {
        node.id: Annotation(role=role if node.text in words else Role.TEXT if node.lines else Role.GROUP)
        for node in root.walk()
    }
    drafted = paginated(survey(observation, root), draft)
    return assemble(observation, root, drafted, np.full((300, 1000, 3), INK, np.uint8))


def _navigations(tree: UITree) -> list[Element]:
    return [element for element in tree.root.walk() if element.tag == "nav"]


def _words(element: Element) -> str:
    return "".join(child.text if isinstance(child, Text) else _words(child) for child in element.children)


def _entries(tree: UITree) -> list[tuple[str, str, str | None]]:
    """
    Tag, words and ``aria-current`` of what each entry of the one list in the one navigation holds.
    """
    (nav,) = _navigations(tree)
    assert dict(nav.attrs) == {"aria-label": "Pagination"}
    (entries,) = (child for child in nav.children if isinstance(child, Element))
    assert entries.tag == "ul"
    inner = [item.children[0] for item in entries.children if isinstance(item, Element) and item.tag == "li"]
    assert len(inner) == len(entries.children)
    return [
        (each.tag, _words(each), dict(each.attrs).get("aria-current"))
        for each in inner
        if isinstance(each, Element)
    ]  # fmt: skip


def test_page_numbers_in_boxes_are_a_named_navigation_that_knows_the_current_one() -> None:
    words = ["Previous", "1", "2", "3", "Next"]
    tree = _row(words, boxed=True, current=2, role=Role.BUTTON, gaps={})
    assert _entries(tree) == [("button", word, "page" if word == "2" else None) for word in words]


def test_bare_numbers_that_stand_in_groups_are_one_list_of_links() -> None:
    words = ["« Prev", "1", "2", "3", "4", "Next »"]
    tree = _row(words, boxed=False, current=2, role=Role.LINK, gaps={1: 30.0, 4: 30.0, 5: 30.0})
    assert _entries(tree) == [("a", word, "page" if word == "2" else None) for word in words]


def test_where_no_number_looks_unlike_the_others_none_is_the_current_one() -> None:
    tree = _row(["1", "2", "3", "…", "9", "Next"], boxed=True, current=None, role=Role.LINK, gaps={})
    (nav,) = _navigations(tree)
    assert not [element for element in nav.walk() if "aria-current" in dict(element.attrs)]


@pytest.mark.parametrize(
    "words",
    [["1", "2", "3", "4", "5"], ["Item", "10", "40", "80", "Total"], ["3", "2", "1", "Next"], ["1", "2", "Next"]],
)
def test_other_numbers_in_a_row_are_no_navigation(words: list[str]) -> None:
    assert not _navigations(_row(words, boxed=True, current=0, role=Role.BUTTON, gaps={}))
