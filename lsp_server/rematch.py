"""
A change that was made for a text, in what somebody has typed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lsp_server.edits import Change, differences
from lsp_server.positions import lines_of
from lsp_server.workspace import FileState

#: Lines before and after changed ones that have to be as they were. More, where fewer stand in the text twice.
CONTEXT_LINES = 3


def rematched(change: Change, now: FileState) -> Change | None:
    """
    The change as one of ``now``. None where its places are not certain: every run of changed lines has to stand there
    word for word, with the lines around it, once and in the same order.
    """
    olds, currents = lines_of(change.before.text or ""), lines_of(now.text or "")
    if change.text is None or not (change.before.exists and now.exists):
        return None
    news = lines_of(change.text)
    made, at = [], 0
    for old_from, old_to, new_from, new_to in differences(olds, news):
        start = _place(olds, old_from, old_to, currents)
        if start is None or start < at:
            return None
        made += [*currents[at:start], *news[new_from:new_to]]
        at = start + old_to - old_from
    return replace(change, before=now, text="".join([*made, *currents[at:]]))


def _place(olds: Sequence[str], start: int, stop: int, currents: Sequence[str]) -> int | None:
    """
    Where ``olds[start:stop]`` begins in ``currents``.
    """
    # What is behind the end of the last line is no line: something may be typed there.
    most = len(olds) - 1 if stop < len(olds) and not olds[-1] else len(olds)
    around = CONTEXT_LINES
    while True:
        first, last = max(0, start - around), min(most, stop + around)
        wanted = olds[first:last]
        if len(_starts(olds, wanted)) == 1:
            found = _starts(currents, wanted)
            return found[0] + start - first if len(found) == 1 else None
        if last - first == most:
            return None
        around *= 2


def _starts(lines: Sequence[str], wanted: Sequence[str]) -> list[int]:
    if not any(line.strip() for line in wanted):
        return []
    # The longest line stands in fewer places than an empty one or a brace.
    anchor = max(range(len(wanted)), key=lambda number: len(wanted[number]))
    starts = (number - anchor for number, line in enumerate(lines) if line == wanted[anchor])
    return [start for start in starts if start >= 0 and lines[start : start + len(wanted)] == wanted]
