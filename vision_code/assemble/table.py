"""
Tables: rows and cells with column widths in per cent, paddings from the row height, rules as borders of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import floor
from statistics import median
from typing import Literal

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.assemble.paint import surface_style
from vision_code.assemble.shape import is_upright
from vision_code.assemble.table_rows import row_edges
from vision_code.design_scale import SPACING_PX, snap_size, snap_spacing
from vision_code.divide.extent import extent
from vision_code.divide.heads import has_head, has_totals, rows_of_table
from vision_code.divide.tables import column_of, content, is_framed, spans
from vision_code.geometry import Box, bounding
from vision_code.observation import Rect
from vision_code.region import Region, RegionKind
from vision_code.uitree import AUTO, FULL, BorderEdge, Edges, Element, Length, Style

Align = Literal["left", "center", "right"]
#: Cells whose right (left) edges scatter less than this are right (left) aligned.
ALIGN_PX = 3.0
#: A head, a foot, and something between them.
FEWEST_ROWS = 3
#: Rows of a body are like each other, among themselves.
BODY_ROW = 1
#: More room than this left of a right aligned text is not padding.
MAX_PADDING_PX = 24.0
#: A cell this much lower than the highest of its row shows where in the row it stands: half a line of small type.
LOWER_PX = 8.0


def lay_table(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A TABLE region as ``table`` with ``thead`` and ``tbody``; with ``tfoot`` where the heads are repeated at its end or
    the last row sums the others up.
    """
    rows = rows_of_table(region)
    rules = [child for child in region.children if child.kind is RegionKind.SHAPE and child.box.h <= child.box.w]
    columns = _columns(rows)
    header = has_head(region)
    told = rows[1:] if header and len(rows) >= FEWEST_ROWS else rows
    boxes = [box for row in told for box in _contents(row)]
    aligns = [_align(boxes, index, columns) for index in range(len(columns))]
    full = bounding([*(context.box(r) for r in rows), *(r.box for r in rules)])
    if any(row.surface is not None for row in rows):  # the ground of a row shows where the table ends
        left, right = full.x, full.right
    else:
        left = min(full.x, frame.left) if frame.left > full.x - 40 else full.x
        right = max(full.right, frame.right - 2)
    uprights = [child.surface for child in region.children if child.surface is not None and is_upright(child)]
    edges = _frame_edges(_column_edges(columns, aligns, left, right), rows, columns)
    borders = _upright_borders(columns, edges, uprights)
    echo = header and len(rows) > FEWEST_ROWS and _words(rows[-1]) == _words(rows[0])
    footer = echo or has_totals(region)
    heads = {0} if header else set()
    heads |= {len(rows) - 1} if echo else set()
    tops = row_edges(region, context.metrics.boxes)
    if region.surface is None:
        box = context.box(region)
        tops[0], tops[-1] = max(tops[0], box.y), min(tops[-1], box.bottom)
    heading = _head_aligns(rows[0], columns, edges, aligns) if header else aligns
    body = [
        (row, top, bottom)
        for n, (row, (top, bottom)) in enumerate(zip(rows, pairwise(tops), strict=True))
        if n not in heads
    ]
    lying = _lying(body, context)
    grid = Grid(columns=columns, edges=edges, aligns=aligns, heading=heading, borders=borders, lying=lying)
    elements = []
    for index, row in enumerate(rows):
        top, bottom = tops[index], tops[index + 1]
        rule = next((r for r in rules if abs(r.box.y - bottom) <= 4 or (r.box.y < bottom <= r.box.bottom + 4)), None)
        frame_of = replace(frame, left=left, right=right)
        head, rules_width = index in heads, index == 0
        elements.append(
            _row(row, grid, bottom - top, rule, frame_of, context, build, head=head, rules_width=rules_width)
        )
    repeated = tuple(replace(row, repeat=BODY_ROW) for row in elements[header : len(rows) - footer])
    parts = [Element(tag="tbody", children=repeated)]
    if header:
        parts.insert(0, Element(tag="thead", children=(elements[0],)))
    if footer:
        parts.append(Element(tag="tfoot", children=(elements[-1],)))
    table = Element(tag="table", style=Style(width=FULL), children=tuple(parts), region=region.id)
    before, after = left - frame.left, frame.right - right
    scroll = Style(
        overflow="auto",
        margin=Edges(left=Length(snap_spacing(before))) if before > ALIGN_PX else None,
        max_width=Length(snap_size(right - left)) if after > ALIGN_PX else None,
    )
    return Built(Element(tag="div", style=scroll, children=(table,)), tops[-1] - tops[0])


