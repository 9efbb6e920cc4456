"""
Where a page's landmarks lie, told from what the regions hold: bars of links, the last band, the middle, fields that go
together.

Looked at on the tuning half of the development set: two thirds of the pages have a navigation along the top, one in
seven a banner; three in five end in a footer; nearly every group of fields with a button is a form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from vision_code.divide.likeness import alike
from vision_code.draft.page import Page, is_text
from vision_code.region import FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

#: A top bar starts at the top of the page and is at most this high (two rows of a shop's header) …
BAR_TOP_PX, BAR_MAX_HEIGHT_PX = 24.0, 120.0
#: … and nearly as wide as the page, or as what a sidebar leaves of it.
BAR_MIN_SHARE = 0.6
BAR_LINKS = 3
#: A footer is at most this share of the page.
FOOTER_MAX_SHARE = 0.35
#: A form is a part of a page, not the page; a card may fill it.
FORM_MAX_SHARE = 0.8
#: What a page is about takes a good part of it: one message of a conversation is not its main part.
MAIN_MIN_SHARE = 0.25
#: What opens a page begins right below its bars, and less than this share of the page; the rest goes on below it.
OPENING_TOP_PX, OPENING_MAX_SHARE = 160.0, 0.45
MIN_ITEMS = 3
#: Share of links among the items of a menu; the others are headings and dividers.
MENU_SHARE = 0.6
# A menu entry is an icon, a text and perhaps a badge.
MAX_ITEM_LEAVES = 3

_RIGHTS = ("©", "(c)", "copyright", "all rights reserved")
_ACTIONS = frozenset({Role.LINK, Role.BUTTON, Role.TAB})
_FORMS = frozenset({Role.FORM, Role.SEARCH})
_BANDS = frozenset({Role.BANNER, Role.NAVIGATION, Role.CONTENTINFO})


def placed(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft with its landmarks where the content of the regions says they are.
    """
    found = dict(draft)
    _name_bars(page, found)
    _end_page(page, found)
    _clear_main(page, found)
    _open_page(page, found)
    _wrap_fields(page, found)
    _tighten_forms(page, found)
    _drop_hollow(page, found)
    return found


def is_top_bar(page: Page, node: Region) -> bool:
    """
    Whether a region runs along the top of the page.
    """
    top = node.box.y - page.root.box.y
    return top <= BAR_TOP_PX and node.box.h <= BAR_MAX_HEIGHT_PX and node.box.w >= BAR_MIN_SHARE * page.root.box.w


def is_menu(node: Region, role_of: Callable[[Region], Role]) -> bool:
    """
    Whether the things right inside a region are mostly links: a menu, whose markup is a list.
    """
    if node.kind not in (RegionKind.COLUMN, RegionKind.ROW, RegionKind.GRID):
        return False
    items = [child for child in node.children if child.kind is not RegionKind.SHAPE]
    links = sum(is_link_item(item, role_of) or role_of(item) is Role.LIST for item in items)
    return len(items) >= MIN_ITEMS and links >= MENU_SHARE * len(items) and not is_motley(node)


def is_motley(node: Region) -> bool:
    """
    Whether no two things in it are alike: a head, a paragraph and a row of counts are no entries of one list.
    """
    children = [child for child in node.children if child.kind is not RegionKind.SHAPE]
    bare = all(is_text(child) and child.surface is None for child in children)
    return len(children) > 1 and not bare and not any(alike(a, b) for a, b in combinations(children, 2))


def is_link_item(item: Region, role_of: Callable[[Region], Role]) -> bool:
    """
    Whether an item is a link with words, or a plain group around one (beside an icon, a badge).
    """
    if role_of(item) is Role.LINK:
        return any(is_text(inner) for inner in item.walk())
    leaves = [leaf for leaf in item.walk() if leaf.is_leaf]
    links = [node for node in item.walk() if role_of(node) is Role.LINK]
    return role_of(item) is Role.GROUP and len(links) == 1 and len(leaves) <= MAX_ITEM_LEAVES


def _name_bars(page: Page, found: dict[int, Annotation]) -> None:
    """
    Bars of links along the top are navigations; what was one inside such a bar is its list.
    """
    for node in page.nodes:
        own = found[node.id]
        if own.role not in (Role.GROUP, Role.BANNER, Role.NAVIGATION) or own.link or not node.children:
            continue
        if not is_top_bar(page, node) or _is_inside(page, found, node, _BANDS):
            continue
        acts = [inner for inner in node.walk() if found[inner.id].role in _ACTIONS]
        if len(acts) < (BAR_LINKS if node.id == 0 else BAR_LINKS - 1):
            continue
        found[node.id] = replace(own, role=Role.NAVIGATION)
        for inner in node.walk():
            if inner is not node and found[inner.id].role in (Role.NAVIGATION, Role.BANNER):
                listed = is_menu(inner, lambda region: found[region.id].role)
                found[inner.id] = replace(found[inner.id], role=Role.LIST if listed else Role.GROUP)


