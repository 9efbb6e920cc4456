"""
Printing markup: indentation that never changes what is shown.

White space between inline elements is text to a browser. So children stand on lines of their own only where their
parent says that white space means nothing; everything else stays on one line, and long plain text wraps at its spaces.
"""

from __future__ import annotations

import re
import textwrap
from typing import Protocol

from vision_code.emit.nodes import VOID_TAGS, Chars, Each, Node, Ref, Tag, Value, When

_LINE_WIDTH = 120
#: Elements whose white space is significant everywhere.
_VERBATIM_TAGS = frozenset({"pre", "textarea"})
_SPACES = re.compile(r"[ \t\r\n\f]+")


class Dialect(Protocol):
    """
    The syntax of one target.
    """

    #: Whether elements without an end tag are closed with `` />``.
    self_closing: bool

    def text(self, text: str) -> str:
        """
        Literal text, escaped.
        """

    def expression(self, ref: Ref) -> str:
        """
        A value from the data, as text.
        """

    def attribute(self, name: str, value: Value) -> list[str]:
        """
        One attribute, escaped, as it stands in a tag; none when it is not there, two where the syntax wants it.
        """

    def around(self, node: Each | When) -> tuple[str, str]:
        """
        What a loop or condition writes before and after what it repeats; empty where it writes attributes only.
        """

    def loop_attributes(self, node: Each | When) -> list[str]:
        """
        What a loop or condition writes into the tag it repeats.
        """


def print_node(node: Node, dialect: Dialect, depth: int = 0) -> list[str]:
    """
    Lines of a node, indented by two spaces a level.
    """
    indent = "  " * depth
    if isinstance(node, Chars):
        return [indent + _chars(node, dialect).strip(" ")]
    return [indent + line if line else line for line in _lines(node, dialect, _LINE_WIDTH - len(indent))]


def _lines(node: Node, dialect: Dialect, width: int, extra: tuple[str, ...] = (), block: bool = False) -> list[str]:
    """
    Lines of a node at depth 0; ``extra`` are ready attributes to put first, ``block`` says that the parent makes a box
    of every child.
    """
    if isinstance(node, Chars):
        return [_chars(node, dialect)]
    if isinstance(node, Each | When):
        before, after = dialect.around(node)
        body = _lines(node.body, dialect, width - 2, tuple(dialect.loop_attributes(node)))
        return _glue(_glue([before], body), [after])
    opening = _opening(node, dialect, width, extra)
    if node.name in VOID_TAGS:
        return opening
    closing = f"</{node.name}>"
    if node.breaks:
        inner = [line for child in node.children for line in _own_line(child, dialect, width - 2)]
        return (
            [*opening, *(f"  {line}" if line else line for line in inner), closing]
            if inner
            else _glue(opening, [closing])
        )
    content = _inline(node, dialect, width)
    plain = all(isinstance(child, Chars) for child in node.children)
    if len(content) == 1 and (node.block or block) and node.name not in _VERBATIM_TAGS:
        room = width - len(opening[-1]) - len(closing)
        if content[0] and (len(content[0]) > room or len(opening) > 1):
            body = _wrap(content[0].strip(" "), width - 2) if plain else [content[0].strip(" ")]
            return [*opening, *(f"  {line}" for line in body), closing]
    return _glue(_glue(opening, content), [closing])


def _own_line(child: Node, dialect: Dialect, width: int) -> list[str]:
    if isinstance(child, Each | When):
        before, after = dialect.around(child)
        body = _lines(child.body, dialect, width - 2, tuple(dialect.loop_attributes(child)), block=True)
        return [before, *(f"  {line}" if line else line for line in body), after] if before else body
    if not isinstance(child, Chars):
        return _lines(child, dialect, width, block=True)
    text = _chars(child, dialect).strip(" ")
    return _wrap(text, width) if text else []


def _inline(node: Tag, dialect: Dialect, width: int) -> list[str]:
    lines = [""]
    for child in node.children:
        if isinstance(child, Chars) and node.name in _VERBATIM_TAGS and isinstance(child.text, str):
            lines = _glue(lines, dialect.text(child.text).split("\n"))
        else:
            lines = _glue(lines, _lines(child, dialect, width - 2))
    return lines


def _glue(before: list[str], after: list[str]) -> list[str]:
    """
    Two runs of lines with nothing between them.
    """
    return [*before[:-1], before[-1] + after[0], *after[1:]]


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 60), break_long_words=False, break_on_hyphens=False) or [text]


def _chars(node: Chars, dialect: Dialect) -> str:
    if isinstance(node.text, Ref):
        return dialect.expression(node.text)
    return dialect.text(_SPACES.sub(" ", node.text))


def _opening(node: Tag, dialect: Dialect, width: int, extra: tuple[str, ...]) -> list[str]:
    """
    The start tag: on one line, or one attribute a line when that is too long.
    """
    attributes = [*extra, *(text for name, value in node.attrs for text in dialect.attribute(name, value))]
    close = " />" if node.name in VOID_TAGS and dialect.self_closing else ">"
    line = " ".join([f"<{node.name}", *attributes]) + close
    if len(line) <= width or len(attributes) < 2:
        return [line]
    return [f"<{node.name}", *(f"  {attribute}" for attribute in attributes), close.strip()]
