"""
What a TOML text from a stranger says, and where its keys and values stand.

Source: TOML 1.0.0, "Keys", "Table", "String". It takes what is not quite TOML yet, as while it is typed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from vision_code.project.span import Span

_PART = r"(?:[A-Za-z0-9_-]++|\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+')"
_KEY = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_HEADER = re.compile(rf"[ \t]*+\[\[?[ \t]*+(?P<key>{_KEY})[ \t]*+\]?\]?")
_PAIR = re.compile(rf"[ \t]*+(?P<key>{_KEY})[ \t]*+=[ \t]*+")
_PARTS = re.compile(_PART)
_VALUE = re.compile(
    r"\"\"\".*?(?:\"\"\"|\Z)|'''.*?(?:'''|\Z)|\"(?:[^\"\\\n]|\\.)*+\"?|'[^'\n]*+'?|(?P<open>[\[{])|(?P<close>[\]}])"
    r"|(?P<end>\n|#[^\n]*+)|[^\n\"'#\[\]{}]++",
    re.S,
)


#: Dotted names cost tomllib the square of their parts: 50,000 of them, minutes.
_TOO_DEEP = re.compile(r"(?<![\w\"' \t-])(?:[\w\"' \t-]++\.){100}")


def load_toml(text: str) -> dict[str, object]:
    """
    The values of a text.

    Raises:
        ValueError: It is no TOML (then a ``tomllib.TOMLDecodeError``), nests too deep or has too long a number.
    """
    if _TOO_DEEP.search(text):
        raise ValueError("this nests too deep")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("this nests too deep") from error


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A key with its value, or the head of a table.

    Attributes:
        path: Names from the top: ``("tool", "vision-code", "engine")``.
        key: Where the key stands, all of it where it is dotted.
        value: Where its value stands; the key for the head of a table.
    """

    path: tuple[str, ...]
    key: Span
    value: Span


def entries(text: str) -> Iterator[Entry]:
    """
    All keys and heads, in the order in which they stand.
    """
    at = 0
    table: tuple[str, ...] = ()
    while at < len(text):
        if header := _HEADER.match(text, at):
            table = _names(header["key"])
            span = Span(*header.span("key"))
            yield Entry(table, span, span)
            at = header.end()
        elif pair := _PAIR.match(text, at):
            value = _value(text, pair.end())
            yield Entry((*table, *_names(pair["key"])), Span(*pair.span("key")), value)
            at = value.end
        at = _next_line(text, at)


def table_at(text: str, offset: int) -> tuple[str, ...]:
    """
    The table that a line typed at ``offset`` belongs to.
    """
    heads = [entry for entry in entries(text) if entry.key == entry.value and entry.key.end <= offset]
    return heads[-1].path if heads else ()


def _names(key: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in _PARTS.findall(key))


def _next_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _value(text: str, start: int) -> Span:
    """
    To the end of the line, or of the brackets that begin in it; without space and comment behind it.
    """
    at = end = start
    depth = 0
    while at < len(text) and (found := _VALUE.match(text, at)):
        if found["end"] is not None:
            if depth == 0:
                break
        else:
            depth += (found["open"] is not None) - (found["close"] is not None)
            end = at + len(found[0].rstrip())
        at = found.end()
    return Span(start, max(end, start))
