"""
The menu in the bar along the top of a page, on narrower screens: hidden, with a link that leads to it in its place.

Of 15 packages (tuning pages and others of `training/sites.toml`) whose bar holds a menu of words behind the name of the
site, in pictures 1024 to 1440 px wide, 12 hide it at two thirds of that.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.menu_link import changed, free_id, hidden, is_row, opener
from vision_code.assemble.narrow import merged
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind
from vision_code.uitree import BREAKPOINT_PX, Below, Element, Style, Text

#: Where most of those hide it: Bootstrap's breakpoint is 992 px.
HIDES_BELOW: Below = "lg"
#: It begins so near the top of the page, px, and has so many links; the name before it is level within this, px.
TOP_PX, MIN_LINKS, LEVEL_PX = 60.0, 3, 16.0

_ID = "menu"
_PRESSED = frozenset({"a", "button"})


def with_top_menu(page: Element, root: Region, context: Context) -> Element:
    """
    The page with the menu of its bar hidden on narrower screens, and there a link to it where it stood.
    """
    if context.observation.width_px < BREAKPOINT_PX["md"]:
        return page
    menu = next((element for element in page.walk() if _is_menu(element) and _is_behind_name(element, root)), None)
    if menu is None:
        return page
    menu_id = free_id(page, _ID)
    return changed(
        page, lambda parent: any(c is menu for c in parent.children), lambda bar: _folding(bar, menu, menu_id)
    )


def _is_menu(element: Element) -> bool:
    """
    Whether an element is a list of links side by side.
    """
    return element.tag == "ul" and _is_beside(element) and _links(element) >= MIN_LINKS


def _is_behind_name(menu: Element, root: Region) -> bool:
    """
    Whether a menu stands at the top of the page, behind something else: the name of the site.
    """
    ids = {element.region for element in menu.walk()}
    first = next((region.box for region in root.walk() if region.id in ids and region.has_words), None)
    if first is None or first.y >= TOP_PX:
        return False
    leaves = (region.box for region in root.walk() if region.is_leaf and region.kind is not RegionKind.SHAPE)
    line = Box(0.0, first.y - LEVEL_PX, first.x, first.h + 2 * LEVEL_PX)
    return any(box.intersection_area(line) > 0 for box in leaves if box.right <= first.x)


def _is_beside(element: Element) -> bool:
    columns = sum(track.count for track in element.style.columns or ())
    return is_row(element) or (element.style.display == "grid" and columns == len(element.children))


def _links(menu: Element) -> int:
    """
    How many of the items are words to press, and nothing else; none where one is something else.
    """
    items = [item.children for item in menu.children if isinstance(item, Element)]
    links = [item[0] for item in items if len(item) == 1 and isinstance(item[0], Element) and item[0].tag in _PRESSED]
    worded = [link for link in links if any(isinstance(child, Text) for part in link.walk() for child in part.children)]
    return len(worded) if len(worded) == len(items) else 0


def _folding(bar: Element, menu: Element, menu_id: str) -> Element:
    """
    What holds the menu with the link in front of it; while the menu shows, it has a line of its own.
    """
    at = bar.children.index(menu)
    edges = menu.style.margin
    link = opener(menu_id, HIDES_BELOW, margin=edges, align_self=menu.style.align_self)
    parts = (*bar.children[:at], link, hidden(menu, menu_id, HIDES_BELOW), *bar.children[at + 1 :])
    below = bar.below
    if is_row(bar):
        below = merged(below, ((HIDES_BELOW, Style(wrap=True)),))
    return replace(bar, children=parts, below=below)
