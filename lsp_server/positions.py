"""
Lines and characters as LSP counts them, and as Python does.

A line ends at LF, CR LF or CR and nowhere else: `str.splitlines` also breaks at form feed, U+0085 and U+2028, where no
editor does, and every later line would be off by one. Source: Language Server Protocol 3.17, "Text Documents".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from lsprotocol import types
from pygls.workspace import PositionCodec, ServerTextPosition

#: LSP's `uinteger` ends here.
MAX_NUMBER = 2**31 - 1
_LINE_END = re.compile(r"\r\n|\n|\r")


def lines_of(text: str) -> list[str]:
    """
    Lines with their ends; the last one, without an end, may be empty.
    """
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return [text[start:end] for start, end in pairwise([*starts, len(text)])]


class Codec(PositionCodec):
    """
    Positions in the client's units, and indices of a text.
    """

    def position_from_client_units(self, lines: Sequence[str], position: types.Position) -> ServerTextPosition:
        """
        As in pygls, but clamped as LSP says: beyond a line's end to that end, beyond the last line to the end of all;
        inside a surrogate pair or a character of several bytes it is before that.
        """
        if position.line >= len(lines):
            return ServerTextPosition(len(lines) - 1, len(lines[-1]))
        line, left = lines[position.line].rstrip("\r\n"), position.character
        for index, letter in enumerate(line):
            left -= self.impl.code_units_for_char(letter)
            if left < 0:
                return ServerTextPosition(position.line, index)
        return ServerTextPosition(position.line, len(line))

    def index_of(self, text: str, position: types.Position) -> int:
        """
        The index in ``text``, clamped.
        """
        lines = lines_of(text)
        found = self.position_from_client_units(lines, position)
        return sum(map(len, lines[: found.line])) + found.character

    def position_of(self, text: str, index: int) -> types.Position:
        """
        The position of an index; between CR and LF the line ends only after both.
        """
        lines = lines_of(text)
        line = 0
        while line < len(lines) - 1 and index >= len(lines[line]):
            index -= len(lines[line])
            line += 1
        return types.Position(line, self.client_num_units(lines[line][:index].rstrip("\r\n")))

    def end_of(self, text: str) -> types.Position:
        """
        The position behind the last character.
        """
        return self.position_of(text, len(text))

    def range_of(self, text: str, start: int, stop: int) -> types.Range:
        """
        The range from one index to before another.
        """
        return types.Range(self.position_of(text, start), self.position_of(text, stop))
