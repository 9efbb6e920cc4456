"""
The menu along the left edge of a page, on narrower screens: hidden, with a link that leads to it.

Looked at were the packages of the tuning pages and others of `training/sites.toml` whose menu begins at the window's
edge. Of 8 in windows 512 to 683 px wide 6 hide it. Of 20 in windows of 853 and 960 px 14 do, yet there hiding it gains
nothing: where the menu stays, the page is off by twice as much as it is nearer elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.folding import SIDEBAR_PX, TALL_PX
from vision_code.assemble.menu_link import changed, free_id, hidden, is_row, opener
from vision_code.divide.beside_menu import EDGE_PX
from vision_code.region import Region, RegionKind, Role
from vision_code.uitree import AUTO, BREAKPOINT_PX, Below, Edges, Element, Length, Style

HIDES_BELOW: Below = "md"
#: It has so many links at least, and they are this share of its words; the page beside it ends in this share of the
#: picture's width at least.
MIN_LINKS, LINK_SHARE, PAGE_SHARE = 4, 0.5, 0.6
#: Pages keep no farther off the edge of a narrow window.
MAX_GAP_PX = 32.0
#: A bar begins so near the window's top, is at most so high, and spans this share of the page's width.
BAR_TOP_PX, BAR_MAX_PX, BAR_SHARE = 100.0, 90.0, 0.6

_ID = "side-menu"
_GAP = Length(16)
_BAR_TAGS = frozenset({"div", "header", "nav"})


def with_side_menu(page: Element, root: Region, context: Context) -> Element:
    """
    The page with its side menu hidden on narrower screens, and there a link to it at the head of the page's bar, or
    above the page where it has none.
    """
    row = next((region for region in root.walk() if _begins_with_menu(region, context)), None)
    if row is None:
        return page
    menu = row.children[0].id

    def holds_menu(element: Element) -> bool:
        first = element.children[0] if element.children else None
        return isinstance(first, Element) and first.region == menu

    if not any(map(holds_menu, page.walk())):
        return page
    menu_id = free_id(page, _ID)
    bars = frozenset(region.id for region in _bars(root, row, context))
    bar = next((element for element in page.walk() if element.region in bars and _is_bar(element)), None)
    if bar is not None:
        page = changed(page, lambda element: element is bar, lambda element: _opening(element, menu_id))
    return changed(page, holds_menu, lambda element: _folding(element, menu_id, has_bar=bar is not None))


def _begins_with_menu(row: Region, context: Context) -> bool:
    """
    Whether a region is the menu of a page and, beside it, the page.
    """
    page_px = context.observation.width_px
    if row.kind is not RegionKind.ROW or page_px < BREAKPOINT_PX[HIDES_BELOW] or row.box.h < TALL_PX:
        return False
    menu, *rest = row.children
    if menu.box.x > EDGE_PX or menu.box.w > SIDEBAR_PX or not rest or rest[-1].box.right < PAGE_SHARE * page_px:
        return False
    texts = sum(region.kind is RegionKind.TEXT for region in menu.walk())
    links = sum(context.role(region) is Role.LINK or context.annotation(region).link for region in menu.walk())
    return links >= MIN_LINKS and links >= LINK_SHARE * texts


def _bars(root: Region, row: Region, context: Context) -> Iterator[Region]:
    """
    The rows along the top of the page, or of what the menu leaves of it.
    """
    menu = row.children[0]
    inside = {region.id for region in menu.walk()}
    room = context.observation.width_px - menu.box.right
    for region in root.walk():
        low = region.box.y <= BAR_TOP_PX and region.box.h <= BAR_MAX_PX
        if region.kind is RegionKind.ROW and low and region.box.w >= BAR_SHARE * room and region.id not in inside:
            yield region


def _is_bar(element: Element) -> bool:
    return element.tag in _BAR_TAGS and is_row(element)


def _opening(bar: Element, menu_id: str) -> Element:
    """
    A bar with the link in front of what stands in it; what spreads to both ends of it still does.
    """
    first, *others = bar.children
    if bar.style.justify == "between" and len(others) == 1 and isinstance(first, Element):
        edges = replace(first.style.margin or Edges(), right=AUTO)
        first = replace(first, style=replace(first.style, margin=edges))
        bar = replace(bar, style=replace(bar.style, justify=None))
    gap = None if bar.style.column_gap else Edges(right=_GAP)
    return replace(bar, children=(opener(menu_id, HIDES_BELOW, margin=gap, align_self="center"), first, *others))


def _folding(row: Element, menu_id: str, *, has_bar: bool) -> Element:
    """
    The menu and its page, one below the other while a link leads to the menu, and only the page while none does.
    """
    menu, *rest = row.children
    assert isinstance(menu, Element)
    openers = () if has_bar else (opener(menu_id, HIDES_BELOW, padding=Edges(top=_GAP, left=_GAP)),)
    alone = Style(display="block")
    if row.style.column_gap:  # what kept the page off the menu keeps it off the window's edge
        edges = row.style.padding or Edges()
        held = edges.left.value if edges.left is not None else 0.0
        gap = max(held, min(row.style.column_gap, MAX_GAP_PX))
        alone = replace(alone, padding=replace(edges, left=Length(gap)))
    wider = tuple(each for each in row.below if BREAKPOINT_PX[each[0]] > BREAKPOINT_PX[HIDES_BELOW])
    below = (*wider, (HIDES_BELOW, alone))
    return replace(row, children=(*openers, hidden(menu, menu_id, HIDES_BELOW), *rest), below=below)
