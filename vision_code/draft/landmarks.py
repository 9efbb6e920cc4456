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
from vision_code.region import ACTION_ROLES, FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

#: A top bar starts at the top of the page and is at most this high (two rows of a shop's header) …
BAR_TOP_PX, BAR_MAX_HEIGHT_PX = 24.0, 120.0
#: … and nearly as wide as the page, or as what a sidebar leaves of it.
BAR_MIN_SHARE = 0.6
BAR_LINKS = 3
#: Below a name in large letters the menu begins within half a screen.
MENU_TOP_PX, MIDDLE_PX = 450.0, 4.0
#: A footer is at most this share of the page.
FOOTER_MAX_SHARE = 0.35
#: A page that ends in one has so many bands, the last as wide as its column and near the end; what invites to do
#: something has a title (of this ratio to the body's type) instead.
MIN_BANDS, BAND_SHARE, PAGE_END_PX, TITLE_RATIO, TITLE_WORDS = 3, 0.9, 64.0, 1.5, 3
#: Lower pictures show a part of a page, whose top is no bar.
PAGE_MIN_PX = 600.0
_UNNAMED = frozenset({Role.GROUP, Role.LIST, Role.BANNER})
#: A form is a part of a page, not the page; a card may fill it.
FORM_MAX_SHARE = 0.8
#: What a page is about takes a good part of it: one message of a conversation is not its main part.
MAIN_MIN_SHARE = 0.25
#: What opens a page begins right below its bars, and less than this share of the page; the rest goes on below it.
OPENING_TOP_PX, OPENING_MAX_SHARE = 160.0, 0.45
#: A menu beside or above the content leaves it half of the page.
MENU_MAX_SHARE = 0.5
MIN_ITEMS = 3
#: Share of links among the items of a menu; the others are headings and dividers.
MENU_SHARE = 0.6
# A menu entry is an icon, a text and perhaps a badge.
MAX_ITEM_LEAVES = 3

_RIGHTS = ("©", "(c)", "copyright", "all rights reserved")
_FORMS = frozenset({Role.FORM, Role.SEARCH})
_BANDS = frozenset({Role.BANNER, Role.NAVIGATION, Role.CONTENTINFO})


