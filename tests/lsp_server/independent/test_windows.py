"""
What a client that nobody here wrote sees of encodings, refused edits, texts that were never saved, folders and windows.
"""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types

from tests.lsp_server.independent.editor import QUICK, IndependentEditor, Refused, capabilities_of, picture_of, plain

pytestmark = pytest.mark.asyncio

#: Two lines, of which the last has no end: the replaced range ends at a column, behind characters of 1 to 4 bytes.
OLD = "<p>alt 😀</p>\r\n<p>é漢😀👩‍👩‍👧 </p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_three_encodings_name_the_same_places(
    client: pytest_lsp.LanguageClient, tmp_path: Path, encoding: str
) -> None:
    editor = IndependentEditor(client)
    hello = await editor.start(capabilities_of("emacs@v29.1", encoding), tmp_path)
    assert hello.capabilities.position_encoding == encoding
    (tmp_path / "shot.png").write_bytes(base64.b64decode(picture_of("Shot").partition(",")[2]))
    uri = (tmp_path / "page.html").as_uri()
    editor.open(uri, '<p>😀</p>\n😀👩‍👩‍👧é漢 <img src="shot.png">😀\n')
    hover = await client.text_document_hover_async(types.HoverParams(*editor.at(uri, "shot.png")))
    assert hover is not None
    assert hover.range is not None
    assert editor.covered(uri, hover.range) == '<img src="shot.png">'
    here = types.Range(editor.place(uri, "<img"), editor.place(uri, "<img"))
    wanted = types.CodeActionParams(types.TextDocumentIdentifier(uri), here, types.CodeActionContext(diagnostics=[]))
    offered = await client.text_document_code_action_async(wanted) or ()
    assert [action.title for action in offered] == ["Turn this picture into a component"]
    wanted.range = types.Range(editor.place(uri, "é漢"), editor.place(uri, "é漢"))
    assert not await client.text_document_code_action_async(wanted)
    settings = (tmp_path / "vision-code.toml").as_uri()
    editor.open(settings, '# 😀\nseed = 1 # 😀👩‍👩‍👧\nengine = "none" # 😀\n"😀" = 1\n')
    completed = await client.text_document_completion_async(types.CompletionParams(*editor.at(settings, '"none"')))
    assert [item.label for item in plain(completed) or ()] == ['"embedded"', '"none"']
    # A whole text in whose last line characters of all widths stand: replaced, and brought back.
    editor.open(uri, OLD)
    options = {**QUICK, "image": picture_of("One"), "document": uri, "overwrite": True}
    assert (await editor.ask("component", options))["applied"]
    made = editor.text(uri)
    assert (made[:17], made[-9:]) == ("<!doctype html>\r\n", "</html>\r\n")
    assert "😀" not in made
    editor.type(uri, made + "😀")
    assert (await editor.refusal("undo", {})).kind == "edit.stale"
    editor.type(uri, made)
    assert (await editor.ask("undo", {}))["documents"] == [uri]
    assert editor.text(uri) == OLD


@pytest.mark.parametrize("by", ["request", "command"])
async def test_an_edit_that_the_editor_refuses_changes_nothing(
    client: pytest_lsp.LanguageClient, tmp_path: Path, by: str
) -> None:
    editor = IndependentEditor(client)
    await editor.start(capabilities_of("visual-studio-code@v1.65.2"), tmp_path)
    options = {**QUICK, "image": picture_of("One"), "folder": (tmp_path / "new").as_uri(), "target": "vue"}
    editor.answer = lambda: types.ApplyWorkspaceEditResult(applied=False, failure_reason="read-only")
    refused = await editor.refusal("component", options, by=by)
    assert (refused.code, refused.kind, "read-only" in str(refused)) == (-32803, "edit.refused", True)
    assert len(editor.edits) == 1  # it is not tried again
    assert list(tmp_path.iterdir()) == []
    assert (await editor.refusal("undo", {}, by=by)).kind == "undo.nothing"
    editor.answer = None
    assert (await editor.ask("component", options, by=by))["applied"]


