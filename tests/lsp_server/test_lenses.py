"""
A component that this tool made offers to be updated, wherever a client can do that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor, Message

Start = Callable[..., Editor]
QUICK = {"engine": "none", "verify": False}
OPTIONS = {"trusted": True, "commands": {"update": "visionCode.update"}, "engine": "none"}


def _offered(editor: Editor, uri: str, **context: object) -> list[Message]:
    """
    The commands of all code actions at a document's beginning.
    """
    here = {"line": 0, "character": 0}
    where = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}}
    actions = editor.request("textDocument/codeAction", {**where, "context": {"diagnostics": [], **context}})
    return [action["command"] for action in actions]


def test_a_component_offers_to_be_updated_by_the_clients_command_or_from_its_picture(
    start: Start, workspace: Path
) -> None:
    from lsprotocol import converters, types

    editor = start(workspace, options=OPTIONS)
    uri, image = (workspace / "page.html").as_uri(), (workspace / "shot.png").as_uri()
    assert editor.request("visionCode/component", {**QUICK, "image": image, "document": uri})["applied"]
    lenses = editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    read = converters.get_converter().structure(lenses, list[types.CodeLens])
    assert [lens.range.start.line for lens in read] == [0, 0]
    by_client, by_server = (lens["command"] for lens in lenses)
    assert by_client == {
        "title": "Update from a new screenshot",
        "command": "visionCode.update",
        "arguments": [{"document": uri}],
    }
    assert by_server["title"] == "Update from shot.png"
    assert _offered(editor, uri, only=["refactor.rewrite"]) == [by_client, by_server]
    assert _offered(editor, uri, only=["refactor"])[-2:] == [by_client, by_server]
    assert _offered(editor, uri, only=["refactor.extract"]) == []
    # The lens that this server can serve by itself does what it says.
    params = {"command": by_server["command"], "arguments": by_server["arguments"]}
    assert editor.request("workspace/executeCommand", params)["files"][0]["action"] == "update"
    assert [r["method"] for r in editor.requests].count("workspace/codeLens/refresh") == 2
    (workspace / "shot.png").unlink()
    assert editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}}) == [lenses[0]]


@pytest.mark.parametrize("name", ["vscode-1.65", ""])
def test_a_component_of_another_run_is_known_by_its_theme(start: Start, tmp_path: Path, name: str) -> None:
    (tmp_path / "Card.theme.css").write_text("/* Colours and fonts of this component. In the main stylesheet */\n")
    editor = start(tmp_path, name, options=OPTIONS)
    for file in ("Card.tsx", "Other.tsx", "Card.ts"):
        editor.open((tmp_path / file).as_uri(), "export default 1\n")
    titles = [
        [lens["command"]["title"] for lens in editor.request("textDocument/codeLens", {"textDocument": {"uri": uri}})]
        for uri in (*editor.documents, "untitled:1", "file:///etc/hostname")
    ]
    assert titles == [["Update from a new screenshot"], [], [], [], []]
    plain = start(tmp_path, name)
    plain.open((tmp_path / "Card.tsx").as_uri(), "export default 1\n")
    document = {"textDocument": {"uri": (tmp_path / "Card.tsx").as_uri()}}
    assert plain.request("textDocument/codeLens", document) == []
