"""
Things side by side: equal tracks, shared widths, or items that keep their own width with space between.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.assemble.shape import is_field, is_flexible
from vision_code.emit.scale import snap_size, snap_spacing
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind
from vision_code.uitree import AUTO, FULL, Below, Edges, Element, Length, Style, Track

ALIGN_PX = 3.0
#: Gutters of column layouts lie between these.
MAX_GUTTER_PX = 96.0
#: A gap this many times the usual one pushes the two sides apart.
PUSH_FACTOR = 2.5
#: Columns up to this width beside a much wider one are sidebars: designers fix them.
SIDEBAR_PX = 340.0

Overrides = tuple[tuple[Below, Style], ...]


def lay_row(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A ROW region as flex or grid; the frame is the span of its content.
    """
    children = region.children
    boxes = [context.box(child) for child in children]
    flexible = [is_flexible(child, context) for child in children]
    tracks = equal_tracks(boxes, [c.surface is not None for c in children], frame)
    if tracks is not None and (any(flexible) or (len(children) > 2 and _spans(boxes, frame))):
        return _equal(region, frame, tracks, context, build)
    if sum(flexible) >= 2:
        return _shared(region, frame, context, build)
    if any(flexible):
        return _one_grows(region, frame, flexible.index(True), context, build)
    return _hugging(region, frame, context, build)


def equal_tracks(boxes: Sequence[Box], solid: Sequence[bool], frame: Frame) -> float | None:
    """
    The gutter, px, with which equal columns across the frame explain where the boxes stand; None when none does.
    """
    count = len(boxes)
    if count < 2:
        return None
    for edge in (lambda b: b.x, lambda b: b.center_x):
        marks = [edge(box) for box in boxes]
        steps = [b - a for a, b in itertools.pairwise(marks)]
        step = sum(steps) / len(steps)
        if max(steps) - min(steps) > 2 * ALIGN_PX:
            continue
        gutter = count * step - frame.width
        if not -2 <= gutter <= MAX_GUTTER_PX or gutter > 0.5 * step:
            continue
        gutter = max(0.0, gutter)
        width = step - gutter
        if all(
            _fits(box, frame.left + i * step, width, s) for i, (box, s) in enumerate(zip(boxes, solid, strict=True))
        ):
            return gutter
    return None


def _fits(box: Box, left: float, width: float, solid: bool) -> bool:
    inside = box.x >= left - ALIGN_PX and box.right <= left + width + ALIGN_PX
    full = abs(box.x - left) <= ALIGN_PX + 1 and abs(box.w - width) <= 2 * ALIGN_PX
    return inside and (full or not solid or box.w < 0.8 * width)


def _spans(boxes: Sequence[Box], frame: Frame) -> bool:
    return boxes[-1].right >= frame.right - 0.5 * boxes[-1].w - ALIGN_PX


def _equal(region: Region, frame: Frame, gutter: float, context: Context, build: Build) -> Built:
    count = len(region.children)
    gap = snap_spacing(gutter)
    width = (frame.width - gutter * (count - 1)) / count
    built = []
    for i, child in enumerate(region.children):
        left = frame.left + i * (width + gutter)
        built.append(_in_track(child, replace(frame, left=left, right=left + width, hugs=False), context, build))
    style = Style(display="grid", columns=(Track(count=count),), column_gap=gap or None)
    below = stacking(count, min(context.box(child).w for child in region.children), region, context, gap)
    return _finish(region, built, style, below, context)


def stacking(count: int, width: float, region: Region, context: Context, gap: float) -> Overrides:
    """
    How a row of equal columns folds on narrower viewports: four to two, then one below the other.
    """
    rows = Style(row_gap=gap or 16.0)
    if count >= 4:
        return (("lg", replace(rows, columns=(Track(count=2),))), ("sm", Style(columns=(Track(),))))
    return (("md", replace(rows, columns=(Track(),))),)


def _in_track(child: Region, frame: Frame, context: Context, build: Build) -> Built:
    from vision_code.assemble.column import across

    return across(child, build(child, frame), frame, context)


