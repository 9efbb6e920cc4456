"""
Tool calls replace pieces of text that may begin and end inside a line.
"""

from __future__ import annotations

from dataclasses import replace as changed

from vision_code.edits.edit import Replace
from vision_code.edits.ladder import Ambiguous, Place
from vision_code.edits.text import Text, aligned


def places_inside(text: Text, edit: Replace) -> tuple[Place, ...] | Ambiguous | None:
    """
    The places where exactly the old text stands, as whole lines, from the last to the first; None if there is none.
    """
    whole = "\n".join(text.lines) + ("\n" if text.endings and text.endings[-1] else "")
    starts = _starts(whole, edit.search, len(edit.search) if edit.every else 1)
    if not starts:
        return None
    if len(starts) > 1 and not edit.every:
        return Ambiguous(tuple(whole.count("\n", 0, start) for start in starts))
    # Places on the same line become one.
    runs: list[list[int]] = []
    for start in starts:
        if runs and "\n" not in whole[runs[-1][-1] + len(edit.search) : start]:
            runs[-1].append(start)
        else:
            runs.append([start])
    return tuple(_place(whole, edit, run) for run in reversed(runs))


def _starts(whole: str, wanted: str, step: int) -> list[int]:
    """
    Where ``wanted`` stands. Stepping by 1 counts overlaps: text that overlaps itself is no certain place either.
    """
    starts, start = [], whole.find(wanted)
    while start >= 0:
        starts.append(start)
        start = whole.find(wanted, start + step)
    return starts


def _place(whole: str, edit: Replace, starts: list[int]) -> Place:
    first = whole.rfind("\n", 0, starts[0]) + 1
    end = starts[-1] + len(edit.search)
    last = end if whole[end - 1 : end] == "\n" else whole.find("\n", end)
    last = len(whole) if last < 0 else last
    begin = whole.count("\n", 0, first)
    old = whole[first:last]
    position, pieces = first, []
    for start in starts:
        pieces += [whole[position:start], edit.replace]
        position = start + len(edit.search)
    new = "".join([*pieces, whole[position:last]])
    old_lines, new_lines = old.removesuffix("\n").split("\n"), new.removesuffix("\n").split("\n") if new else []
    if (
        old.endswith("\n") and new and not new.endswith("\n") and last < len(whole)
    ):  # the line feed goes: the next line joins the last one
        after = whole.find("\n", last)
        joined = whole[last : after if after >= 0 else len(whole)]
        old_lines, new_lines = [*old_lines, joined], [*new_lines[:-1], new_lines[-1] + joined]
    elif not old.endswith("\n") and not new:
        new_lines = [""]
    return Place(begin, begin + len(old_lines), tuple(aligned(old_lines, new_lines, begin)))


def as_whole_lines(edit: Replace) -> Replace:
    """
    The same for text that consists of whole lines, so that it can be looked for more generously.
    """
    ended = [text if not text or text.endswith("\n") else text + "\n" for text in (edit.search, edit.replace)]
    return changed(edit, search=ended[0], replace=ended[1], inline=False)
