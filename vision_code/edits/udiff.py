"""
Unified diffs. Their line numbers and counts are never used: models get them wrong, and the text itself says where.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from vision_code.edits.edit import Delete, Edit, Executable, Move, Write
from vision_code.edits.envelope import Hunk
from vision_code.edits.lines import Lines, Reading
from vision_code.errors import Denied

_HUNK = re.compile(r"@@(?: -\d+(?:,\d+)? \+\d+(?:,\d+)? @@| \.\.\. @@|)(?P<heading>.*)")
_GIT = re.compile(r"diff --git (?P<old>\"(?:[^\"\\]|\\.)*\"|a/.*) (?P<new>\"(?:[^\"\\]|\\.)*\"|b/.*)")
_NOTHING = "/dev/null"
#: Lines of git between the names of two files, besides those with a meaning of their own.
_PASSED = ("index ", "similarity index ", "dissimilarity index ")
_OCTAL = re.compile(r"\\([0-7]{3}|.)")
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}


@dataclass(slots=True)
class _Header:
    old: str = ""
    new: str = ""
    moved_from: str = ""
    moved_to: str = ""
    created: bool = False
    deleted: bool = False
    executable: bool | None = None


def may_begin(line: str) -> bool:
    """
    Whether a diff may begin with this line; whether it does, the next lines tell.
    """
    return line.startswith(("diff --git ", "--- "))


def begins(lines: Lines, line: str) -> Generator[None, str | None, bool]:
    """
    Whether the names of a file's two states stand here; if so this line is put back.
    """
    if line.startswith("--- "):
        ahead = yield from lines.peek(2)
        names = len(ahead) > 0 and ahead[0] is not None and ahead[0].startswith("+++ ")
        hunk = len(ahead) < 2 or ahead[1] is None or ahead[1].startswith(("@@", "```")) or not ahead[1]
        if not (names and hunk):
            return False
    lines.put_back(line)
    return True


def read(lines: Lines, edits: list[Edit]) -> Reading:
    """
    The diff of one file.
    """
    start = lines.number + 1
    header = yield from _header(lines)
    path = _settle(lines, header, start, edits)
    hunk: Hunk | None = None
    added: list[str] = []
    while (line := (yield from lines.next())) is not None:
        if match := _HUNK.fullmatch(line):
            _close(lines, hunk, header, added, edits)
            heading = match["heading"].strip().removesuffix("@@").strip()
            hunk = Hunk(path, lines.number, within="" if heading in ("", "...") else heading)
        elif (yield from _ends(lines, line, hunk)):
            break
        elif hunk is not None and not line.startswith("\\ "):  # about the last line's feed, which the file itself tells
            hunk.take(lines, line, loosely=bool(lines.fence))
    _close(lines, hunk, header, added, edits)
    if header.created:
        edits.append(Write(path=path, content="".join(added), line=start))
        if header.executable:
            edits.append(Executable(path=path, value=True, line=start))


def _ends(lines: Lines, line: str, hunk: Hunk | None) -> Generator[None, str | None, bool]:
    """
    Whether the diff of this file ended before ``line``, which is then put back.
    """
    if line.startswith("--- "):
        return (yield from begins(lines, line))
    if line.startswith("diff --git ") or (lines.fence and line.startswith(lines.fence)):
        ends = True
    elif hunk is None:
        ends = bool(line.strip())
    else:  # without a fence, prose may follow after an empty line; anything else there is a hunk that is not whole
        ends = not lines.fence and bool(line) and line[0] not in " +-\\" and hunk.ends_empty
    if ends:
        lines.put_back(line)
    return ends


def _close(lines: Lines, hunk: Hunk | None, header: _Header, added: list[str], edits: list[Edit]) -> None:
    if hunk is None or header.deleted:
        return
    if header.created:
        added.append(hunk.added)
    else:
        hunk.close(lines, edits)


def _header(lines: Lines) -> Generator[None, str | None, _Header]:
    header = _Header()
    while (ahead := (yield from lines.peek(1))) and (line := ahead[0]) is not None:
        if line.startswith("diff --git "):
            if header.old:
                break
            if match := _GIT.fullmatch(line):
                header.old, header.new = _path(match["old"], "a/"), _path(match["new"], "b/")
        elif line.startswith("--- "):
            header.old = _path(line[4:], "a/")
        elif line.startswith("+++ "):
            header.new = _path(line[4:], "b/")
        elif not _extended(header, line):
            break
        yield from lines.next()
    return header


def _extended(header: _Header, line: str) -> bool:
    """
    Lines that git alone writes; False if this is none of them.

    Raises:
        Denied: ``patch.kind``, links, submodules and binary files are never made by a patch.
    """
    words = line.split()
    if line.startswith(("new file mode ", "new mode ", "old mode ", "deleted file mode ")):
        if words[-1] not in ("100644", "100755"):
            raise Denied("patch.kind", f"mode {words[-1][:8]}: a patch makes plain files only")
        header.created |= line.startswith("new file ")
        header.deleted |= line.startswith("deleted ")
        if line.startswith("new "):
            header.executable = words[-1] == "100755"
    elif line.startswith("rename from "):
        header.moved_from = _path(line.removeprefix("rename from "), "")
    elif line.startswith("rename to "):
        header.moved_to = _path(line.removeprefix("rename to "), "")
    elif line.startswith(("GIT binary patch", "Binary files ")):
        raise Denied("patch.kind", "a binary patch; only text is edited")
    elif line.startswith(("copy from ", "copy to ")):
        raise Denied("patch.kind", "a copied file; write it as a new one")
    else:
        return line.startswith(_PASSED)
    return True


def _settle(lines: Lines, header: _Header, start: int, edits: list[Edit]) -> str:
    """
    What the header alone asks for; returns the name by which hunks know the file.
    """
    header.created |= header.old == _NOTHING
    header.deleted |= header.new == _NOTHING
    path = header.old if header.deleted else header.new or header.old
    if not path or path == _NOTHING:
        raise lines.wrong(start, "this diff names no file")
    if header.deleted:
        edits.append(Delete(path=path, line=start))
    elif header.moved_from and header.moved_to:
        edits.append(Move(path=header.moved_from, target=header.moved_to, line=start))
        path = header.moved_to
    if header.executable is not None and not header.created and not header.deleted:
        edits.append(Executable(path=path, value=header.executable, line=start))
    return path


def _path(text: str, prefix: str) -> str:
    """
    A name as diffs write it: quoted like C where needed, a time stamp after a tab, ``a/`` or ``b/`` before it.
    """
    text = text.partition("\t")[0].strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = _unquoted(text[1:-1])
    return text if text == _NOTHING else text.removeprefix(prefix).removeprefix("./")


def _unquoted(text: str) -> str:
    raw, position = bytearray(), 0
    for match in _OCTAL.finditer(text):
        raw += text[position : match.start()].encode("utf-8", "surrogateescape")
        code = match[1]
        raw.append(int(code, 8) & 255 if len(code) == 3 else _LETTERS.get(code, ord(code) & 255))
        position = match.end()
    return (raw + text[position:].encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
