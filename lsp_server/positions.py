"""
Lines and characters as LSP counts them, and as Python does.

A line ends at LF, CR LF or CR and nowhere else: `str.splitlines` also breaks at form feed, U+0085 and U+2028, where no
editor does, and every later line would be off by one. Source: Language Server Protocol 3.17, "Text Documents".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

#: LSP's `uinteger` ends here.
MAX_NUMBER = 2**31 - 1
_LINE_END = re.compile(r"\r\n|\n|\r")


class Encoding(StrEnum):
    """
    What a character offset counts: bytes, 16-bit units or code points.
    """

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_32 = "utf-32"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """
    A place between two characters: zero-based line, and offset in it in units of the encoding.
    """

    line: int
    character: int

    def as_json(self) -> dict[str, int]:
        """
        As LSP spells it.
        """
        return {"line": self.line, "character": self.character}


def line_starts(text: str) -> list[int]:
    """
    Index of the first character of every line.
    """
    return [0, *(end.end() for end in _LINE_END.finditer(text))]


def index_of(text: str, position: Position, encoding: Encoding) -> int:
    """
    The index in ``text``; beyond a line's end or the last line it is clamped, as LSP says.
    """
    starts = line_starts(text)
    if position.line >= len(starts):
        return len(text)
    start = starts[position.line]
    line = text[start : starts[position.line + 1] if position.line + 1 < len(starts) else len(text)].rstrip("\r\n")
    left = position.character
    for index, letter in enumerate(line):
        left -= _units(letter, encoding)
        if left < 0:  # also inside a surrogate pair or a character of several bytes: before it
            return start + index
    return start + len(line)


def position_of(text: str, index: int, encoding: Encoding) -> Position:
    """
    The position of an index.
    """
    starts = line_starts(text[:index])
    # Between CR and LF: the line ends only after both.
    line = len(starts) - 1
    if index < len(text) and text[index] == "\n" and text[:index].endswith("\r"):
        line -= 1
    return Position(line, sum(_units(letter, encoding) for letter in text[starts[line] : index].rstrip("\r\n")))


def end_of(text: str, encoding: Encoding) -> Position:
    """
    The position behind the last character.
    """
    return position_of(text, len(text), encoding)


def _units(letter: str, encoding: Encoding) -> int:
    code = ord(letter)
    match encoding:
        case Encoding.UTF_32:
            return 1
        case Encoding.UTF_16:
            return 2 if code > 0xFFFF else 1
        case Encoding.UTF_8:
            return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