@dataclass(frozen=True, slots=True)
class Lying:
    """
    Where what is in the cells of a table's body lies in its row.
    """

    align: Literal["top", "middle"]
    above_px: float
    below_px: float


def _lying(rows: Sequence[tuple[Region, float, float]], context: Context) -> Lying:
    """
    At the top, where more of the lower cells begin with the highest one of their row than stand in its middle. The
    padding is the room that all rows have, so that a row whose words wrap keeps it.

    Args:
        rows: Each with the y of its upper and its lower edge.
    """
    above, below, votes = [], [], 0
    for row, top, bottom in rows:
        boxes = [context.box(cell) for cell in row.children]
        highest = max(boxes, key=lambda box: box.h)
        above.append(highest.y - top)
        below.append(bottom - highest.bottom)
        for box in boxes:
            if box.h <= highest.h - LOWER_PX:
                votes += 1 if abs(box.y - highest.y) < abs(box.center_y - highest.center_y) else -1
    least = _stepped_down(min([*above, *below], default=0.0))
    if votes <= 0:
        return Lying("middle", least, least)
    return Lying("top", max(0.0, snap_spacing(median(above))), _stepped_down(min(below)))


def _stepped_down(px: float) -> float:
    """
    The next step of the spacing scale that makes no row higher, a line a pixel higher than measured in it or not; less
    than a step of 4 px is no padding.
    """
    return 2.0 * floor((px - 1) / 2) if px > SPACING_PX else 0.0


def _columns(rows: Sequence[Region]) -> list[tuple[float, float]]:
    intervals: list[tuple[float, float]] = []
    for box in sorted((box for row in rows for box in spans(row.children, extent)), key=lambda b: b.x):
        if intervals and box.x < intervals[-1][1] + 6:
            intervals[-1] = (intervals[-1][0], max(intervals[-1][1], box.right))
        else:
            intervals.append((box.x, box.right))
    held: list[list[Box]] = [[] for _ in intervals]
    for box in (box for row in rows for box in _contents(row)):
        held[column_of(box, intervals)].append(box)
    return [
        (min(b.x for b in own), max(b.right for b in own)) if own else i for own, i in zip(held, intervals, strict=True)
    ]


def _column_edges(
    columns: Sequence[tuple[float, float]], aligns: Sequence[Align], left: float, right: float
) -> list[float]:
    """
    Left edges of the columns' cells and the right edge of the last: a cell starts its padding before its content where
    that begins at one edge, ends it behind where it ends at one, and has its middle where that has it.
    """
    pad = min(max(0.0, columns[0][0] - left), 32.0)
    edges = [left, *(start - pad for start, _ in columns[1:]), right]
    for index in range(1, len(columns)):
        if aligns[index] != "left" and aligns[index - 1] == "right":
            edges[index] = min(columns[index - 1][1] + pad, columns[index][0])
    for index in reversed(range(1, len(columns))):  # from the right: the table ends where its last column does
        if aligns[index] != "center":
            continue
        mirrored = sum(columns[index]) - edges[index + 1]
        if columns[index - 1][1] <= mirrored <= columns[index][0]:
            edges[index] = mirrored
    return edges


def _contents(row: Region) -> list[Box]:
    """
    Where what is in the cells of a row lies.
    """
    framed = [is_framed(cell, row.children) for cell in row.children]
    return [
        content(cell) if in_frame else extent(cell)
        for cell, in_frame in zip(row.children, framed, strict=True)
        if not (in_frame and cell.kind is RegionKind.SHAPE)
    ]


def _frame_edges(edges: list[float], rows: Sequence[Region], columns: Sequence[tuple[float, float]]) -> list[float]:
    """
    The edges of the columns' cells where frames show them, else as they are.
    """
    framed = [cell for row in rows for cell in row.children if is_framed(cell, row.children)]
    for index in range(1, len(columns)):
        starts = [cell.box.x for cell in framed if column_of(content(cell), columns) == index]
        start = median(starts) if starts else edges[index]
        if columns[index - 1][1] <= start <= columns[index][0]:
            edges[index] = start
    return edges


