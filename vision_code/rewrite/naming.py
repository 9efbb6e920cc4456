"""
What an element is and how it is called, as a person tells elements apart: role, kind of field, accessible name.

Source: W3C, "HTML Accessibility API Mappings", "Accessible Name and Description Computation"; the parts that a picture
can show.
"""

from __future__ import annotations

import re

from vision_code.rewrite.markup import Expression, Piece, Words, is_shown

#: Stands in a name for an expression: what it shows cannot be told.
UNKNOWN = "\0"
FIELDS = frozenset({"textbox", "combobox", "checkbox", "radio", "slider"})
_ROLES = {
    "button": "button", "a": "link", "textarea": "textbox", "select": "combobox", "img": "img", "form": "form",
    "nav": "navigation", "main": "main", "header": "banner", "footer": "contentinfo", "label": "label",
    "h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading",
    "p": "text", "span": "text", "strong": "text", "em": "text", "small": "text", "li": "text", "div": "text",
    "td": "text", "th": "text", "dt": "text", "dd": "text", "legend": "text",
}  # fmt: skip
_INPUTS = {
    "checkbox": "checkbox", "radio": "radio", "range": "slider", "submit": "button", "button": "button",
    "reset": "button", "image": "button", "hidden": "hidden",
}  # fmt: skip
#: The last word of a component's name says what it is, where it is one of these.
_CUSTOM = {
    "Button": "button", "Link": "link", "Anchor": "link", "Input": "textbox", "Field": "textbox", "Textarea": "textbox",
    "Checkbox": "checkbox", "Radio": "radio", "Select": "combobox", "Heading": "heading", "Title": "heading",
    "Label": "label", "Form": "form", "Image": "img", "Text": "text", "Typography": "text", "Btn": "button",
}  # fmt: skip
_LAST_WORD = re.compile(r"[A-Z][a-z0-9]*$")
_SPACES = re.compile(r"\s+")


def role(piece: Piece) -> str:
    """
    What it is; empty where nothing tells.
    """
    given = piece.literal("role")
    if given:
        return given
    if piece.tag == "input":
        return _INPUTS.get(piece.literal("type") or "", "textbox")
    if piece.is_custom:
        word = _LAST_WORD.search("".join(part[:1].upper() + part[1:] for part in piece.tag.split("-")))
        found = _CUSTOM.get(word[0], "") if word else ""
        return _INPUTS.get(piece.literal("type") or "", found) if found == "textbox" else found
    return _ROLES.get(piece.tag, "")


def kind(piece: Piece) -> str:
    """
    Of a text field, what goes into it: ``email``, ``password``; empty where anything does.
    """
    found = piece.literal("type") or ""
    return "" if found == "text" or role(piece) != "textbox" else found


def written(piece: Piece) -> str:
    """
    The words in an element; `UNKNOWN` for each expression.
    """
    parts = []
    for child in piece.children:
        if isinstance(child, Words):
            parts.append(child.text)
        elif isinstance(child, Piece):
            if role(child) not in FIELDS:  # what stands in a field is its value
                parts.append(written(child) if child.tag != "br" else " ")
        elif is_shown(child):
            parts.append(UNKNOWN if child.shows is None else child.shows)
    return "".join(parts)


def plain(words: str) -> str:
    """
    Words as they are compared: case, white space and the marks behind a label say nothing.
    """
    return _SPACES.sub(" ", words).strip().casefold().rstrip(" :*…")


def name(piece: Piece, root: Piece) -> str:
    """
    The accessible name, ready to be compared; empty where there is none.
    """
    told = _said(piece, "aria-label")
    if told:
        return told
    found = role(piece)
    if found in FIELDS:
        label = label_of(piece, root)
        return (plain(written(label)) if label else "") or _said(piece, "label") or _said(piece, "placeholder")
    if found == "img":
        return _said(piece, "alt")
    if piece.tag == "input":
        return _said(piece, "value")
    shown = plain(written(piece)) or (_said(piece, "label") if piece.is_custom else "")
    pictures = (each for each in piece.elements() if role(each) == "img")
    return shown or next((alt for each in pictures if (alt := _said(each, "alt"))), "") or _said(piece, "title")


def label_of(field: Piece, root: Piece) -> Piece | None:
    """
    The label of a field: around it, or pointing at it.
    """
    above = field.parent
    while above is not None:
        if role(above) == "label":
            return above
        above = above.parent
    identity = field.get("id")
    if identity is None:
        return None
    return root.labels().get(identity.value)


def is_leaf(piece: Piece) -> bool:
    """
    Whether it holds nothing but words and small parts of a text.
    """
    return all(
        role(each) in ("text", "img", "") and each.tag != "div" for each in piece.elements() if each is not piece
    )


def called(piece: Piece, root: Piece) -> str:
    """
    For people: ``button "Sign in"``.
    """
    words = _SPACES.sub(" ", written(piece)).strip() or name(piece, root)
    shown = words.replace(UNKNOWN, "{…}")
    what = role(piece) or (f"<{piece.tag}>" if piece.tag else "fragment")
    if not is_leaf(piece) and role(piece) not in FIELDS:
        return f"<{piece.tag}>"
    return f'{what} "{shown[:40]}"' if shown else what


def holds_expression(piece: Piece) -> bool:
    """
    Whether any of its words come from an expression.
    """
    return any(isinstance(child, Expression) and not child.is_comment for child in piece.children)


def _said(piece: Piece, attribute: str) -> str:
    found = piece.get(attribute)
    if found is None:
        return ""
    return plain(found.shows) if found.shows is not None else UNKNOWN
