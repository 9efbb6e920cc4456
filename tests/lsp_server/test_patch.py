"""
`visionCode/patch`: an engine behind an address writes, the editor gets one edit of the lines that change.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.engine_server import EVENT_STREAM, EngineServer, Step, answer, calls, engine_server
from tests.lsp_server.editor import Editor, Message

Start = Callable[..., Editor]
PRICE = "def total_of(rows):\n    total = 0\n    for row in rows:\n        total -= row\n    return total\n"
ISSUE = "The total is negative: `total_of` gives -3 for rows 1 and 2"
LOOKING = [calls(("grep", {"text": "total_of"})), calls(("choose", {"files": ["price.py"]}))]
MENDED = "price.py\n<<<<<<< SEARCH\n        total -= row\n=======\n        total += row\n>>>>>>> REPLACE\n"
MOVED = (
    "*** Begin Patch\n*** Delete File: price.py\n*** Add File: shop/total.py\n"
    "+def total_of(rows):\n+    return sum(rows)\n*** End Patch\n"
)


@pytest.fixture
def project(workspace: Path) -> Path:
    (workspace / "price.py").write_text(PRICE)
    (workspace / ".env").write_text("TOKEN=sk-planted-in-env\n")
    return workspace


def _served(tmp_path: Path, *writes: Sequence[Step]) -> AbstractContextManager[EngineServer]:
    return engine_server(tmp_path.with_name(f"{tmp_path.name}-engine"), [*LOOKING, *writes])


def _options(server: EngineServer, **more: object) -> Message:
    return {"issue": ISSUE, "engine": server.address, "candidates": 1, **more}


@pytest.mark.parametrize("name", ["vscode-1.65", "neovim-0.11", "eglot-29.1"])
def test_a_patch_is_one_edit_of_the_lines_that_change_in_what_the_editor_holds(
    start: Start, project: Path, tmp_path: Path, name: str
) -> None:
    editor = start(project, name)
    uri, unsaved = (project / "price.py").as_uri(), "# 😀 not saved\n" + PRICE
    editor.open(uri, PRICE)
    editor.type(uri, unsaved)
    with _served(tmp_path, answer(MENDED)) as server:
        result = editor.request("visionCode/patch", _options(server))
        asked = str(server.requests)
    assert result["applied"]
    assert [(file["uri"], file["action"]) for file in result["files"]] == [(uri, "update")]
    assert (result["candidates"], result["agreed"], result["model"]) == (1, 1, "kimi")
    assert "-        total -= row\n+        total += row\n" in result["diff"]
    assert editor.text(uri) == unsaved.replace("-=", "+=")
    (edit,) = editor.edits
    (operation,) = edit["documentChanges"] if "documentChanges" in edit else edit["changes"].values()
    (line,) = operation["edits"]
    assert (line["range"]["start"]["line"], line["range"]["end"]["line"]) == (4, 5)
    assert "changeAnnotations" not in edit
    assert "not saved" in asked
    assert "sk-planted-in-env" not in asked
    assert (project / "price.py").read_text() == PRICE

    editor.request("visionCode/undo", {})
    assert editor.text(uri) == unsaved


def test_files_that_come_and_go_are_asked_about_and_taken_back_together(
    start: Start, project: Path, tmp_path: Path
) -> None:
    editor = start(project)
    with _served(tmp_path, answer(MOVED)) as server:
        result = editor.request("visionCode/patch", _options(server))
    assert {Path(file["uri"]).name: file["action"] for file in result["files"]} == {
        "price.py": "delete",
        "total.py": "create",
    }
    assert editor.edits[0]["changeAnnotations"]["delete"]["needsConfirmation"]
    assert not (project / "price.py").exists()
    assert "sum(rows)" in editor.text((project / "shop" / "total.py").as_uri())
    editor.request("visionCode/undo", {})
    assert editor.text((project / "price.py").as_uri()) == PRICE
    assert not (project / "shop" / "total.py").exists()


def test_without_apply_nothing_is_changed_and_all_is_told(start: Start, project: Path, tmp_path: Path) -> None:
    editor = start(project)
    with _served(tmp_path, answer(MENDED)) as server:
        result = editor.request("visionCode/patch", _options(server, apply=False))
    assert (result["applied"], editor.edits) == (False, [])
    assert result["files"][0]["text"] == PRICE.replace("-=", "+=")
    assert editor.apply({"edit": result["edit"]}) == {"applied": True}
    assert editor.text((project / "price.py").as_uri()) == PRICE.replace("-=", "+=")


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("# 😀 above\n" + PRICE + "\n# more\n", True),
        (PRICE.replace("total = 0", "total = 1"), False),  # beside the line that changes
        (PRICE.replace("total -= row", "total -= 2 * row"), False),
        (PRICE + PRICE, False),  # two places that are alike
    ],
)
def test_what_is_typed_meanwhile_stays_or_the_patch_is_refused(
    start: Start, project: Path, tmp_path: Path, typed: str, fits: bool
) -> None:
    editor = start(project)
    uri = (project / "price.py").as_uri()
    editor.open(uri, PRICE)
    with _served(tmp_path, [["wait", 3], *answer(MENDED)]) as server:
        number = editor.ask("visionCode/patch", _options(server, workDoneToken="patch"))
        editor.stage("the engine writes")
        editor.type(uri, typed)
        told = editor.answer(number)
    if fits:
        assert told["result"]["applied"]
        assert editor.text(uri) == typed.replace("-=", "+=")
        editor.request("visionCode/undo", {})
    else:
        error = told["error"]
        assert (error["code"], error["data"]["kind"], editor.edits) == (-32801, "edit.stale", [])
    assert editor.text(uri) == typed


def test_a_cancel_ends_it_while_components_are_made_beside_it(start: Start, project: Path, tmp_path: Path) -> None:
    editor = start(project)
    with _served(tmp_path, [["send", EVENT_STREAM], ["wait", 600]]) as server:
        number = editor.ask("visionCode/patch", _options(server, workDoneToken="patch"))
        editor.stage("the engine writes")
        image = (project / "shot.png").as_uri()
        made = editor.request("visionCode/component", {"image": image, "engine": "none", "verify": False})
        assert made["applied"]
        start_s = time.monotonic()
        editor.cancel(number)
        assert editor.answer(number)["error"]["code"] == -32800
        assert time.monotonic() - start_s < 30  # it does not wait for the engine
    assert editor.leave() == 0


def test_pictures_go_to_the_engine_with_the_words_on_them(start: Start, project: Path, tmp_path: Path) -> None:
    editor = start(project)
    picture = (project / "shot.png").read_bytes()
    with _served(tmp_path, answer(MENDED)) as server:
        options = _options(server, images=[(project / "shot.png").as_uri(), _data_uri(picture)], apply=False)
        editor.request("visionCode/patch", options)
        first = str(server.questions[0])
    assert first.count("data:image/png;base64,") == 2
    assert "Welcome" in first


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"engine": "embedded"}, "engine.capability"),
        ({"engine": "none"}, "engine.capability"),
        ({"images": ["file:///etc/passwd"]}, "path.outside"),
        ({"images": ["upload:none"]}, "upload.unknown"),
        ({"folder": "file:///etc"}, "path.outside"),
        ({"folder": "price.py"}, "path.scheme"),
        ({"issue": ""}, "params.wrong"),
        ({"images": "shot.png"}, "params.wrong"),
        ({"images": [""] * 9}, "params.wrong"),
        ({"file": "price.py"}, "params.unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(
    start: Start, project: Path, fields: Message, kind: str
) -> None:
    error = start(project).refusal("visionCode/patch", {"issue": ISSUE, **fields})
    assert error["data"]["kind"] == kind


@pytest.mark.parametrize(
    ("path", "kind"), [(".github/workflows/ci.yml", "path.protected"), ("../out.py", "path.outside")]
)
def test_an_engine_changes_nothing_outside_and_nothing_protected(
    start: Start, project: Path, tmp_path: Path, path: str, kind: str
) -> None:
    editor = start(project)
    reply = f"*** Begin Patch\n*** Add File: {path}\n+on: push\n*** End Patch\n"
    with _served(tmp_path, answer(reply)) as server:
        error = editor.refusal("visionCode/patch", _options(server))
    assert (error["data"]["kind"], editor.edits) == (kind, [])
    assert not (project / path).exists()


def _data_uri(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
