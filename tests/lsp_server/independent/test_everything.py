"""
Every request and every command, by a client that nobody here wrote, with what five releases of editors say they can.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types

from lsp_server.handlers.commands import OPERATIONS
from tests.engine_server import answer, calls, engine_server
from tests.lsp_server.independent.editor import QUICK, IndependentEditor, capabilities_of, picture_of

pytestmark = pytest.mark.asyncio

EDITORS = (
    "visual-studio-code@v1.65.2",
    "neovim@v0.6.1",
    "neovim@v0.11.0",
    "emacs@v29.1",
    "helix-25.01",
)
PRICE = "def total_of(rows):\n    return -sum(rows)\n"
MENDED = "price.py\n<<<<<<< SEARCH\n    return -sum(rows)\n=======\n    return sum(rows)\n>>>>>>> REPLACE\n"
LOOKING = [calls(("grep", {"text": "total_of"})), calls(("choose", {"files": ["price.py"]}))]


async def uploaded(editor: IndependentEditor, picture: str, by: str) -> str:
    """
    The name of a picture that was sent in two pieces.
    """
    content = base64.b64decode(picture.partition(",")[2])
    first, second = (base64.b64encode(part).decode() for part in (content[:100], content[100:]))
    name: str = (await editor.ask("upload", {"data": first}, by=by))["image"]
    sent = await editor.ask("upload", {"image": name, "data": second, "last": True}, by=by)
    assert sent == {"image": name, "bytes": len(content), "complete": True}
    return name


@pytest.mark.parametrize("name", EDITORS)
async def test_every_request_and_every_command_of_every_editor(
    client: pytest_lsp.LanguageClient, tmp_path: Path, name: str
) -> None:
    editor = IndependentEditor(client)
    capabilities = capabilities_of(name)
    hello = await editor.start(capabilities, tmp_path)
    assert hello.capabilities.execute_command_provider is not None
    assert [*hello.capabilities.execute_command_provider.commands] == [f"visionCode.server.{n}" for n in OPERATIONS]
    operations = capabilities.workspace.workspace_edit.resource_operations or ()  # type: ignore[union-attr]
    with engine_server(tmp_path.with_name(f"{tmp_path.name}-engine"), 2 * [*LOOKING, answer(MENDED)]) as server:
        for by in ("request", "command"):
            folder = tmp_path / by
            folder.mkdir()
            await _makes_and_refines(editor, folder, by)
            await _creates(editor, folder, by, may_create="create" in operations)
            await _patches_and_undoes(editor, folder, by, server.address)
            await _refuses(editor, by)
    assert await editor.leave() == 0


async def _makes_and_refines(editor: IndependentEditor, folder: Path, by: str) -> None:
    uri, token = (folder / "page 😀.html").as_uri(), editor.watch(f"making by {by}")
    editor.open(uri, "")
    editor.previews.clear()
    image = await uploaded(editor, picture_of("One"), by)
    options = {**QUICK, "image": image, "document": uri, "workDoneToken": token, "previewToken": 7}
    made = await editor.ask("component", options, by=by)
    assert (made["applied"], made["edit"], made["files"][0]) == (True, None, {"uri": uri, "action": "fill"})
    assert ">One<" in editor.text(uri)
    assert editor.previews[0]["token"] == 7
    begin, *reports, end = editor.progress(token)
    assert (begin.kind, begin.cancellable, end.kind, end.message) == ("begin", True, "end", "done")
    percentages = [report.percentage for report in reports]
    assert percentages == sorted(percentages)
    assert len(percentages) >= 3
    assert (await editor.ask("status", {}, by=by))["canUndo"]
    refined = await editor.ask("refine", {**QUICK, "image": picture_of("Two"), "document": uri}, by=by)
    assert refined["files"][0] == {"uri": uri, "action": "update"}
    assert ">Two<" in editor.text(uri)
    assert ">One<" not in editor.text(uri)


async def _creates(editor: IndependentEditor, folder: Path, by: str, *, may_create: bool) -> None:
    options = {**QUICK, "image": picture_of("New"), "folder": folder.as_uri(), "name": "Card", "target": "vue"}
    if not may_create:
        assert (await editor.refusal("component", options, by=by)).kind == "edit.capability"
        assert not (folder / "Card.vue").exists()
        return
    assert (await editor.ask("component", options, by=by))["applied"]
    assert "New" in editor.text((folder / "Card.vue").as_uri())
    assert (await editor.ask("undo", {}, by=by))["documents"][0] == (folder / "Card.vue").as_uri()


async def _patches_and_undoes(editor: IndependentEditor, folder: Path, by: str, engine: str) -> None:
    uri, unsaved = (folder / "price.py").as_uri(), "# 😀 not saved\n" + PRICE
    (folder / "price.py").write_text(PRICE)
    editor.open(uri, PRICE)
    editor.type(uri, unsaved)
    editor.edits.clear()
    options = {"issue": "`total_of` is negative", "folder": folder.as_uri(), "candidates": 1, "engine": engine}
    patched = await editor.ask("patch", options, by=by)
    assert (patched["applied"], patched["files"]) == (True, [{"uri": uri, "action": "update"}])
    assert editor.text(uri) == unsaved.replace("-sum", "sum")
    (edit,) = editor.edits
    (change,) = edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert [each.range.start.line for each in change.edits] == [2]
    assert (await editor.ask("undo", {}, by=by))["documents"] == [uri]
    assert editor.text(uri) == unsaved
    assert (folder / "price.py").read_text() == PRICE


async def _refuses(editor: IndependentEditor, by: str) -> None:
    assert (await editor.refusal("capture", {}, by=by)).kind == "capture.unavailable"
    assert (
        await editor.refusal("patch", {"issue": "It is wrong", "engine": "none"}, by=by)
    ).kind == "engine.capability"
    assert (await editor.refusal("refine", {"image": "upload:none"}, by=by)).kind == "upload.unknown"
    for name in OPERATIONS:
        refused = await editor.refusal(name, {"nonsense": 1}, by=by)
        assert (refused.code, refused.detail["field"]) == (-32602, "nonsense")
