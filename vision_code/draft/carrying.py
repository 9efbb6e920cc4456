"""
Which region carries an annotation: a heading sits on its words, a tick on its box, a menu's list inside its bar.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from vision_code.divide.page_numbers import is_pagination
from vision_code.draft.drawings import is_drawing
from vision_code.draft.page import Page, is_text
from vision_code.observation import FontFamily
from vision_code.region import Annotation, Draft, Region, Role

#: Roles of single elements that hold words, and of such that are drawn.
_ON_WORDS = frozenset({Role.HEADING, Role.LABEL, Role.TEXT})
_ON_SHAPES = frozenset({Role.CHECKBOX, Role.RADIO, Role.SLIDER, Role.IMG, Role.DECORATION, Role.SEPARATOR})
# A bar holds a brand, the menu, a search field and buttons; more than that is a page around a menu.
_BAR_PARTS = 5


def carried(page: Page, draft: Draft, menus: AbstractSet[int]) -> dict[int, Annotation]:
    """
    The same meaning on regions that can carry it in markup.

    Args:
        menus: Ids of regions that are a navigation and its list at once: the list stays, the bar around becomes the
            navigation.
    """
    moved = dict(draft)
    for node in page.nodes:
        annotation = moved[node.id]
        if node.is_leaf or (annotation.role is Role.IMG and is_drawing(node)):
            continue
        if annotation.role in _ON_WORDS:
            _move(moved, node, [leaf for leaf in node.walk() if is_text(leaf)])
        elif annotation.role in _ON_SHAPES:
            _move(moved, node, [leaf for leaf in node.walk() if leaf.is_leaf and not is_text(leaf)])
        elif annotation.role is Role.CODE:
            _spread(moved, node)
        elif node.id in menus and annotation.role is Role.NAVIGATION and not is_pagination(node.children):
            _unfold_menu(page, moved, node)
    return moved


def _move(moved: dict[int, Annotation], node: Region, carriers: list[Region]) -> None:
    """
    Give the role to the largest of ``carriers``; the container stays a group (linked, if it was).
    """
    annotation = moved[node.id]
    moved[node.id] = Annotation(role=Role.GROUP, link=annotation.link, confidence=annotation.confidence)
    if carriers:
        carrier = max(carriers, key=_weight)
        moved[carrier.id] = replace(annotation, link=False)


def _weight(leaf: Region) -> float:
    return max((line.style.size_px * len(line.text) ** 0.5 for line in leaf.lines), default=leaf.box.area)


def _spread(moved: dict[int, Annotation], node: Region) -> None:
    """
    Give the role to all words inside, where most of them look like a program: a page with listings is none.
    """
    annotation = moved[node.id]
    moved[node.id] = Annotation(role=Role.GROUP, confidence=annotation.confidence)
    lines = [line for leaf in node.walk() for line in leaf.lines]
    mono = sum(len(line.text) for line in lines if line.style.family is FontFamily.MONO)
    if mono * 2 <= sum(len(line.text) for line in lines):
        return
    for leaf in node.walk():
        if is_text(leaf):
            moved[leaf.id] = annotation


def _unfold_menu(page: Page, moved: dict[int, Annotation], node: Region) -> None:
    moved[node.id] = replace(moved[node.id], role=Role.LIST)
    bar = page.parent(node)
    if bar is not None and bar.id and len(bar.children) <= _BAR_PARTS and moved[bar.id].role is Role.GROUP:
        moved[bar.id] = replace(moved[bar.id], role=Role.NAVIGATION)
