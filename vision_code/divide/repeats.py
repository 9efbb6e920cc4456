"""
Runs of like siblings: lists inside a column or row get a region of their own, instances a common number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from vision_code.divide.entries import nested_entries
from vision_code.divide.extent import extent
from vision_code.divide.likeness import alike, like_boxes
from vision_code.divide.paragraphs import rows_of
from vision_code.divide.tables import is_flat_rule
from vision_code.geometry import bounding
from vision_code.region import Region, RegionKind

#: Numbers of repeat groups while a tree is built; `tree.number` renumbers them from 1.
NUMBERS = count(1)
#: So many like things in a row are a list.
LIST_ITEMS = 3
#: Menu items and list entries are no larger than this; larger lines are headings.
ITEM_TEXT_PX = 22.0
#: Icons, bullets and tick boxes in front of an item.
BULLET_PX = 32.0
#: Left edges or centres of list items agree within this.
EDGE_PX = 5.0
#: Gaps between the items of one list agree within this, or within a quarter of themselves.
GAP_PX = 4.0


def gather(children: Sequence[Region], kind: RegionKind) -> list[Region]:
    """
    The children of a COLUMN or ROW with each list among them in a container of its own.

    A list is a run of three or more like items, evenly spaced; where all children are one run, their parent is the
    list already and nothing changes.
    """
    result: list[Region] = []
    start = 0
    if kind is RegionKind.COLUMN:
        children = [_counted(child) for child in nested_entries(children)]
        if all(child.entry is not None for child in children) and len(children) > 1:
            return _numbered(children)
    while start < len(children):
        run = _run(children, start, kind)
        items = [c for c in run if not is_flat_rule(c)]
        is_list = len(items) >= LIST_ITEMS and _is_item(items, kind)
        if len(run) == len(children):
            return _numbered(run) if is_list else list(children)
        if is_list:
            inner = tuple(_numbered(run))
            result.append(Region(id=0, kind=kind, box=bounding(c.box for c in run), children=inner))
        else:
            run = run if len(items) >= LIST_ITEMS else run[:1]
            result.extend(run)
        start += len(run)
    return result


def _numbered(entries: Sequence[Region]) -> list[Region]:
    """
    The entries of one list with one number, whatever parts of it were numbered before.
    """
    return number_repeats([replace(entry, repeat=None) for entry in entries], lenient=True)


def _counted(region: Region) -> Region:
    """
    A list, or an entry of one, with the entries of each list in it numbered.
    """
    if not region.is_entry_list and region.entry is None:
        return region
    children = tuple(_counted(child) for child in region.children)
    counted = number_repeats(children) if region.is_entry_list else children
    return replace(region, children=tuple(counted))


def _run(children: Sequence[Region], start: int, kind: RegionKind) -> list[Region]:
    """
    The longest evenly spaced run of like items from ``start`` on; rules between the items belong to it.
    """
    first = children[start]
    if is_flat_rule(first):
        return [first]
    run, last, at, odd = [first], first, start, 0
    plain = first  # the last one that is like the first
    usual: float | None = None
    pace, ruled = 0.0, False
    for position in range(start + 1, len(children)):
        item = children[position]
        if is_flat_rule(item) and kind is RegionKind.COLUMN:
            continue
        same_board = kind is RegionKind.ROW and like_boxes(first, item)
        if not same_board and not _lined_up(first, item, kind):
            break
        if not same_board and not (alike(first, item) and alike(plain, item)):
            odd += 1
            if odd > 1 or not like_entries(last, item):
                break
            if len(run) == 1 and not _goes_on(first, children[position + 1 :]):  # the first one is the odd one
                first = plain = item
        else:
            plain = item
        gap, step = _gap(last, item, kind), extent(item).center_x - extent(last).center_x
        between = position - at > 1
        if usual is not None:
            even = abs(gap - usual) <= max(GAP_PX, 0.25 * usual)
            # Columns of one width around words of many: their middles stand evenly.
            even = even or (kind is RegionKind.ROW and item.kind is RegionKind.COLUMN and abs(step - pace) <= EDGE_PX)
            if not even or between != ruled:
                break
        usual, pace, ruled = (gap, step, between) if usual is None else (usual, pace, between)
        run.extend(children[at + 1 : position + 1])
        last, at = item, position
    return run


def _goes_on(first: Region, after: Sequence[Region]) -> bool:
    """
    Whether the next of the things that follow is like the first.
    """
    following = next((item for item in after if not is_flat_rule(item)), None)
    return following is not None and alike(first, following)


def like_entries(a: Region, b: Region) -> bool:
    """
    Whether two single lines may be entries of one menu: the current one is bold, coloured or on a surface.
    """
    if a.kind is not RegionKind.TEXT or b.kind is not RegionKind.TEXT:
        return False
    return abs(a.lines[0].style.size_px - b.lines[0].style.size_px) <= 1.0 and len(rows_of(b.lines)) == 1


def _lined_up(first: Region, item: Region, kind: RegionKind) -> bool:
    a, b = extent(first), extent(item)
    if kind is RegionKind.ROW:
        return abs(a.center_y - b.center_y) <= max(EDGE_PX, 0.25 * a.h)
    if first.kind is RegionKind.TEXT and item.kind is RegionKind.TEXT:
        p, q = bounding(line.box for line in first.lines), bounding(line.box for line in item.lines)
        return abs(p.x - q.x) <= EDGE_PX or abs(p.center_x - q.center_x) <= EDGE_PX
    return abs(a.x - b.x) <= EDGE_PX or abs(a.center_x - b.center_x) <= EDGE_PX


def _gap(a: Region, b: Region, kind: RegionKind) -> float:
    p, q = extent(a), extent(b)
    if kind is RegionKind.ROW:
        return q.x - p.right
    if a.kind is RegionKind.TEXT and b.kind is RegionKind.TEXT:
        return b.lines[0].baseline_y - a.lines[-1].baseline_y
    return q.y - p.bottom


def _is_item(items: Sequence[Region], kind: RegionKind) -> bool:
    """
    Whether like siblings are entries of a list rather than paragraphs, fields or headings of one column.
    """
    first = items[0]
    if first.kind is RegionKind.TEXT:
        short = all(len(rows_of(item.lines)) == 1 for item in items) or first.surface is not None
        return short and first.lines[0].style.size_px <= ITEM_TEXT_PX
    if first.kind is RegionKind.ROW and first.surface is None:
        lead = first.children[0]
        bullet = lead.kind in {RegionKind.PICTURE, RegionKind.SHAPE} and max(lead.box.w, lead.box.h) <= BULLET_PX
        return bullet or kind is RegionKind.COLUMN
    if first.kind is RegionKind.COLUMN and first.surface is None:
        return kind is RegionKind.ROW
    return first.kind is not RegionKind.SHAPE


def number_repeats(children: Sequence[Region], *, lenient: bool = False) -> list[Region]:
    """
    Like siblings get a common repeat number; rules between them do not break the run.

    Args:
        lenient: The children are known to be one list: entries that merely look current count as like.
    """
    result = list(children)
    for i, first in enumerate(result):
        if first.repeat is not None or is_flat_rule(first):
            continue
        twins = [i]
        for j in range(i + 1, len(result)):
            if is_flat_rule(result[j]):
                continue
            like = alike(first, result[j]) or (lenient and like_entries(first, result[j]))
            if result[j].repeat is not None or not like:
                break
            twins.append(j)
        if len(twins) >= LIST_ITEMS or (len(twins) == 2 and _is_rich(first)):
            number = next(NUMBERS)
            for j in twins:
                result[j] = replace(result[j], repeat=number)
    return result


def _is_rich(region: Region) -> bool:
    return bool(region.children) or region.surface is not None
