"""
The user's settings on each way an editor has for them, before those of the project and behind those of the request.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lsp_server.user_settings import parse_user_settings
from tests.lsp_server.editor import Editor
from vision_code.project.settings import Settings

Start = Callable[..., Editor]
#: No model and no browser, as settings.
QUICK = {"engine": "none", "verify": False}


def _made(editor: Editor, workspace: Path, **options: object) -> dict[str, Any]:
    image = (workspace / "shot.png").as_uri()
    result: dict[str, Any] = editor.request("visionCode/component", {"image": image, "apply": False, **options})
    return result


def _asked(editor: Editor, method: str) -> list[dict[str, Any]]:
    return [request["params"] for request in editor.requests if request["method"] == method]


def test_request_before_user_before_project_before_what_it_is_made_of(start: Start, workspace: Path) -> None:
    (workspace / "package.json").write_text('{"dependencies": {"react": "19", "tailwindcss": "4"}}')
    editor = start(workspace, "eglot-29.1", options={**QUICK, "candidates": None})
    assert _made(editor, workspace)["target"] == "react"
    (workspace / "vision-code.toml").write_text('target = "vue"\nverify = true\n[model]\n')
    result = _made(editor, workspace)
    # The user switched verification off, whatever the project says; what only the user may say is passed over.
    assert (result["target"], result["draftedBy"], result["verified"]) == ("vue", "rules", False)
    assert result["notes"][0].startswith("vision-code.toml:3:2: model: a project cannot set this")
    # eglot cannot be told apart from one that pushes: no question came, so what it pushes counts.
    pushed = {"vision-code": {**QUICK, "target": "svelte"}, "python": {"engine": "x"}}
    editor.notify("workspace/didChangeConfiguration", {"settings": pushed})
    assert _made(editor, workspace)["target"] == "svelte"
    editor.notify("workspace/didChangeConfiguration", {"settings": {"python": {}}})  # says nothing of ours
    assert _made(editor, workspace)["target"] == "svelte"
    assert _made(editor, workspace, target="html-css")["target"] == "html-css"
    # A document's ending says more than settings.
    document = (workspace / "a.vue").as_uri()
    assert _made(editor, workspace, document=document)["target"] == "vue"
    assert _asked(editor, "workspace/configuration") == _asked(editor, "client/registerCapability") == []


def test_a_wrong_settings_file_is_refused_as_on_the_command_line(start: Start, workspace: Path) -> None:
    editor = start(workspace, options=QUICK)
    (workspace / "vision-code.toml").write_text("\nverfy = true\n")
    error = editor.refusal("visionCode/component", {"image": (workspace / "shot.png").as_uri()})
    assert error["code"] == -32803
    assert error["message"] == "config.key: vision-code.toml:2:1: unknown key 'verfy'; did you mean verify?"
    # The same file cannot name a model, and does not keep the user from it.
    (workspace / "vision-code.toml").write_text('engine = "local:/models/theirs"\n')
    result = _made(editor, workspace)
    assert result["draftedBy"] == "rules"
    assert "engine 'local:/models/theirs': a project cannot set this" in result["notes"][0]
    gone = editor.refusal("visionCode/component", {"image": (workspace / "shot.png").as_uri(), "engine": "local:/no"})
    assert gone["data"]["kind"].startswith(("engine.", "checkpoint."))


def test_an_editor_that_can_be_asked_is_asked_and_told_to_say_when_they_change(start: Start, workspace: Path) -> None:
    now: dict[str, Any] = {**QUICK, "target": "html-css", "trace": {"server": "off"}, "path": None}
    answers = {"workspace/configuration": lambda params: [now for _ in params["items"]]}
    editor = start(workspace, options={"vision-code": {**QUICK, "target": "vue"}}, answers=answers)
    # The first request waits for the answer.
    assert _made(editor, workspace)["target"] == "html-css"
    assert _asked(editor, "workspace/configuration") == [{"items": [{"section": "vision-code"}]}]
    ((registration,),) = (params["registrations"] for params in _asked(editor, "client/registerCapability"))
    assert registration["method"] == "workspace/didChangeConfiguration"
    assert registration["registerOptions"] == {"section": "vision-code"}
    now["target"] = "svelte"
    editor.notify("workspace/didChangeConfiguration", {"settings": None})
    assert _made(editor, workspace)["target"] == "svelte"
    assert editor.leave() == 0
    assert editor.log.count(b"settings: unknown trace") == 1  # said once, although it came twice


@pytest.mark.parametrize("answer", [None, [], [None], {"target": "vue"}])
def test_no_answer_leaves_what_was_said_before(start: Start, workspace: Path, answer: object) -> None:
    editor = start(
        workspace, options={**QUICK, "target": "svelte"}, answers={"workspace/configuration": lambda _: answer}
    )
    assert _made(editor, workspace)["target"] == "svelte"


def test_a_client_that_never_answers_costs_seconds_not_the_component(start: Start, workspace: Path) -> None:
    late = threading.Event()
    editor = start(workspace, options=QUICK, answers={"workspace/configuration": lambda _: late.wait(60)})
    assert _made(editor, workspace)["draftedBy"] == "rules"
    assert b"settings: no answer within 5 s" in editor.log
    late.set()
    assert editor.request("visionCode/status", {})["engine"]["done"] == 1


def test_what_is_wrong_is_said_to_the_user_once_and_left_out(start: Start, workspace: Path) -> None:
    options = {**QUICK, "target": "angular", "seed": -1}
    editor = start(workspace, options=options, answers={"workspace/configuration": lambda _: [options]})
    assert _made(editor, workspace)["target"] == "html"
    said = [m["params"]["message"] for _, m in editor.notifications if m["method"] == "window/showMessage"]
    assert said == [
        "Vision Code settings: target must be one of html, html-css, react, vue, svelte",
        "Vision Code settings: seed must be a whole number from 0 to 2147483647",
    ]
    for hostile in ([], "x", 7, {"vision-code": 1}, {"engine": {"a": []}, "scale": True}):
        assert start(workspace, "", options=hostile).leave() == 0


def test_a_client_without_configuration_is_asked_nothing(start: Start, workspace: Path) -> None:
    editor = start(workspace, "", options=QUICK)
    assert _made(editor, workspace)["draftedBy"] == "rules"
    assert editor.requests == []


def test_a_model_is_named_by_its_whole_path_and_an_engine_elsewhere_by_its_address() -> None:
    named = parse_user_settings({"engine": "local:/models/mine", "scale": 2})
    assert (named.settings, named.wrong) == (Settings(engine="local:/models/mine", scale=2), ())
    distant = parse_user_settings({"engine": "https://host/v1#kimi-k2.5"})
    assert (distant.settings, distant.wrong) == (Settings(engine="https://host/v1#kimi-k2.5"), ())
    for engine in ("local:models", "local:", "local:/a\nb", "https://ho st", "gpt", 3):
        parsed = parse_user_settings({"engine": engine})
        assert parsed.settings == Settings()
        assert parsed.wrong[0].startswith("engine must be ")