def _shared(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    Columns of unequal width: sidebars fixed, the others share the rest in proportion.
    """
    boxes = [context.box(child) for child in region.children]
    gaps = [max(0.0, b.x - a.right) for a, b in itertools.pairwise(boxes)]
    gutter = min(gaps) if min(gaps) <= MAX_GUTTER_PX else 48.0
    lefts = [frame.left, *(box.x for box in boxes[1:])]
    rights = [*(left - gutter for left in lefts[1:]), _right_edge(boxes[-1], frame, region.children[-1])]
    widths = [max(1.0, right - left) for left, right in zip(lefts, rights, strict=True)]
    widest = max(widths)
    tracks = []
    for child, width in zip(region.children, widths, strict=True):
        fixed = (
            width <= SIDEBAR_PX
            and widest >= 2 * width
            and (child.surface is not None or not is_flexible(child, context))
        )
        size = Length(float(round(width)))
        tracks.append(Track(min=size, max=size) if fixed else Track(max=Length(round(width / widest, 3), "fr")))
    built = [
        _in_track(child, replace(frame, left=left, right=right, hugs=False), context, build)
        for child, left, right in zip(region.children, lefts, rights, strict=True)
    ]
    gap = snap_spacing(gutter)
    style = Style(display="grid", columns=tuple(tracks), column_gap=gap or None)
    sidebar = boxes[0].h > 1.5 * 480 and widths[0] <= SIDEBAR_PX
    below: Overrides = () if sidebar else (("md", Style(columns=(Track(),), row_gap=gap or 16.0)),)
    return _finish(region, built, style, below, context)


def _right_edge(box: Box, frame: Frame, child: Region) -> float:
    return frame.right


def _one_grows(region: Region, frame: Frame, index: int, context: Context, build: Build) -> Built:
    """
    One child takes the room that the others, each with its own width, leave.
    """
    boxes = [context.box(child) for child in region.children]
    built, margins = [], _left_margins(boxes, frame, context)
    ends = _ends(boxes, index, frame)
    for i, child in enumerate(region.children):
        if i == index:
            item = _in_track(child, replace(frame, left=ends[0], right=ends[1], hugs=False), context, build)
            limit = item.element.style.max_width
            item = item.styled(grow=1.0, min_width=Length(0), width=None, basis=Length(0) if limit is None else None)
            if limit is not None:
                item = item.styled(width=FULL)
        else:
            item = build(child, replace(frame, left=boxes[i].x, right=boxes[i].right, hugs=True)).styled(shrink=0.0)
        built.append(item)
    gap, margins = _shared_gap(margins)
    built = [_shifted(item, margin) for item, margin in zip(built, margins, strict=True)]
    return _finish(region, built, Style(display="flex", column_gap=gap or None), (), context)


def _ends(boxes: Sequence[Box], index: int, frame: Frame) -> tuple[float, float]:
    """
    Span of the growing child: from its own left edge to the next child (less the usual gap) or the frame's end.
    """
    left = boxes[index].x
    if index == len(boxes) - 1:
        return left, frame.right
    before = boxes[index].x - boxes[index - 1].right if index else 0.0
    following = boxes[index + 1].x - boxes[index].right
    gap = min(following, max(before, 8.0)) if following > 32 else following
    return left, boxes[index + 1].x - gap


def _left_margins(boxes: Sequence[Box], frame: Frame, context: Context) -> list[float]:
    cursor, margins = frame.left, []
    for box in boxes:
        margin = snap_spacing(box.x - cursor)
        margins.append(margin if margin > -3 else float(round(margin)))
        cursor += margins[-1] + box.w
    return margins


def _shared_gap(margins: Sequence[float]) -> tuple[float, list[float]]:
    """
    A gap for all when the margins between items are about equal, and the margins that remain.
    """
    inner = list(margins[1:])
    if not inner or min(inner) < 0:
        return 0.0, list(margins)
    if max(inner) - min(inner) <= 4:
        return snap_spacing(sum(inner) / len(inner)), [margins[0], *(0.0 for _ in inner)]
    low = median(inner)
    if len(inner) > 2 and sum(abs(g - low) <= 3 for g in inner) >= 0.6 * len(inner) and min(inner) >= low - 3:
        return low, [margins[0], *(g - low if abs(g - low) > 3 else 0.0 for g in inner)]
    return 0.0, list(margins)


def _shifted(item: Built, margin: float) -> Built:
    if not margin:
        return item
    edges = item.element.style.margin or Edges()
    return item.styled(margin=replace(edges, left=Length(margin)))


def _hugging(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    Items as wide as their words: justified by where the free space is.
    """
    boxes = [context.box(child) for child in region.children]
    built = [
        build(child, replace(frame, left=box.x, right=box.right, hugs=True))
        for child, box in zip(region.children, boxes, strict=True)
    ]
    before, after = boxes[0].x - frame.left, frame.right - boxes[-1].right
    gaps = [b.x - a.right for a, b in itertools.pairwise(boxes)]
    style = Style(display="flex")
    free = max(gaps, default=0.0)
    usual = median(gaps) if gaps else 0.0
    flush = before <= 2 * ALIGN_PX and after <= 2 * ALIGN_PX
    if flush and gaps and free > 40 and (len(gaps) == 1 or min(gaps) >= 0.9 * free):
        return _finish(region, built, replace(style, justify="between"), _wrapping(boxes, frame), context)
    if flush and free > max(40.0, PUSH_FACTOR * usual):
        pushed = gaps.index(free) + 1
        rest = [g for i, g in enumerate(gaps) if i != pushed - 1]
        gap, margins = _shared_gap([0.0, *(snap_spacing(g) for g in rest)])
        margins.insert(pushed, 0.0)
        built = [_shifted(item, m) for item, m in zip(built, margins, strict=True)]
        edges = built[pushed].element.style.margin or Edges()
        built[pushed] = built[pushed].styled(margin=replace(edges, left=AUTO))
        return _finish(region, built, replace(style, column_gap=gap or None), (), context)
    gap, margins = _shared_gap([0.0, *(snap_spacing(g) for g in gaps)])
    built = [_shifted(item, m) for item, m in zip(built, margins, strict=True)]
    style = replace(style, column_gap=gap or None)
    if abs(before - after) <= 2 * ALIGN_PX and before > 2 * ALIGN_PX:
        style = replace(style, justify="center")
    elif after <= 2 * ALIGN_PX < before:
        style = replace(style, justify="end")
    elif before > ALIGN_PX:
        style = replace(style, margin=Edges(left=Length(snap_spacing(before))))
    return _finish(region, built, style, _wrapping(boxes, frame), context)


def _wrapping(boxes: Sequence[Box], frame: Frame) -> Overrides:
    """
    Rows that fill over half their room wrap on narrow screens.
    """
    used = sum(box.w for box in boxes)
    return (("lg", Style(wrap=True)),) if used > 0.6 * frame.width and frame.width > 320 else ()


def _finish(region: Region, built: Sequence[Built], style: Style, below: Overrides, context: Context) -> Built:
    """
    Vertical alignment, and the row's own height.
    """
    boxes = [context.box(child) for child in region.children]
    row = (
        context.box(region)
        if region.surface is None
        else Box(boxes[0].x, min(b.y for b in boxes), 1, max(b.bottom for b in boxes) - min(b.y for b in boxes))
    )
    items = list(built)
    align = _alignment(boxes, row)
    for i, box in enumerate(boxes):
        offset = _offset(box, row, align)
        if abs(offset) > 2 and not (align == "center" and abs(offset) <= 2):
            edges = items[i].element.style.margin or Edges()
            if align in {"start", None}:
                items[i] = items[i].styled(margin=replace(edges, top=Length(snap_spacing(offset))))
            else:
                own = _alignment([box], row)
                if own != align:
                    items[i] = items[i].styled(align_self=own or "start")
                    rest = _offset(box, row, own)
                    if abs(rest) > 2:
                        items[i] = items[i].styled(
                            align_self="start", margin=replace(edges, top=Length(snap_spacing(box.y - row.y)))
                        )
    children = tuple(item.element for item in items)
    grows = style.display == "grid" or all(abs(b.h - row.h) <= ALIGN_PX for b in boxes)
    style = replace(
        style, align=None if align in {None, "start"} and _stretches(region, boxes, row) else align or "start"
    )
    del grows
    height = max((item.height + _top_margin(item)) for item in items)
    return Built(Element(tag="div", style=style, children=children, below=below, region=region.id), max(height, 1.0))


def _top_margin(item: Built) -> float:
    margin = item.element.style.margin
    return margin.top.value if margin is not None and margin.top is not None and margin.top.unit == "px" else 0.0


def _stretches(region: Region, boxes: Sequence[Box], row: Box) -> bool:
    """
    Whether stretching the children to the row's height changes nothing in the picture.
    """
    for child, box in zip(region.children, boxes, strict=True):
        solid = child.surface is not None or child.kind in {RegionKind.PICTURE, RegionKind.STACK}
        if solid and abs(box.h - row.h) > ALIGN_PX:
            return False
    return True


def _alignment(boxes: Sequence[Box], row: Box) -> str | None:
    """
    ``center``, ``start``, ``end`` by where most of the boxes stand in the row; None when all fill its height.
    """
    short = [box for box in boxes if box.h < row.h - ALIGN_PX]
    if not short:
        return None
    votes = {
        "center": sum(abs(b.center_y - row.center_y) <= 2.0 for b in short),
        "start": sum(abs(b.y - row.y) <= 2.0 for b in short),
        "end": sum(abs(b.bottom - row.bottom) <= 2.0 for b in short),
    }
    best = max(votes, key=lambda key: votes[key])
    return best if votes[best] else "start"


def _offset(box: Box, row: Box, align: str | None) -> float:
    if align == "center":
        return box.center_y - row.center_y
    if align == "end":
        return box.bottom - row.bottom
    return box.y - row.y


def lay_grid(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A GRID region: equal columns where they explain the picture, else columns in proportion to what is seen.
    """
    count = region.columns
    rows = [region.children[i : i + count] for i in range(0, len(region.children), count)]
    boxes = [context.box(child) for child in rows[0]]
    solid = [child.surface is not None for child in rows[0]]
    gutter = equal_tracks(boxes, solid, frame)
    if gutter is not None:
        width = (frame.width - gutter * (count - 1)) / count
        lefts = [frame.left + i * (width + gutter) for i in range(count)]
        rights = [left + width for left in lefts]
        tracks: tuple[Track, ...] = (Track(count=count),)
    else:
        gutter = max(0.0, min((b.x - a.right for a, b in itertools.pairwise(boxes)), default=0.0))
        gutter = min(gutter, 48.0)
        lefts = [frame.left, *(box.x for box in boxes[1:])]
        rights = [*(left - gutter for left in lefts[1:]), max(boxes[-1].right, min(frame.right, boxes[-1].right))]
        tracks = tuple(
            Track(max=Length(round((r - left) / (rights[0] - lefts[0]), 3), "fr"))
            for left, r in zip(lefts, rights, strict=True)
        )
    built = [
        _in_track(child, replace(frame, left=lefts[i % count], right=rights[i % count], hugs=False), context, build)
        for i, child in enumerate(region.children)
    ]
    heights = [max(item.height for item in built[i : i + count]) for i in range(0, len(built), count)]
    tops = [min(context.box(child).y for child in row) for row in rows]
    spans = tops[-1] - tops[0]
    gap = max(0.0, snap_spacing((spans - sum(heights[:-1])) / (len(rows) - 1))) if len(rows) > 1 else 0.0
    style = Style(display="grid", columns=tracks, column_gap=snap_spacing(gutter) or None, row_gap=gap or None)
    if not _grid_stretches(rows, context):
        style = replace(style, align="start")
    below = stacking(count, boxes[0].w, region, context, gap)
    height = sum(heights) + gap * (len(rows) - 1)
    children = tuple(item.element for item in built)
    return Built(Element(tag="div", style=style, children=children, below=below, region=region.id), height)


def _grid_stretches(rows: Sequence[Sequence[Region]], context: Context) -> bool:
    for row in rows:
        tallest = max(context.box(child).h for child in row)
        if any(c.surface is not None and context.box(c).h < tallest - ALIGN_PX for c in row):
            return False
    return True


def hugs_field(region: Region, context: Context) -> bool:
    """
    Whether a row holds a field: it grows, its button does not.
    """
    return any(is_field(child, context) for child in region.children)


__all__ = ["equal_tracks", "hugs_field", "lay_grid", "lay_row", "snap_size"]
