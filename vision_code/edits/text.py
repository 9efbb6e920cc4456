"""
A file as lines that can be put together again byte for byte: its byte order mark, every line's own ending, bytes that
are no UTF-8.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from vision_code.errors import InputRejected, LimitExceeded

#: What people write is below both; above, matching and diffing would take seconds.
MAX_FILE_BYTES = 2 * 2**20
MAX_LINE_CHARS = 100_000
_BOM = "\ufeff"
_ENDING = re.compile(r"(\r\n|\n|\r)")
#: Lines compared with each other at most; a part of a file that is longer counts as changed as a whole.
_MAX_ALIGNED = 2000

#: A line of a new text: the number of the old line that stays, or a new one.
Line = int | str


@dataclass(frozen=True, slots=True)
class Text:
    """
    Attributes:
        lines: Without their endings; bytes that are no UTF-8 as lone surrogates.
        endings: One of each line: ``\\n``, ``\\r\\n``, ``\\r``, or empty for a last line that has none.
        bom: Whether a byte order mark stands before it.
    """

    lines: tuple[str, ...]
    endings: tuple[str, ...]
    bom: bool = False

    @classmethod
    def of(cls, content: bytes, path: str) -> Text:
        """
        Raises:
            InputRejected: ``file.binary``.
            LimitExceeded: ``file.too_large``.
        """
        if len(content) > MAX_FILE_BYTES:
            raise LimitExceeded("file.too_large", f"{path}: {len(content):,} bytes, limit {MAX_FILE_BYTES:,}")
        if b"\0" in content:
            raise InputRejected("file.binary", f"{path}: not a text file")
        text = content.decode("utf-8", "surrogateescape")
        bom = text.startswith(_BOM)
        parts = _ENDING.split(text.removeprefix(_BOM))
        lines, endings = parts[::2], [*parts[1::2], ""]
        if not lines[-1]:
            lines.pop()
            endings.pop()
        if any(len(line) > MAX_LINE_CHARS for line in lines):
            raise LimitExceeded("file.too_large", f"{path}: a line is longer than {MAX_LINE_CHARS:,} characters")
        return cls(tuple(lines), tuple(endings), bom)

    def content(self) -> bytes:
        """
        Its bytes.
        """
        body = "".join(line + ending for line, ending in zip(self.lines, self.endings, strict=True))
        return ((_BOM if self.bom else "") + body).encode("utf-8", "surrogateescape")

    @property
    def ending(self) -> str:
        """
        The ending most of its lines have.
        """
        counts = Counter(ending for ending in self.endings if ending)
        return counts.most_common(1)[0][0] if counts else "\n"

    def replaced(self, start: int, stop: int, new: Sequence[Line]) -> Text:
        """
        With the lines from ``start`` to before ``stop`` become ``new``. Lines that stay keep every byte; new ones end
        like those whose place they take, or like the line before them, and the file ends as it ended.
        """
        lines = list(self.lines[:start])
        endings = list(self.endings[:start])
        usual = self.ending
        near = endings[-1] if endings else (self.endings[start] if start < len(self.endings) else usual)
        position = start
        kept = deque(line for line in new if isinstance(line, int))
        for line in new:
            if isinstance(line, int):
                kept.popleft()
                lines.append(self.lines[line])
                near = self.endings[line]
                position = line + 1
            else:
                lines.append(line)
                if position < (kept[0] if kept else stop):  # in place of an old one
                    near = self.endings[position]
                    position += 1
            near = near or usual
            endings.append(near)
        if start and endings[start - 1] == "" and len(lines) > start:
            endings[start - 1] = usual
        lines += self.lines[stop:]
        endings += self.endings[stop:]
        if new and stop == len(self.lines) and self.endings and not self.endings[-1]:
            endings[-1] = ""
        return Text(tuple(lines), tuple(endings), self.bom)


def as_lines(text: str) -> list[str]:
    """
    The lines of an edit's text, which are ended by line feeds.
    """
    lines = text.split("\n")
    return lines[:-1] if not lines[-1] else lines


def aligned(old: Sequence[str], new: Sequence[str], first: int = 0) -> list[Line]:
    """
    ``new`` with every line that ``old`` also has, in the same order, as its number (counted from ``first``).
    """
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    result: list[Line] = list(range(first, first + head))
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(before) > _MAX_ALIGNED or len(after) > _MAX_ALIGNED:
        result += after
    else:
        for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            result += range(first + head + i, first + head + j) if tag == "equal" else after[k:m]
    result += range(first + len(old) - tail, first + len(old))
    return result
