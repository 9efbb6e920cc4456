"""
The protocol's own messages: what is wrong with one is said and costs nothing else, whoever sent it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor, Message

Start = Callable[..., Editor]
AT = {"line": 0, "character": 0}
DOCUMENT = {"uri": "file:///w/a.html"}


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("textDocument/hover", {}, "textDocument"),
        ("textDocument/hover", None, "params"),
        ("textDocument/hover", [1], "textDocument"),
        ("textDocument/hover", {"textDocument": {"uri": 5}, "position": AT}, "textDocument"),
        ("textDocument/hover", {"textDocument": DOCUMENT}, "position"),
        ("textDocument/hover", {"textDocument": DOCUMENT, "position": {**AT, "line": -1}}, "position"),
        ("textDocument/hover", {"textDocument": DOCUMENT, "position": {**AT, "line": 2**31}}, "position"),
        ("textDocument/completion", {"textDocument": DOCUMENT, "position": {**AT, "line": "1"}}, "position"),
        ("textDocument/completion", {"textDocument": DOCUMENT, "position": {**AT, "line": True}}, "position"),
        ("textDocument/codeLens", {"textDocument": "file:///w/a.html"}, "textDocument"),
        (
            "textDocument/codeAction",
            {
                "textDocument": DOCUMENT,
                "range": {"start": {**AT, "line": 1}, "end": AT},
                "context": {"diagnostics": []},
            },
            "range",
        ),
        ("workspace/executeCommand", {"command": "visionCode.server.status", "arguments": {}}, "arguments"),
        ("workspace/executeCommand", {"command": "visionCode.server.status", "arguments": ["a"]}, "arguments"),
        ("workspace/executeCommand", {"command": "no.such"}, "command"),
    ],
)
def test_a_wrong_field_is_named(start: Start, tmp_path: Path, method: str, params: object, field: str) -> None:
    error = start(tmp_path).refusal(method, params)
    assert (error["code"], error["data"]["detail"]) == (-32602, {"field": field})
    assert f"`{field}`" in error["message"]


def test_notifications_that_cannot_be_read_are_passed_over(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    for method in ("$/cancelRequest", "window/workDoneProgress/cancel", "workspace/didChangeWorkspaceFolders"):
        for params in (None, [], {}, {"id": None}, {"id": [1]}, {"token": {}}, {"event": {"added": 1}}):
            editor.notify(method, params)
    for method in ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose"):
        for item in (None, {}, {"uri": 1}, {"uri": "file:///w/none.html", "version": None}):
            editor.notify(method, {"textDocument": item})
    for method in ("textDocument/didSave", "no/such", "$/setTrace", "workspace/didChangeConfiguration"):
        editor.notify(method, {})
    assert editor.request("visionCode/status", {})["documents"] == 0
    # Nobody is bothered with it, and the log tells of it once in a while.
    assert editor.notifications == []
    assert len(editor.log.splitlines()) < 20
    assert editor.leave() == 0


@pytest.mark.parametrize("answer", [None, 1, [], {}, {"applied": "yes"}, {"applied": False, "failureReason": "no!"}])
def test_an_answer_that_is_none_ends_the_request_that_waits_for_it(
    start: Start, workspace: Path, answer: object
) -> None:
    editor = start(workspace, answers={"workspace/applyEdit": lambda _: answer})
    options = {"engine": "none", "verify": False, "image": (workspace / "shot.png").as_uri(), "name": "page"}
    error = editor.refusal("visionCode/component", options)
    assert (error["code"], error["data"]["kind"]) == (-32803, "edit.refused")
    assert "no!" in error["message"] or not isinstance(answer, dict) or "failureReason" not in answer
    assert not (workspace / "page.html").exists()


def test_answers_to_nothing_and_cancels_of_what_the_server_asks_change_nothing(start: Start, workspace: Path) -> None:
    editor = start(workspace)

    def slowly(params: Message) -> Message:
        asked = next(request["id"] for request in editor.requests if request["method"] == "workspace/applyEdit")
        editor.cancel(asked)
        time.sleep(0.2)
        return editor.apply(params)

    editor.answers["workspace/applyEdit"] = slowly
    options = {"engine": "none", "verify": False, "image": (workspace / "shot.png").as_uri(), "name": "page"}
    running = editor.ask("visionCode/component", options)
    for message_id in (running, "none", None, [1], 7.5):
        editor.send({"jsonrpc": "2.0", "id": message_id, "result": None})
        editor.send({"jsonrpc": "2.0", "id": message_id, "error": None})
    assert editor.answer(running)["result"]["applied"]
    assert editor.leave() == 0
