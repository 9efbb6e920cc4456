"""
What stands around known elements and no picture shows: a form, the element that a condition is about. It is found again
by what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from vision_code.rewrite.markup import Expression, Piece
from vision_code.rewrite.match import Matches
from vision_code.rewrite.naming import FIELDS, is_leaf, role

#: So many of its parts must be known again for the box around them to be it.
_TELLING_PARTS = 2
_PLAIN = frozenset({"div", "section", "main", "article"})
_LOOKS = frozenset({"class", "style", "id"})


def match_boxes(old: Piece, new: Piece, found: Matches) -> None:
    """
    Pair each form, and each element under a condition, with the smallest box around all that was in it, if nothing that
    was outside of it is in there. What then stands under a condition that has no place is no pair.
    """
    for piece in old.candidates():
        if piece in found.new or piece.is_custom:
            continue
        if piece.tag == "form":
            parts = [found.new[each] for each in piece.candidates() if _is_part(each) and each in found.new]
            if any(role(part) in FIELDS for part in parts):
                _match_box(piece, parts, old, new, found)
        elif piece.within is not None and not is_leaf(piece):
            parts = [found.new[each] for each in piece.candidates() if each in found.new]
            _match_box(piece, parts, old, new, found)
    _part_again(new, found)


def _match_box(piece: Piece, parts: list[Piece], old: Piece, new: Piece, found: Matches) -> None:
    if len(parts) < _TELLING_PARTS:
        return
    box = _box(parts)
    if box is None or box.tag not in _PLAIN or _in_form(box):
        return
    is_telling = _is_part if piece.tag == "form" else _any
    inside = {found.old[each] for each in box.elements() if is_telling(each) and each in found.old and each is not box}
    if not inside <= set(piece.candidates()):
        return
    if box is new and found.new.get(old) is new and piece.within is None and _is_only_a_box(old):
        del found.new[old], found.old[new]
        found.boxes.discard(new)
    found.add(piece, box, is_box=True)


def _is_only_a_box(piece: Piece) -> bool:
    """
    Whether nothing is lost when something else takes its place.
    """
    return all(each.name in _LOOKS and each.literal is not None for each in piece.attributes)


def _is_part(piece: Piece) -> bool:
    return role(piece) in FIELDS or role(piece) == "button"


def _any(piece: Piece) -> bool:
    return True


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


def _part_again(new: Piece, found: Matches) -> None:
    """
    No pair is what stood under a condition that is not there any more: in another branch than the one that the picture
    shows, in one that has no partner, in a text that stays as a whole.
    """
    shown: dict[Expression, Piece] = {}
    for other, piece in list(found.old.items()):
        for branch in reversed(list(_branches(piece))):
            assert branch.within is not None
            partner, around = found.new.get(branch), branch.parent
            is_text = around in found.new and is_leaf(around) and found.new[around] not in found.boxes
            if partner is None or partner is new or is_text or shown.setdefault(branch.within, branch) is not branch:
                del found.old[other], found.new[piece]
                found.boxes.discard(other)
                break


def _branches(piece: Piece) -> Iterator[Piece]:
    """
    The elements under conditions that it is in, itself among them, the innermost first.
    """
    above: Piece | None = piece
    while above is not None:
        if above.within is not None:
            yield above
        above = above.parent
