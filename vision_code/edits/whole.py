"""
Files as a whole: a path alone on a line, or on the line of a fence, and the text in the fence.

Fences also hold examples, so they count only where a reply holds no edit of a stricter format; see `reply`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator

from vision_code.edits import blocks, calls, envelope, udiff
from vision_code.edits.edit import Edit, Write
from vision_code.edits.lines import ABOVE, Lines, Reading, alone_in

_FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})(?P<info>[^`]*)")
_DIFFS = ("diff", "patch", "udiff")


def begins(line: str) -> bool:
    """
    Whether a fence begins with this line.
    """
    return bool(_FENCE.fullmatch(line))


def read(lines: Lines, edits: list[Edit], files: list[Edit], opening: str) -> Reading:
    """
    One fence, whose first line was just read: into ``edits`` if stricter formats stand in it, else into ``files``.
    """
    start, marks = lines.number, _marks(opening)
    ahead = yield from lines.peek(1)
    first = ahead[0] if ahead else None
    if _stricter(opening, first):
        lines.fence = marks
        lines.outside(opening)
        return
    path = alone_in(opening) or lines.alone_above()
    text = yield from _content(lines, marks, start)
    if lines.fence:
        return
    if path:
        lines.path = path
        files.append(Write(path=path, content="".join(line + "\n" for line in text), line=start, overwrite=True))
    elif _info(opening).startswith(("json", "tool")) and (value := _json(text)) and calls.holds_edits(value):
        edits.extend(calls.decoded_edits(value, start))


def closes(lines: Lines, line: str) -> bool:
    """
    Whether this line closes the fence that lies open around blocks or a diff.
    """
    return bool(lines.fence) and line.strip() == lines.fence


def _stricter(opening: str, first: str | None) -> bool:
    if first is None or _info(opening).split(" ")[0] in _DIFFS:
        return True
    return blocks.begins(first) or envelope.begins(first) or udiff.may_begin(first) or bool(_named_block(first))


def _named_block(first: str) -> bool:
    """
    A bare fence is also closed by a line like this one; and blocks are often fenced together with their path.
    """
    return bool(alone_in(first))


def _content(lines: Lines, marks: str, start: int) -> Generator[None, str | None, list[str]]:
    """
    Everything to the fence that closes this one; fences with a language inside open one of their own. Where a block or
    an envelope begins inside, the fence lies around that, and it is left open for it.
    """
    text: list[str] = []
    depth = 1
    while (line := (yield from lines.next())) is not None:
        if blocks.begins(line) or envelope.begins(line):
            lines.fence = marks
            for above in text[-ABOVE:]:
                lines.outside(above)
            lines.put_back(line)
            return []
        fence = _FENCE.fullmatch(line.rstrip())
        if fence and fence["marks"].startswith(marks):
            depth += 1 if fence["info"].strip() else -1
            if depth == 0:
                return text
        text.append(line)
    raise lines.wrong(start, "this fence is not closed; the reply ends inside it")


def _marks(opening: str) -> str:
    match = _FENCE.fullmatch(opening)
    return match["marks"] if match else "```"


def _info(opening: str) -> str:
    return opening.lstrip("`~").strip().lower()


def _json(text: list[str]) -> object:
    try:
        value: object = json.loads("\n".join(text))
    except (ValueError, RecursionError):
        return None
    return value
