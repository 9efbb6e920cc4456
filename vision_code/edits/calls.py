"""
Edits as arguments of tool calls: a path, the old text, the new text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from vision_code.edits.edit import Edit, Replace, Write
from vision_code.edits.lines import Lines, Reading
from vision_code.errors import InputRejected

_PATH = ("path", "file_path", "filePath", "filename", "file")
_OLD = ("old", "old_string", "old_str", "oldText", "old_text", "search")
_NEW = ("new", "new_string", "new_str", "newText", "new_text", "replace")
_CONTENT = ("content", "file_text", "contents")
_ALL = ("replace_all", "replaceAll")
_INNER = ("tool_calls", "edits")
#: Calls wrap calls wrap edits; nothing real is deeper.
_MAX_DEPTH = 6


def begins(line: str) -> bool:
    """
    Whether JSON begins with this line; only a reply whose first line begins so is read so.
    """
    return line.startswith("{") or line.rstrip() == "[" or line.startswith(("[{", "[ {"))


def read(lines: Lines, edits: list[Edit], first: str) -> Reading:
    """
    All of the reply as JSON, one value or several.
    """
    start, text = lines.number, [first]
    while (line := (yield from lines.next())) is not None:
        text.append(line)
    rest = "\n".join(text).strip()
    decoder = json.JSONDecoder()
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except (ValueError, RecursionError) as error:
            raise lines.wrong(start, "the reply begins like JSON and is none") from error
        edits.extend(decoded_edits(value, start))
        rest = rest[end:].lstrip(" \t\r\n,")


def decoded_edits(value: object, line: int) -> tuple[Edit, ...]:
    """
    The edits in JSON that was found in a reply.

    Raises:
        InputRejected: ``patch.parse``.
    """
    return tuple(_edits(value, line, "", 0))


def call_edits(arguments: Mapping[str, object], line: int = 1) -> tuple[Edit, ...]:
    """
    The edits that one tool call asks for.

    Args:
        arguments: ``path``, ``old``, ``new`` and ``replace_all`` under any of their usual names; ``content`` for a
            whole file; or ``edits``, a list of these.
        line: By which refusals name it.

    Raises:
        InputRejected: ``patch.parse``, the arguments are none of these.
    """
    return decoded_edits(arguments, line)


def holds_edits(value: object) -> bool:
    """
    Whether JSON found in a reply is meant as edits.
    """
    if isinstance(value, list):
        return bool(value) and all(holds_edits(each) for each in value)
    if not isinstance(value, dict):
        return False
    has_path = any(key in value for key in _PATH)
    return any(key in value for key in _INNER) or (has_path and any(key in value for key in (*_OLD, *_CONTENT)))


def _edits(value: Any, line: int, path: str, depth: int) -> Iterator[Edit]:
    if depth > _MAX_DEPTH:
        raise _wrong(line, "calls lie too deep in each other")
    if isinstance(value, list):
        for each in value:
            yield from _edits(each, line, path, depth + 1)
        return
    if not isinstance(value, Mapping):
        raise _wrong(line, "an edit is an object with path, old and new")
    if isinstance(value.get("function"), Mapping):
        yield from _edits(value["function"], line, path, depth + 1)
        return
    if "arguments" in value:
        yield from _edits(_decoded(value["arguments"], line), line, path, depth + 1)
        return
    path = _text(value, _PATH, line, path).removeprefix("./")
    inner = next((value[key] for key in _INNER if key in value), None)
    if inner is not None:
        yield from _edits(inner, line, path, depth + 1)
        return
    yield _edit(value, line, path)


def _edit(value: Mapping[str, Any], line: int, path: str) -> Edit:
    if not path:
        raise _wrong(line, "an edit names no path")
    if any(key in value for key in _CONTENT):
        return Write(path=path, content=_text(value, _CONTENT, line), line=line, overwrite=True)
    if not any(key in value for key in _OLD) or not any(key in value for key in _NEW):
        raise _wrong(line, "an edit needs old and new, or content")
    old, new = _text(value, _OLD, line), _text(value, _NEW, line)
    every = next((value[key] for key in _ALL if key in value), False)
    if not isinstance(every, bool):
        raise _wrong(line, "replace_all is true or false")
    if not old:
        return Write(path=path, content=new, line=line)
    return Replace(path=path, search=old, replace=new, line=line, inline=True, every=every)


def _decoded(arguments: Any, line: int) -> Any:
    if not isinstance(arguments, str):
        return arguments
    try:
        return json.loads(arguments)
    except (ValueError, RecursionError) as error:
        raise _wrong(line, "the arguments of a call are no JSON") from error


def _text(value: Mapping[str, Any], keys: tuple[str, ...], line: int, otherwise: str = "") -> str:
    found = next((value[key] for key in keys if key in value), otherwise)
    if not isinstance(found, str):
        raise _wrong(line, f"{keys[0]} is a string")
    return found.replace("\r\n", "\n")


def _wrong(line: int, what: str) -> InputRejected:
    return InputRejected("patch.parse", f"line {line}: {what}", detail={"line": line})
