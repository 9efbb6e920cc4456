"""
What of an old element stays in the new one it is a pair with: what it does and is called by, not how it looks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from vision_code.rewrite.dialect import Dialect
from vision_code.rewrite.markup import Attribute, Piece
from vision_code.rewrite.naming import FIELDS, plain, role, written

#: What an element does, takes and is known by. Sources: HTML Living Standard, "Attributes"; React DOM, "Common
#: components"; Vue, "Built-in Special Attributes"; React Router and Next.js for the properties of their links.
_KEPT = frozenset({
    "name", "id", "ref", "key", "value", "checked", "href", "to", "target", "rel", "download", "type", "required",
    "disabled", "readonly", "autocomplete", "autofocus", "min", "max", "step", "pattern", "maxlength", "minlength",
    "multiple", "accept", "inputmode", "spellcheck", "form", "formaction", "formmethod", "formnovalidate", "action",
    "method", "enctype", "novalidate", "tabindex", "role", "for", "lang", "dir", "title", "list", "hidden", "is",
    "accesskey", "contenteditable", "draggable", "popovertarget", "enterkeyhint", "suppresshydrationwarning",
})  # fmt: skip
#: What a person reads of an element: stays where it is an expression, because what it shows cannot be told.
_SHOWN = frozenset({"placeholder", "alt"})
#: Given anew by the picture without a word.
_LOOKS = frozenset({"class", "width", "height", "rows", "cols", "size", "placeholder", "alt"})
#: Point at other elements. Source: WAI-ARIA 1.2, "ID reference".
_POINTING = frozenset({
    "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage", "aria-details",
    "aria-activedescendant", "aria-flowto",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """
    The start tag of a new element.

    Attributes:
        tag: As it is to be written.
        attributes: Sources, in their order.
        kept: Names of those that were the old element's.
        lost: Names of the old element's that are not there.
    """

    tag: str
    attributes: tuple[str, ...]
    kept: tuple[str, ...]
    lost: tuple[str, ...]


def carry(old: Piece, new: Piece, ids: Collection[str], dialect: Dialect, styled: Collection[str] = ()) -> Carried:
    """
    Args:
        ids: Identities that stand in the new markup in the end.
        styled: Components that certainly take a class list.
    """
    if old.is_custom:
        return _as_component(old, new, styled)
    tag = old.tag if role(old) != "text" or role(new) != "text" else new.tag
    ours = _by_name(new)
    attributes, kept, lost = [], [], []
    for each in old.attributes:
        mine = [other.source for other in ours.pop(each.name, ())]
        if _stays(each, new, ids, dialect):
            attributes.append(each.source)
            kept.append(each.written)
            continue
        attributes += mine
        is_missed = each.name not in _LOOKS or (each.name == "class" and each.literal is None)
        if is_missed and each.source not in mine:
            lost.append(each.written)
    names = {each.name for each in old.attributes}
    left = (each for group in ours.values() for each in group)
    attributes += [each.source for each in left if not _superseded(each, tag, names)]
    return Carried(tag, tuple(attributes), tuple(kept), tuple(lost))


def _by_name(piece: Piece) -> dict[str, list[Attribute]]:
    """
    Vue and Svelte may write two for one name.
    """
    found: dict[str, list[Attribute]] = {}
    for each in piece.attributes:
        found.setdefault(each.name, []).append(each)
    return found


def _as_component(old: Piece, new: Piece, styled: Collection[str]) -> Carried:
    """
    A component's properties are its own: all stay, and none is given that it did not have.
    """
    ours = _by_name(new)
    attributes, lost = [], []
    for each in old.attributes:
        if each.name in ours and each.name in _LOOKS and (each.literal is not None or each.name == "class"):
            attributes += [mine.source for mine in ours[each.name]]
            ours[each.name] = []
            if each.literal is None:
                lost.append(each.written)
        else:
            attributes.append(each.source)
    if old.tag in styled and old.get("class") is None:
        attributes += [mine.source for mine in ours.get("class", ())]
    return Carried(old.tag, tuple(attributes), (f"<{old.tag}>",), tuple(lost))


def _stays(attribute: Attribute, new: Piece, ids: Collection[str], dialect: Dialect) -> bool:
    name = attribute.name
    if name in _POINTING:
        return attribute.literal is not None and all(each in ids for each in attribute.literal.split())
    if name == "aria-label":
        words = plain(written(new))
        return attribute.literal is None or not words or plain(attribute.literal) == words
    if name in _SHOWN:
        return attribute.literal is None or (name == "placeholder" and new.get("value") is not None)
    return not name or name in _KEPT or name.startswith("aria-") or bool(dialect.kept.match(name))


def _superseded(attribute: Attribute, tag: str, old: Collection[str]) -> bool:
    """
    Whether a new attribute has no place beside what the old element had.
    """
    name = attribute.name
    if name in ("value", "checked"):
        return "" in old or tag == "select"
    if name == "type":
        return tag in ("button", "a") or "" in old
    if name == "href":
        return tag != "a" or "" in old or "href" in old
    return False


def identities(pairs: Mapping[Piece, Piece]) -> dict[str, Attribute]:
    """
    New identity → the attribute whose value takes its place.

    Args:
        pairs: Old element of each new one.
    """
    found = {}
    for new, old in pairs.items():
        ours, theirs = new.literal("id"), old.get("id")
        if ours is not None and theirs is not None:
            found[ours] = theirs
    return found


def keeps_label(old: Piece) -> bool:
    """
    Whether a component draws the label of its field itself.
    """
    return old.is_custom and role(old) in FIELDS and old.get("label") is not None
