"""
JSX as a tree of elements with their attributes, words and expressions; offsets are bytes of the file.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

ELEMENTS = frozenset({"jsx_element", "jsx_self_closing_element"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """
    One attribute as it is written.

    Attributes:
        name: Empty for a spread.
        source: All of it.
        literal: The string that it is; None when it is an expression or only there.
    """

    name: str
    source: str
    literal: str | None


@dataclass(frozen=True, slots=True)
class Words:
    """
    Text between elements, entities read.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Expression:
    """
    Something in braces that is no string.

    Attributes:
        source: With its braces.
        line: From 1.
        holds_markup: Whether elements stand in it: a loop, a condition.
        is_comment: Whether it is nothing but a comment.
        strings: The strings in it that may be what it shows.
    """

    source: str
    line: int
    holds_markup: bool
    is_comment: bool
    strings: frozenset[str] = frozenset()


@dataclass(eq=False, slots=True)
class Piece:
    """
    An element.

    Attributes:
        tag: As written: ``input``, ``Form.Item``; empty for a fragment.
        children: In order; elements inside of expressions are none of them.
        start, stop: Where it stands.
        inside: Where its children stand; None when it closes itself.
        line: From 1.
    """

    tag: str
    attributes: tuple[Attribute, ...]
    start: int
    stop: int
    inside: tuple[int, int] | None
    line: int
    children: list[Piece | Words | Expression] = field(default_factory=list)
    parent: Piece | None = None

    @property
    def is_custom(self) -> bool:
        """
        Whether it is a component rather than an element of HTML.
        """
        return self.tag[:1].isupper() or "." in self.tag

    def get(self, name: str) -> Attribute | None:
        """
        The attribute of that name.
        """
        return next((each for each in self.attributes if each.name == name), None)

    def literal(self, name: str) -> str | None:
        """
        The string that an attribute is.
        """
        found = self.get(name)
        return found.literal if found is not None else None

    def elements(self) -> Iterator[Piece]:
        """
        The element and all below it, in order.
        """
        yield self
        for child in self.children:
            if isinstance(child, Piece):
                yield from child.elements()

    def expressions(self) -> Iterator[Expression]:
        """
        All expressions in it.
        """
        for piece in self.elements():
            yield from (child for child in piece.children if isinstance(child, Expression))


def piece_of(node: Node, parent: Piece | None = None) -> Piece:
    """
    The tree of one JSX element.
    """
    opening = node.child_by_field_name("open_tag") or node
    closing = node.child_by_field_name("close_tag")
    name = opening.child_by_field_name("name")
    piece = Piece(
        tag=source_of(name) if name is not None else "",
        attributes=tuple(_attribute(each) for each in opening.children_by_field_name("attribute")),
        start=node.start_byte,
        stop=node.end_byte,
        inside=(opening.end_byte, closing.start_byte) if closing is not None else None,
        line=node.start_point.row + 1,
        parent=parent,
    )
    for child in node.children:
        if child in (opening, closing):
            continue
        if child.type in ELEMENTS:
            piece.children.append(piece_of(child, piece))
        elif child.type in ("jsx_text", "html_character_reference"):
            piece.children.append(Words(html.unescape(source_of(child))))
        elif child.type == "jsx_expression":
            piece.children.append(_expression(child))
    return piece


def source_of(node: Node) -> str:
    """
    The text of a node.
    """
    return (node.text or b"").decode("utf-8", "replace")


def descendants(node: Node) -> Iterator[Node]:
    """
    A node and all below it.
    """
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.children)


def _attribute(node: Node) -> Attribute:
    if node.type != "jsx_attribute":
        return Attribute("", source_of(node), None)
    value = node.named_children[1] if len(node.named_children) > 1 else None
    if value is not None and value.type == "jsx_expression" and value.named_child_count == 1:
        value = value.named_children[0]
        literal = _string(value)
    else:
        literal = html.unescape(source_of(value)[1:-1]) if value is not None and value.type == "string" else None
    return Attribute(source_of(node.named_children[0]), source_of(node), literal)


def _expression(node: Node) -> Words | Expression:
    inner = node.named_children
    literal = _string(inner[0]) if len(inner) == 1 else None
    if literal is not None:
        return Words(literal)
    return Expression(
        source=source_of(node),
        line=node.start_point.row + 1,
        holds_markup=any(each.type in ELEMENTS for each in descendants(node)),
        is_comment=all(each.type == "comment" for each in inner),
        strings=frozenset(_shown(inner[0])) if len(inner) == 1 else frozenset(),
    )


def _shown(node: Node) -> Iterator[str]:
    """
    Strings on a branch of conditions: not those that are compared or passed on.
    """
    if (literal := _string(node)) is not None:
        yield literal
    elif node.type == "parenthesized_expression":
        yield from _shown(node.named_children[0])
    elif node.type == "ternary_expression":
        yield from (text for child in node.named_children[1:] for text in _shown(child))
    elif node.type == "binary_expression" and source_of(node.children[1]) in ("&&", "||", "??"):
        yield from _shown(node.named_children[-1])


def _string(node: Node) -> str | None:
    """
    The value of a string without escapes; None for everything else.
    """
    if node.type == "string" and all(each.type == "string_fragment" for each in node.named_children):
        return source_of(node)[1:-1]
    if node.type == "template_string" and all(each.type == "string_fragment" for each in node.named_children):
        return source_of(node)[1:-1]
    return None
