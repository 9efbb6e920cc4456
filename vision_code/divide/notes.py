"""
Notes right below a field (what is wrong with its value, what may be typed): each goes into the cell of its field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind

#: A note stands this near below its field, ink to edge …
NOTE_GAP_PX = 14.0
#: … and begins at the field's edge, or at the words in it.
NOTE_LEFT_PX, NOTE_INDENT_PX = 3.0, 16.0
#: Fields are at least so wide and high, and at most so high; their words leave so much room on the right.
FIELD_MIN_W_PX, FIELD_MIN_H_PX, FIELD_MAX_H_PX = 90.0, 22.0, 320.0
FREE_SHARE = 0.15
ALL_SIDES = 4


def is_note_of(note: Region, field: Box) -> bool:
    """
    Whether a region is a bare line that stands right below a box and begins where the box does.
    """
    if note.kind is not RegionKind.TEXT or note.surface is not None or len(rows_of(note.lines)) != 1:
        return False
    ink = bounding(line.box for line in note.lines)
    near = -1 <= ink.y - field.bottom <= NOTE_GAP_PX and ink.right <= field.right + NOTE_LEFT_PX
    return near and -NOTE_LEFT_PX <= ink.x - field.x <= NOTE_INDENT_PX


def with_notes(children: Sequence[Region]) -> list[Region]:
    """
    The children of a column with each line of notes below a row, or below a cell, in the cells of their fields.
    """
    result: list[Region] = []
    for index, child in enumerate(children):
        notes = child.children if child.kind is RegionKind.ROW and child.surface is None else (child,)
        following = children[index + 1] if index + 1 < len(children) else None
        taken = _taken(result[-1], notes, following) if result else None
        if taken is None:
            result.append(child)
        else:
            result[-1] = taken
    return result


def _taken(above: Region, notes: Sequence[Region], following: Region | None) -> Region | None:
    """
    What stands above with all notes in it; None when one of them is no note of a field there.
    """
    if above.kind not in (RegionKind.ROW, RegionKind.COLUMN) or above.surface is not None:
        return None
    for note in notes:
        fields = [node for node in above.walk() if _is_field_box(node) and is_note_of(note, node.box)]
        if len(fields) != 1:
            return None
        gap = note.box.y - fields[0].box.bottom
        if following is not None and following.box.y - note.box.bottom <= gap:
            return None  # it stands nearer to what is below: a label
        above = _put(above, fields[0], note)
    return above


def _is_field_box(region: Region) -> bool:
    """
    Whether a region looks like a field: framed, as large as one, its words at its left.
    """
    surface, box = region.surface, region.box
    if surface is None or surface.border is None or len(surface.border.sides) < ALL_SIDES:
        return False
    if box.w < FIELD_MIN_W_PX or not FIELD_MIN_H_PX <= box.h <= FIELD_MAX_H_PX:
        return False
    texts = [node for node in region.walk() if node.lines]
    inks = [line.box for node in texts for line in node.lines]
    return not inks or (len(texts) == 1 and box.right - max(ink.right for ink in inks) >= FREE_SHARE * box.w)


def _put(region: Region, field: Region, note: Region) -> Region:
    """
    The region with a note below a field in it: at the end of the column that the field ends, else in a new one.
    """
    if region is field:
        return _column((field, note))
    last = region.children[-1] if region.children else None
    if region.kind is RegionKind.COLUMN and region.surface is None and last is field:
        return _column((*region.children, note), region)
    children = tuple(_put(child, field, note) if _holds(child, field) else child for child in region.children)
    return replace(region, children=children, box=bounding(child.box for child in children))


def _holds(region: Region, field: Region) -> bool:
    return any(node is field for node in region.walk())


def _column(children: tuple[Region, ...], like: Region | None = None) -> Region:
    box = bounding(child.box for child in children)
    if like is not None:
        return replace(like, children=children, box=box)
    return Region(id=0, kind=RegionKind.COLUMN, box=box, children=children, repeat=children[0].repeat)
