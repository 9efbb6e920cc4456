"""
The form around fields: a picture does not show it, so it is found again by what it holds.
"""

from __future__ import annotations

from vision_code.rewrite.markup import Piece
from vision_code.rewrite.match import Matches
from vision_code.rewrite.naming import FIELDS, role

#: So many parts of a form must be known again for the box around them to be the form.
_TELLING_PARTS = 2
_PLAIN = frozenset({"div", "section", "main", "article"})


def match_forms(old: Piece, found: Matches) -> None:
    """
    Pair each form of the old markup that has no partner with the smallest box around all that was in it, if nothing
    that was outside of it is in there.
    """
    for form in old.elements():
        if form.tag != "form" or form in found.new:
            continue
        parts = [found.new[each] for each in form.elements() if _is_part(each) and each in found.new]
        if len(parts) < _TELLING_PARTS or not any(role(part) in FIELDS for part in parts):
            continue
        box = _box(parts)
        if box is None or box.tag not in _PLAIN or box in found.old or _in_form(box):
            continue
        inside = {found.old[each] for each in box.elements() if _is_part(each) and each in found.old}
        if inside <= set(form.elements()):
            found.add(form, box, is_box=True)


def _is_part(piece: Piece) -> bool:
    return role(piece) in FIELDS or role(piece) == "button"


def _box(parts: list[Piece]) -> Piece | None:
    around = _above(parts[0])
    for part in parts[1:]:
        others = set(_above(part))
        around = [each for each in around if each in others]
    return around[0] if around else None


def _above(piece: Piece) -> list[Piece]:
    found = []
    while piece.parent is not None:
        piece = piece.parent
        found.append(piece)
    return found


def _in_form(box: Piece) -> bool:
    return any(role(each) == "form" for each in (*_above(box), *box.elements()))
