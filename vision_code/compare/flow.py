"""
Share of a page's elements that stand in the flow, so that the page can reflow.
"""

from __future__ import annotations

from collections.abc import Sequence

from vision_code.geometry import Box
from vision_code.observation import Word
from vision_code.render.facts import ElementFact

#: An element taken out of the flow is a true overlay (a badge on an avatar, a label over a photo) when at least this
#: share of it lies on things that stay in the flow …
_OVERLAY_SHARE = 0.5
#: … and it is no bigger than this share of the page: a layer that carries the page is no overlay.
_OVERLAY_MAX_PAGE = 0.25

_DRAWN_TAGS = frozenset({"img", "svg", "canvas", "video", "input", "select", "textarea", "iframe"})


def flow_share(elements: Sequence[ElementFact], words: Sequence[Word], page: Box) -> float:
    """
    Elements not positioned absolutely or fixed over all visible elements, 0…1; true overlays are left out of both.
    1 for a page without elements.

    Args:
        elements: All visible elements in document order, parents before children.
        words: Visible words (what an overlay may lie on).
        page: Box of the whole page.
    """
    out = [index for index, element in enumerate(elements) if element.out_of_flow]
    if not out:
        return 1.0
    lifted = _below(elements, out)
    solid = [e.box for i, e in enumerate(elements) if i not in lifted and (e.tag in _DRAWN_TAGS)]
    lifted_boxes = [elements[i].box for i in out]
    solid += [word.box for word in words if not any(box.contains(word.box, 1) for box in lifted_boxes)]
    overlays = sum(_is_overlay(elements[index].box, solid, page) for index in out)
    counted = len(elements) - overlays
    return 1 - (len(out) - overlays) / counted if counted else 1.0


def _below(elements: Sequence[ElementFact], roots: Sequence[int]) -> set[int]:
    """
    The elements ``roots`` and everything inside them.
    """
    inside = set(roots)
    for index, element in enumerate(elements):
        if element.parent in inside:
            inside.add(index)
    return inside


def _is_overlay(box: Box, solid: Sequence[Box], page: Box) -> bool:
    if box.area > _OVERLAY_MAX_PAGE * page.area:
        return False
    covered = max((box.intersection_area(other) for other in solid), default=0.0)
    return covered >= _OVERLAY_SHARE * box.area or _covers_any(box, solid)


def _covers_any(box: Box, solid: Sequence[Box]) -> bool:
    """
    Whether ``box`` hides most of something smaller (a sticky note over a word).
    """
    return any(box.intersection_area(other) >= _OVERLAY_SHARE * other.area > 0 for other in solid)
