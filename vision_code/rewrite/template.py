"""
Templates in the manner of HTML as a tree of elements: what Vue, Svelte and pages have in common.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vision_code.emit.nodes import VOID_TAGS
from vision_code.errors import InputRejected
from vision_code.rewrite.markup import Attribute, Expression, Piece, Words
from vision_code.rewrite.tokens import Messages, expression_of, is_deeper, shown, string_of, strings
from vision_code.syntax import descendants

if TYPE_CHECKING:
    from tree_sitter import Node

#: Of elements; hand-written templates stay below 50.
MAX_DEPTH = 150
#: Their end may be left out. Source: HTML Living Standard, "Optional tags".
_OPTIONAL_ENDS = frozenset({
    "html", "head", "body", "li", "dt", "dd", "p", "rt", "rp", "optgroup", "option", "colgroup", "thead", "tbody",
    "tfoot", "tr", "td", "th",
})  # fmt: skip
_ELEMENTS = frozenset({"element", "script_element", "style_element"})
_TEXTS = frozenset({"text", "entity"})
_SILENT = frozenset({"start_tag", "self_closing_tag", "end_tag", "doctype"})

Child = Piece | Words | Expression


class Reader:
    """
    Reads the elements of one file; each language says what is different in it.

    Args:
        content: All of the file.
        path: Of it, for messages.
        messages: Texts of the catalogue, by their keys.
    """

    def __init__(self, content: bytes, path: str, messages: Messages) -> None:
        self.content = content
        self.path = path
        self.messages = messages

    def attribute(self, node: Node, tag: str, kind: str) -> Attribute:
        """
        One attribute of an element of that tag and, of an input, kind.
        """
        raise NotImplementedError

    def words(self, start: int, stop: int) -> Iterator[Child]:
        """
        A run of text, which may hold expressions.
        """
        raise NotImplementedError

    def other(self, node: Node, parent: Piece) -> Iterator[Child]:
        """
        What stands between elements and is neither text nor an element nor a comment.
        """
        raise NotImplementedError

    def element(self, node: Node, parent: Piece) -> Iterator[Child]:
        """
        An element among its siblings.
        """
        yield self.piece(node, parent)

    def text(self, start: int, stop: int) -> str:
        """
        A part of the file.
        """
        return self.content[start:stop].decode("utf-8", "replace")

    def check(self, node: Node) -> None:
        """
        Raises:
            InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``.
        """
        wrong = [each for each in descendants(node) if self._is_wrong(each)]
        if wrong:
            line = (wrong[1] if wrong[0] is node and wrong[1:] else wrong[0]).start_point.row + 1
            raise InputRejected("rewrite.syntax", f"{self.path} does not parse at line {line}; mend it first")
        if is_deeper(node, MAX_DEPTH):
            raise InputRejected("rewrite.too_deep", f"{self.path} is nested more than {MAX_DEPTH} levels deep")

    def piece(self, node: Node, parent: Piece | None) -> Piece:
        """
        The tree of one element.
        """
        opening, tag = node.children[0], self.tag(node)
        closing = node.children[-1] if node.children[-1].type == "end_tag" else None
        content = [each for each in node.children if each.type not in _SILENT]
        inside = None
        if closing is not None:
            inside = (opening.end_byte, closing.start_byte)
        elif opening.type == "start_tag" and tag not in VOID_TAGS:
            inside = (opening.end_byte, content[-1].end_byte if content else opening.end_byte)
        piece = Piece(
            tag=tag,
            attributes=(),
            start=node.start_byte,
            stop=closing.end_byte if closing is not None else inside[1] if inside is not None else opening.end_byte,
            inside=inside,
            line=node.start_point.row + 1,
            parent=parent,
        )
        found = [each for each in opening.children if each.type == "attribute"]
        kind = next((value for each in found if self.name(each) == "type" and (value := self.value(each))), "")
        piece.attributes = tuple(self.attribute(each, tag, kind) for each in found)
        if inside is not None and node.type == "element":
            piece.children = self.children(content, piece, *inside)
        return piece

    def children(self, nodes: Sequence[Node], parent: Piece, start: int, stop: int) -> list[Child]:
        """
        What stands between two places; white space between nodes is text.
        """
        found: list[Child] = []
        text_from, place = start, start
        for node in nodes:
            if node.type in _TEXTS:
                place = node.end_byte
                continue
            found += self.words(text_from, node.start_byte)
            if node.type == "comment":
                found.append(self.expression(node.start_byte, node.end_byte, is_comment=True))
            elif node.type in _ELEMENTS:
                found += self.element(node, parent)
            else:
                found += self.other(node, parent)
            text_from = place = self._end(node)
        found += self.words(text_from, max(stop, place))
        for each in found:
            if isinstance(each, Piece):
                each.parent = parent
        return found

    def _end(self, node: Node) -> int:
        """
        Where it ends: an element without an end tag takes the white space behind it along.
        """
        return node.end_byte if node.type not in _ELEMENTS else self.piece_end(node)

    def piece_end(self, node: Node) -> int:
        """
        Where an element ends.
        """
        last = node.children[-1]
        return self.piece_end(last) if last.type in _ELEMENTS else last.end_byte

    def expression(self, start: int, stop: int, code: str = "", *, is_comment: bool = False) -> Expression:
        """
        Something that is no element.

        Args:
            code: The expression of JavaScript that it shows.
        """
        found = Expression(
            source=self.text(start, stop), start=start, stop=stop, line=self.line(start), is_comment=is_comment
        )
        node = expression_of(code) if code else None
        if node is not None:
            found.strings, found.shows = frozenset(strings(node, self.messages)), shown(node, self.messages)
        return found

    def interpolated(self, start: int, stop: int, marks: re.Pattern[bytes]) -> Iterator[Words | Expression]:
        """
        A run of text with expressions between marks; the first group of these is the expression.
        """
        place = start
        for found in marks.finditer(self.content, start, stop):
            if place < found.start():
                yield Words(html.unescape(self.text(place, found.start())))
            yield self.shown(*found.span(), self.text(*found.span(1)))
            place = found.end()
        if place < stop:
            yield Words(html.unescape(self.text(place, stop)))

    def shown(self, start: int, stop: int, code: str) -> Words | Expression:
        """
        A value between elements: an expression, unless it is a string.
        """
        node = expression_of(code)
        literal = string_of(node) if node is not None else None
        return Words(literal) if literal is not None else self.expression(start, stop, code)

    def coded(self, name: str, written: str, source: str, code: str) -> Attribute:
        """
        An attribute whose value is an expression.
        """
        node = expression_of(code) if code else None
        literal = string_of(node) if node is not None else None
        text = shown(node, self.messages) if node is not None else None
        return Attribute(name, written, source, literal, text, literal if literal is not None else code.strip())

    def plain(self, node: Node, name: str) -> Attribute:
        """
        An attribute as HTML has it.
        """
        value = self.value(node)
        literal = html.unescape(value) if value is not None else None
        return Attribute(name, self.name(node), self.source(node), literal, literal, literal or "")

    def tag(self, node: Node) -> str:
        """
        The tag of an element.
        """
        return next((self.source(each) for each in node.children[0].children if each.type == "tag_name"), "")

    def name(self, node: Node) -> str:
        """
        The name of an attribute as it is written.
        """
        return self.source(node.children[0])

    def value(self, node: Node) -> str | None:
        """
        The value of an attribute without its quotes; None where it has none.
        """
        if len(node.children) < 2:
            return None
        value = self.source(node.children[-1])
        return value[1:-1] if node.children[-1].type == "quoted_attribute_value" else value

    def source(self, node: Node) -> str:
        """
        The text of a node.
        """
        return self.text(node.start_byte, node.end_byte)

    def _is_wrong(self, node: Node) -> bool:
        """
        Whether the grammar does not allow it, or it is an element whose end is missing.
        """
        if node.is_error or node.is_missing or node.type == "erroneous_end_tag":
            return True
        if node.type != "element" or node.children[-1].type == "end_tag" or node.children[0].type != "start_tag":
            return False
        return self.tag(node).lower() not in VOID_TAGS | _OPTIONAL_ENDS

    def line(self, place: int) -> int:
        """
        Line of a byte, from 1.
        """
        return self.content.count(b"\n", 0, place) + 1


#: Marks that are text to a browser and an error to a grammar.
_STRAY = re.compile(rb"&(?!#?\w+;)|<(?=[\s\d=])")


def plainly(content: bytes, places: re.Pattern[bytes] | None = None) -> bytes:
    """
    What a grammar is given: the content with everything that it does not know filled in, all bytes in their places.
    """
    if places is not None:
        content = places.sub(lambda found: re.sub(rb"[^\n]", b"x", found[0]), content)
    return _STRAY.sub(b"x", content)
