"""
JavaScript object literals as data, without running anything: JSON, JSON with comments, and the default export of a
configuration module as far as it is written out.

Source of the syntax: ECMAScript 2024, "Object Initializer"; comments and trailing commas as TypeScript's
configuration files have them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

#: Deeper than anything a person writes; a bound, because files of strangers may nest a million brackets.
_MAX_DEPTH = 64
#: Reading takes about 6 µs a character at worst.
_MAX_CHARS = 128 * 1024
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?(?:\*/|\Z))*", re.S)
_NUMBER = re.compile(r"-?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w$])")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`", re.S)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "undefined": None}
_UNREMARKABLE = re.compile(r"[^\"'`/()\[\]{},;\s]+")
_OPEN = {"(": ")", "[": "]", "{": "}"}
_EXPORT = re.compile(r"^[ \t]*(?:export\s+default\b|module\.exports\s*=(?!=))", re.M)
#: What may stand between the export and the object: a function that only returns it, or hands it on.
_ARROW = re.compile(r"(?:async\s*)?(?:\([^()]*\)|[A-Za-z_$][\w$]*)\s*=>")
_RETURNED = re.compile(r"\breturn\b(?=\s*\{)")


@dataclass(frozen=True, slots=True)
class Unread:
    """
    An expression that only running the program would tell.

    Attributes:
        source: How it is written.
    """

    source: str


Literal: TypeAlias = "str | bool | float | Unread | list[Literal] | dict[str, Literal] | None"


def read_json(text: str) -> Literal:
    """
    The value of a JSON text, comments and trailing commas allowed; `Unread` when it is none.
    """
    if len(text) > _MAX_CHARS:
        return Unread("")
    reader = _Reader(text)
    try:
        value = reader.value(0)
    except _Broken:
        return Unread("")
    return value if reader.at == len(text) else Unread("")


def read_default_export(source: str) -> Literal:
    """
    What a configuration module exports (``export default``, ``module.exports``), seen through ``defineConfig(…)``,
    a constant, and a function that returns it.
    """
    exports = list(_EXPORT.finditer(source)) if len(source) <= _MAX_CHARS else []
    if not exports:
        return Unread("")
    try:
        return _read_expression(source, exports[-1].end(), 0)
    except _Broken:
        return Unread("")


def member(value: Literal, *path: str) -> Literal:
    """
    What lies at ``path`` in nested objects; None where nothing does, `Unread` where something may.
    """
    for name in path:
        if isinstance(value, Unread):
            return value
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _read_expression(source: str, at: int, depth: int) -> Literal:
    reader = _Reader(source, at)
    reader.space()
    if depth > 8:
        return Unread("")
    if arrow := _ARROW.match(source, reader.at):
        return _read_body(source, arrow.end(), depth)
    if source.startswith("function", reader.at) or source.startswith("async function", reader.at):
        brace = source.find("{", source.find(")", reader.at))
        return _read_body(source, brace, depth) if brace >= 0 else Unread("")
    if source.startswith("(", reader.at):
        return _read_expression(source, reader.at + 1, depth + 1)
    if name := _NAME.match(source, reader.at):
        after = _SPACE.match(source, name.end())
        end = after.end() if after else name.end()
        if source.startswith("(", end):
            return _read_expression(source, end + 1, depth + 1)
        defined = re.search(rf"\b(?:const|let|var)\s+{re.escape(name[0])}\b[^=;\n]{{0,200}}=(?![=>])", source)
        if defined and defined.end() != at:
            return _read_expression(source, defined.end(), depth + 1)
        return Unread(name[0])
    return reader.value(0)


def _read_body(source: str, at: int, depth: int) -> Literal:
    """
    What an arrow function gives back.
    """
    reader = _Reader(source, at)
    reader.space()
    if not source.startswith("{", reader.at):
        return _read_expression(source, reader.at, depth + 1)
    returned = _RETURNED.search(source, reader.at)
    return _read_expression(source, returned.end(), depth + 1) if returned else Unread("")


class _Broken(Exception):
    """
    The text is no literal: it ends too early, or nests too deep.
    """


class _Reader:
    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def value(self, depth: int) -> Literal:
        """
        One value, with whatever belongs to the same expression and the space behind it.
        """
        self.space()
        start = self.at
        value = self._plain(depth)
        end = self.at
        self.space()
        if self.text.startswith(("as const", "satisfies "), self.at):
            self._skip()
        is_over = self.text[self.at : self.at + 1] in ("", ",", "]", "}", ")", ";") or "\n" in self.text[end : self.at]
        if isinstance(value, Unread) or not is_over:
            self._skip()
            return Unread(self.text[start : self.at].strip())
        return value

    def _plain(self, depth: int) -> Literal:
        first = self.text[self.at : self.at + 1]
        if depth > _MAX_DEPTH:
            raise _Broken
        if first == "{":
            return self._object(depth)
        if first == "[":
            return self._array(depth)
        if string := _STRING.match(self.text, self.at):
            self.at = string.end()
            return _unescaped(string[0])
        if number := _NUMBER.match(self.text, self.at):
            self.at = number.end()
            return float(number[0].replace("_", ""))
        name = _NAME.match(self.text, self.at)
        if name and name[0] in _WORDS:
            self.at = name.end()
            return _WORDS[name[0]]
        return Unread("")

    def _array(self, depth: int) -> list[Literal]:
        items: list[Literal] = []
        while self._goes_on("]"):
            items.append(self.value(depth + 1))
        return items

    def _object(self, depth: int) -> dict[str, Literal]:
        items: dict[str, Literal] = {}
        while self._goes_on("}"):
            start = self.at
            key = self._key()
            self.space()
            if key is not None and self.text.startswith(":", self.at):
                self.at += 1
                items[key] = self.value(depth + 1)
            else:  # a method, a shorthand, a spread, a computed name
                self._skip()
                items[key if key is not None else "..."] = Unread(self.text[start : self.at].strip())
        return items

    def _goes_on(self, end: str) -> bool:
        """
        Over the opening bracket or a comma; whether an entry follows, else over the closing bracket.
        """
        entry = self.text[self.at : self.at + 1]
        if entry in ("[", "{", ","):
            self.at += 1
            self.space()
        if self.text.startswith(end, self.at):
            self.at += 1
            return False
        if entry not in ("[", "{", ",") or self.at >= len(self.text) or self.text[self.at] in ")]},;":
            raise _Broken
        return True

    def _key(self) -> str | None:
        if string := _STRING.match(self.text, self.at):
            self.at = string.end()
            return str(_unescaped(string[0]))
        if (name := _NAME.match(self.text, self.at)) or (name := _NUMBER.match(self.text, self.at)):
            self.at = name.end()
            return name[0]
        return None

    def _skip(self) -> None:
        """
        Over the rest of an expression: to the comma or bracket that ends it.
        """
        closing: list[str] = []
        while self.at < len(self.text):
            self.space()
            if passed := _STRING.match(self.text, self.at) or _UNREMARKABLE.match(self.text, self.at):
                self.at = passed.end()
                continue
            letter = self.text[self.at : self.at + 1]
            if letter in _OPEN:
                closing.append(_OPEN[letter])
            elif letter in (")", "]", "}"):
                if not closing:
                    return
                closing.pop()
            elif letter in (",", ";") and not closing:
                return
            elif letter in ("'", '"', "`"):  # of a string without an end; looking for it again and again takes for ever
                raise _Broken
            self.at += 1


def _unescaped(literal: str) -> Literal:
    if literal[0] == "`" and "${" in literal:
        return Unread(literal)

    def letter(found: re.Match[str]) -> str:
        number = found[1] or found[2] or found[3]
        if number is not None:
            code = int(number, 16)
            return chr(code) if code <= 0x10FFFF else ""
        return _ESCAPED.get(found[4], found[4])

    return _ESCAPE.sub(letter, literal[1:-1])
