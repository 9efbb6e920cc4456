"""
What the surroundings say: links in a row are a list, stragglers among links follow, the first words of a bar lead home.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.page import Page, is_text
from vision_code.observation import FontFamily
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

MIN_ITEMS = 3
# A menu entry is an icon, a text and perhaps a badge.
MAX_ITEM_LEAVES = 3
# Above this the model is sure of a text among links.
SURE = 0.97
# A top bar starts at the top of the page and is at most this high (two rows of a shop's header).
BAR_TOP_PX, BAR_MAX_HEIGHT_PX = 24.0, 120.0
BRAND_WORDS = 4
CODE_SIGNS = "=(){}[]<>;#$"


def fitted(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft with what its neighbours make certain.
    """
    found = dict(draft)
    for node in page.nodes:
        if found[node.id].role is Role.LINK and _is_code(node):
            found[node.id] = replace(found[node.id], role=Role.CODE)
        elif node.id and not node.is_leaf:
            _follow_the_others(found, node)
    for node in page.nodes:
        if node.id and found[node.id].role is Role.GROUP and not found[node.id].link and _is_link_list(found, node):
            found[node.id] = replace(found[node.id], role=Role.LIST)
    for node in page.nodes:
        if found[node.id].role in (Role.BANNER, Role.NAVIGATION) and _is_top_bar(page, node):
            _link_brand(found, node)
    return found


def _is_code(node: Region) -> bool:
    """
    Whether coloured words are a listing rather than a link: monospaced, and several lines or signs of a program.
    """
    if not is_text(node) or any(line.style.underline for line in node.lines):
        return False
    if sum(line.style.family is FontFamily.MONO for line in node.lines) * 2 <= len(node.lines):
        return False
    return len(node.lines) > 1 or (" " in node.text and any(sign in node.text for sign in CODE_SIGNS))


def _follow_the_others(found: dict[int, Annotation], node: Region) -> None:
    """
    Among like siblings of which most are links, the texts are links too.
    """
    words = [child for child in node.children if is_text(child) and len(child.lines) == 1 and child.surface is None]
    links = [child for child in words if found[child.id].role is Role.LINK]
    if len(words) < MIN_ITEMS or len(links) < 0.6 * len(words):
        return
    looks = {_look(link) for link in links}
    for child in words:
        own = found[child.id]
        if own.role is Role.TEXT and own.confidence < SURE and _look(child) in looks:
            found[child.id] = Annotation(role=Role.LINK, confidence=own.confidence / 2)


def _look(text: Region) -> tuple[int, bool, object]:
    style = text.lines[0].style
    return round(style.size_px), style.weight >= 600, style.color


def _is_link_list(found: dict[int, Annotation], node: Region) -> bool:
    if node.kind not in (RegionKind.COLUMN, RegionKind.ROW, RegionKind.GRID):
        return False
    items = [child for child in node.children if child.kind is not RegionKind.SHAPE]
    return len(items) >= MIN_ITEMS and all(_is_link_item(found, item) for item in items)


def _is_link_item(found: dict[int, Annotation], item: Region) -> bool:
    if found[item.id].role is Role.LINK:
        return any(is_text(inner) for inner in item.walk())
    leaves = [leaf for leaf in item.walk() if leaf.is_leaf]
    links = [leaf for leaf in leaves if found[leaf.id].role is Role.LINK]
    return found[item.id].role is Role.GROUP and len(links) == 1 and len(leaves) <= MAX_ITEM_LEAVES


def _is_top_bar(page: Page, node: Region) -> bool:
    top = node.box.y - page.root.box.y
    return top <= BAR_TOP_PX and node.box.h <= BAR_MAX_HEIGHT_PX and node.box.w >= 0.6 * page.root.box.w


def _link_brand(found: dict[int, Annotation], bar: Region) -> None:
    first = next((leaf for leaf in bar.walk() if is_text(leaf)), None)
    if first is not None and found[first.id].role is Role.TEXT and len(first.text.split()) <= BRAND_WORDS:
        found[first.id] = Annotation(role=Role.LINK, confidence=found[first.id].confidence / 2)