async def test_texts_that_were_never_saved_count(client: pytest_lsp.LanguageClient, tmp_path: Path) -> None:
    editor = IndependentEditor(client)
    await editor.start(capabilities_of("neovim@v0.11.0"), tmp_path)
    uri = (tmp_path / "new.html").as_uri()
    options = {**QUICK, "image": picture_of("One"), "document": uri}
    editor.open(uri, "<p>typed 😀</p>\n")  # no such file
    assert (await editor.refusal("component", options)).kind == "output.exists"
    editor.type(uri, "\n")
    assert (await editor.ask("component", options))["files"][0]["action"] == "fill"
    assert "One" in editor.text(uri)
    assert not (tmp_path / "new.html").exists()
    assert (await editor.ask("undo", {}))["documents"] == [uri]
    assert editor.text(uri) == "\n"
    nameless = {**options, "document": "untitled:Untitled-1"}
    editor.open("untitled:Untitled-1", "")
    assert (await editor.refusal("component", nameless)).kind == "path.scheme"


async def test_each_folder_of_a_workspace_is_a_project_of_its_own(
    client: pytest_lsp.LanguageClient, tmp_path: Path
) -> None:
    site, shop = tmp_path / "site", tmp_path / "shop"
    for folder, framework in ((site, "vue"), (shop, "svelte")):
        folder.mkdir()
        (folder / "package.json").write_text(f'{{"dependencies": {{"{framework}": "5"}}}}')
        (folder / "shot.png").write_bytes(base64.b64decode(picture_of("One").partition(",")[2]))
    (shop / "vision-code.toml").write_text("seed = 3\nengine-url = 1\n")
    editor = IndependentEditor(client)
    await editor.start(capabilities_of("visual-studio-code@v1.65.2"), site)
    added = types.WorkspaceFoldersChangeEvent(added=[types.WorkspaceFolder(shop.as_uri(), "shop")], removed=[])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(added))
    for folder, target in ((site, "vue"), (shop, "svelte")):
        options = {**QUICK, "image": (folder / "shot.png").as_uri(), "name": "Card"}
        result = await editor.ask("component", options)
        main = folder / "components" / f"Card.{target}"
        assert (result["target"], result["files"][0]["uri"]) == (target, main.as_uri())
        assert any("engine-url" in note for note in result["notes"]) is (folder == shop)
    # From data it goes into the first folder; a path from one folder into the other is a path like any other.
    pasted = await editor.ask("component", {**QUICK, "image": picture_of("Two"), "apply": False})
    assert pasted["files"][0]["uri"].startswith(site.as_uri())
    across = {**QUICK, "image": (shop / "shot.png").as_uri(), "folder": site.as_uri()}
    assert (await editor.ask("component", {**across, "apply": False}))["target"] == "vue"
    outside = {**across, "folder": tmp_path.as_uri()}
    assert (await editor.refusal("component", outside)).kind == "path.outside"
    gone = types.WorkspaceFoldersChangeEvent(added=[], removed=[types.WorkspaceFolder(shop.as_uri(), "shop")])
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(gone))
    assert (await editor.refusal("component", across)).kind == "path.outside"


async def test_two_windows_on_one_workspace_lose_nothing(
    client: pytest_lsp.LanguageClient, other: pytest_lsp.LanguageClient, tmp_path: Path
) -> None:
    first, second = IndependentEditor(client), IndependentEditor(other)
    await first.start(capabilities_of("visual-studio-code@v1.65.2"), tmp_path)
    await second.start(capabilities_of("helix-25.01"), tmp_path)
    card, theme = tmp_path / "Card.vue", tmp_path / "Card.theme.css"
    uri = card.as_uri()
    options: dict[str, Any] = {**QUICK, "image": picture_of("One"), "document": uri}
    late = asyncio.create_task(second.ask("component", {**options, "workDoneToken": second.watch("late")}))
    await second.stage("late", "opening")
    card.write_text("<template>mine</template>\n")  # the other window saved it meanwhile
    with pytest.raises(Refused, match=r"edit\.stale"):
        await late
    assert (await second.refusal("component", options)).kind == "output.exists"
    assert first.text(uri) == "<template>mine</template>\n"
    # What one has made, the other does not take for its own.
    assert (await first.ask("component", {**options, "overwrite": True}))["applied"]
    card.write_text(first.text(uri))
    theme.write_text(first.text(theme.as_uri()))
    assert (await second.refusal("undo", {})).kind == "undo.nothing"
    assert (await first.ask("refine", {**QUICK, "image": picture_of("Two")}))["applied"]
