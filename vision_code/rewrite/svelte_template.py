"""
A component of Svelte as a tree of elements; what version 4 and what version 5 writes.

Syntax: Svelte, "Template syntax"; Svelte 4, "Element directives", "Special elements".
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vision_code.rewrite.dialect import DOTS_AS_ENTITIES, Dialect
from vision_code.rewrite.markup import Attribute, Expression, Piece, Words
from vision_code.rewrite.template import Child, Reader, plainly
from vision_code.rewrite.tokens import Messages
from vision_code.syntax import descendants, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

SVELTE = Dialect(
    kept=re.compile(r"on|use:|bind:|transition:|in:|out:|data-|@attach"),
    invisible=re.compile(r"^(?:svelte:boundary|svelte:fragment|Portal)$"),
    dots=DOTS_AS_ENTITIES,
)
#: What stands beside the markup of a component and is no part of it.
_BESIDE = frozenset({
    "svelte:head", "svelte:window", "svelte:document", "svelte:body", "svelte:options", "script", "style",
})  # fmt: skip
_ATTACHMENT = re.compile(rb"(?<=\{)@attach\b")
_MARKERS = re.compile(r"(?:if|else_if|else|key)_(?:start|end)$")
_BLOCKS = re.compile(r"(?:else_if|else)_block$")


class SvelteReader(Reader):
    """
    Reads one component.
    """

    def __init__(self, content: bytes, path: str, messages: Messages) -> None:
        super().__init__(content, path, messages)
        known = _ATTACHMENT.sub(b"...    ", content)
        self.document = parsed("component.svelte", plainly(known))
        #: Condition → its blocks, with the places of what is in them.
        self.blocks: dict[Expression, list[tuple[list[Node], int, int]]] = {}

    def read(self) -> Piece:
        """
        All of it, as a fragment.

        Raises:
            InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``.
        """
        self.check(self.document)
        return self.fragment(self.document.children, 0, len(self.content))

    def fragment(self, nodes: Sequence[Node], start: int, stop: int) -> Piece:
        """
        What stands between two places, as a fragment.
        """
        root = Piece("", (), start, stop, (start, stop), self.line(start))
        root.children = self.children(nodes, root, start, stop)
        return root

    def beside(self) -> list[Node]:
        """
        What stands beside the markup.
        """
        return [each for each in self.document.children if self._is_beside(each)]

    def _is_beside(self, node: Node) -> bool:
        if node.type in ("snippet_statement", "const_tag", "debug_tag"):
            return True
        return node.type.endswith("element") and self.tag(node) in _BESIDE

    def codes(self) -> Iterator[tuple[int, int]]:
        """
        Where expressions stand.
        """
        for node in descendants(self.document):
            if node.type == "svelte_raw_text":
                yield node.start_byte, node.end_byte

    def element(self, node: Node, parent: Piece) -> Iterator[Child]:
        if parent.parent is None and not parent.tag and self._is_beside(node):
            return
        piece = self.piece(node, parent)
        if piece.tag in ("slot", "svelte:fragment") and piece.get("slot") is not None:
            found = self.expression(piece.start, piece.stop)
            found.is_part = piece.tag == "svelte:fragment"
            yield found
        elif piece.tag == "slot":
            yield self.expression(piece.start, piece.stop)
        else:
            yield piece

    def other(self, node: Node, parent: Piece) -> Iterator[Child]:
        if parent.parent is None and not parent.tag and self._is_beside(node):
            return
        if node.type == "expression":
            yield self.shown(node.start_byte, node.end_byte, self.source(node)[1:-1])
            return
        found = self.expression(node.start_byte, node.end_byte)
        found.is_part = node.type == "snippet_statement"
        if node.type in ("if_statement", "key_statement"):
            self.blocks[found] = list(_parts(node))
            for nodes, _start, _stop in self.blocks[found]:
                shown = [each for each in nodes if each.type != "comment"]
                if len(shown) == 1 and shown[0].type == "element" and self.tag(shown[0]) != "slot":
                    piece = self.piece(shown[0], parent)
                    piece.within = found
                    found.branches.append(piece)
        yield found

    def words(self, start: int, stop: int) -> Iterator[Words | Expression]:
        if start < stop:
            yield Words(html.unescape(self.text(start, stop)))

    def attribute(self, node: Node, tag: str, kind: str) -> Attribute:
        source = self.source(node)
        is_custom = tag[:1].isupper() or "." in tag or ":" in tag
        if source.startswith("{"):
            inner = source[1:-1].strip()
            if inner.startswith(("...", "@attach")):
                return Attribute("" if inner.startswith("...") else "@attach", source, source, None)
            return self.coded(inner, inner, source, inner)
        written = self.name(node)
        name = written.partition("|")[0]
        argument = name.partition(":")[2]
        code = self._code(node)
        if name.startswith("on:"):
            return Attribute(f"on{argument}", written, source, None, None, code or "")
        if name in ("bind:value", "bind:checked", "bind:group"):
            return Attribute(
                "value" if argument == "value" else "checked", written, source, None, None, code or argument
            )
        if name.startswith(("class:", "style:")):
            return Attribute(name.partition(":")[0], written, source, None, None, code or argument)
        name = written if is_custom or ":" in written else written.lower()
        if code is not None:
            return self.coded(name, written, source, code)
        if "{" in (self.value(node) or ""):
            return Attribute(name, written, source, None, None, self.value(node) or "")
        return self.plain(node, name)

    def _code(self, node: Node) -> str | None:
        """
        The expression that a value is, in quotes or not.
        """
        value = node.children[-1]
        inner = [each for each in descendants(value) if each.type == "expression"]
        text = self.value(node) if len(node.children) > 1 else None
        return text[1:-1] if text is not None and len(inner) == 1 and self.source(inner[0]) == text else None


def _parts(node: Node) -> Iterator[tuple[list[Node], int, int]]:
    """
    The blocks of a condition: the nodes in each, where it begins and where it ends.
    """
    blocks = [each for each in node.children if _BLOCKS.search(each.type)]
    marks = [each for each in node.children if _MARKERS.search(each.type)]
    own = [each for each in node.children if each not in blocks and each not in marks]
    ends = [*(each.start_byte for each in blocks), marks[-1].start_byte]
    yield own, marks[0].end_byte, ends[0]
    for block, end in zip(blocks, ends[1:], strict=True):
        yield block.children[1:], block.children[0].end_byte, end
