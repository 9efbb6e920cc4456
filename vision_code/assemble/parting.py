"""
Lists parted where a divider or a heading stands between their entries: only entries are list items.

A divider after every entry is the entry's own border. A list that is an entry and nothing else (the entries below the
current one, which stands on a surface) goes on with the list around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from vision_code.assemble.column import INLINE_TAGS
from vision_code.assemble.context import Context
from vision_code.assemble.frame import restyled, set_fields
from vision_code.assemble.paint import rule_edge
from vision_code.assemble.shape import is_rule
from vision_code.region import Region, RegionKind, Role
from vision_code.uitree import Edges, Element, Length, Style, Text

#: Words head a group of entries when it has this many; where it has fewer, words are entries like the others.
ENTRIES_A_HEAD = 2
#: Type this much larger or smaller is another: the measurement errs by less.
OTHER_SIZE = 0.12
#: One thing is no list.
LEAST = 2
BLOCKS = ("block", "flex", "grid")


def parted(region: Region, element: Element, context: Context) -> Element:
    """
    A laid out ``ul`` as a box of several, with what parts them in between; itself when nothing does.
    """
    if (
        element.tag != "ul"
        or region.is_entry_list
        or (element.style.display == "flex" and element.style.direction != "column")
    ):
        return element
    element = _joined(element)
    children = {child.id: child for child in region.children}
    items = [child for child in element.children if isinstance(child, Element)]
    regions = [None if item.region is None else children.get(item.region) for item in items]
    rules = [child is not None and is_rule(child) for child in regions]
    words = [child for child in region.children if child.kind is RegionKind.TEXT]
    heads = [child is not None and _heads(child, words, context) for child in regions]
    if len(items) - sum(rules) - sum(heads) < ENTRIES_A_HEAD * sum(heads):
        heads = [False] * len(items)
    parts = [rule or head for rule, head in zip(rules, heads, strict=True)]
    if not any(parts):
        return element
    if not any(not one and not two for one, two in pairwise(parts)):  # a divider after every entry
        return replace(element, children=tuple(_bordered(items, regions, element.style.row_gap or 0.0)))
    found: list[Element] = []
    run: list[Element] = []
    for item, part in zip(items, parts, strict=True):
        if not part:
            run.append(item)
            continue
        found += _listed(run, element)
        run = []
        found.append(_bare(item))
    found += _listed(run, element)
    return replace(element, tag="div", attrs=(), children=tuple(found))


def _joined(element: Element) -> Element:
    """
    The list with the entries of lists right inside it as its own.
    """
    gap = element.style.row_gap or 0.0
    found: list[Element | Text] = []
    for item in element.children:
        inner = item.children[0] if isinstance(item, Element) and len(item.children) == 1 else None
        if not isinstance(item, Element) or not isinstance(inner, Element) or not _is_plain_list(inner, item, gap):
            found.append(item)
            continue
        before = item.style.margin or Edges()
        for index, entry in enumerate(inner.children):
            assert isinstance(entry, Element)
            margin = entry.style.margin or Edges()
            top = _px(margin.top) + (_px(before.top) if not index else (inner.style.row_gap or 0.0) - gap)
            left = _px(margin.left) + _px(before.left)
            edges = replace(margin, top=Length(top) if top else None, left=Length(left) if left else margin.left)
            style = replace(entry.style, margin=edges if edges != Edges() else None)
            found.append(replace(entry, style=style))
    return replace(element, children=tuple(found))


def _is_plain_list(inner: Element, item: Element, gap: float) -> bool:
    """
    Whether a list stands in an entry as entries would: one below the other, with nothing of its own but the gap.
    """
    own = set(set_fields(inner.style)) - {"display", "direction", "row_gap"}
    moved = set(set_fields(item.style)) - {"margin"}
    column = inner.style.display in (None, "block") or inner.style.direction == "column"
    items = all(isinstance(entry, Element) and entry.tag == "li" for entry in inner.children)
    return inner.tag == "ul" and items and column and not own and not moved and (inner.style.row_gap or 0.0) >= gap


def _heads(child: Region, words: Sequence[Region], context: Context) -> bool:
    """
    Whether words are none of the entries but head those after them: set otherwise, in another size or in capitals.
    """
    if child.kind is not RegionKind.TEXT or context.annotation(child).link:
        return False
    if context.role(child) is Role.HEADING:
        return True
    others = [word for word in words if word is not child]
    if context.role(child) is not Role.TEXT or not others:
        return False
    size = median(word.lines[0].style.size_px for word in others)
    capitals = child.text.isupper() and not all(word.text.isupper() for word in others)
    return capitals or abs(child.lines[0].style.size_px - size) > OTHER_SIZE * size


def _bordered(items: Sequence[Element], regions: Sequence[Region | None], gap: float) -> list[Element]:
    """
    The items with each rule as the lower border of the item before it.
    """
    found: list[Element] = []
    for item, region in zip(items, regions, strict=True):
        surface = region.surface if region is not None and is_rule(region) else None
        if surface is None or surface.fill is None or not found or found[-1].style.border_bottom is not None:
            found.append(item)
            continue
        above = found[-1].style
        margin, padding = above.margin or Edges(), above.padding or Edges()
        room = gap + _px(item.style.margin.top if item.style.margin else None)
        padding = replace(padding, bottom=Length(_px(padding.bottom) + room))
        if margin.left is not None and (item.style.margin is None or item.style.margin.left is None):
            margin, padding = replace(margin, left=None), replace(padding, left=margin.left)
        margin_or_none = margin if margin != Edges() else None
        style = replace(above, margin=margin_or_none, padding=padding, border_bottom=rule_edge(surface))
        found[-1] = replace(found[-1], style=style)
    return found


def _px(length: Length | None) -> float:
    return length.value if length is not None and length.unit == "px" else 0.0


def _listed(run: Sequence[Element], around: Element) -> list[Element]:
    """
    A list of a run of items, spaced as before; the first one's margin is the list's.
    """
    alone = [_bare(item) for item in run]
    if len(run) < LEAST and all(one.tag not in INLINE_TAGS or one.style.display in BLOCKS for one in alone):
        return alone
    style = around.style
    inner = Style(display=style.display, direction=style.direction, row_gap=style.row_gap)
    margin = run[0].style.margin
    if margin is not None and margin.top is not None:
        rest = replace(margin, top=None)
        first = replace(run[0], style=replace(run[0].style, margin=rest if rest != Edges() else None))
        inner, run = replace(inner, margin=Edges(top=margin.top)), [first, *run[1:]]
    return [Element(tag="ul", style=inner, children=tuple(run))]


def _bare(item: Element) -> Element:
    """
    What a list item was made of, where the item stood.
    """
    only = item.children[0] if len(item.children) == 1 else None
    if isinstance(only, Element) and only.region == item.region:
        return replace(only, style=restyled(only.style, set_fields(item.style)))
    return replace(item, tag="p" if any(isinstance(child, Text) for child in item.children) else "div")
