"""
The row that heads a table's columns, told by its look.
"""

from __future__ import annotations

from vision_code.geometry import color_distance
from vision_code.observation import BOLD_WEIGHT
from vision_code.region import Region, RegionKind

#: Inks further apart than this (largest channel of RGB) are two colours.
OTHER_INK = 40
#: Letters of a head are smaller than those of its table by more than this, px, where size alone tells.
SMALLER_PX = 0.5


def rows_of_table(table: Region) -> list[Region]:
    """
    The rows of a TABLE region without the rules between them.
    """
    return [child for child in table.children if child.kind is not RegionKind.SHAPE]


def has_head(table: Region) -> bool:
    """
    Whether the first row of a TABLE region heads its columns: bolder, differently coloured, smaller or on a surface of
    its own. A tick box that chooses all rows has no words; most heads do.
    """
    rows = rows_of_table(table)
    if len(rows) < 2:
        return False
    first, second = rows[:2]
    worded = sum(cell.has_words for cell in first.children)
    a = [leaf.lines[0].style for leaf in first.walk() if leaf.kind is RegionKind.TEXT]
    b = [leaf.lines[0].style for leaf in second.walk() if leaf.kind is RegionKind.TEXT]
    if not a or not b or 2 * worded <= len(first.children):
        return False
    bolder = min(s.weight for s in a) >= BOLD_WEIGHT and sum(s.weight >= BOLD_WEIGHT for s in b) < len(b)
    paler = all(color_distance(s.color, b[0].color) > OTHER_INK for s in a)
    smaller = max(s.size_px for s in a) < min(s.size_px for s in b) - SMALLER_PX
    return bolder or paler or smaller or (first.surface is not None and second.surface is None)
