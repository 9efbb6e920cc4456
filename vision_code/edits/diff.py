"""
The unified diff of staged changes, as git writes it, byte for byte: other encodings and endings pass through.

Source of the format: git-diff(1), "Generating patch text"; names are quoted as `core.quotePath` does by default.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator, Sequence

from vision_code.edits.staged import Change, Staged
from vision_code.edits.text import aligned
from vision_code.edits.tree import Entry

_CONTEXT = 3
#: Git takes a file for binary when there is a NUL in so much of its beginning (`buffer_is_binary`).
_LOOKED_AT_BYTES = 8000
_BINARY_LINE_BYTES = 52
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def unified_diff(staged: Staged) -> bytes:
    """
    For ``git apply -p1`` on the tree that ``staged`` was made against; empty if nothing changes.
    """
    return b"".join(_file(change) for change in staged.changes)


def _file(change: Change) -> bytes:
    old_name, new_name = _name("a/", change.path), _name("b/", change.path)
    head = [f"diff --git {old_name} {new_name}"]
    old, new = change.old, change.new
    if old is None and new is not None:
        head.append(f"new file mode {new.mode:o}")
    elif new is None and old is not None:
        head.append(f"deleted file mode {old.mode:o}")
    elif old is not None and new is not None and old.mode != new.mode:
        head += [f"old mode {old.mode:o}", f"new mode {new.mode:o}"]
    if any(entry is not None and b"\0" in entry.content[:_LOOKED_AT_BYTES] for entry in (old, new)):
        return "".join(line + "\n" for line in head).encode() + _binary(old, new)
    body = b"".join(_hunks(_lines(old), _lines(new)))
    if body:
        # Git ends such a name with a tab, so that it is not cut at its space.
        tab = "\t" if " " in change.path else ""
        head.append(f"--- {old_name}{tab}" if old is not None else "--- /dev/null")
        head.append(f"+++ {new_name}{tab}" if new is not None else "+++ /dev/null")
    return "".join(line + "\n" for line in head).encode() + body


def _binary(old: Entry | None, new: Entry | None) -> bytes:
    """
    Both contents as a whole, deflated, in base 85; a line holds up to 52 bytes and says first how many, A for 1 to z.
    """
    contents = [entry.content if entry is not None else b"" for entry in (old, new)]
    if contents[0] == contents[1] and old is not None and new is not None:
        return b""
    names = [
        hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() if entry else "0" * 40
        for content, entry in zip(contents, (old, new), strict=True)
    ]
    mode = f" {new.mode:o}" if old is not None and new is not None and old.mode == new.mode else ""
    parts = [f"index {names[0]}..{names[1]}{mode}\nGIT binary patch\n".encode()]
    for content in reversed(contents):
        parts.append(b"literal %d\n" % len(content))
        packed = zlib.compress(content)
        for start in range(0, len(packed), _BINARY_LINE_BYTES):
            piece = packed[start : start + _BINARY_LINE_BYTES]
            length = ord("A") + len(piece) - 1 if len(piece) <= 26 else ord("a") + len(piece) - 27
            parts.append(bytes([length]) + base64.b85encode(piece, pad=True)[: (len(piece) + 3) // 4 * 5] + b"\n")
        parts.append(b"\n")
    return b"".join(parts)


def _lines(entry: Entry | None) -> list[str]:
    """
    Lines with their line feeds; every byte one letter, so that no encoding is in the way.
    """
    text = entry.content.decode("latin-1") if entry is not None else ""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[bytes]:
    for group in _groups(_blocks(old, new)):
        first, last = group[0], group[-1]
        start_old, start_new = max(0, first[0] - _CONTEXT), max(0, first[2] - _CONTEXT)
        stop_old, stop_new = min(len(old), last[1] + _CONTEXT), min(len(new), last[3] + _CONTEXT)
        text = [f"@@ -{_range(start_old, stop_old)} +{_range(start_new, stop_new)} @@\n"]
        position = start_old
        for i, j, k, m in group:
            text += [" " + line for line in old[position:i]]
            text += ["-" + line for line in old[i:j]]
            text += ["+" + line for line in new[k:m]]
            position = j
        text += [" " + line for line in old[position:stop_old]]
        yield "".join(
            line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in text
        ).encode("latin-1")


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """
    The parts that differ: lines [i, j) of the old text became lines [k, m) of the new one.
    """
    i = start = 0
    for k, line in enumerate([*aligned(old, new), len(old)]):
        if isinstance(line, int):
            if i < line or start < k:
                yield i, line, start, k
            i, start = line + 1, k + 1


def _groups(blocks: Iterator[tuple[int, int, int, int]]) -> Iterator[list[tuple[int, int, int, int]]]:
    group: list[tuple[int, int, int, int]] = []
    for block in blocks:
        if group and block[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _range(start: int, stop: int) -> str:
    count = stop - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _name(prefix: str, path: str) -> str:
    raw = (prefix + path).encode()
    if all(32 <= byte < 127 and byte not in (34, 92) for byte in raw):
        return prefix + path
    return '"' + "".join(_escaped(byte) for byte in raw) + '"'


def _escaped(byte: int) -> str:
    if byte in _ESCAPES:
        return "\\" + _ESCAPES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
