"""
Windows of one user share an engine: whatever happens to one of them, or to the engine, costs the others nothing else.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp_server.editor import DEADLINE_S, ROOT, Editor, Message
from tests.marked_processes import MARK, left_after, survivors
from vision_code.output import remove_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no private sockets on this system")

Start = Callable[..., Editor]


@pytest.fixture
def runtime() -> Iterator[Path]:
    """
    Where the windows meet; short, as a socket's path must be.
    """
    folder = Path(tempfile.mkdtemp(prefix="vct-", dir="/tmp"))
    yield folder
    remove_folder(folder)


def _options(workspace: Path, **more: object) -> Message:
    shutil.copy(ROOT / "examples" / "login-card.png", workspace / "shot.png")
    image = (workspace / "shot.png").as_uri()
    return {"engine": "none", "verify": False, "image": image, "apply": False, "target": "html", **more}


def _engine(editor: Editor) -> Message:
    status: Message = editor.request("visionCode/status", {})["engine"]
    return status


def _host(mark: str) -> int:
    """
    The process that keeps the engine; one that just begins is given its time.
    """
    deadline = time.monotonic() + 10
    found: list[int] = []
    while len(found) != 1 and time.monotonic() < deadline:
        found = [each for each in survivors(mark) if b"road.host" in Path(f"/proc/{each}/cmdline").read_bytes()]
    (host,) = found
    return host


@contextlib.contextmanager
def _held(editor: Editor) -> Iterator[None]:
    """
    The engine stands still, so that whatever is asked of it meanwhile is still under way at the end.
    """
    process_id = _engine(editor)["processId"]
    os.kill(process_id, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGCONT)


def _until(editor: Editor, **facts: object) -> None:
    """
    Wait until the engine is said to be so.
    """
    deadline = time.monotonic() + DEADLINE_S
    while (engine := _engine(editor)) | facts != engine:
        assert time.monotonic() < deadline, engine
        time.sleep(0.02)


def test_windows_share_one_engine_and_nothing_else(start: Start, workspace: Path, runtime: Path) -> None:
    mark = secrets.token_hex(8)
    environment = {"XDG_RUNTIME_DIR": str(runtime), MARK: mark}
    editors = [start(workspace, environment=environment) for _ in range(3)]
    options = _options(workspace)
    # All at once: one of them starts the engine, the others find it.
    asked = [editor.ask("visionCode/component", options) for editor in editors]
    for editor, number in zip(editors, asked, strict=True):
        assert "Welcome back" in editor.answer(number)["result"]["files"][0]["text"]
    first, second, third = editors
    engine = _engine(first)
    assert (engine["state"], engine["done"]) == ("ready", 3)
    assert {_engine(editor)["processId"] for editor in editors} == {engine["processId"]}
    folder = runtime / f"vision-code-{os.getuid()}"
    (socket,) = folder.glob("*.sock")
    assert (folder.stat().st_mode & 0o777, socket.stat().st_mode & 0o777) == (0o700, 0o600)
    host = _host(mark)

    # One cancels what waits, one leaves with what it waits for: what runs for another is not disturbed.
    with _held(first):
        running = first.ask("visionCode/component", options)
        _until(first, state="busy", waiting=0)
        waiting = second.ask("visionCode/component", {**options, "workDoneToken": 2})
        second.stage("waiting for another component")
        third.ask("visionCode/component", options)
        _until(first, waiting=2)
        second.cancel(waiting)
        assert second.answer(waiting)["error"]["code"] == -32800
        assert third.leave() == 0
        _until(first, waiting=0)
    assert "result" in first.answer(running)

    # The engine dies: its request hears of it, the one behind does not.
    with _held(first):
        running = first.ask("visionCode/component", options)
        _until(first, state="busy", waiting=0)
        waiting = second.ask("visionCode/component", options)
        _until(first, waiting=1)
        os.kill(_engine(first)["processId"], signal.SIGKILL)
        assert first.answer(running)["error"]["data"]["kind"] == "engine.restarting"
    assert "result" in second.answer(waiting)

    # Its host dies: the same, and the socket that it leaves is in nobody's way.
    with _held(first):
        running = first.ask("visionCode/component", options)
        _until(first, state="busy")
        os.kill(host, signal.SIGKILL)
        error = first.answer(running)["error"]
        assert (error["data"]["kind"], error["data"]["retry"]) == ("engine.restarting", True)
        assert _engine(second)["state"] == "stopped"  # it has heard of it, too
    assert "result" in second.answer(second.ask("visionCode/component", options))
    assert _host(mark) != host

    # The last one leaves, and all is gone with it.
    second.process.kill()
    first.leave()
    assert left_after(mark) == []
    assert [path.suffix for path in folder.iterdir()] == [".lock"]


def test_a_folder_that_others_can_open_is_no_meeting_place(start: Start, workspace: Path, runtime: Path) -> None:
    folder = runtime / f"vision-code-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o777)
    editor = start(workspace, environment={"XDG_RUNTIME_DIR": str(runtime)})
    assert "result" in editor.answer(editor.ask("visionCode/component", _options(workspace)))
    assert list(folder.iterdir()) == []
    assert editor.leave() == 0
    assert b"the engine is not shared with other windows: the folder for the engine's socket is open" in editor.log
