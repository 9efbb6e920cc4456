"""
Which label is for which field, and small repairs of a draft that let every region become an element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vision_code.region import FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

#: A label stands at most this far from its field, px.
REACH_PX = 48.0


def settle(root: Region, draft: Draft) -> dict[int, Annotation]:
    """
    The draft with field roles moved from boxes that hold an icon besides the words to the words themselves.

    Such a box stays a plain surface around the icon and a bare input.
    """
    settled = dict(draft)
    for region in root.walk():
        note = draft.get(region.id)
        if note is None or note.role not in FIELD_ROLES or not region.children:
            continue
        leaves = [leaf for leaf in region.walk() if leaf.is_leaf]
        texts = [leaf for leaf in leaves if leaf.kind is RegionKind.TEXT]
        if len(texts) == 1 and len(leaves) > 1 and note.role is not Role.COMBOBOX:
            settled[region.id] = replace(note, role=Role.GROUP, name="")
            settled[texts[0].id] = replace(note, level=0)
        elif len(texts) != 1 or len(leaves) > 3:
            settled[region.id] = replace(note, role=Role.GROUP)
    return settled


def bind(root: Region, draft: Draft) -> dict[int, str]:
    """
    Element ids that join labels to fields: field region id → id, label region id → the same id.
    """
    bound: dict[int, str] = {}
    taken: set[str] = set()
    for label, field in _pairs(root, draft):
        if field.id in bound or label.id in bound:
            continue
        name = free_name(label.text, taken)
        taken.add(name)
        bound[label.id] = bound[field.id] = name
    return bound


def _pairs(root: Region, draft: Draft) -> Iterator[tuple[Region, Region]]:
    """
    Labels with the nearest field below or beside them.
    """
    nodes = list(root.walk())
    roles = {node.id: draft[node.id].role for node in nodes if node.id in draft}
    fields = [n for n in nodes if roles.get(n.id) in FIELD_ROLES]
    ticks = [n for n in nodes if roles.get(n.id) in TICK_ROLES]
    for label in (n for n in nodes if roles.get(n.id) is Role.LABEL and n.kind is RegionKind.TEXT):
        beside = [t for t in ticks if abs(t.box.center_y - label.box.center_y) <= 12 and _gap_x(t, label) <= REACH_PX]
        below = [f for f in fields if 0 <= f.box.y - label.box.bottom + 2 <= REACH_PX and _overlap_x(f, label)]
        right = [
            f
            for f in fields
            if abs(f.box.center_y - label.box.center_y) <= 16 and 0 <= f.box.x - label.box.right <= 300
        ]
        nearest = min(
            [*beside, *below, *right],
            key=lambda n: abs(n.box.y - label.box.y) + abs(n.box.x - label.box.x),
            default=None,
        )
        if nearest is not None:
            yield label, nearest


def _gap_x(tick: Region, label: Region) -> float:
    gap = label.box.x - tick.box.right
    return gap if gap >= 0 else 1e9


def _overlap_x(field: Region, label: Region) -> bool:
    return label.box.x < field.box.right and field.box.x < label.box.right


def free_name(text: str, taken: set[str]) -> str:
    """
    An element id made of words that is not among those taken.
    """
    stem = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:32].strip("-") or "field"
    if not stem[0].isalpha():
        stem = f"field-{stem}"
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return name
