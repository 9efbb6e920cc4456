"""
The row that heads a table's columns, and the one that sums them up, told by their look.
"""

from __future__ import annotations

from vision_code.geometry import color_distance
from vision_code.observation import BOLD_WEIGHT
from vision_code.region import Region, RegionKind

#: Inks further apart than this (largest channel of RGB) are two colours.
OTHER_INK = 40
#: Letters of a head are smaller than those of its table by more than this, px, where size alone tells.
SMALLER_PX = 0.5
#: A head, a foot, and two rows between them.
MIN_ROWS = 4


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


def has_totals(table: Region) -> bool:
    """
    Whether the last row of a TABLE region with a head sums the others up: bold, with two cells or more, under rows that
    are not.
    """
    rows = rows_of_table(table)
    if len(rows) < MIN_ROWS or not has_head(table):
        return False
    *body, last = ([_is_bold(cell) for cell in row.children if cell.has_words] for row in rows[1:])
    inner = [bold for row in body for bold in row]
    return len(last) > 1 and all(last) and 2 * sum(inner) < len(inner) and not any(row and all(row) for row in body)


def _is_bold(cell: Region) -> bool:
    return all(line.style.weight >= BOLD_WEIGHT for leaf in cell.walk() for line in leaf.lines)