def _head_aligns(
    head: Region, columns: Sequence[tuple[float, float]], edges: Sequence[float], aligns: Sequence[Align]
) -> list[Align]:
    """
    The alignment of the heads: browsers centre them over cells that are not, unless told otherwise.
    """
    result = list(aligns)
    for box in _contents(head):
        index = column_of(box, columns)
        is_centred = abs(box.center_x - (edges[index] + edges[index + 1]) / 2) <= ALIGN_PX
        starts = abs(box.x - columns[index][0]) <= ALIGN_PX
        if is_centred and not (aligns[index] == "left" and starts):
            result[index] = "center"
        elif aligns[index] == "center" and starts:
            result[index] = "left"
    return result


def _align(boxes: Sequence[Box], index: int, columns: Sequence[tuple[float, float]]) -> Align:
    own = [box for box in boxes if column_of(box, columns) == index]
    if len(own) < 2:
        return "left"
    lefts, rights = [box.x for box in own], [box.right for box in own]
    level: dict[Align, int] = {
        "left": _level(lefts),
        "center": _level([box.center_x for box in own]),
        "right": _level(rights),
    }
    # Paddings are measured from the ends of the column, which its head may reach further than its cells.
    start, end = columns[index]
    ends = {"left": abs(median(lefts) - start), "right": abs(median(rights) - end), "center": 0.0}
    most = max(level.values())
    return next((align for align in level if level[align] == most and ends[align] <= ALIGN_PX), "left")


def _level(values: Sequence[float]) -> int:
    """
    How many of them are where most are.
    """
    middle = median(values)
    return sum(abs(value - middle) <= ALIGN_PX for value in values)


def _words(row: Region) -> list[str]:
    return [leaf.text for leaf in row.walk() if leaf.kind is RegionKind.TEXT]


def _upright_borders(
    columns: Sequence[tuple[float, float]], edges: list[float], uprights: Sequence[Rect]
) -> dict[int, BorderEdge]:
    """
    Left borders of columns (the last index: right border of the table) from upright rules; moves ``edges`` onto them.
    """
    borders: dict[int, BorderEdge] = {}
    for rule in uprights:
        x = rule.box.center_x
        index = sum(start < x for start, _ in columns)
        if rule.fill is None or (0 < index < len(columns) and columns[index - 1][1] > x + ALIGN_PX):
            continue
        if not index and x > edges[0] + ALIGN_PX:
            continue
        borders[index] = BorderEdge(width_px=max(1.0, round(rule.box.w)), color=rule.fill)
        if 0 < index < len(columns):
            edges[index] = rule.box.x
    return borders


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """
    The columns of one table.

    Attributes:
        columns: Interval of the content of each column.
        edges: Left edges of the columns' cells and the right edge of the last.
        aligns, heading: Text alignment of each column, and of its head.
        borders: Left border of a column by its index; by the number of columns, the right border of the last.
        lying: Of the cells of the body.
    """

    columns: Sequence[tuple[float, float]]
    edges: Sequence[float]
    aligns: Sequence[Align]
    heading: Sequence[Align]
    borders: Mapping[int, BorderEdge]
    lying: Lying


def _row(
    row: Region, grid: Grid, height: float, rule: Region | None, frame: Frame, context: Context, build: Build,
    *, head: bool, rules_width: bool,
) -> Element:  # fmt: skip
    by_column: dict[int, list[Region]] = {}
    for cell in row.children:
        by_column.setdefault(column_of(extent(cell), grid.columns), []).append(cell)
    cells = tuple(
        _cell(row, by_column.get(index, []), index, grid, frame, context, build, head=head, rules_width=rules_width)
        for index in range(len(grid.columns))
    )
    # The frame of a table beside a row measures like a shadow; rows lie in their table and cast none.
    style = replace(surface_style(row.surface, Style(height=Length(round(height)))), shadow=None)
    if rule is not None and rule.surface is not None and rule.surface.fill is not None:
        edge = BorderEdge(width_px=max(1.0, round(rule.box.h)), color=rule.surface.fill)
        style = replace(style, border_bottom=edge)
    return Element(tag="tr", style=style, children=cells, region=row.id)


