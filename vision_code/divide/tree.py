"""
The road from an observation to its numbered region tree.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.divide import listings
from vision_code.divide.beside_menu import with_pages_beside_menus
from vision_code.divide.containment import Container, nest
from vision_code.divide.cuts import arrange
from vision_code.divide.entries import with_lone_numbers
from vision_code.divide.floating import lift_floating
from vision_code.divide.groups import tidy
from vision_code.divide.menus import split_lines
from vision_code.divide.paragraphs import merge, text_region
from vision_code.divide.plain_tables import lift_plain_tables
from vision_code.divide.side_menus import with_side_menus
from vision_code.geometry import Box
from vision_code.observation import Observation, Picture, Rect
from vision_code.region import Region, RegionKind

#: A rectangle that covers this share of the picture is the page itself.
WHOLE_PAGE = 0.98


def divide(observation: Observation) -> Region:
    """
    The region tree of a screenshot; every word, rectangle and picture ends in exactly one place.

    A line ends in one TEXT leaf, unless wide gaps show that it is several things (menu entries): then its parts, each
    with the line's id, end in one leaf each.

    Rectangles (and photos) own what lies inside them; inside each, lines merge to text blocks and everything is cut
    recursively along whitespace; like siblings are numbered as repeats, aligned rows become grids and tables.

    Returns:
        The root, whose box is the whole picture; ids count up in pre-order from 0.
    """
    page = Box(0, 0, observation.width_px, observation.height_px)
    items, floating = lift_floating(_items(nest(observation)), page)
    if not items:
        return Region(id=0, kind=RegionKind.COLUMN, box=page)
    content = with_pages_beside_menus(tidy(arrange(items)), page.w)
    if content.surface is not None and content.box.area >= WHOLE_PAGE * page.area and not floating:
        return _settled(replace(content, box=page))
    alone = content.is_leaf or content.surface is not None or _is_whole(content)
    if alone or (floating and content.kind is not RegionKind.COLUMN):
        content = Region(id=0, kind=RegionKind.COLUMN, box=page, children=(content,))
    return _settled(replace(content, box=page, children=(*content.children, *floating)))


def _settled(root: Region) -> Region:
    return number(with_side_menus(with_lone_numbers(root), root.box.w))


def _is_whole(content: Region) -> bool:
    """
    Whether a region cannot be its surroundings as well: tables and lists have markup of their own.
    """
    return content.kind is RegionKind.TABLE or content.is_entry_list


def number(root: Region) -> Region:
    """
    The same tree with ids in pre-order and repeat groups numbered from 1 in the order they appear.
    """
    counter = iter(range(1_000_000))
    groups: dict[int, int] = {}

    def visit(region: Region) -> Region:
        own = next(counter)
        repeat = None if region.repeat is None else groups.setdefault(region.repeat, len(groups) + 1)
        return replace(region, id=own, repeat=repeat, children=tuple(visit(child) for child in region.children))

    return visit(root)


def _items(container: Container) -> list[Region]:
    """
    What lies directly in a container, as regions.
    """
    inner = [_region(child) for child in container.inner]
    obstacles = [child.box for child in container.inner]
    # A listing with pictures in it was misread: its words stay where they were found, beside them.
    if isinstance(container.host, Rect) and not inner and listings.is_listing(container.lines):
        blocks = listings.blocks(container.lines)
    else:
        tables, lines, inner = lift_plain_tables(split_lines(container.lines), inner, arrange)
        obstacles = [*obstacles, *(table.box for table in tables)]
        blocks = merge(lines, obstacles, container.box)
        inner = [*tables, *inner]
    return [*inner, *(text_region(block) for block in blocks)]


def _region(container: Container) -> Region:
    host = container.host
    if isinstance(host, Picture):
        leaf = Region(id=0, kind=RegionKind.PICTURE, box=host.box, picture=host)
        return leaf if container.is_empty else _over_picture(leaf, container)
    assert isinstance(host, Rect)
    if container.is_empty:
        return Region(id=0, kind=RegionKind.SHAPE, box=host.box, surface=host)
    content = tidy(arrange(_items(container)))
    if content.surface is not None or _is_whole(content):
        return Region(id=0, kind=RegionKind.COLUMN, box=host.box, surface=host, children=(content,))
    return replace(content, box=host.box, surface=host)


def _over_picture(leaf: Region, container: Container) -> Region:
    over = tidy(arrange(_items(container)))
    box = leaf.box.union(over.box)
    return Region(id=0, kind=RegionKind.STACK, box=box, children=(leaf, over))
