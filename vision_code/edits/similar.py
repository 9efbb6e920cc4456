"""
Likeness of lines: the last rung of the ladder, and the nearest lines that are shown when nothing was found.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher

from vision_code.edits.text import Line, aligned

#: The last rung: at least so alike, and so much more than the next best place; its length may differ by a tenth.
_THRESHOLD = 0.9
_MARGIN = 0.05
_LENGTH = 0.1
#: What is still worth showing, with so many lines around it.
_SHOWN = 0.6
_AROUND = 5
#: Longer searches than this are compared nowhere; of all places only those with most lines in common are.
_MAX_LINES = 200
_MAX_PLACES = 24


def similar_place(
    lines: Sequence[str], search: Sequence[str], replace: Sequence[str]
) -> tuple[int, int, tuple[Line, ...]] | None:
    """
    The only place that is like ``search``, and what it becomes. Lines that the edit takes away or rewrites must stand
    there word for word: only around them the file may differ, so nothing is lost that the edit's author never saw.
    """
    if len(search) > _MAX_LINES or len(search) < 2:
        return None
    span = int(len(search) * _LENGTH)
    sizes = range(max(1, len(search) - span), len(search) + span + 1)
    scored = sorted(
        (
            (_ratio(lines[i : i + n], search, _THRESHOLD - _MARGIN), i, i + n)
            for i in _promising(lines, search)
            for n in sizes
        ),
        reverse=True,
    )
    scored = [each for each in scored if each[2] <= len(lines)]
    if not scored or scored[0][0] < _THRESHOLD:
        return None
    best, start, stop = scored[0]
    rivals = [score for score, i, j in scored[1:] if j <= start or i >= stop]
    if rivals and best - rivals[0] < _MARGIN:
        return None
    return _carried(lines, search, replace, start, stop)


def _carried(
    lines: Sequence[str], search: Sequence[str], replace: Sequence[str], start: int, stop: int
) -> tuple[int, int, tuple[Line, ...]] | None:
    there = aligned([line.strip() for line in lines[start:stop]], [line.strip() for line in search], start)
    found = {line for line in there if isinstance(line, int)}
    missed = [line for line in there if isinstance(line, str)]
    if not _misspelt(missed, [lines[i].strip() for i in range(start, stop) if i not in found], lines):
        return None
    new: list[Line] = []
    position = start
    for tag, i, j, k, m in SequenceMatcher(None, search, replace, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        # What goes, and the lines around it, stand in the file word for word and without anything between.
        around = range(max(0, i - 1), min(len(search), j + 1))
        numbers = [line for line in (there[n] for n in around) if isinstance(line, int)]
        if len(numbers) < len(around) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            return None
        if any(lines[n].rstrip() != search[o].rstrip() for n, o in zip(numbers, around, strict=True)):
            return None
        first = numbers[0] + (i - around[0])
        new += range(position, first)
        new += replace[k:m]
        position = first + (j - i)
    new += range(position, stop)
    return start, stop, tuple(new)


def _misspelt(missed: Sequence[str], instead: Sequence[str], lines: Sequence[str]) -> bool:
    """
    Whether each line that the place does not have is one of its other lines with a slip: not a line from elsewhere in
    the file, which means that other place, and not one with other numbers, which means its sibling.
    """
    elsewhere = {line.strip() for line in lines}
    return all(
        line not in elsewhere
        and any(
            _digits(line) == _digits(other) and _ratio([other], [line], _THRESHOLD) >= _THRESHOLD for other in instead
        )
        for line in missed
    )


def _digits(line: str) -> list[str]:
    return re.findall(r"\d+", line)


def nearest(lines: Sequence[str], search: Sequence[str]) -> str:
    """
    The part of the file that is most like ``search``, for whoever has to write the edit again; empty if nothing is.
    """
    if not search or len(search) > _MAX_LINES:
        return ""
    size = len(search)
    scored = [(_ratio(lines[i : i + size], search, _SHOWN), -i) for i in _promising(lines, search)]
    score, start = max(scored, default=(0.0, 0))
    if score < _SHOWN:
        return ""
    first = max(0, -start - _AROUND)
    shown = lines[first : -start + size + _AROUND]
    return f"The nearest lines of the file, from line {first + 1}:\n" + "\n".join(shown)


def _promising(lines: Sequence[str], search: Sequence[str]) -> list[int]:
    """
    First lines of the places that share most lines with ``search``; where none does, that share its longest words.
    """
    wanted = [line.strip() for line in search]
    places: dict[str, list[int]] = {}
    for i, line in enumerate(wanted):
        if line:
            places.setdefault(line, []).append(i)
    votes: defaultdict[int, float] = defaultdict(float)
    rare = Counter(line.strip() for line in lines)
    for i, line in enumerate(lines):
        for offset in places.get(line.strip(), ()):
            votes[max(0, i - offset)] += 1.0 / rare[line.strip()]
    if not votes:
        longest = max(range(len(wanted)), key=lambda i: len(wanted[i]))
        words = set(wanted[longest].split())
        for i, line in enumerate(lines):
            if common := len(words.intersection(line.split())):
                votes[max(0, i - longest)] += common
    return sorted(votes, key=lambda i: (-votes[i], i))[:_MAX_PLACES]


def _ratio(there: Sequence[str], search: Sequence[str], least: float) -> float:
    """
    From 0 to 1; what is below ``least`` may be said as 0.
    """
    one, other = "\n".join(there), "\n".join(search)
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()
