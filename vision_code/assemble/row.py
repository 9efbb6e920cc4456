"""
Things side by side: equal tracks, shared widths, or items that keep their own width with space between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress, pairwise
from statistics import median

from vision_code.assemble.context import Context
from vision_code.assemble.crossaxis import finish
from vision_code.assemble.folding import SIDEBAR_PX, TALL_PX, lists_contents, stacking
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.assemble.narrow import merged
from vision_code.assemble.shape import is_flexible, is_rule, is_solid
from vision_code.assemble.tracks import (
    ALIGN_PX,
    MAX_GUTTER_PX,
    PUSH_PX,
    beside,
    equal_tracks,
    in_track,
    indent,
    inset,
    room_behind,
)
from vision_code.design_scale import snap_size, snap_spacing
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind
from vision_code.uitree import AUTO, BREAKPOINT_PX, FULL, Edges, Length, Overrides, Style, Track

#: A gap this many times the usual one pushes the two sides apart.
PUSH_FACTOR = 2.5
#: Lines between the steps of a row differ by this share of the longest at most, and are at least so long.
SAME_LINE, MIN_LINE_PX = 0.25, 12.0
#: Even gaps from this width on come from spreading the items out when they take most of the room.
SPREAD_PX, SPREAD_SHARE = 32.0, 0.75
#: Rows of things with widths of their own that take so much of their room do not fit into two thirds of it.
FULL_SHARE = 0.67
#: Drawings up to this width are marks: arrows, ticks, dots.
MARK_PX = 16.0
#: Buttons have so much room on both sides of their words at most.
PADDING_PX = 24.0


def lay_row(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A ROW region as flex or grid; the frame is the span of its content.
    """
    if room := room_behind(region, frame, context):
        built = lay_row(region, replace(frame, right=frame.right - room), context, build)
        return built.styled(padding=replace(built.element.style.padding or Edges(), right=Length(snap_spacing(room))))
    children = region.children
    boxes = [context.box(child) for child in children]
    solid = [child.surface is not None for child in children]
    if any(is_flexible(child, context) for child in children) and equal_tracks(boxes, solid, frame) is None:
        frame, sides = inset(frame, boxes, solid=is_solid(children[-1]))
        return beside(lay_flexible(region, frame, context, build), sides)
    return lay_flexible(region, frame, context, build)


def lay_flexible(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    A ROW whose content box is the frame.
    """
    children = region.children
    boxes = [context.box(child) for child in children]
    flexible = [is_flexible(child, context) for child in children]
    if _is_joined(children, boxes, frame) and all(map(is_rule, compress(children, flexible))):
        return _joined(region, frame, context, build)
    tracks = equal_tracks(boxes, [c.surface is not None for c in children], frame)
    if tracks is not None and (any(flexible) or (len(children) > 2 and _spans(boxes, frame))):
        return _equal(region, frame, tracks, context, build)
    if sum(flexible) >= 2:
        return _shared(region, frame, context, build)
    if any(flexible):
        return _one_grows(region, frame, flexible.index(True), context, build)
    return _hugging(region, frame, context, build)


def _spans(boxes: Sequence[Box], frame: Frame) -> bool:
    return boxes[-1].right >= frame.right - 0.5 * boxes[-1].w - ALIGN_PX


def _equal(region: Region, frame: Frame, gutter: float, context: Context, build: Build) -> Built:
    count = len(region.children)
    gap = snap_spacing(gutter)
    width = (frame.width - gutter * (count - 1)) / count
    built = []
    for i, child in enumerate(region.children):
        left = frame.left + i * (width + gutter)
        built.append(in_track(child, replace(frame, left=left, right=left + width, hugs=False), context, build))
    style = Style(display="grid", columns=(Track(count=count),), column_gap=gap or None)
    below = stacking(region.children, gap, context)
    return finish(region, built, style, below, context)


def _shared(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    Columns of unequal width: sidebars fixed, the others share the rest in proportion.
    """
    boxes = [context.box(child) for child in region.children]
    gaps = [max(0.0, b.x - a.right) for a, b in pairwise(boxes)]
    gutter = min(gaps) if min(gaps) <= MAX_GUTTER_PX else 48.0
    lefts = [frame.left, *(box.x for box in boxes[1:])]
    rights = [*(left - gutter for left in lefts[1:]), frame.right]
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
        in_track(child, replace(frame, left=left, right=right, hugs=False), context, build)
        for child, left, right in zip(region.children, lefts, rights, strict=True)
    ]
    gap = snap_spacing(gutter)
    style = Style(display="grid", columns=tuple(tracks), column_gap=gap or None)
    below = stacking(region.children, gap, context)
    if context.observation.width_px > BREAKPOINT_PX["lg"] and lists_contents(region.children):
        last = built[-1].element
        hidden = merged(last.below, (("lg", Style(display="none")),))
        built[-1] = replace(built[-1], element=replace(last, below=hidden))
        below = merged(below, (("lg", Style(columns=tuple(tracks[:-1]))),))
    return finish(region, built, style, below, context)


def _one_grows(region: Region, frame: Frame, index: int, context: Context, build: Build) -> Built:
    """
    One child takes the room that the others, each with its own width, leave.
    """
    boxes = [context.box(child) for child in region.children]
    left, right = _ends(boxes, index, frame)
    limited = index < len(boxes) - 1 and boxes[index + 1].x - boxes[index].right > PUSH_PX
    if limited:
        right = boxes[index].right
    margins, cursor = list[float](), frame.left
    for i, box in enumerate(boxes):
        margins.append(snap_spacing(box.x - cursor))
        cursor = right if i == index else box.right
    # What follows stands at the other end, or at its place when there is room behind it.
    parts = limited and frame.right - boxes[-1].right <= PUSH_PX
    if parts:
        margins[index + 1] = 0.0
    pushed = index > 0 and margins[index] > PUSH_PX
    if pushed:
        margins[index] = 0.0
    gap, margins = _shared_gap(margins, skip=index + 1 if parts else index if pushed else None)
    built = []
    for i, child in enumerate(region.children):
        if i == index:
            item = _growing(child, replace(frame, left=left, right=right, hugs=False), context, build)
            if pushed:  # room left over before it: it stands at the other end, no wider than it is
                away = replace(item.element.style.margin or Edges(), left=AUTO)
                limit = Length(snap_size(right - left))
                item = item.styled(grow=None, basis=None, width=FULL, max_width=limit, margin=away)
            if limited:
                item = item.styled(max_width=Length(snap_size(right - left)))
        else:
            item = _own_width(child, boxes[i], frame, context, build).styled(shrink=0.0)
            # A sidebar is as wide as it was made, and of two fields beside each other only one takes the rest.
            made = child.surface is not None and boxes[i].h >= TALL_PX
            if item.element.style.width == FULL or made or _is_staggered(child, context):
                item = item.styled(width=Length(float(round(boxes[i].w))))
        item = _shifted(item, margins[i])
        if parts and i == index + 1:
            edges = item.element.style.margin or Edges()
            item = item.styled(margin=replace(edges, left=AUTO))
        built.append(item)
    return finish(region, built, Style(display="flex", column_gap=gap or None), (), context)


def _is_staggered(region: Region, context: Context) -> bool:
    """
    Whether nothing in a column is as wide as it, so that none of its content makes it so; a bare column in it that is
    held open by nothing does not either.
    """
    if region.kind is not RegionKind.COLUMN:
        return False
    own = context.box(region)
    holding = (
        child
        for child in region.children
        if context.box(child).x <= own.x + ALIGN_PX and context.box(child).right >= own.right - ALIGN_PX
    )
    return all(child.surface is None and _is_staggered(child, context) for child in holding)


def _growing(child: Region, frame: Frame, context: Context, build: Build) -> Built:
    item = in_track(child, frame, context, build)
    limit = item.element.style.max_width
    item = item.styled(grow=1.0, min_width=Length(0), width=None, basis=Length(0) if limit is None else None)
    return item if limit is None else item.styled(width=FULL)


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


