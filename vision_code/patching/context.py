"""
The files that an engine sees when it writes edits: whole where they fit, else the part the issue is about.
"""

from __future__ import annotations

from collections.abc import Sequence

from vision_code.localise.query import Query
from vision_code.localise.sources import Sources

#: A file gets at most this share of the room, so that the first does not push out the rest.
FILE_SHARE = 0.6
MIN_EXCERPT_CHARS = 2000


def files_for(paths: Sequence[str], sources: Sources, query: Query, room: int) -> dict[str, str]:
    """
    Label → text within ``room`` characters; the label is the path, with the lines where it is a part.
    """
    held: dict[str, str] = {}
    for path in paths:
        text = sources.text(path)
        if text is None:
            continue
        share = min(room, max(MIN_EXCERPT_CHARS, int(room * FILE_SHARE))) if held or len(paths) > 1 else room
        if len(text) <= max(share, 0):
            held[path] = text
            room -= len(text)
        elif share >= MIN_EXCERPT_CHARS:
            first, last, part = _excerpt(text, query, share)
            held[f"{path} (only lines {first} to {last})"] = part
            room -= len(part)
    return held


def _excerpt(text: str, query: Query, room: int) -> tuple[int, int, str]:
    """
    The run of whole lines that holds the most of the query's terms.
    """
    lines = text.splitlines(keepends=True)
    wanted = [(term, weight) for term, weight in query.terms] + [(name.lower(), 3.0) for name in query.names]
    weights = [sum(weight for term, weight in wanted if term in line.lower()) for line in lines]
    best, best_weight, weight, size, start = (0, 1), -1.0, 0.0, 0, 0
    for end, line in enumerate(lines):
        weight += weights[end]
        size += len(line)
        while size > room and start < end:
            weight -= weights[start]
            size -= len(lines[start])
            start += 1
        if weight > best_weight and size <= room:
            best, best_weight = (start, end + 1), weight
    return best[0] + 1, best[1], "".join(lines[best[0] : best[1]])