def placed(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft with its landmarks where the content of the regions says they are.
    """
    found = dict(draft)
    _name_bars(page, found)
    _name_menu_below(page, found)
    _end_page(page, found)
    _clear_main(page, found)
    _open_page(page, found)
    _wrap_fields(page, found)
    _tighten_forms(page, found)
    _drop_hollow(page, found)
    return found


def is_whole(page: Page) -> bool:
    """
    Whether a picture shows a page from its top, and not a part of one.
    """
    return page.root.box.h >= PAGE_MIN_PX


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
        acts = [inner for inner in node.walk() if found[inner.id].role in ACTION_ROLES]
        if len(acts) < (BAR_LINKS if node.id == 0 else BAR_LINKS - 1):
            continue
        found[node.id] = replace(own, role=Role.NAVIGATION)
        for inner in node.walk():
            if inner is not node and found[inner.id].role in (Role.NAVIGATION, Role.BANNER):
                listed = is_menu(inner, lambda region: found[region.id].role)
                found[inner.id] = replace(found[inner.id], role=Role.LIST if listed else Role.GROUP)


def _name_menu_below(page: Page, found: dict[int, Annotation]) -> None:
    """
    Where no bar is at the top, the first band that is nothing but links, near the top, is the navigation.
    """
    if not is_whole(page) or any(note.role is Role.NAVIGATION for note in found.values()):
        return
    for node in page.nodes:
        own = found[node.id]
        near = node.id and node.box.y <= MENU_TOP_PX and node.box.h <= BAR_MAX_HEIGHT_PX
        middle = abs(node.box.center_x - page.root.box.center_x) <= MIDDLE_PX
        wide = node.box.w >= BAR_MIN_SHARE * page.root.box.w or (middle and node.kind is RegionKind.ROW)
        if not near or not wide or own.role not in (Role.GROUP, Role.LIST):
            continue
        texts = [inner for inner in node.walk() if is_text(inner)]
        links = [
            text for text in texts if _is_inside(page, found, text, ACTION_ROLES) or found[text.id].role in ACTION_ROLES
        ]
        if len(texts) >= BAR_LINKS and len(links) == len(texts) and not own.link:
            found[node.id] = replace(own, role=Role.NAVIGATION)
            return


def _end_page(page: Page, found: dict[int, Annotation]) -> None:
    """
    The band at the end with the notice of rights is the footer, or the last band, when the draft knows of none.
    """
    if any(annotation.role is Role.CONTENTINFO for annotation in found.values()):
        return
    band = _band_of_notice(page, found) or _last_band(page, found)
    if band is not None:
        found[band.id] = replace(found[band.id], role=Role.CONTENTINFO, link=False)


def _band_of_notice(page: Page, found: dict[int, Annotation]) -> Region | None:
    band = next((node for node in reversed(page.nodes) if is_text(node) and _is_notice(node.text)), None)
    if band is None:
        return None
    for around in page.ancestors(band):
        if around.id == 0 or around.box.h > FOOTER_MAX_SHARE * page.root.box.h:
            break
        band = around
    low = band.box.bottom >= page.root.box.bottom - FOOTER_MAX_SHARE * page.root.box.h / 2
    return band if low and found[band.id].role in (Role.GROUP, Role.TEXT, Role.BANNER) else None


def _last_band(page: Page, found: dict[int, Annotation]) -> Region | None:
    """
    The band of words that ends a page of several: on a ground of its own or below a line, low or with a link, and
    without a title or a field. What is nothing but things to press is a bar of tabs, or the foot of a dialog.
    """
    whole, inner = page.root.box, page.root
    if not is_whole(page):
        return None
    while inner.children and (inner.kind is RegionKind.ROW or inner.children[-1].box.h > FOOTER_MAX_SHARE * whole.h):
        inner = max(inner.children, key=lambda child: (child.box.bottom >= whole.bottom - PAGE_END_PX, child.box.area))
    bands = [child for child in inner.children if child.kind is not RegionKind.SHAPE]
    several = len(page.root.children) + len(bands) > MIN_BANDS
    if inner.kind is not RegionKind.COLUMN or not bands or not several:
        return None
    last = bands[-1]
    if last.box.bottom < whole.bottom - PAGE_END_PX or found[last.id].role not in _UNNAMED or found[last.id].link:
        return None
    roles = {found[part.id].role for part in last.walk()}
    titles = any(found[part.id].role is Role.HEADING and _is_title(page, part) for part in last.walk())
    small = not roles.isdisjoint((Role.LINK, Role.LIST)) or last.box.h <= BAR_MAX_HEIGHT_PX
    texts = [part for part in last.walk() if is_text(part) and found[part.id].role not in ACTION_ROLES]
    plain = any(not _is_inside(page, found, text, ACTION_ROLES) for text in texts)
    fit = small and plain and not titles and not roles & FIELD_ROLES
    return last if fit and _stands_off(inner, last) else None


def _stands_off(column: Region, last: Region) -> bool:
    """
    Whether the last thing of a column is on a ground as wide as it, or below a line that is.
    """
    lines = [child.box for child in column.children if child.kind is RegionKind.SHAPE]
    above = [box for box in lines if 0 <= last.box.y - box.bottom <= PAGE_END_PX]
    wide = above if last.surface is None else [last.box]
    return any(box.w >= BAND_SHARE * column.box.w for box in wide)


def _is_title(page: Page, heading: Region) -> bool:
    large = any(line.style.size_px >= TITLE_RATIO * page.body_size_px for line in heading.lines)
    return large and len(heading.text.split()) >= TITLE_WORDS


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
    A main part that is a fraction of the page is none, neither is a form without a field, nor a menu that is the page.
    """
    fields = FIELD_ROLES | TICK_ROLES
    for node in page.nodes:
        own = found[node.id]
        tiny = own.role is Role.MAIN and node.box.area < MAIN_MIN_SHARE * page.root.box.area
        empty = own.role in _FORMS and not any(found[inner.id].role in fields for inner in node.walk())
        if tiny or empty or (own.role is Role.NAVIGATION and _is_the_page(page, node)):
            found[node.id] = replace(own, role=Role.GROUP)


def _is_the_page(page: Page, node: Region) -> bool:
    """
    Whether something is most of a whole page; a picture that is no larger than a menu may be one.
    """
    whole = page.root.box
    large = whole.w >= PAGE_MIN_PX and is_whole(page)
    return large and node.box.area > MENU_MAX_SHARE * whole.area and not is_top_bar(page, node)


def _submits(found: dict[int, Annotation], group: Region) -> Iterator[bool]:
    for node in group.walk():
        role = found[node.id].role
        yield role is Role.BUTTON or (role is Role.LINK and node.surface is not None and node.surface.fill is not None)


def _is_inside(page: Page, found: dict[int, Annotation], node: Region, roles: frozenset[Role]) -> bool:
    return any(found[around.id].role in roles for around in page.ancestors(node))
