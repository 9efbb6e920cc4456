"""
What a model's reply asks for, whichever format it was written in.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """
    Some lines of a file become others.

    Attributes:
        path: As the reply names it; forward slashes, relative to the root.
        search: Whole lines, each ended by a line feed, as they stand in the file. Never empty.
        replace: What they become, likewise; empty deletes them.
        line: Of the reply (from 1), where the edit begins.
        inline: ``search`` and ``replace`` are pieces of text that may begin and end inside a line (tool calls).
        every: Replace all places instead of refusing more than one (``replace_all`` of tool calls).
        within: A line of the file above the place, as the headers of hunks name it; empty where none was named.
        at_end: The place is the end of the file.
    """

    path: str
    search: str
    replace: str
    line: int
    inline: bool = False
    every: bool = False
    within: str = ""
    at_end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """
    A file as a whole.

    Attributes:
        path: As above.
        content: All of its text, lines ended by line feeds.
        line: As above.
        overwrite: Whether a file that is there and not empty may be replaced.
    """

    path: str
    content: str
    line: int
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBytes:
    """
    A file that is no text, as a whole: a picture. No reply asks for it.

    Attributes:
        overwrite: Whether another file of that name may be replaced.
    """

    path: str
    content: bytes
    line: int
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """
    A file goes.
    """

    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """
    A file gets another name; edits of its content are edits of their own, after this one and by the new name.
    """

    path: str
    target: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Executable:
    """
    A file becomes executable, or stops being so.
    """

    path: str
    value: bool
    line: int


Edit = Replace | Write | WriteBytes | Delete | Move | Executable
