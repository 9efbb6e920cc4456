"""
Notes right below fields: what a screen reader says of the field besides its label, and whether its value is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vision_code.assemble.labels import free_name
from vision_code.divide.notes import is_note_of
from vision_code.draft.page import is_reddish
from vision_code.region import FIELD_ROLES, Draft, Region, Role


@dataclass(frozen=True, slots=True)
class Notes:
    """
    Attributes:
        ids: Element id of each note, by the region of the note and by that of its field.
        wrong: Regions of the fields whose note says that their value is wrong.
    """

    ids: Mapping[int, str] = field(default_factory=dict)
    wrong: frozenset[int] = frozenset()


def bind_notes(root: Region, draft: Draft, labels: Mapping[int, str]) -> Notes:
    """
    The notes of a draft's fields.

    Args:
        labels: Element ids of fields that have a label, by region.
    """
    ids: dict[int, str] = {}
    wrong: set[int] = set()
    taken = set(labels.values())
    fields = [(node, around) for node, around in _with_boxes(root) if _role(draft, node) in FIELD_ROLES]
    for note in root.walk():
        if not note.lines or _role(draft, note) not in (Role.TEXT, Role.LABEL) or note.id in labels:
            continue
        owner = next(((node, box) for node, box in fields if node.id not in ids and is_note_of(note, box.box)), None)
        if owner is None:
            continue
        node, box = owner
        border = box.surface.border if box.surface is not None else None
        is_error = is_reddish(note.lines[0].style.color) and border is not None and is_reddish(border.color)
        name = free_name(f"{labels.get(node.id, 'field')}-{'error' if is_error else 'hint'}", taken)
        taken.add(name)
        ids[note.id] = ids[node.id] = name
        wrong |= {node.id} if is_error else set()
    return Notes(ids, frozenset(wrong))


def _role(draft: Draft, node: Region) -> Role:
    return draft[node.id].role if node.id in draft else Role.TEXT


def _with_boxes(region: Region, around: Region | None = None) -> list[tuple[Region, Region]]:
    """
    All regions, each with the one whose surface it stands on: itself, or the one around it.
    """
    own = region if region.surface is not None or around is None else around
    return [(region, own), *(pair for child in region.children for pair in _with_boxes(child, own))]
