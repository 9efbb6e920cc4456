"""
Which names of a script its template does not use any more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from vision_code.rewrite.script import names_in_expression
from vision_code.syntax import descendants

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME = re.compile(r"[A-Za-z_$][\w$]*")


class Template(Protocol):
    """
    A template with expressions, as its reader reads it.
    """

    document: Node

    def codes(self) -> Iterator[tuple[int, int]]:
        """
        Where expressions stand.
        """

    def text(self, start: int, stop: int) -> str:
        """
        A part of the file.
        """

    def tag(self, node: Node) -> str:
        """
        What an element is called.
        """


def unused(before: Template, after: Template, scripts: str) -> Iterator[str]:
    """
    Names that only the old template used, as a line for people.

    Args:
        scripts: The scripts around the new one.
    """
    still = {name for each in _used(after) for name in _names(each)}
    used = dict.fromkeys(name for each in _used(before) for name in _names(each) if name not in still)
    stand = Counter(_NAME.findall(scripts))
    names = [name for name in used if stand[name] == 1]
    if names:
        yield f"no longer used: {', '.join(names)}"


def _used(template: Template) -> Iterator[str]:
    """
    Expressions and tags.
    """
    yield from (template.text(*place) for place in template.codes())
    yield from (template.tag(each) for each in descendants(template.document) if each.type == "element")


def _names(code: str) -> list[str]:
    """
    In their order; a tag like ``base-button`` is called ``BaseButton`` in a script.
    """
    if re.fullmatch(r"[a-z]\w*(?:-\w+)+", code):
        return ["".join(part.capitalize() for part in code.split("-"))]
    return [name for name in _NAME.findall(code) if name in names_in_expression(code)]
