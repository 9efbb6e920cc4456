"""
What a project brings is run only while the client says that it is trusted.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor

Start = Callable[..., Editor]
#: Plays Prettier: leaves a trace, and indents by one tab.
FORMATTER = """
const fs = require("fs");
fs.writeFileSync("ran", "");
process.stdout.write(fs.readFileSync(0, "utf8").replace(/^(?:  )+/gm, "\\t"));
"""


def _trusted(editor: Editor) -> bool:
    return bool(editor.request("visionCode/status", {})["trusted"])


def test_a_workspace_is_trusted_only_while_the_client_says_so(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    assert not _trusted(editor)
    for word, result in ((True, True), ("yes", False), (True, True), (False, False), (1, False)):
        editor.notify("visionCode/didChangeTrust", {"trusted": word})
        assert _trusted(editor) is result
    assert _trusted(start(tmp_path, options={"trusted": True, "engine": "none"}))
    assert not _trusted(start(tmp_path, options={"trusted": "true"}))
    nested = start(tmp_path, options={"vision-code": {"trusted": True}})  # settings cannot say it
    assert not _trusted(nested)
    assert nested.leave() == 0
    assert b"unknown trusted" in nested.log


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_formatter_of_a_project_is_run_when_it_is_trusted(start: Start, workspace: Path) -> None:
    home = workspace / "node_modules" / "prettier"
    home.mkdir(parents=True)
    (home / "package.json").write_text('{"bin": "run.cjs"}')
    (home / "run.cjs").write_text(FORMATTER)
    (workspace / ".prettierrc").write_text("{}")
    editor = start(workspace)
    options = {"engine": "none", "verify": False, "target": "vue", "image": (workspace / "shot.png").as_uri()}
    result = editor.request("visionCode/component", {**options, "name": "One"})
    assert "not formatted with prettier, because the workspace is not trusted" in result["notes"]
    assert "\n\t" not in editor.text(result["files"][0]["uri"])
    assert not (workspace / "ran").exists()
    editor.notify("visionCode/didChangeTrust", {"trusted": True})
    result = editor.request("visionCode/component", {**options, "name": "Two"})
    assert "\n\t" in editor.text(result["files"][0]["uri"])
    assert not any("formatted" in note for note in result["notes"])
    assert (workspace / "ran").exists()
    # Made by the formatter's hand, and still known as it was made.
    assert editor.request("visionCode/refine", {"image": options["image"], "engine": "none", "verify": False})[
        "applied"
    ]
