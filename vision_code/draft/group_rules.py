"""
Rules for containers: tables, lists of repeated items, and the landmarks of a page by place.
"""

from __future__ import annotations

from vision_code.draft.page import Page, is_text, leaves
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

# A page header ends within this; the tallest common one is a two-row shop header.
BANNER_MAX_HEIGHT_PX = 200.0
FOOTER_MAX_SHARE = 0.35
SIDEBAR_MAX_SHARE = 0.28
LIST_MIN_ITEMS = 3
MENU_ITEM_WORDS = 4
# Pages narrower or lower than this are element shots: no landmarks are claimed for them.
PAGE_MIN_WIDTH_PX, PAGE_MIN_HEIGHT_PX = 320.0, 480.0


def annotate_group(region: Region) -> Annotation:
    """
    Annotation of one container, seen alone: TABLE by kind, LIST by like short items, else GROUP.
    """
    if region.kind is RegionKind.TABLE:
        return Annotation(role=Role.TABLE, confidence=0.7)
    if len(region.children) >= LIST_MIN_ITEMS and _is_repeated(region) and _has_short_items(region):
        return Annotation(role=Role.LIST, confidence=0.55)
    return Annotation(role=Role.GROUP, confidence=0.5)


def landmarks(page: Page) -> dict[int, Role]:
    """
    At most one BANNER, CONTENTINFO and MAIN, and the NAVIGATIONs, by region id.
    """
    root = page.root
    if root.box.w < PAGE_MIN_WIDTH_PX or root.box.h < PAGE_MIN_HEIGHT_PX:
        return {}
    found: dict[int, Role] = {}
    blocks = _top_blocks(root)
    for block in blocks:
        role = _place_role(page, block, is_first=block is blocks[0], is_last=block is blocks[-1])
        if role is not None:
            found[block.id] = role
    rest = [block for block in blocks if block.id not in found and block.children]
    if rest:
        found[max(rest, key=lambda block: block.box.area).id] = Role.MAIN
    for banner in [page.nodes[i] for i, role in found.items() if role is Role.BANNER]:
        menu = _menu_row(banner)
        if menu is not None:
            found[menu.id] = Role.NAVIGATION
    return found


def menu_link_ids(page: Page, draft: Draft) -> set[int]:
    """
    Ids of the short texts that are links because of where they are: in a navigation or in a footer's columns.
    """
    found: set[int] = set()
    for node in page.nodes:
        if draft[node.id].role in (Role.NAVIGATION, Role.CONTENTINFO):
            found |= {leaf.id for leaf in leaves(node) if _is_menu_item(leaf)}
    return found


def _top_blocks(root: Region) -> list[Region]:
    """
    The blocks of the page: children of the root, seen through wrappers and one level of columns.
    """
    node = root
    while len(node.children) == 1:
        node = node.children[0]
    blocks: list[Region] = []
    for child in node.children:
        is_body = child.kind is RegionKind.ROW and child.box.h > 0.5 * root.box.h
        blocks.extend(child.children if is_body else [child])
    return blocks or [root]


def _place_role(page: Page, block: Region, *, is_first: bool, is_last: bool) -> Role | None:
    root = page.root.box
    wide = block.box.w >= 0.6 * root.w
    texts = [leaf for leaf in leaves(block) if is_text(leaf)]
    if is_first and wide and block.box.h <= BANNER_MAX_HEIGHT_PX and len(texts) >= 2:
        return Role.BANNER
    if (
        is_last
        and wide
        and block.box.bottom >= root.bottom - 0.03 * root.h
        and block.box.h <= FOOTER_MAX_SHARE * root.h
    ):
        return Role.CONTENTINFO
    narrow = block.box.w <= SIDEBAR_MAX_SHARE * root.w and block.box.h >= 0.3 * root.h
    if narrow and len(texts) >= LIST_MIN_ITEMS and sum(map(_is_menu_item, texts)) >= 0.7 * len(texts):
        return Role.NAVIGATION
    return None


def _menu_row(banner: Region) -> Region | None:
    rows = [node for node in banner.walk() if node.kind in (RegionKind.ROW, RegionKind.GRID)]
    rows = [row for row in rows if sum(map(_is_menu_item, row.children)) >= LIST_MIN_ITEMS]
    return max(rows, key=lambda row: row.id) if rows else None


def _is_menu_item(leaf: Region) -> bool:
    return is_text(leaf) and len(leaf.lines) == 1 and len(leaf.text.split()) <= MENU_ITEM_WORDS


def _is_repeated(region: Region) -> bool:
    groups = {child.repeat for child in region.children}
    return len(groups) == 1 and None not in groups


def _has_short_items(region: Region) -> bool:
    return all(len(leaves(child)) <= 3 for child in region.children)
