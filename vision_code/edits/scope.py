"""
The part of a file that the header of a hunk names: the class or function that begins on such a line.
"""

from __future__ import annotations

from collections.abc import Sequence


def scope_of(lines: Sequence[str], headers: str) -> tuple[int, int] | None:
    """
    From the line that reads like the last of ``headers`` (one a line, each within the one before) to the next line that
    is indented no deeper and closes nothing. None unless each is there exactly once.
    """
    start, stop = 0, len(lines)
    for header in headers.split("\n"):
        wanted = header.strip()
        here = [i for i in range(start, stop) if lines[i].strip() == wanted]
        if not here:  # git cuts long headers
            here = [i for i in range(start, stop) if len(wanted) >= 8 and lines[i].strip().startswith(wanted)]
        if len(here) != 1:
            return None
        start, stop = here[0], _end(lines, here[0], stop)
    return start, stop


def _end(lines: Sequence[str], start: int, stop: int) -> int:
    depth = _indent(lines[start])
    for i in range(start + 1, stop):
        text = lines[i].strip()
        if text and _indent(lines[i]) <= depth and text[0] not in ")]}{":
            return i
    return stop


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
