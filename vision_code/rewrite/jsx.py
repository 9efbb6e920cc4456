"""
JSX as a tree of elements.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from vision_code.rewrite.dialect import Dialect
from vision_code.rewrite.markup import Attribute, Expression, Piece, Words
from vision_code.rewrite.tokens import Messages, branches, shown, string_of, strings
from vision_code.syntax import descendants, source_of

if TYPE_CHECKING:
    from tree_sitter import Node

ELEMENTS = frozenset({"jsx_element", "jsx_self_closing_element"})
JSX = Dialect(
    kept=re.compile(r"on[A-Za-z]|data-"),
    invisible=re.compile(r"(?:^|\.)(?:\w*Provider|\w*Boundary|Suspense|StrictMode|Fragment)$"),
    dots={"...": '{"..."}', "…": '{"…"}'},
    names={"class": "className", "for": "htmlFor"},
)
#: Source: React DOM, "Common components", "Input", "Textarea".
_NAMES = {"classname": "class", "htmlfor": "for", "defaultvalue": "value", "defaultchecked": "checked"}


def piece_of(node: Node, messages: Messages, parent: Piece | None = None) -> Piece:
    """
    The tree of one JSX element.

    Args:
        messages: Texts of the catalogue, by their keys.
    """
    opening = node.child_by_field_name("open_tag") or node
    closing = node.child_by_field_name("close_tag")
    name = opening.child_by_field_name("name")
    piece = Piece(
        tag=source_of(name) if name is not None else "",
        attributes=(),
        start=node.start_byte,
        stop=node.end_byte,
        inside=(opening.end_byte, closing.start_byte) if closing is not None else None,
        line=node.start_point.row + 1,
        parent=parent,
    )
    found = opening.children_by_field_name("attribute")
    piece.attributes = tuple(_attribute(each, messages, is_custom=piece.is_custom) for each in found)
    for child in node.children:
        if child in (opening, closing):
            continue
        if child.type in ELEMENTS:
            piece.children.append(piece_of(child, messages, piece))
        elif child.type in ("jsx_text", "html_character_reference"):
            piece.children.append(Words(html.unescape(source_of(child))))
        elif child.type == "jsx_expression":
            piece.children.append(_expression(child, piece, messages))
    return piece


def _attribute(node: Node, messages: Messages, *, is_custom: bool) -> Attribute:
    source = source_of(node)
    if node.type != "jsx_attribute":
        return Attribute("", source, source, None)
    written = source_of(node.named_children[0])
    plain = _NAMES.get(written.lower(), written if is_custom else written.lower())
    value = node.named_children[1] if len(node.named_children) > 1 else None
    is_expression = value is not None and value.type == "jsx_expression"
    if value is not None and is_expression and value.named_child_count == 1:
        value = value.named_children[0]
    if value is None:
        return Attribute(plain, written, source, None)
    literal = string_of(value) if is_expression else html.unescape(source_of(value)[1:-1])
    text = literal if literal is not None else shown(value, messages)
    return Attribute(plain, written, source, literal, text, literal if literal is not None else source_of(value))


def _expression(node: Node, parent: Piece, messages: Messages) -> Words | Expression:
    inner = [each for each in node.named_children if each.type != "comment"]
    literal = string_of(inner[0]) if len(inner) == 1 else None
    if literal is not None:
        return Words(literal)
    found = Expression(
        source=source_of(node),
        start=node.start_byte,
        stop=node.end_byte,
        line=node.start_point.row + 1,
        is_comment=not inner,
    )
    if len(inner) == 1 and inner[0].type != "spread_element":
        found.strings = frozenset(strings(inner[0], messages))
        found.shows = shown(inner[0], messages)
        for branch in branches(inner[0]):
            if branch.type in ELEMENTS and (piece := piece_of(branch, messages, parent)).tag:
                piece.within = found
                found.branches.append(piece)
    return found


def holds_markup(node: Node) -> bool:
    """
    Whether elements stand in it.
    """
    return any(each.type in ELEMENTS for each in descendants(node))