def _end_page(page: Page, found: dict[int, Annotation]) -> None:
    """
    The band at the end with the notice of rights is the footer, when the draft knows of none.
    """
    if any(annotation.role is Role.CONTENTINFO for annotation in found.values()):
        return
    notice = next((node for node in reversed(page.nodes) if is_text(node) and _is_notice(node.text)), None)
    if notice is None:
        return
    band = notice
    for around in page.ancestors(notice):
        if around.id == 0 or around.box.h > FOOTER_MAX_SHARE * page.root.box.h:
            break
        band = around
    low = band.box.bottom >= page.root.box.bottom - FOOTER_MAX_SHARE * page.root.box.h / 2
    if low and found[band.id].role in (Role.GROUP, Role.TEXT, Role.BANNER):
        found[band.id] = replace(found[band.id], role=Role.CONTENTINFO, link=False)


def _is_notice(text: str) -> bool:
    return any(mark in text.lower() for mark in _RIGHTS)


def _clear_main(page: Page, found: dict[int, Annotation]) -> None:
    """
    The main part holds neither the bar at the top nor the footer: where it would, its largest child is it.
    """
    holder = next((node for node in page.nodes if found[node.id].role is Role.MAIN), None)
    while holder is not None and any(found[i.id].role in _BANDS and _is_band(page, i) for i in holder.walk()):
        found[holder.id] = replace(found[holder.id], role=Role.GROUP)
        rest = [c for c in holder.children if c.children and found[c.id].role is Role.GROUP and not found[c.id].link]
        holder = max(rest, key=lambda child: child.box.area, default=None)
        if holder is not None:
            found[holder.id] = replace(found[holder.id], role=Role.MAIN)


def _is_band(page: Page, node: Region) -> bool:
    at_end = node.box.bottom >= page.root.box.bottom - FOOTER_MAX_SHARE * page.root.box.h / 2
    return is_top_bar(page, node) or at_end


def _open_page(page: Page, found: dict[int, Annotation]) -> None:
    """
    The band with the title that opens a page of many bands is its header and not its main part.
    """
    for node in page.nodes:
        own = found[node.id]
        if own.role is not Role.MAIN or node.box.y > OPENING_TOP_PX:
            continue
        parent = page.parent(node)
        after = [] if parent is None else [child for child in parent.children if child.box.y >= node.box.bottom - 1]
        rest = sum(child.box.h for child in after if found[child.id].role is not Role.CONTENTINFO)
        is_short = node.box.h <= OPENING_MAX_SHARE * page.root.box.h and rest > node.box.h
        if is_short and any(found[inner.id].role is Role.HEADING for inner in node.walk()):
            taken = any(note.role is Role.BANNER for note in found.values())
            found[node.id] = replace(own, role=Role.GROUP if taken else Role.BANNER)


def _tighten_forms(page: Page, found: dict[int, Annotation]) -> None:
    """
    A form is no larger than what holds its fields and its button: a picture beside them stays outside.
    """
    needed = FIELD_ROLES | TICK_ROLES | {Role.BUTTON}
    for node in page.nodes:
        own = found[node.id]
        if own.role not in _FORMS:
            continue
        whole = {inner.id for inner in node.walk() if found[inner.id].role in needed}
        inmost = node
        while whole:
            holders = [child for child in inmost.children if whole <= {inner.id for inner in child.walk()} - {child.id}]
            if len(holders) != 1 or found[holders[0].id].role is not Role.GROUP or found[holders[0].id].link:
                break
            inmost = holders[0]
        if inmost is not node:
            found[node.id], found[inmost.id] = replace(own, role=Role.GROUP), own


def _wrap_fields(page: Page, found: dict[int, Annotation]) -> None:
    """
    The smallest group around a field and a button is a form.
    """
    for field in page.nodes:
        if found[field.id].role not in FIELD_ROLES:
            continue
        group = next((around for around in page.ancestors(field) if any(_submits(found, around))), None)
        if group is None or group.id == 0 or found[group.id].role is not Role.GROUP or found[group.id].link:
            continue
        too_large = group.surface is None and group.box.h > FORM_MAX_SHARE * page.root.box.h
        if too_large or _is_inside(page, found, group, _FORMS):
            continue
        found[group.id] = replace(found[group.id], role=Role.FORM)
        for inner in group.walk():
            if inner is not group and found[inner.id].role in _FORMS:
                found[inner.id] = replace(found[inner.id], role=Role.GROUP)


def _drop_hollow(page: Page, found: dict[int, Annotation]) -> None:
    """
    A main part that is a fraction of the page is none, and neither is a form without a field.
    """
    fields = FIELD_ROLES | TICK_ROLES
    for node in page.nodes:
        own = found[node.id]
        tiny = own.role is Role.MAIN and node.box.area < MAIN_MIN_SHARE * page.root.box.area
        empty = own.role in _FORMS and not any(found[inner.id].role in fields for inner in node.walk())
        if tiny or empty:
            found[node.id] = replace(own, role=Role.GROUP)


def _submits(found: dict[int, Annotation], group: Region) -> Iterator[bool]:
    for node in group.walk():
        role = found[node.id].role
        yield role is Role.BUTTON or (role is Role.LINK and node.surface is not None and node.surface.fill is not None)


def _is_inside(page: Page, found: dict[int, Annotation], node: Region, roles: frozenset[Role]) -> bool:
    return any(found[around.id].role in roles for around in page.ancestors(node))
