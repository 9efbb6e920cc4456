"""
Small questions to syntax trees of JavaScript and TypeScript: the source of a node, what strings an expression may show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from vision_code.syntax import parsed, source_of

if TYPE_CHECKING:
    from tree_sitter import Node

#: Key of a message → its text in the language that the interface is designed in.
Messages = Mapping[str, str]
NO_MESSAGES: Messages = {}
#: Functions that give the text of a key. Sources: the documentations of i18next, vue-i18n, svelte-i18n, FormatJS.
_TRANSLATES = re.compile(r"(?:(?:this|props|i18n|i18next|intl|\$i18n)\.)*(?:\$?_|\$?t|tc|\$tc|translate|gettext)")


def is_deeper(node: Node, limit: int) -> bool:
    """
    Whether nodes are nested more than so many levels deep.
    """
    waiting = [(node, 0)]
    while waiting:
        found, depth = waiting.pop()
        if depth > limit:
            return True
        waiting += [(child, depth + 1) for child in found.children if child.child_count]
    return False


def expression_of(source: str) -> Node | None:
    """
    The tree of an expression's source; None where it is none.
    """
    program = parsed("expression.ts", f"({source}\n)".encode())
    statement = program.named_children[0] if program.named_child_count == 1 else None
    if program.has_error or statement is None or statement.type != "expression_statement":
        return None
    inside = [each for each in statement.named_children[0].named_children if each.type != "comment"]
    return inside[0] if len(inside) == 1 else None


def string_of(node: Node) -> str | None:
    """
    The value of a string without escapes; None for everything else.
    """
    is_string = node.type in ("string", "template_string")
    is_plain = all(each.type == "string_fragment" for each in node.named_children)
    return source_of(node)[1:-1] if is_string and is_plain else None


def shown(node: Node, messages: Messages) -> str | None:
    """
    The text that an expression surely is: a string, a message of the catalogue.
    """
    literal = string_of(node)
    return literal if literal is not None else _message(node, messages)


def strings(node: Node, messages: Messages) -> Iterator[str]:
    """
    Strings on a branch of conditions: not those that are compared or passed on.
    """
    for branch in branches(node):
        text = shown(branch, messages)
        if text is not None:
            yield text


def branches(node: Node) -> Iterator[Node]:
    """
    What an expression may be: the ends of its conditions.
    """
    if node.type == "parenthesized_expression":
        inside = [each for each in node.named_children if each.type != "comment"]
        if len(inside) == 1:
            yield from branches(inside[0])
    elif node.type == "ternary_expression":
        for name in ("consequence", "alternative"):
            if (found := node.child_by_field_name(name)) is not None:
                yield from branches(found)
    elif node.type == "binary_expression" and source_of(node.children[1]) in ("&&", "||", "??"):
        yield from branches(node.named_children[-1])
    else:
        yield node


def _message(node: Node, messages: Messages) -> str | None:
    """
    The text of a call like ``t("login.title")``; not of one that fills something in.
    """
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if node.type != "call_expression" or function is None or arguments is None or not messages:
        return None
    keys = arguments.named_children
    if len(keys) != 1 or not _TRANSLATES.fullmatch(source_of(function)):
        return None
    key = string_of(keys[0])
    return messages.get(key) if key is not None else None
