"""
The template of a single-file component of Vue as a tree of elements.

Syntax: Vue, "SFC Syntax Specification", "Template Syntax", "Built-in Directives".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision_code.errors import InputRejected
from vision_code.rewrite.dialect import DOTS_AS_ENTITIES, Dialect
from vision_code.rewrite.markup import Attribute, Expression, Piece, Words
from vision_code.rewrite.template import Child, Reader, plainly
from vision_code.rewrite.tokens import Messages
from vision_code.syntax import descendants, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

VUE = Dialect(
    kept=re.compile(r"on|v-|data-"),
    invisible=re.compile(
        r"^(?:Transition|TransitionGroup|Teleport|KeepAlive|Suspense|ClientOnly|transition|teleport|keep-alive)$"
    ),
    dots=DOTS_AS_ENTITIES,
)
#: Components that certainly take a class list. Sources: Vue Router, "RouterLink"; Nuxt, "NuxtLink".
STYLED = frozenset({"RouterLink", "router-link", "NuxtLink", "nuxt-link"})
#: Whether an element is there at all, and instead of which others.
CONDITIONS = frozenset({"v-if", "v-else-if", "v-else"})
#: To the grammar of HTML a `Menuitem` is its `menuitem`, which has no end.
_COMPONENT = re.compile(rb"(?<=[</])(?=[A-Z])([\w.]*)\w")
_MUSTACHE = re.compile(rb"\{\{(.*?)\}\}", re.DOTALL)
_ATTRIBUTES = rb"((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)"
_BLOCK = re.compile(rb"<!--.*?-->|<([A-Za-z][\w:-]*)" + _ATTRIBUTES + rb">", re.DOTALL)
_TEMPLATE = re.compile(rb"<!--.*?-->|<template\b" + _ATTRIBUTES + rb">|(</template\s*>)", re.DOTALL)
_LANG = re.compile(rb"\blang\s*=\s*[\"']?([\w-]+)")
_SETUP = re.compile(rb"(?<![\w-])setup(?![\w-])")
_SRC = re.compile(rb"(?<![\w-])src\s*=")


@dataclass(frozen=True, slots=True)
class Block:
    """
    One of the outermost elements of a single-file component.

    Attributes:
        name: Its tag.
        lang: What it is written in, where it says so.
        start, stop: Where it stands.
        inside: What is in it.
        is_setup: Whether it is a script that runs for each instance.
        is_elsewhere: Whether another file holds it.
    """

    name: str
    lang: str
    start: int
    stop: int
    inside: tuple[int, int]
    is_setup: bool
    is_elsewhere: bool


def blocks(content: bytes, path: str) -> tuple[Block, ...]:
    """
    Raises:
        InputRejected: ``rewrite.syntax``.
    """
    found: list[Block] = []
    place = 0
    while (match := _BLOCK.search(content, place)) is not None:
        place = match.end()
        if match[1] is None:
            continue
        name, attributes = match[1].decode(), match[2]
        lang = _LANG.search(attributes)
        language = lang[1].decode() if lang is not None else ""
        inside = (place, place)
        if not attributes.endswith(b"/"):
            end = _end(content, place, name, nests=name == "template" and language in ("", "html"))
            if end is None:
                line = content.count(b"\n", 0, match.start()) + 1
                raise InputRejected("rewrite.syntax", f"{path} does not parse at line {line}; mend it first")
            inside, place = (place, end.start()), end.end()
        setup, elsewhere = _SETUP.search(attributes), _SRC.search(attributes)
        found.append(Block(name, language, match.start(), place, inside, setup is not None, elsewhere is not None))
    return tuple(found)


def _end(content: bytes, place: int, name: str, *, nests: bool) -> re.Match[bytes] | None:
    if not nests:
        return re.compile(rb"</" + re.escape(name.encode()) + rb"\s*>").search(content, place)
    depth = 1
    for found in _TEMPLATE.finditer(content, place):
        if found[2] is not None:
            depth -= 1
        elif found[1] is not None and not found[1].endswith(b"/"):
            depth += 1
        if not depth:
            return found
    return None


class VueReader(Reader):
    """
    Reads one template.

    Args:
        inside: Where its content stands.
    """

    def __init__(self, content: bytes, path: str, messages: Messages, inside: tuple[int, int]) -> None:
        super().__init__(content, path, messages)
        self.inside = inside
        start, stop = inside
        template = _COMPONENT.sub(lambda found: found[1].lower() + b"x", plainly(content[start:stop], _MUSTACHE))
        known = re.sub(rb"[^\n]", b" ", content[:start]) + template
        self.document = parsed("template.html", known)
        #: Condition → the elements that it chooses from.
        self.chosen: dict[Expression, list[Piece]] = {}
        self._open: dict[Piece, Expression] = {}

    def read(self) -> Piece:
        """
        All of it, as a fragment.

        Raises:
            InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``.
        """
        self.check(self.document)
        start, stop = self.inside
        root = Piece("", (), start, stop, self.inside, self.line(start))
        root.children = self.children(self.document.children, root, start, stop)
        return root

    def codes(self) -> Iterator[tuple[int, int]]:
        """
        Where expressions stand.
        """
        for node in descendants(self.document):
            if node.type == "attribute" and self.name(node).startswith((":", "@", "v-")) and len(node.children) > 1:
                value = node.children[-1]
                quotes = value.type == "quoted_attribute_value"
                yield value.start_byte + quotes, value.end_byte - quotes
            elif node.type == "text":
                found = _MUSTACHE.finditer(self.content, node.start_byte, node.end_byte)
                yield from (each.span(1) for each in found)

    def element(self, node: Node, parent: Piece) -> Iterator[Child]:
        piece = self.piece(node, parent)
        names = {each.written.partition(".")[0] for each in piece.attributes}
        slots = [each for each in names if each.startswith(("#", "v-slot"))]
        if names & {"v-else", "v-else-if"} and parent in self._open:
            self._add_branch(self._open[parent], piece)
        elif "v-for" not in names and "v-if" in names:
            found = self._open[parent] = self.expression(piece.start, piece.stop)
            self._add_branch(found, piece)
            yield found
        elif "v-for" in names or piece.tag in ("slot", "template") or names & CONDITIONS:
            found = self.expression(piece.start, piece.stop)
            found.is_part = bool(slots)
            yield found
        else:
            yield piece

    def _add_branch(self, condition: Expression, piece: Piece) -> None:
        condition.stop = piece.stop
        condition.source = self.text(condition.start, condition.stop)
        self.chosen.setdefault(condition, []).append(piece)
        if piece.tag not in ("slot", "template") and piece.get("v-for") is None:
            piece.within = condition
            condition.branches.append(piece)

    def piece(self, node: Node, parent: Piece | None) -> Piece:
        piece = super().piece(node, parent)
        for each in piece.attributes:
            if each.written in ("v-html", "v-text"):
                start, stop = node.start_byte, node.children[0].end_byte
                piece.children = [self.expression(start, stop, each.value)]
        return piece

    def attribute(self, node: Node, tag: str, kind: str) -> Attribute:
        written, source, code = self.name(node), self.source(node), self.value(node) or ""
        is_custom = tag[:1].isupper() or "-" in tag
        if written in ("v-bind", "v-on"):
            return Attribute("", source, source, None)
        for prefix, on in ((":", ""), ("v-bind:", ""), ("@", "on"), ("v-on:", "on")):
            name = written.removeprefix(prefix).partition(".")[0]
            if written.startswith(prefix) and name.startswith("["):
                return Attribute("", source, source, None)
            if written.startswith(prefix) and on:
                return Attribute(f"on{name}", written, source, None, None, code)
            if written.startswith(prefix):
                return self.coded(name if is_custom else name.lower(), written, source, code or name)
        if written.startswith("v-model"):
            name = written.partition(".")[0].partition(":")[2]
            value = "checked" if kind in ("checkbox", "radio") else "value"
            return Attribute(name or value, written, source, None, None, code)
        if written.startswith(("v-", "#")):
            return Attribute(written.partition(".")[0], written, source, None, None, code)
        return self.plain(node, written if is_custom else written.lower())

    def words(self, start: int, stop: int) -> Iterator[Words | Expression]:
        yield from self.interpolated(start, stop, _MUSTACHE)

    def other(self, node: Node, parent: Piece) -> Iterator[Child]:
        yield self.expression(node.start_byte, node.end_byte)