def _cell(
    row: Region, held: Sequence[Region], index: int, grid: Grid, frame: Frame, context: Context, build: Build,
    *, head: bool, rules_width: bool,
) -> Element:  # fmt: skip
    style = _cell_style(index, grid, head=head, rules_width=rules_width)
    if not held:  # what heads nothing is no head: https://dequeuniversity.com/rules/axe/4.10/empty-table-header
        return Element(tag="td", style=style)
    tag = "th" if head else "td"
    attrs: tuple[tuple[str, str], ...] = (("scope", "col"),) if head else ()
    if len(held) > 1:
        children = tuple(_content(cell, index, grid, style, frame, context, build, head=head) for cell in held)
        return Element(tag=tag, attrs=attrs, style=style, children=children)
    (cell,) = held
    if is_framed(cell, row.children):
        style = surface_style(cell.surface, style)
        cell = replace(cell, surface=None)
        if cell.kind is RegionKind.SHAPE:
            return Element(tag="td", style=style, region=cell.id)
    inner = _content(cell, index, grid, style, frame, context, build, head=head)
    if inner.tag in {"p", "span", "div"} and cell.kind is RegionKind.TEXT and cell.surface is None:
        return Element(tag=tag, attrs=attrs, style=_merged(inner.style, style), children=inner.children, region=cell.id)
    return Element(tag=tag, attrs=attrs, style=style, children=(inner,))


def _content(
    cell: Region, index: int, grid: Grid, style: Style, frame: Frame, context: Context, build: Build, *, head: bool
) -> Element:
    box = context.box(cell)
    # A head rules its column's width: what lies at its two ends is pushed apart.
    right = grid.columns[index][1] if head else box.right
    left = max(box.x, grid.columns[index][0])  # what is in a frame begins within it
    inner = build(cell, replace(frame, left=left, right=right, hugs=not head)).element
    if inner.style.display in {"flex", "grid"} and style.text_align != "left":
        inner = replace(inner, style=replace(inner.style, justify="end" if style.text_align == "right" else "center"))
    if cell.surface is not None and cell.kind is RegionKind.TEXT:
        inner = replace(inner, style=replace(inner.style, display="inline-block"))
    if inner.tag == "img" and style.text_align != "left":  # a block: no text to align
        sides = Edges(left=AUTO, right=AUTO if style.text_align == "center" else None)
        inner = replace(inner, style=replace(inner.style, margin=sides))
    return inner


def _cell_style(index: int, grid: Grid, *, head: bool, rules_width: bool) -> Style:
    """
    Width (in the first row: it rules the column), padding, alignment and borders of a cell.
    """
    column, edges = grid.columns[index], grid.edges
    align = grid.heading[index] if head else grid.aligns[index]
    lying = Lying("middle", 0.0, 0.0) if head else grid.lying
    left = max(0.0, column[0] - edges[index])
    right = max(0.0, edges[index + 1] - column[1])
    if align == "center":
        left = right = min(left, right, MAX_PADDING_PX)
    padding = Edges(
        top=Length(lying.above_px) if lying.above_px else None,
        bottom=Length(lying.below_px) if lying.below_px else None,
        left=Length(round(left)) if align == "left" or left <= MAX_PADDING_PX else None,
        right=Length(round(right if align == "right" else min(left, right))),
    )
    share = Length(round(100 * (edges[index + 1] - edges[index]) / (edges[-1] - edges[0]), 1), "%")
    last = index == len(grid.columns) - 1
    return Style(
        padding=padding,
        width=share if rules_width else None,
        text_align=align,
        vertical_align=lying.align,
        border_left=grid.borders.get(index),
        border_right=grid.borders.get(index + 1) if last else None,
    )


def _merged(inner: Style, cell: Style) -> Style:
    return replace(
        inner, padding=cell.padding, width=cell.width, text_align=cell.text_align, vertical_align=cell.vertical_align,
        border_top=cell.border_top, border_right=cell.border_right, border_bottom=cell.border_bottom,
        border_left=cell.border_left, background=cell.background, gradient=cell.gradient, margin=None, max_width=None,
    )  # fmt: skip
