"""
The page beside a menu: what stands below the menu's end, and no further left than the page beside it, goes on there.

Menus are as high as a window, pages are longer: where the menu ends, a cut across the page parted what is one column.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from vision_code.divide.side_menus import MAX_SHARE, MAX_WIDTH_PX, MIN_ENTRIES
from vision_code.geometry import bounding
from vision_code.region import Region, RegionKind

#: A menu begins so near the window's edge (padding, not the margin of a centred page) and is at least so high, px.
EDGE_PX, MIN_HEIGHT_PX = 48.0, 360.0
#: The page goes on level with its column within this, px.
LEVEL_PX = 8.0


def with_pages_beside_menus(region: Region, page_width: float) -> Region:
    """
    The region where each page beside a menu is one column to its end.
    """
    children = tuple(with_pages_beside_menus(child, page_width) for child in region.children)
    joined = _joined(children, page_width) if region.kind is RegionKind.COLUMN else children
    if len(joined) == 1 < len(children):  # the menu and its page are all there is
        return replace(region, kind=RegionKind.ROW, children=joined[0].children)
    return replace(region, children=joined)


def _joined(children: tuple[Region, ...], page_width: float) -> tuple[Region, ...]:
    at = next((at for at, child in enumerate(children) if _is_beside_menu(child, page_width)), None)
    if at is None:
        return children
    menu, page = children[at].children
    left = page.box.x - LEVEL_PX
    rest = tuple(takewhile(lambda below: below.box.x >= left, children[at + 1 :]))
    if not rest:
        return children
    above = page.children if page.kind is RegionKind.COLUMN and page.surface is None else (page,)
    whole = (*above, *rest)
    page = Region(id=0, kind=RegionKind.COLUMN, box=bounding(part.box for part in whole), children=whole)
    row = replace(children[at], children=(menu, page), box=bounding((menu.box, page.box)))
    return (*children[:at], row, *children[at + 1 + len(rest) :])


def _is_beside_menu(row: Region, page_width: float) -> bool:
    if row.kind is not RegionKind.ROW or row.surface is not None or len(row.children) != 2:
        return False
    menu = row.children[0].box
    lines = sum(len(leaf.lines) for leaf in row.children[0].walk())
    is_narrow = menu.x <= EDGE_PX and menu.w <= min(MAX_WIDTH_PX, MAX_SHARE * page_width)
    return is_narrow and menu.h >= MIN_HEIGHT_PX and lines >= MIN_ENTRIES
