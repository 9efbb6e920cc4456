"""
Code actions and hover on pictures in documents, in three encodings with astral text before them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor, index_of

Start = Callable[..., Editor]
DOCUMENTS = {
    "page.html": '<p>😀\u2028é</p><img alt="😀" src="shot.png">\n',
    "notes.md": "# 😀\n😀 ![a picture](shot.png)\n",
    "app.ts": 'const a = "😀"; import mock from "./shot.png";\n',
    "style.css": 'a { content: "😀\f"; background: url(shot.png) }\n',
}


@pytest.mark.parametrize("editor_name", ["vscode-1.65", "neovim-0.11", "eglot-29.1"])
def test_a_picture_offers_to_become_a_component(start: Start, workspace: Path, editor_name: str) -> None:
    editor = start(workspace, editor_name)
    for name, text in DOCUMENTS.items():
        uri = (workspace / name).as_uri()
        editor.open(uri, text)
        lines = text.split("\n")
        line = next(number for number, words in enumerate(lines) if "shot.png" in words)
        before = lines[line][: lines[line].index("shot.png")]
        codec, size = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[editor.encoding]
        here = {"line": line, "character": len(before.encode(codec)) // size}
        params = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
        (action,) = editor.request("textDocument/codeAction", params)
        assert action["title"] == "Turn this picture into a component"
        command = action["command"]
        picture, folder = (workspace / "shot.png").as_uri(), workspace.as_uri()
        assert command["arguments"] == [{"image": picture, "folder": folder}]
        assert command["command"] in editor.hello["capabilities"]["executeCommandProvider"]["commands"]
        elsewhere = {"start": {"line": 9, "character": 0}, "end": {"line": 9, "character": 0}}
        # As VS Code asks: by hand or by itself, with what others found there.
        found = {"range": params["range"], "message": "no such link", "severity": 2, "source": "markdown"}
        for kind in (1, 2):
            context = {"diagnostics": [found], "triggerKind": kind}
            assert editor.request("textDocument/codeAction", {**params, "context": context}) == [action]
        assert editor.request("textDocument/codeAction", {**params, "range": elsewhere}) == []
        quick = {**params, "context": {"diagnostics": [], "only": ["quickfix"]}}
        assert editor.request("textDocument/codeAction", quick) == []
        shown = editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": here})
        assert "shot.png: PNG, 320 × 160 px" in shown["contents"]["value"]
        first, last = (index_of(text, shown["range"][side], editor.encoding) for side in ("start", "end"))
        assert "shot.png" in text[first:last]
        assert text[first] in "<!iu"
        nowhere = {"textDocument": {"uri": uri}, "position": {"line": 9, "character": 0}}
        assert editor.request("textDocument/hover", nowhere) is None


def test_a_client_without_literals_gets_commands(start: Start, workspace: Path) -> None:
    editor = start(workspace, "")
    uri = (workspace / "a.md").as_uri()
    editor.open(uri, "![](shot.png) ![](gone.png)")
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": everything, "context": {"diagnostics": []}}
    (command,) = editor.request("textDocument/codeAction", params)
    assert command["command"] == "visionCode.server.component"
    for wrong in (
        {},
        {"textDocument": {"uri": uri}, "range": {"start": 1}},
        {"textDocument": uri, "range": everything},
    ):
        assert editor.refusal("textDocument/codeAction", wrong)["code"] == -32602
    assert editor.request("textDocument/codeAction", {**params, "textDocument": {"uri": "untitled:1"}}) == []


def test_hover_says_why_a_picture_would_be_refused(start: Start, workspace: Path) -> None:
    png = (workspace / "shot.png").read_bytes()
    (workspace / "bomb.png").write_bytes(png[:16] + (30000).to_bytes(4, "big") * 2 + png[24:])
    (workspace / "text.png").write_text("no picture")
    editor = start(workspace)
    uri = (workspace / "a.md").as_uri()
    editor.open(uri, "![](bomb.png)\n![](text.png)\n![](gone.png)\n")
    told = [
        editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": 5}})
        for line in range(3)
    ]
    assert "Cannot become a component: 900.0 MP, limit 40.0 MP" in told[0]["contents"]["value"]
    assert told[1]["contents"]["value"] == "text.png: not a PNG, JPEG, WebP, GIF or BMP file"
    assert told[2]["contents"]["value"] == "gone.png: does not exist"


def test_the_framework_of_the_project_decides_the_target(start: Start, workspace: Path) -> None:
    (workspace / "package.json").write_text('{"dependencies": {"svelte": "^5.0.0"}}')
    editor = start(workspace)
    options = {"image": (workspace / "shot.png").as_uri(), "engine": "none", "verify": False, "name": "Made"}
    result = editor.request("visionCode/component", options)
    assert result["target"] == "svelte"
    assert result["files"][0]["uri"].endswith("/Made.svelte")
