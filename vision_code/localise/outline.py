"""
The definitions of a source file, as a reader of its table of contents would want them, told by tree-sitter.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.syntax import known, parsed

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_LINES = 80
MAX_LINE_CHARS = 120
MAX_DEPTH = 3
_DEFINITIONS = frozenset({
    # Python, Ruby
    "class_definition", "function_definition", "class", "module", "method", "singleton_method",
    # JavaScript, TypeScript
    "class_declaration", "abstract_class_declaration", "function_declaration", "generator_function_declaration",
    "method_definition", "interface_declaration", "type_alias_declaration", "enum_declaration",
    # Go, Rust, Java, C
    "method_declaration", "type_spec", "function_item", "struct_item", "enum_item", "trait_item", "impl_item",
    "mod_item", "macro_definition", "record_declaration", "constructor_declaration", "struct_specifier",
})  # fmt: skip
#: A constant that holds a function is how components and hooks are written.
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function", "call_expression"})


def outline(path: str, content: bytes) -> tuple[str, ...]:
    """
    One line a definition: ``12: class Login:``, inner ones indented; empty where no grammar is known.
    """
    ending = PurePosixPath(path).suffix.lower()
    if not known(path) or ending in (".json", ".css", ".html", ".htm"):
        return ()
    lines = content.decode("utf-8", "replace").splitlines()
    found = []
    for node, depth in _definitions(parsed(path, content)):
        row = node.start_point.row
        if row < len(lines):
            found.append(f"{'  ' * depth}{row + 1}: {lines[row].strip()[:MAX_LINE_CHARS]}")
        if len(found) >= MAX_LINES:
            break
    return tuple(found)


def _definitions(root: Node) -> Iterator[tuple[Node, int]]:
    """
    Definitions in the order of the file; what is inside functions is left out.
    """
    waiting = [(child, 0) for child in reversed(root.named_children)]
    while waiting:
        node, depth = waiting.pop()
        inner = depth
        if node.type in _DEFINITIONS or _holds_function(node):
            yield node, depth
            inner = depth + 1
            if inner >= MAX_DEPTH or "function" in node.type or "method" in node.type:
                continue
        if node.type not in ("function_body", "statement_block", "block") or inner > 0:
            waiting += [(child, inner) for child in reversed(node.named_children)]


def _holds_function(node: Node) -> bool:
    if node.type != "variable_declarator":
        return False
    value = node.child_by_field_name("value")
    return value is not None and value.type in _FUNCTIONS and node.parent is not None and _at_top(node.parent)


def _at_top(declaration: Node) -> bool:
    above = declaration.parent
    return above is not None and above.type in ("program", "export_statement")
