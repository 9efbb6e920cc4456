"""
Whether a text is well formed in its language, told by tree-sitter.

The grammars are those of the tree-sitter organisation and of Svelte's, one small wheel each: the packs that hold all
of them either weigh 20 MB or fetch grammars from the network while they run.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: Ending → module of the grammar and the function in it.
_GRAMMARS = {
    ".py": ("tree_sitter_python", "language"),
    ".pyi": ("tree_sitter_python", "language"),
    ".js": ("tree_sitter_javascript", "language"),
    ".mjs": ("tree_sitter_javascript", "language"),
    ".cjs": ("tree_sitter_javascript", "language"),
    ".jsx": ("tree_sitter_javascript", "language"),
    ".ts": ("tree_sitter_typescript", "language_typescript"),
    ".mts": ("tree_sitter_typescript", "language_typescript"),
    ".cts": ("tree_sitter_typescript", "language_typescript"),
    ".tsx": ("tree_sitter_typescript", "language_tsx"),
    ".html": ("tree_sitter_html", "language"),
    ".htm": ("tree_sitter_html", "language"),
    ".vue": ("tree_sitter_html", "language"),
    ".svelte": ("tree_sitter_svelte", "language"),
    ".css": ("tree_sitter_css", "language"),
    ".json": ("tree_sitter_json", "language"),
    ".go": ("tree_sitter_go", "language"),
    ".rs": ("tree_sitter_rust", "language"),
    ".java": ("tree_sitter_java", "language"),
    ".rb": ("tree_sitter_ruby", "language"),
    ".c": ("tree_sitter_c", "language"),
    ".h": ("tree_sitter_c", "language"),
}
#: Expressions of Vue's templates hold `<` and `&&`, which HTML's grammar does not expect there.
_MUSTACHE = re.compile(rb"\{\{.*?\}\}", re.DOTALL)
#: Newer than the grammar of Svelte; a spread is what it looks like.
_ATTACHMENT = re.compile(rb"(?<=\{)@attach\b")
_SCRIPT_LANGUAGES = {"": ".js", "js": ".js", "ts": ".ts", "tsx": ".tsx", "jsx": ".jsx", "module": ".js"}
_LANG = re.compile(rb"lang\s*=\s*[\"']?(\w+)")


@dataclass(frozen=True, slots=True)
class SyntaxErrors:
    """
    Attributes:
        count: Places that the grammar does not allow.
        line: Of the first, from 1; 0 if there is none.
    """

    count: int
    line: int


def known(path: str) -> bool:
    """
    Whether there is a grammar for files of this name.
    """
    return PurePosixPath(path).suffix.lower() in _GRAMMARS


def syntax_errors(path: str, content: bytes) -> SyntaxErrors | None:
    """
    What is malformed in a file of this name; None where no grammar is known.
    """
    ending = PurePosixPath(path).suffix.lower()
    if ending not in _GRAMMARS:
        return None
    if ending == ".vue":
        content = _MUSTACHE.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), content)
    if ending == ".svelte":
        content = _ATTACHMENT.sub(b"...    ", content)
    root = parsed(path, content)
    lines = sorted(_errors(root))
    if ending in (".vue", ".svelte", ".html", ".htm"):
        lines = sorted([*lines, *_script_errors(root)])
    return SyntaxErrors(len(lines), lines[0] if lines else 0)


def parsed(path: str, content: bytes) -> Node:
    """
    The syntax tree of a file of this name, which is one that `known` knows.
    """
    return _parser(PurePosixPath(path).suffix.lower()).parse(content).root_node


def source_of(node: Node) -> str:
    """
    The text of a node.
    """
    return (node.text or b"").decode("utf-8", "replace")


def descendants(node: Node) -> Iterator[Node]:
    """
    A node and all below it, each before those in it.
    """
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.children)


@cache
def _parser(ending: str) -> Parser:
    from tree_sitter import Language, Parser

    module, function = _GRAMMARS[ending]
    return Parser(Language(getattr(importlib.import_module(module), function)()))


def _errors(root: Node) -> Iterator[int]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node.start_point.row + 1
        if node.has_error:
            waiting += node.children


def _script_errors(root: Node) -> Iterator[int]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type != "script_element":
            waiting += [child for child in node.children if child.child_count]
            continue
        body = next((child for child in node.children if child.type == "raw_text"), None)
        opening = node.children[0].text or b""
        if body is None or body.text is None or (b"type=" in opening and b"module" not in opening):
            continue
        found = _LANG.search(opening)
        script = _SCRIPT_LANGUAGES.get(found[1].decode() if found else "")
        if script is not None:
            yield from (body.start_point.row + line for line in _errors(_parser(script).parse(body.text).root_node))
