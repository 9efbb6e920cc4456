"""
Where in a file of React the component stands, and what it returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.errors import InputRejected
from vision_code.rewrite.jsx import ELEMENTS, holds_markup, piece_of
from vision_code.rewrite.markup import Markup, indent_at
from vision_code.rewrite.script import Script, read_script
from vision_code.rewrite.tokens import Messages, is_deeper
from vision_code.syntax import descendants, parsed, source_of

if TYPE_CHECKING:
    from tree_sitter import Node

#: Of nodes of the grammar; hand-written components stay below 100.
MAX_DEPTH = 300
#: Their links take a class list. Sources: React Router, "Link"; Next.js, "Link Component".
_LINK_MODULES = frozenset({"react-router", "react-router-dom", "next/link"})
_FUNCTIONS = frozenset({
    "function_declaration", "function_expression", "arrow_function", "generator_function", "method_definition",
})  # fmt: skip
_CLASSES = frozenset({"class_declaration", "abstract_class_declaration", "class"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    A file with one component to rewrite.

    Attributes:
        name: Of the component; empty if it has none.
        markup: What it returns, parentheses included.
        script: All of the file.
        start: Byte at which the component begins.
    """

    name: str
    markup: Markup
    script: Script
    start: int


def read_source(content: bytes, path: str, messages: Messages) -> Source:
    """
    Args:
        path: Its ending names the grammar; its stem the component where there are several.

    Raises:
        InputRejected: ``rewrite.syntax``, ``rewrite.too_deep``, ``rewrite.no_component``, ``rewrite.uncertain``.
    """
    program = parsed(path, content)
    if program.has_error:
        raise InputRejected("rewrite.syntax", f"{path} does not parse; mend it first")
    if is_deeper(program, MAX_DEPTH):
        raise InputRejected("rewrite.too_deep", f"{path} is nested more than {MAX_DEPTH} levels deep")
    statement, name, function = _chosen(list(_components(program)), PurePosixPath(path).stem, path)
    element, returned, others = _returned(function, path)
    imports = [each for each in program.children if each.type == "import_statement"]
    markup = Markup(
        content=content,
        root=piece_of(element, messages),
        spans=(returned,),
        indent=indent_at(content, returned[0]),
        styled=frozenset(_links(imports)),
        elsewhere=others,
    )
    return Source(name=name, markup=markup, script=read_script(content, path), start=statement.start_byte)


def _links(imports: list[Node]) -> Iterator[str]:
    for each in imports:
        path = each.child_by_field_name("source")
        if path is not None and source_of(path)[1:-1] in _LINK_MODULES:
            yield from (source_of(node) for node in descendants(each) if node.type == "identifier")


_Found = tuple["Node", str, "Node", bool]


def _components(program: Node) -> Iterator[_Found]:
    """
    Statement, name, function and whether it is the default export, of all that look like components.
    """
    for statement in program.children:
        is_default = any(child.type == "default" for child in statement.children)
        inner = statement
        if statement.type == "export_statement":
            found = statement.child_by_field_name("declaration") or statement.child_by_field_name("value")
            if found is None:
                continue
            inner = found
        if inner.type in ("lexical_declaration", "variable_declaration"):
            for each in inner.named_children:
                name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
                if name is not None and value is not None and (function := _function(value)) is not None:
                    yield statement, source_of(name), function, is_default
        elif (function := _function(inner)) is not None:
            name = (inner if inner.type in _CLASSES else function).child_by_field_name("name")
            yield statement, source_of(name) if name is not None else "", function, is_default


def _function(node: Node) -> Node | None:
    """
    A function, also one wrapped in ``memo(…)`` or ``forwardRef(…)``; of a class, its method that draws.
    """
    while node.type in ("call_expression", "parenthesized_expression", "as_expression", "satisfies_expression"):
        if node.type == "call_expression":
            arguments = node.child_by_field_name("arguments")
            if arguments is None or arguments.type != "arguments" or not arguments.named_children:
                return None
            node = arguments.named_children[0]
        else:
            node = node.named_children[0]
    return _render(node) if node.type in _CLASSES else node if node.type in _FUNCTIONS else None


def _render(node: Node) -> Node | None:
    """
    The method of a class that returns its markup.
    """
    body = node.child_by_field_name("body")
    for each in body.named_children if body is not None else ():
        name = each.child_by_field_name("name")
        if each.type == "method_definition" and name is not None and source_of(name) == "render":
            return each
    return None


def _chosen(found: list[_Found], stem: str, path: str) -> tuple[Node, str, Node]:
    shown = [each for each in found if holds_markup(each[2])]
    if not shown:
        raise InputRejected("rewrite.no_component", f"{path}: neither a function nor a class that returns markup")
    default = [each for each in shown if each[3]]
    named = [each for each in shown if each[1].casefold() == stem.replace("-", "").replace("_", "").casefold()]
    exported = [each for each in shown if each[0].type == "export_statement"]
    for choice in (default, named, exported, shown):
        if len(choice) == 1:
            return choice[0][:3]
    names = ", ".join(each[1] or "(without a name)" for each in shown[:5])
    raise InputRejected("rewrite.uncertain", f"{path} holds several components ({names}); none is called like the file")


def _returned(function: Node, path: str) -> tuple[Node, tuple[int, int], tuple[int, ...]]:
    """
    The markup returned last, its bytes, and the lines of the returns before it.
    """
    body = function.child_by_field_name("body")
    assert body is not None
    if body.type != "statement_block":
        value, others = body, []
    else:
        returns = list(_returns(body))
        if not returns or returns[-1].parent != body or not returns[-1].named_children:
            raise InputRejected(
                "rewrite.uncertain", f"{path}: the component does not end with the return of its markup"
            )
        value, others = returns[-1].named_children[0], returns[:-1]
    markup = value
    while markup.type == "parenthesized_expression":
        inside = [child for child in markup.named_children if child.type != "comment"]
        markup = inside[0]
    if markup.type not in ELEMENTS:
        line = value.start_point.row + 1
        raise InputRejected("rewrite.uncertain", f"{path}: line {line} returns one of several things, not one markup")
    return markup, (value.start_byte, value.end_byte), tuple(each.start_point.row + 1 for each in others)


def _returns(node: Node) -> Iterator[Node]:
    """
    The returns of a function, not of those inside of it.
    """
    for child in node.children:
        if child.type == "return_statement":
            yield child
        elif child.type not in _FUNCTIONS and "class" not in child.type:
            yield from _returns(child)
