"""
Identifiers out of human words: component, collection, field, file and class names that a person would have chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
#: Words that a variable must not be called. Source: ECMAScript 2024 reserved words, and globals the code relies on.
_RESERVED = frozenset({
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete",
    "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements",
    "import", "in", "index", "instanceof", "interface", "let", "new", "null", "package", "private", "protected",
    "public", "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var",
    "void", "while", "with", "yield",
})  # fmt: skip
_LONGEST_WORDS = 4


def words_of(text: str) -> list[str]:
    """
    The words of a name or a phrase in lower case, ASCII letters and digits only.
    """
    return [word.lower() for word in _WORD.findall(text)]


def camel(text: str) -> str:
    """
    ``camelCase``; empty when nothing in ``text`` can stand in an identifier.
    """
    words = words_of(text)[:_LONGEST_WORDS]
    while words and words[0][0].isdigit():
        words = words[1:]
    name = "".join([*words[:1], *(word.capitalize() for word in words[1:])])
    return f"{name}Value" if name in _RESERVED else name


def pascal(text: str) -> str:
    """
    ``PascalCase``; empty when nothing in ``text`` can stand in an identifier.
    """
    name = camel(text)
    return name[:1].upper() + name[1:]


def kebab(text: str) -> str:
    """
    ``kebab-case``.
    """
    return "-".join(words_of(text)[:_LONGEST_WORDS])


def plural(name: str) -> str:
    """
    English plural of the last word.
    """
    if re.search(r"(s|x|z|ch|sh)$", name):
        return f"{name}es"
    if re.search(r"[^aeiou]y$", name):
        return f"{name[:-1]}ies"
    return f"{name}s"


def singular(name: str) -> str:
    """
    English singular of the last word, as far as endings tell.
    """
    if name.endswith("ies") and len(name) > 4:
        return f"{name[:-3]}y"
    if re.search(r"(x|z|ch|sh|ss)es$", name):
        return name[:-2]
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) else name


def unique(name: str, taken: Iterable[str]) -> str:
    """
    ``name``, with a number behind it when it is taken.
    """
    used = set(taken)
    if name not in used:
        return name
    number = 2
    while f"{name}{number}" in used:
        number += 1
    return f"{name}{number}"
