"""
Words that head a list are none of its entries: set otherwise than these, and further from what stands above.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from vision_code.draft.landmarks import is_link_item
from vision_code.draft.page import Page, is_text
from vision_code.draft.text_rules import OTHER_INK
from vision_code.geometry import color_distance
from vision_code.observation import BOLD_WEIGHT, TextStyle
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: So many entries make a list of what stands below some words.
LEAST_ENTRIES = 2
#: Type this much larger or smaller is another: the measurement errs by less.
OTHER_SIZE = 0.12
#: The room above a head over the pitch of the entries.
ROOM_ABOVE = 1.15


def without_heads(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where heads of lists are no links, and what holds heads and lists is no list itself.
    """
    found = dict(draft)
    for node in page.nodes:
        if node.kind is RegionKind.COLUMN:
            _settle(found, node)
    return found


def _settle(found: dict[int, Annotation], node: Region) -> None:
    heads = dict(_heads(found, node.children))
    for head in heads.values():
        own = found[head.id]
        if own.role is Role.LINK or own.link:
            role = Role.TEXT if own.role is Role.LINK else own.role
            found[head.id] = replace(own, role=role, link=False, checked=False)
    rest = [child for child in node.children if child.id not in heads and child.kind is not RegionKind.SHAPE]
    if heads and found[node.id].role is Role.LIST and all(found[child.id].role is Role.LIST for child in rest):
        found[node.id] = replace(found[node.id], role=Role.GROUP)


def _heads(found: dict[int, Annotation], children: Sequence[Region]) -> Iterator[tuple[int, Region]]:
    for index, child in enumerate(children[:-1]):
        if not _may_head(found, child):
            continue
        entries = _entries(found, children[index + 1 :], child.lines[0].style)
        if len(entries) < LEAST_ENTRIES or not _is_set_otherwise(child, entries):
            continue
        tops = [entry.lines[0].baseline_y for entry in entries]
        pitch = (tops[-1] - tops[0]) / (len(tops) - 1)
        before = children[index - 1] if index else None
        if before is None or child.lines[0].baseline_y - _last_baseline(before) > ROOM_ABOVE * pitch:
            yield child.id, child


def _may_head(found: dict[int, Annotation], child: Region) -> bool:
    plain = is_text(child) and len(child.lines) == 1 and child.surface is None and not child.lines[0].style.underline
    return plain and found[child.id].role in (Role.LINK, Role.TEXT, Role.HEADING, Role.LABEL)


def _entries(found: dict[int, Annotation], after: Sequence[Region], head: TextStyle) -> list[Region]:
    """
    The words of the links below a head: in the next list, or right below until words look like the head again.
    """
    if after[0].kind is RegionKind.COLUMN and after[0].surface is None:
        after = after[0].children
    entries: list[Region] = []
    for item in after:
        words = _words(found, item)
        if words is None:
            break
        if entries and _differs(words.lines[0].style, entries[0].lines[0].style) and _is_like(words, head):
            break
        entries.append(words)
    return entries


def _words(found: dict[int, Annotation], item: Region) -> Region | None:
    """
    The one line of words of an entry, alone or with an icon; None when it is no entry.
    """
    if is_text(item):
        return item if len(item.lines) == 1 and found[item.id].role is Role.LINK else None
    if item.kind is not RegionKind.ROW or not is_link_item(item, lambda region: found[region.id].role):
        return None
    texts = [leaf for leaf in item.walk() if is_text(leaf)]
    return texts[0] if len(texts) == 1 and len(texts[0].lines) == 1 else None


def _is_like(item: Region, head: TextStyle) -> bool:
    return not _differs(item.lines[0].style, head)


def _differs(a: TextStyle, b: TextStyle) -> bool:
    size = abs(a.size_px - b.size_px) > OTHER_SIZE * b.size_px
    weight = (a.weight >= BOLD_WEIGHT) != (b.weight >= BOLD_WEIGHT)
    return size or (weight and color_distance(a.color, b.color) > OTHER_INK)


def _is_set_otherwise(head: Region, entries: Sequence[Region]) -> bool:
    """
    Whether words are in capitals where the entries are not, of another size, or of another weight and colour; in line
    with the entries the last is the mark of the current one.
    """
    usual = sorted((entry.lines[0].style for entry in entries), key=lambda style: style.weight)[(len(entries) - 1) // 2]
    size = median(entry.lines[0].style.size_px for entry in entries)
    capitals = head.text.isupper() and sum(entry.text.isupper() for entry in entries) * 2 < len(entries)
    if head.repeat is not None and head.repeat == entries[0].repeat:
        return capitals
    return capitals or _differs(head.lines[0].style, replace(usual, size_px=size))


def _last_baseline(region: Region) -> float:
    return max((line.baseline_y for inner in region.walk() for line in inner.lines), default=region.box.bottom)