def _shared_gap(margins: Sequence[float], skip: int | None = None) -> tuple[float, list[float]]:
    """
    A gap for all when the margins between items are about equal, and the margins that remain.

    Args:
        skip: Position whose margin is taken care of otherwise; it has no say.
    """
    if skip is not None:
        gap, rest = _shared_gap([m for i, m in enumerate(margins) if i != skip])
        return gap, [*rest[:skip], 0.0, *rest[skip:]]
    inner = list(margins[1:])
    if not inner or min(inner) < 0:
        return 0.0, list(margins)
    if max(inner) - min(inner) <= 4:
        return snap_spacing(sum(inner) / len(inner)), [margins[0], *(0.0 for _ in inner)]
    low = median(inner)
    if len(inner) > 2 and sum(abs(g - low) <= 3 for g in inner) >= 0.6 * len(inner) and min(inner) >= low - 3:
        return low, [margins[0], *(g - low if abs(g - low) > 3 else 0.0 for g in inner)]
    return 0.0, list(margins)


def _own_width(child: Region, box: Box, frame: Frame, context: Context, build: Build) -> Built:
    """
    A child as wide as its words; a column of entries or boxes as wide as those are, which its words alone would not
    keep open.
    """
    held = child.kind is RegionKind.COLUMN and any(
        inner.id in context.entries or _is_wider_than_words(inner) or _runs_across(inner, child)
        for inner in child.walk()
        if inner is not child
    )
    item = build(child, replace(frame, left=box.x, right=box.right, hugs=not held))
    if not held or item.element.style.width is not None:
        return item
    return item.styled(width=Length(snap_size(box.w)), shrink=0.0)


def _runs_across(rule: Region, column: Region) -> bool:
    """
    Whether a line runs across a column that has words, and no words do.
    """
    words = [line.box.w for inner in column.walk() for line in inner.lines]
    return is_rule(rule) and rule.box.w >= column.box.w - 2 * ALIGN_PX > max(words, default=column.box.w) + PADDING_PX


def _is_wider_than_words(region: Region) -> bool:
    """
    Whether a box has words and, on both sides of them, more room than a padding: it fills the column that it is in.
    """
    if region.surface is None or not region.lines:
        return False
    words = bounding(line.box for line in region.lines)
    return min(words.x - region.box.x, region.box.right - words.right) > PADDING_PX


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
    built = [_own_width(child, box, frame, context, build) for child, box in zip(region.children, boxes, strict=True)]
    before, after = boxes[0].x - frame.left, frame.right - boxes[-1].right
    gaps = [b.x - a.right for a, b in pairwise(boxes)]
    style = Style(display="flex")
    below = _wrapping(boxes, frame)
    free = max(gaps, default=0.0)
    others = sorted(gaps)[:-1]
    usual = median(others) if others else 0.0
    even = len(gaps) == 1 or min(gaps, default=0.0) >= min(0.9 * free, PUSH_PX)
    spread = free > SPREAD_PX and boxes[-1].right - boxes[0].x > SPREAD_SHARE * frame.width
    spread = spread and min(gaps, default=0.0) >= 0.9 * free
    spread = spread or (_ends_in_mark(region) and free > SPREAD_PX and max(before, after) <= PUSH_PX)
    apart = spread or (free > PUSH_PX and (even or free > PUSH_FACTOR * usual))
    if apart and not frame.hugs:  # in a room of their own width nothing can be pushed: there the gaps must be said
        even = even or spread
        style = replace(style, **_kept(before, after, boxes))  # type: ignore[arg-type]
        if even:
            return finish(region, built, replace(style, justify="between"), below, context)
        pushed = gaps.index(free) + 1
        rest = [g for i, g in enumerate(gaps) if i != pushed - 1]
        gap, margins = _shared_gap([0.0, *(snap_spacing(g) for g in rest)])
        margins.insert(pushed, 0.0)
        built = [_shifted(item, m) for item, m in zip(built, margins, strict=True)]
        edges = built[pushed].element.style.margin or Edges()
        built[pushed] = built[pushed].styled(margin=replace(edges, left=AUTO))
        return finish(region, built, replace(style, column_gap=gap or None), below, context)
    gap, margins = _shared_gap([0.0, *(snap_spacing(g) for g in gaps)])
    built = [_shifted(item, m) for item, m in zip(built, margins, strict=True)]
    style = replace(style, column_gap=gap or None, **_justified(before, after))  # type: ignore[arg-type]
    return finish(region, built, style, below, context)


