"""
Finds the one place of a file that an edit means: from exact lines to ever more generous readings, the first that finds
something decides, and more than one place is no place.

Case and the spaces inside a line always count: ignoring them finds wrong code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vision_code.edits.edit import Replace
from vision_code.edits.scope import scope_of
from vision_code.edits.similar import similar_place
from vision_code.edits.text import Line, Text, aligned, as_lines

#: Dashes, quotes and spaces that models and word processors put in place of ASCII's.
#: Source: `codex-rs/apply-patch/src/seek_sequence.rs`.
_FOLD = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201a\u201b", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f", '"')
    | dict.fromkeys("\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " ")
)
_NUMBERED = re.compile(r"^ *\d+ *[|│→:\t]")
_ELISION = re.compile(r"\s*(?:\.\.\.|…)\s*")


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where an edit goes: the lines from ``start`` to before ``stop`` become ``new``.

    Attributes:
        note: How it was found if not by exact lines; empty otherwise.
        uncertain: The result has to parse, or this is no place.
    """

    start: int
    stop: int
    new: tuple[Line, ...]
    note: str = ""
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """
    More than one place.

    Attributes:
        starts: Their first lines, from 0.
    """

    starts: tuple[int, ...]


#: What a rung finds: sets of places that belong together (several only where elisions cut an edit in pieces).
_Pieces = tuple[Place, ...]


def find(text: Text, edit: Replace) -> _Pieces | Ambiguous | None:
    """
    The places to change, from the last to the first so that they can be replaced in this order; None if there is none.
    """
    search, replace = as_lines(edit.search), as_lines(edit.replace)
    if not any(line.strip() for line in search):
        return None
    for rung in _rungs(text.lines, search, replace):
        found = _chosen(text, edit, rung)
        if len(found) == 1 or (found and edit.every):
            return tuple(sorted((place for pieces in found for place in pieces), key=lambda p: -p.start))
        if found:
            return Ambiguous(tuple(pieces[0].start for pieces in found))
    place = similar_place(text.lines, search, replace)
    if place is None:
        return None
    start, stop, new = place
    return (Place(start, stop, new, "found by its likeness", uncertain=True),)


def _chosen(text: Text, edit: Replace, found: list[_Pieces]) -> list[_Pieces]:
    """
    Fewer, where the edit itself says more about its place.
    """
    if edit.at_end:
        last = max((i for i, line in enumerate(text.lines) if line.strip()), default=-1)
        found = [pieces for pieces in found if pieces[-1].stop > last] or found
    if edit.within and len(found) > 1 and (scope := scope_of(text.lines, edit.within)):
        found = [p for p in found if scope[0] <= p[0].start and p[-1].stop <= scope[1]] or found
    return found


def _rungs(lines: Sequence[str], search: list[str], replace: list[str]) -> Iterator[list[_Pieces]]:
    yield _windows(lines, search, replace, str, "")
    ends = [line.rstrip() for line in lines]
    yield _windows(ends, search, replace, str.rstrip, "spaces at the ends of lines differ")
    if len(search) > 1 and not search[0].strip():
        kept = replace[1:] if replace and not replace[0].strip() else replace
        yield _windows(ends, search[1:], kept, str.rstrip, "an empty first line was left out")
    yield _shifted(lines, search, replace)
    yield _elided(lines, search, replace)
    yield _windows([_folded(line) for line in lines], search, replace, _folded, "dashes, quotes or spaces differ")
    if all(_NUMBERED.match(line) for line in search):
        bare, new = _unnumbered(search, replace)
        yield _windows(ends, bare, new, str.rstrip, "line numbers were left out")
        yield _shifted(lines, bare, new)


def _unnumbered(search: list[str], replace: list[str]) -> tuple[list[str], list[str]]:
    """
    Without the numbers that a listing puts before lines, and without the space after them if all lines have one.
    """
    halves = [search, replace] if all(_NUMBERED.match(line) for line in replace) else [search]
    bare = [[_NUMBERED.sub("", line) for line in half] for half in halves]
    if all(line[0] == " " for half in bare for line in half if line):
        bare = [[line[1:] for line in half] for half in bare]
    return bare[0], bare[1] if len(bare) > 1 else replace


def _folded(line: str) -> str:
    return line.translate(_FOLD).rstrip()


def _windows(
    keys: Sequence[str], search: list[str], replace: list[str], key: Callable[[str], str], note: str
) -> list[_Pieces]:
    """
    All places where the file's ``keys`` are those of ``search``. Lines that the edit keeps stay as the file has them.
    """
    wanted, new_keys = [key(line) for line in search], [key(line) for line in replace]
    return [
        (Place(start, start + len(search), _restored(aligned(wanted, new_keys, start), replace), note),)
        for start in _starts(keys, wanted)
    ]


def _restored(new: list[Line], replace: list[str]) -> tuple[Line, ...]:
    return tuple(line if isinstance(line, int) else replace[i] for i, line in enumerate(new))


def _starts(lines: Sequence[str], wanted: Sequence[str]) -> Iterator[int]:
    size, position = len(wanted), 0
    # A line with text finds few places; empty ones and braces stand everywhere.
    anchor = max(range(size), key=lambda i: len(wanted[i].strip())) if size else 0
    for i, line in enumerate(lines):
        start = i - anchor
        if size and line == wanted[anchor] and start >= position and list(lines[start : start + size]) == list(wanted):
            yield start
            position = start + 1


def _shifted(lines: Sequence[str], search: list[str], replace: list[str]) -> list[_Pieces]:
    """
    Indented otherwise, all lines by the same.
    """
    common = min((_indent(line) for line in (*search, *replace) if line.strip()), default=0)
    wanted = [line[common:].rstrip() if line.strip() else "" for line in search]
    new = [line[common:] if line.strip() else line for line in replace]
    bare = [line.strip() for line in wanted]
    found: list[_Pieces] = []
    for start in _starts([line.strip() for line in lines], bare):
        prefix = _prefix(lines[start : start + len(search)], wanted)
        if prefix is None:
            continue
        moved = [prefix + line if line.strip() else line for line in new]
        here = [prefix + line if line else "" for line in wanted]
        kept = _restored(aligned(here, [line.rstrip() for line in moved], start), moved)
        found.append((Place(start, start + len(search), kept, "indentation differs"),))
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _prefix(there: Sequence[str], wanted: Sequence[str]) -> str | None:
    prefixes = {
        line[: len(line.rstrip()) - len(want)] if line.rstrip().endswith(want) else None
        for line, want in zip(there, wanted, strict=True)
        if want
    }
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    return prefix if prefix is not None and not prefix.strip(" \t") else None


def _elided(lines: Sequence[str], search: list[str], replace: list[str]) -> list[_Pieces]:
    """
    ``...`` on a line of its own stands for lines that stay, in both halves alike; each piece between must be unique.
    """
    old, new = _pieces(search), _pieces(replace)
    if len(old) < 2 or len(old) != len(new):
        return []
    places: list[Place] = []
    for before, after in zip(old, new, strict=True):
        if not before:
            if after:
                return []
            continue
        starts = list(_starts(lines, before))
        if len(starts) != 1 or (places and starts[0] < places[-1].stop):
            return []
        start = starts[0]
        kept = _restored(aligned(before, after, start), after)
        places.append(Place(start, start + len(before), kept, "left out lines were taken from the file"))
    return [tuple(places)] if places else []


def _pieces(lines: list[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for line in lines:
        if _ELISION.fullmatch(line):
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces
