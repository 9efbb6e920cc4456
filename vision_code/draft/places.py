"""
Which regions stand at the same place of like things: the items of a repeated group, the cells of a table's column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from vision_code.divide.heads import has_head, rows_of_table
from vision_code.divide.tables import column_of, columns_of, content, spans
from vision_code.draft.page import Page, dominant_style, is_small_square, is_text
from vision_code.draft.text_rules import is_link_like
from vision_code.observation import BOLD_WEIGHT
from vision_code.region import Draft, Region, RegionKind, Role

# Two items may differ with reason; among three, the odd one out is more often an error.
MIN_ITEMS = 3

#: What a region is as far as its like must be the same.
_Glyph = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """
    Regions that mean the same unless their own look says otherwise.

    Attributes:
        in_table: They are in cells of one column of a table, under its head.
    """

    regions: tuple[Region, ...]
    in_table: bool


def same_places(page: Page, draft: Draft) -> Iterator[Place]:
    """
    The places that occur three times or more.
    """
    groups: dict[_Glyph, list[Region]] = defaultdict(list)
    for node in page.nodes:
        if node.repeat is not None:
            groups["items", node.repeat, _shape(node)].append(node)
        if node.kind is not RegionKind.TABLE:
            continue
        if draft[node.id].role is Role.TABLE:
            for column, cell in _cells(node):
                groups["column", node.id, column, _shape(cell), _looks(page, cell)].append(cell)
        else:  # a list in columns
            for row in filter(lambda row: row.children, node.children):
                groups["rows", node.id, _shape(row)].append(row)
    for (what, *_), like in groups.items():
        if len(like) >= MIN_ITEMS:
            for regions in zip(*(_parts(each) for each in like), strict=True):
                yield Place(regions, what == "column")


def is_disc(region: Region) -> bool:
    """
    Whether a small square or disc stands for one thing, whatever was made of what is in it: an avatar, a tick box.
    """
    one = region.is_leaf or (region.kind is RegionKind.STACK and all(child.is_leaf for child in region.children))
    on_ground = region.surface is not None or region.kind in (RegionKind.STACK, RegionKind.PICTURE)
    return one and on_ground and is_small_square(region.box)


def _cells(table: Region) -> Iterator[tuple[int, Region]]:
    """
    The cells of a table's rows with their columns; of its head those without words.
    """
    rows = rows_of_table(table)
    columns = columns_of(box for row in rows for box in spans(row.children))
    head = rows[0] if has_head(table) else None
    for row in rows:
        for cell in row.children:
            if row is not head or not cell.has_words:
                yield column_of(content(cell), columns), cell


def _parts(region: Region) -> list[Region]:
    """
    A region and all below it in pre-order; nothing below a disc.
    """
    inner = () if is_disc(region) else region.children
    return [region, *(part for child in inner for part in _parts(child))]


def _shape(region: Region) -> tuple[str, ...]:
    return tuple("disc" if is_disc(part) else part.kind.value for part in _parts(region))


def _looks(page: Page, cell: Region) -> tuple[_Glyph, ...]:
    """
    What parts cells of one column that are not alike: words that stand out as links do, bold ones, boxed ones.
    """
    styles = [(part, dominant_style(part.lines)) for part in _parts(cell) if is_text(part) and not is_disc(part)]
    return tuple(
        (part.surface is not None, part.surface is None and is_link_like(page, style), style.weight >= BOLD_WEIGHT)
        for part, style in styles
    )
