"""
Where the rows of a table begin and end: at rules and stripes, else in the middle between their words.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from vision_code.divide.heads import rows_of_table
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind


def row_edges(table: Region, boxes: Mapping[int, Box]) -> list[float]:
    """
    y of every row's upper edge, and the lower edge of the last; the first and the last have as much room outside as
    inside where nothing tells.

    Args:
        table: A TABLE region of at least one row.
        boxes: CSS boxes of its rows, by id.
    """
    rows = rows_of_table(table)
    rules = [child for child in table.children if child.kind is RegionKind.SHAPE and child.box.h <= child.box.w]
    edges: list[float] = []
    for upper, lower in pairwise(rows):
        above, below = boxes[upper.id], boxes[lower.id]
        between = [rule.box for rule in rules if above.center_y < rule.box.center_y < below.center_y]
        if between:
            edges.append(between[0].bottom)
        elif upper.surface is not None and lower.surface is None:  # a stripe ends where it ends
            edges.append(upper.surface.box.bottom)
        elif lower.surface is not None and upper.surface is None:
            edges.append(lower.surface.box.y)
        else:
            edges.append((above.bottom + below.y) / 2)
    first, last = rows[0], rows[-1]
    over = [rule.box.bottom for rule in rules if rule.box.center_y < boxes[first.id].center_y]
    under = [rule.box.bottom for rule in rules if rule.box.center_y > boxes[last.id].center_y]
    if first.surface is not None:
        top = first.surface.box.y
    elif over:
        top = over[-1]
    else:
        top = boxes[first.id].y - max(0.0, edges[0] - boxes[first.id].bottom if edges else 0.0)
    if last.surface is not None:
        bottom = last.surface.box.bottom
    elif under:
        bottom = under[0]
    else:
        bottom = boxes[last.id].bottom + max(0.0, boxes[last.id].y - edges[-1] if edges else 0.0)
    return [top, *edges, bottom]
