"""
`visionCode/component` end to end: the real server, the real road, the real engine.
"""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import ROOT, Editor, index_of
from tests.lsp_server.test_protocol import PAGE
from vision_code.render import find_browser

Start = Callable[..., Editor]
#: The road without model and browser: a second instead of several.
QUICK = {"engine": "none", "verify": False}


def test_a_picture_becomes_a_component_with_progress_and_drafts(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    uri = (workspace / "src" / "Welcome.tsx").as_uri()
    image = (workspace / "shot.png").as_uri()
    options = {"image": image, "document": uri, "previewToken": "p", "workDoneToken": "t"}
    result = editor.request("visionCode/component", options)
    assert result["applied"]
    assert result["draftedBy"] in ("embedded", "rules")
    assert result["target"] == "react"
    assert "Sign in" in editor.text(uri)
    assert "export default function" in editor.text(uri)
    assert len(editor.edits) == 1  # one edit is one undo
    values = editor.progress()
    assert values[0]["kind"] == "begin"
    assert values[0]["cancellable"]
    assert values[-1] == {"kind": "end", "message": "done"}
    percentages = [value["percentage"] for value in values if value["kind"] == "report"]
    assert percentages == sorted(percentages)
    assert len(set(percentages)) >= 4
    drafts = [m["params"] for _, m in editor.notifications if m["method"] == "visionCode/preview"]
    assert drafts[0]["token"] == "p"
    assert "Sign in" in drafts[0]["files"][0]["text"]
    kinds = [m["params"]["value"]["kind"] for _, m in editor.notifications if m["method"] == "$/progress"]
    assert kinds.count("end") == 1
    opened = [request["params"]["uri"] for request in editor.requests if request["method"] == "window/showDocument"]
    assert opened == [uri]
    # Taken back: the file, and the theme beside it, go.
    undone = editor.request("visionCode/undo", {})
    assert uri in undone["documents"]
    assert not (workspace / "src" / "Welcome.tsx").exists()
    assert editor.refusal("visionCode/undo", {})["data"]["kind"] == "undo.nothing"
    assert editor.leave() == 0


@pytest.mark.skipif(find_browser() is None, reason="no browser: nothing is compared, so there is one draft")
def test_what_other_drafts_made_can_be_applied_in_its_place(start: Start, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "login-card.png", tmp_path / "shot.png")
    editor = start(tmp_path)
    options = {"image": (tmp_path / "shot.png").as_uri(), "target": "react", "folder": tmp_path.as_uri()}
    result = editor.request("visionCode/component", {**options, "previewToken": 1, "apply": False})
    assert [each["draftedBy"] for each in result["candidates"]] == ["rules"]
    (other,) = result["candidates"]
    assert 0 < other["score"] <= result["fidelity"]["mean"] + 0.01
    assert "Welcome back" in other["page"]
    assert other["files"][0]["uri"] == result["files"][0]["uri"]
    assert other["files"][0]["text"] != result["files"][0]["text"]
    assert editor.apply({"edit": other["edit"]}) == {"applied": True}
    assert editor.text(other["files"][0]["uri"]) == other["files"][0]["text"]


@pytest.mark.skipif(find_browser() is None, reason="no browser: nothing is compared")
@pytest.mark.parametrize("client", ["vscode-1.65", "helix-25.01"])
def test_what_differs_most_is_told_with_the_code_that_draws_it(start: Start, tmp_path: Path, client: str) -> None:
    shutil.copy(ROOT / "examples" / "mobile-dark.png", tmp_path / "shot.png")
    editor = start(tmp_path, client)
    options = {"image": (tmp_path / "shot.png").as_uri(), "target": "react", "engine": "none", "apply": False}
    result = editor.request("visionCode/component", options)
    text = result["files"][0]["text"]

    def told(place: dict[str, dict[str, int]]) -> str:
        start, end = (index_of(text, place[side], editor.encoding) for side in ("start", "end"))
        return text[start:end]

    worst = result["worst"]
    assert worst
    assert all(told(region["range"]).startswith("<") and told(region["range"]).endswith(">") for region in worst)
    entries = [told(region["entry"]) for region in worst if region["entry"] is not None]
    assert entries
    assert all(entry.startswith("{") and entry.endswith("}") for entry in entries)
    rows = PAGE.split("| of a region | type | meaning |\n")[1].split("\n\n")[0].splitlines()[1:]
    assert [row.split("`")[1] for row in rows] == list(worst[0])


def test_the_command_does_the_same_and_the_second_call_is_warm(start: Start, workspace: Path, picture: bytes) -> None:
    editor = start(workspace, "neovim-0.7")
    image = "data:image/png;base64," + base64.b64encode(picture).decode()
    for name, target in (("one", "html"), ("two", "vue")):
        options = {**QUICK, "image": image, "folder": workspace.as_uri(), "name": name, "target": target}
        params = {"command": "visionCode.server.component", "arguments": [options]}
        result = editor.request("workspace/executeCommand", params)
        assert result["applied"]
        assert "Sign in" in editor.text(result["files"][0]["uri"])
    # This client has no showDocument: it is told where the component is.
    editor.wait_for(lambda m: m["method"] == "window/showMessage" and "one.html" in m["params"]["message"])
    # Its progress is the server's own.
    created = [r["params"]["token"] for r in editor.requests if r["method"] == "window/workDoneProgress/create"]
    assert len(created) == 2
    kinds = [v["kind"] for v in editor.progress()]
    assert kinds.count("begin") == kinds.count("end") == 2
    status = editor.request("visionCode/status", {})
    assert status["engine"] == {"state": "ready", "processId": status["engine"]["processId"], "waiting": 0, "done": 2}


def test_pictures_are_written_beside_the_component_once_it_is_applied(start: Start, workspace: Path) -> None:
    from PIL import Image, ImageDraw

    with Image.open(workspace / "shot.png") as shot:
        drawn = shot.convert("RGB")
        photo = Image.effect_noise((96, 96), 90).convert("RGB")
        drawn.paste(photo, (200, 30))
        ImageDraw.Draw(drawn).rectangle((199, 29, 297, 127), outline="#444444")
        drawn.save(workspace / "photo.png")
    editor = start(workspace)
    options = {**QUICK, "image": (workspace / "photo.png").as_uri(), "name": "card", "target": "html"}
    refused = {**options, "folder": (workspace / "no").as_uri()}
    editor.answers["workspace/applyEdit"] = lambda _: {"applied": False, "failureReason": "read-only"}
    error = editor.refusal("visionCode/component", refused)
    assert error["data"]["kind"] == "edit.refused"
    assert "read-only" in error["message"]
    assert not (workspace / "no").exists()  # nothing at all was written
    editor.answers["workspace/applyEdit"] = editor.apply
    result = editor.request("visionCode/component", options)
    written = [file["uri"] for file in result["files"] if file["action"] == "write"]
    assert written
    for source in re.findall(r'src="([^"]+)"', editor.text(result["files"][0]["uri"])):
        assert (workspace / source).read_bytes()[:4] == b"\x89PNG"
    undone = editor.request("visionCode/undo", {})
    assert sorted(undone["removed"]) == sorted(written)
    assert not (workspace / "assets").exists()


def test_nothing_is_applied_where_that_was_asked_or_the_editor_takes_no_edits(start: Start, workspace: Path) -> None:
    image = (workspace / "shot.png").as_uri()
    editor = start(workspace)
    result = editor.request("visionCode/component", {**QUICK, "image": image, "apply": False})
    assert not result["applied"]
    assert "Sign in" in result["files"][0]["text"]
    assert result["edit"]["documentChanges"]
    poor = start(workspace, "")
    result = poor.request("visionCode/component", {**QUICK, "image": image})
    assert not result["applied"]
    assert "Sign in" in result["files"][0]["text"]
    poor.wait_for(lambda m: m["method"] == "window/showMessage")
    # Without progress it hears of the start and the end in its log, and of nothing else.
    assert {m["method"] for _, m in poor.notifications} == {"window/logMessage", "window/showMessage"}
    assert not list(workspace.glob("*.html"))


def test_typing_meanwhile_is_never_overwritten(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    uri = (workspace / "page.html").as_uri()
    image = (workspace / "shot.png").as_uri()
    editor.open(uri, "<p>old</p>\n")
    refused = editor.refusal("visionCode/component", {**QUICK, "image": image, "document": uri})
    assert refused["data"]["kind"] == "output.exists"
    options = {**QUICK, "image": image, "document": uri, "overwrite": True}
    running = editor.ask("visionCode/component", options)
    editor.type(uri, "<p>typed</p>\n")
    error = editor.answer(running)["error"]
    assert error["code"] == -32801
    assert error["message"] == "edit.stale: page.html: document at version 2, edit made for 1"
    assert editor.text(uri) == "<p>typed</p>\n"
    assert editor.edits == []
    # A version that moved and came back to the same text is no obstacle; VS Code asks before it replaces.
    running = editor.ask("visionCode/component", options)
    editor.type(uri, "<p>typed</p>")
    editor.type(uri, "<p>typed</p>\n")
    assert editor.answer(running)["result"]["applied"]
    assert editor.edits[0]["changeAnnotations"]["overwrite"]["needsConfirmation"]
    assert "Sign in" in editor.text(uri)
    editor.request("visionCode/undo", {})
    assert editor.text(uri) == "<p>typed</p>\n"
