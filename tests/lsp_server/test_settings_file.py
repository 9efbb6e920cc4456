"""
The project's settings file while it is typed: what may be typed, what is wrong, in the encodings of real editors.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.lsp_server.editor import Editor, index_of

Start = Callable[..., Editor]
EDITORS = ["vscode-1.65", "neovim-0.11", "eglot-29.1"]


def _told(editor: Editor, uri: str, version: int | None) -> list[dict[str, Any]]:
    """
    What is said to be wrong with one version of a document; None for what is said when it was closed.
    """
    message = editor.wait_for(
        lambda m: (
            m["method"] == "textDocument/publishDiagnostics"
            and m["params"]["uri"] == uri
            and m["params"].get("version") == version
        ),
        20,
    )
    return message["params"]["diagnostics"]


def _marked(editor: Editor, text: str, found: dict[str, Any]) -> str:
    start, end = (index_of(text, found["range"][side], editor.encoding) for side in ("start", "end"))
    return text[start:end]


@pytest.mark.parametrize("name", EDITORS)
def test_what_is_wrong_is_told_while_it_is_typed_and_taken_back(start: Start, tmp_path: Path, name: str) -> None:
    editor = start(tmp_path, name)
    uri = (tmp_path / "vision-code.toml").as_uri()
    text = "\ufeff# 😀\r\nverfy = true # 😀\r\n'target' = '😀'\r\nengine = 'local:/models/x'\r\nseed = 1\r\n"
    editor.open(uri, text, 7)
    key, value, scope = _told(editor, uri, 7)
    assert (key["code"], key["severity"], key["source"]) == ("config.key", 1, "vision-code")
    assert key["message"] == "unknown key 'verfy'; did you mean verify?"
    assert _marked(editor, text, key) == "verfy"
    assert (value["code"], _marked(editor, text, value)) == ("config.value", "'😀'")
    # A model is the user's to name: passed over, and said.
    assert (scope["code"], scope["severity"]) == ("config.scope", 2)
    assert _marked(editor, text, scope) == "'local:/models/x'"
    editor.type(uri, "verify = true\nseed = ")
    (syntax,) = _told(editor, uri, 8)
    assert (syntax["code"], syntax["range"]["start"]["line"]) == ("config.syntax", 1)
    editor.type(uri, "verify = true\nseed = 3\n")
    assert _told(editor, uri, 9) == []
    editor.type(uri, "verfy = true\n")
    assert _told(editor, uri, 10)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert _told(editor, uri, None) == []


def test_only_our_part_of_a_pyproject_is_looked_at(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    uri = (tmp_path / "pyproject.toml").as_uri()
    editor.open(uri, "[tool.other]\nverfy = 1\nbroken = \n")
    assert _told(editor, uri, 1) == []
    text = "[tool.other]\nverfy = 1\n[tool.vision-code]\nverfy = 1\n"
    editor.type(uri, text)
    (found,) = _told(editor, uri, 2)
    assert found["range"]["start"]["line"] == 3


def test_a_hostile_file_keeps_nobody_waiting(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    uri = (tmp_path / "vision-code.toml").as_uri()
    many = "".join(f"k{number} = 1\n" for number in range(40_000))
    for version, text in enumerate(("a" + ".a" * 200_000 + " = 1\n", "[" * 400_000, many), 1):
        editor.open(uri, text, version)
        started = time.monotonic()
        editor.request("visionCode/status", {})
        assert time.monotonic() - started < 2
    assert len(_told(editor, uri, 3)) == 100
    assert editor.leave() == 0


def test_a_client_that_shows_none_is_told_nothing(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path, "")
    editor.open((tmp_path / "vision-code.toml").as_uri(), "verfy = true\n")
    editor.notify("textDocument/didClose", {"textDocument": {"uri": (tmp_path / "vision-code.toml").as_uri()}})
    editor.request("visionCode/status", {})
    assert editor.leave() == 0
    assert editor.notifications == []


def _completed(editor: Editor, uri: str, text: str) -> list[tuple[dict[str, Any], str]]:
    """
    Each item that an editor shows at the mark ``|``, with the text after it was chosen.
    """
    at = text.index("|")
    text = text.replace("|", "", 1)
    editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    editor.open(uri, text)
    before = text[:at].rsplit("\n", 1)[-1]
    codec, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[editor.encoding]
    position = {"line": text[:at].count("\n"), "character": len(before.encode(codec)) // size}
    items = editor.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
    chosen = []
    for item in items:
        span = item["textEdit"]["range"]
        first, last = (index_of(text, span[side], editor.encoding) for side in ("start", "end"))
        assert span["start"]["line"] == span["end"]["line"] == position["line"]
        if item["filterText"].startswith(text[first:at]):  # as an editor filters
            chosen.append((item, text[:first] + item["textEdit"]["newText"] + text[last:]))
    return chosen


@pytest.mark.parametrize("name", EDITORS)
def test_keys_and_values_are_completed(start: Start, tmp_path: Path, name: str) -> None:
    editor = start(tmp_path, name)
    uri = (tmp_path / "vision-code.toml").as_uri()
    keys = _completed(editor, uri, '# 😀\nseed = 1\ne|\ntarget = "vue"\n')
    assert [text for _, text in keys] == ['# 😀\nseed = 1\nengine = \ntarget = "vue"\n']
    keys = _completed(editor, uri, '# 😀\nseed = 1\n|\ntarget = "vue"\n')
    assert [item["label"] for item, _ in keys] == ["engine", "candidates", "verify", "scale"]
    for typed in ("|", "em|", '"|"', '"em|', "'em|'"):
        values = _completed(editor, uri, f"engine = {typed}\n")
        assert 'engine = "embedded"\n' in [text for _, text in values], typed
    targets = _completed(editor, uri, "target = |")
    assert [item["label"].strip('"') for item, _ in targets] == ["html", "html-css", "react", "vue", "svelte"]
    assert [text for _, text in _completed(editor, uri, "verify = |")] == ["verify = true", "verify = false"]
    pyproject = (tmp_path / "pyproject.toml").as_uri()
    assert _completed(editor, pyproject, "[tool.other]\n|\n") == []
    assert len(_completed(editor, pyproject, "[tool.vision-code]\n|\n")) == 6


def test_nothing_is_completed_elsewhere_and_wrong_requests_are_refused(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    here = {"line": 0, "character": 0}
    for name in ("other.toml", "a.ts"):
        uri = (tmp_path / name).as_uri()
        editor.open(uri, "\n")
        assert editor.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": here}) == []
    gone = {"textDocument": {"uri": (tmp_path / "vision-code.toml").as_uri()}, "position": here}
    assert editor.request("textDocument/completion", gone) == []
    assert editor.refusal("textDocument/completion", {"position": here})["code"] == -32602
    assert editor.refusal("textDocument/completion", {**gone, "position": {"line": -1}})["code"] == -32602
