"""
A cancel at the worst moments, a queue that is full, an engine that dies: each costs its request and nothing else.

That cancel stops at every stage and by every way a client has stands in `independent/test_cancel.py`.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.lsp_server.editor import ROOT, Editor, Message

Start = Callable[..., Editor]
QUICK = {"engine": "none", "verify": False}
#: The bar is 0.2 s; a machine that also runs other things may be late.
CANCEL_S = 1.0


def _options(workspace: Path, **more: object) -> Message:
    """
    A picture of a size that every station needs a moment for.
    """
    shutil.copy(ROOT / "examples" / "login-card.png", workspace / "shot.png")
    return {"image": (workspace / "shot.png").as_uri(), "folder": workspace.as_uri(), **more}


def _process_id(editor: Editor) -> int:
    return int(editor.request("visionCode/status", {})["engine"]["processId"])


def test_a_cancel_after_the_edit_was_handed_over_ends_the_request_not_the_edit(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    held: list[int] = []

    def slowly(params: Message) -> Message:
        held.append(1)
        time.sleep(0.5)
        return editor.apply(params)

    editor.answers["workspace/applyEdit"] = slowly
    running = editor.ask("visionCode/component", _options(workspace, **QUICK, name="late"))
    while not held:
        time.sleep(0.01)
    editor.cancel(running)
    assert editor.answer(running)["error"]["code"] == -32800
    deadline = time.monotonic() + 10
    while not editor.request("visionCode/status", {})["canUndo"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "Sign in" in editor.text((workspace / "late.html").as_uri())
    assert editor.request("visionCode/undo", {})["documents"] == [(workspace / "late.html").as_uri()]


def test_a_killed_engine_costs_its_request_one_error_and_nothing_else(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    first = editor.ask("visionCode/component", _options(workspace, **QUICK, workDoneToken=1))
    second = editor.ask("visionCode/component", _options(workspace, **QUICK, name="second"))
    editor.stage("opening")
    os.kill(_process_id(editor), signal.SIGKILL)
    error = editor.answer(first)["error"]
    assert (error["code"], error["data"]["kind"], error["data"]["retry"]) == (-32803, "engine.restarting", True)
    assert error["message"] == "engine.restarting: the engine's process ended by signal 9"
    assert editor.answer(second)["result"]["applied"]


def test_the_queue_is_bounded_and_the_server_answers_meanwhile(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    running = [editor.ask("visionCode/component", _options(workspace, **QUICK, apply=False)) for _ in range(12)]
    refused = [editor.answer(number)["error"] for number in running[9:]]
    assert {error["data"]["kind"] for error in refused} == {"engine.busy"}
    began = time.monotonic()
    status = editor.request("visionCode/status", {})
    assert time.monotonic() - began < CANCEL_S
    assert status["engine"]["state"] == "busy"
    assert status["engine"]["waiting"] == 8
    for number in running[1:9]:
        editor.cancel(number)
    assert {editor.answer(number)["error"]["code"] for number in running[1:9]} == {-32800}
    assert not editor.answer(running[0])["result"]["applied"]  # the first was not disturbed
    assert sum(editor.more_answers(number) for number in running) == 0


def test_pairs_of_request_and_cancel_are_all_answered(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    options = _options(workspace, **QUICK)
    numbers = []
    for _ in range(500):
        numbers.append(editor.ask("visionCode/component", options))
        editor.cancel(numbers[-1])
    kinds = [editor.answer(number)["error"]["data"]["kind"] for number in numbers]
    assert set(kinds) == {"request.cancelled"}
    assert sum(editor.more_answers(number) for number in numbers) == editor.num_stray == 0
    status = editor.request("visionCode/status", {})
    assert status["engine"]["waiting"] == 0
    assert editor.leave() == 0
