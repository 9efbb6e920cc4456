"""
Rows of page numbers that cuts between them parted.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.divide.page_numbers import is_pagination
from vision_code.divide.repeats import number_repeats
from vision_code.region import Region, RegionKind


def opened(row: Region) -> Region:
    """
    A bare row with the rows in it opened where all of it together is page numbers; else the same row.
    """
    if row.kind is not RegionKind.ROW or row.surface is not None:
        return row
    items = _items(row)
    if len(items) == len(row.children) or not is_pagination(items):
        return row
    return replace(row, children=tuple(number_repeats([replace(item, repeat=None) for item in items], lenient=True)))


def _items(row: Region) -> list[Region]:
    """
    What stands in a row, without the rows that only group it.
    """
    items: list[Region] = []
    for child in row.children:
        nested = child.kind is RegionKind.ROW and child.surface is None
        items += _items(child) if nested else [child]
    return items