def _ends_in_mark(region: Region) -> bool:
    """
    Whether a row is one thing and a small drawing: the arrow at the end of an entry, however long its words are.
    """
    last = region.children[-1]
    return len(region.children) == 2 and last.kind is RegionKind.PICTURE and last.box.w <= MARK_PX


def _is_joined(children: Sequence[Region], boxes: Sequence[Box], frame: Frame) -> bool:
    """
    Whether lines join things all across the room: the steps of a form, the stations of an order.
    """
    lines = [box.w for child, box in zip(children, boxes, strict=True) if is_rule(child)]
    if not lines or is_rule(children[0]) or is_rule(children[-1]):
        return False
    alike = min(lines) >= max(MIN_LINE_PX, (1 - SAME_LINE) * max(lines))
    return alike and boxes[0].x - frame.left <= ALIGN_PX and frame.right - boxes[-1].right <= ALIGN_PX


def _joined(region: Region, frame: Frame, context: Context, build: Build) -> Built:
    """
    Things with their own width; the lines between them share the rest.
    """
    boxes = [context.box(child) for child in region.children]
    gap, margins = _shared_gap([0.0, *(snap_spacing(b.x - a.right) for a, b in pairwise(boxes))])
    built = []
    for child, box, margin in zip(region.children, boxes, margins, strict=True):
        item = build(child, replace(frame, left=box.x, right=box.right, hugs=True))
        grows = {"grow": 1.0, "basis": Length(0), "width": None} if is_rule(child) else {"shrink": 0.0}
        built.append(_shifted(item.styled(**grows), margin))
    return finish(region, built, Style(display="flex", column_gap=gap or None), (), context)


def _kept(before: float, after: float, boxes: Sequence[Box]) -> dict[str, object]:
    """
    Width and margins of a row whose ends are pushed apart: all the room, or as much of it as the picture shows.
    """
    if before <= 2 * ALIGN_PX and after <= 2 * ALIGN_PX:
        return {}
    width = Length(snap_size(boxes[-1].right - boxes[0].x))
    if max(before, after) <= PUSH_PX:
        return {"margin": Edges(left=Length(snap_spacing(before)), right=Length(snap_spacing(after)))}
    if abs(before - after) <= 4 * ALIGN_PX:
        return {"width": FULL, "max_width": width, "margin": Edges(left=AUTO, right=AUTO)}
    if after < before:
        right = Length(snap_spacing(after)) if after > ALIGN_PX else None
        return {"width": FULL, "max_width": width, "margin": Edges(left=AUTO, right=right)}
    return {"max_width": width, "margin": indent(before)}


def _justified(before: float, after: float) -> dict[str, object]:
    """
    Where hugging items stand in their room: at the start, in the middle, at the end.
    """
    if abs(before - after) <= 2 * ALIGN_PX and before > 2 * ALIGN_PX:
        return {"justify": "center"}
    if after <= 2 * ALIGN_PX < before:
        return {"justify": "end"}
    if before > PUSH_PX and after < before:
        return {"justify": "end", "margin": Edges(right=Length(snap_spacing(after)))}
    return {"margin": indent(before)}


def _wrapping(boxes: Sequence[Box], frame: Frame) -> Overrides:
    """
    Rows that fill over half their room wrap on narrow screens, those that fill nearly all of it on any smaller one.
    """
    used, length = sum(box.w for box in boxes), boxes[-1].right - boxes[0].x
    if used <= 0.5 * frame.width or length <= 240:
        return ()
    return (("2xl" if used > FULL_SHARE * frame.width else "lg", Style(wrap=True)),)
