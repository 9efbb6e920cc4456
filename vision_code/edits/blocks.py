"""
SEARCH/REPLACE blocks, the format that prompts ask for.

    src/a.py
    <<<<<<< SEARCH
    old lines
    =======
    new lines
    >>>>>>> REPLACE

Source of the grammar: Aider's `editblock_coder.py` and Roo's `multi-search-replace.ts`, both read generously; a marker
in the text itself is written with a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Generator

from vision_code.edits.edit import Edit, Replace, Write
from vision_code.edits.lines import Lines, Reading, path_in

_HEAD = re.compile(r"<{5,9} SEARCH>?\s*")
_DIVIDER = re.compile(r"={5,9}\s*")
_TAIL = re.compile(r">{5,9} REPLACE\s*")
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: .*)?")
_ESCAPED = re.compile(r"\\(?=<{5,9}|={5,9}|>{5,9}|\|{7}|-{7})")
_ROO_HINT = re.compile(r":(?:start|end)_line:\s*\d+\s*")


def begins(line: str) -> bool:
    """
    Whether a block begins with this line.
    """
    return bool(_HEAD.fullmatch(line))


def refuse_stray(lines: Lines, line: str) -> None:
    """
    A marker outside of a block: the block before it was cut by a line of the text that looks like a marker.

    Raises:
        InputRejected: ``patch.parse``.
    """
    if _TAIL.fullmatch(line) or (lines.closed_by_divider and _DIVIDER.fullmatch(line)):
        what = "a marker outside of a block; put a backslash before lines of the text that look like markers"
        raise lines.wrong(lines.number, what)


def read(lines: Lines, edits: list[Edit]) -> Reading:
    """
    One block, whose first marker was just read.
    """
    start = lines.number
    lines.closed_by_divider = 0
    lines.path = lines.named_above() or lines.path
    if not lines.path:
        raise lines.wrong(start, "this block names no file; write its path on the line above")
    search = yield from _half(lines, start, _DIVIDER)
    replace = yield from _half(lines, start, _TAIL)
    if search.strip():
        edits.append(Replace(path=lines.path, search=search, replace=replace, line=start))
    else:
        edits.append(Write(path=lines.path, content=replace, line=start))


def _half(lines: Lines, start: int, end: re.Pattern[str]) -> Generator[None, str | None, str]:
    text: list[str] = []
    while (line := (yield from lines.next())) is not None:
        if end.fullmatch(line):
            return "".join(text)
        if _DIVIDER.fullmatch(line):  # in place of the last marker
            yield from _refuse_cut(lines, text)
            lines.closed_by_divider = start
            return "".join(text)
        if _HEAD.fullmatch(line) or _TAIL.fullmatch(line):
            raise lines.wrong(start, f"this block is not closed before line {lines.number}")
        if _CONFLICT.fullmatch(line):
            what = "a merge conflict marker; resolve it, or put a backslash before it if it is meant"
            raise lines.wrong(lines.number, what)
        if end is _DIVIDER and not text and _ROO_HINT.fullmatch(line):
            yield from _roo_hints(lines)
            continue
        text.append(_ESCAPED.sub("", line, count=1) + "\n" if line.startswith("\\") else line + "\n")
    raise lines.wrong(start, "this block is not closed; the reply ends inside it")


def _refuse_cut(lines: Lines, text: list[str]) -> Reading:
    """
    A divider ends a block only where nothing else can be meant: a heading's underline looks the same.
    """
    ahead = yield from lines.peek(1)
    after = ahead[0] or ""
    if not text or not (not after.strip() or after.startswith("```") or _HEAD.fullmatch(after) or path_in(after)):
        what = "a second divider in this block; put a backslash before lines of the text that look like markers"
        raise lines.wrong(lines.number, what)


def _roo_hints(lines: Lines) -> Reading:
    """
    Roo's line numbers and their rule: never trusted, so never used.
    """
    while (ahead := (yield from lines.peek(1))) and ahead[0] is not None:
        if _ROO_HINT.fullmatch(ahead[0]):
            yield from lines.next()
        elif re.fullmatch(r"-{5,9}\s*", ahead[0]):
            yield from lines.next()
            return
        else:
            return
