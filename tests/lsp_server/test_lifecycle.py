"""
The real process: every id answered once, broken frames and vanished clients end it soon and cleanly.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import ROOT, Editor
from tests.marked_processes import MARK, left_after, survivors

Start = Callable[..., Editor]


def test_every_request_is_answered_once_whatever_it_is(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    cases: list[tuple[object, object, int]] = [
        ("no/such", {}, -32601),
        ("$/no", {}, -32601),
        ("initialize", {}, -32600),
        ("visionCode/status", [], -32602),
        ("visionCode/status", "text", -32602),
        ("visionCode/status", {"jsonrpc": 1}, -32602),
        ("visionCode/component", None, -32602),
        ("visionCode/component", {"image": {}}, -32602),
        ("visionCode/patch", {}, -32602),
        ("workspace/executeCommand", {}, -32602),
        ("workspace/executeCommand", {"command": ["a"]}, -32602),
        ("workspace/executeCommand", {"command": "visionCode.server.component"}, -32602),
        ("workspace/executeCommand", {"command": "visionCode.server.component", "arguments": [1]}, -32602),
        ("workspace/executeCommand", {"command": "visionCode.server.component", "arguments": [{}, {}]}, -32602),
        ("workspace/executeCommand", {"command": "visionCode.server.patch", "arguments": [{}]}, -32602),
    ]
    asked = [(editor.ask(str(method), params), code) for method, params, code in cases * 20]
    assert [editor.answer(number, 20)["error"]["code"] for number, _ in asked] == [code for _, code in asked]
    assert sum(editor.more_answers(number) for number, _ in asked) == 0
    for message_id in ("text", "", 2**60, -1):
        editor.expect(message_id)
        editor.send({"jsonrpc": "2.0", "id": message_id, "method": "visionCode/status"})
        assert "result" in editor.answer(message_id, 20)
    editor.expect(None)
    for body in (b"{", b"[1]", b"", b"[" * 100000, b'{"jsonrpc":"2.0","id":[],"method":"a"}'):
        editor.send_bytes(body)
        assert editor.answer(None, 20)["error"]["code"] in (-32700, -32600)
    editor.send_raw(b"Content-Length: %d\r\n\r\n" % (65 << 20))
    assert editor.answer(None, 20)["error"]["data"]["kind"] == "lsp.frame_too_large"
    for _ in range(65):
        editor.send_raw(b"x" * (1 << 20))
    assert "result" in editor.answer(editor.ask("visionCode/status"), 20)
    # Nothing of this is anything to bother a person with.
    assert editor.notifications == []
    assert editor.leave() == 0


def test_errors_name_the_field(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path)
    image = (tmp_path / "shot.png").as_uri()
    for params, words in (
        ({}, "`image` is missing"),
        ({"image": 1}, "`image` must be a string"),
        ({"image": image, "targt": "vue"}, "`targt` is not known; did you mean `target`?"),
        ({"image": image, "target": "flutter"}, "`target` must be one of"),
        ({"image": image, "candidates": 9}, "`candidates` must be an integer from 1 to 8"),
        ({"image": image, "candidates": True}, "`candidates` must be an integer"),
        ({"image": image, "verify": "yes"}, "`verify` must be true or false"),
        ({"image": "data:image/png,x"}, "`image` must be a file: URI, a data: URI in base64 or an upload"),
        ({"image": "data:image/png;base64,%%%"}, "`image` holds no valid base64"),
        ({"image": "data:image/png;base64,AAAA", "name": "../x"}, "`name` must be a file's name"),
        ({"image": "data:image/png;base64,AAAA", "document": image, "folder": image}, "`folder` cannot be given"),
    ):
        error = editor.refusal("visionCode/component", params)
        assert error["code"] == -32602
        assert words in error["message"]
        assert error["data"]["detail"]["field"] in error["message"]


def test_pictures_are_read_from_the_workspace_only(start: Start, tmp_path: Path) -> None:
    (tmp_path / "link.png").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to("/dev/zero")
    root = tmp_path.as_uri()
    editor = start(tmp_path)
    for uri, kind in (
        ("http://host/a.png", "path.scheme"),
        ("a.png", "path.scheme"),
        ("file://host/a.png", "path.remote"),
        ("file:///%00", "path.control_char"),
        ("file:///etc/hostname", "path.outside"),
        (f"{root}/../../../../../../etc/hostname", "path.outside"),
        (f"{root}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/hostname", "path.outside"),
        (f"{root}/link.png", "path.outside"),
        (f"{root}/loop", "path.outside"),
        (f"{root}/none.png", "input.missing"),
        (root, "input.directory"),
    ):
        error = editor.refusal("visionCode/component", {"image": uri})
        assert (uri, error["code"], error["data"]["kind"]) == (uri, -32803, kind)
        assert "/etc" not in error["message"]


def test_nothing_is_made_in_control_folders_or_outside(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    image = (workspace / "shot.png").as_uri()
    for where in (".git/hooks/a.html", ".github/a.html", "../a.html", ".VSCode/a.html"):
        error = editor.refusal("visionCode/component", {"image": image, "document": f"{workspace.as_uri()}/{where}"})
        assert error["data"]["kind"] == ("path.outside" if where.startswith("..") else "path.protected")


def test_folders_come_and_go(start: Start, workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "shot.png").write_bytes((workspace / "shot.png").read_bytes())
    editor = start(workspace)
    options = {"image": (other / "shot.png").as_uri(), "document": (workspace / "a.html").as_uri()}
    folder = {"uri": other.as_uri(), "name": "other"}
    assert editor.refusal("visionCode/component", options)["data"]["kind"] == "path.outside"
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    running = editor.ask("visionCode/component", options)
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    editor.cancel(running)
    assert editor.answer(running)["error"]["code"] == -32800
    assert editor.refusal("visionCode/component", options)["data"]["kind"] == "path.outside"


def test_the_command_line_serves_the_same(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path, command=[sys.executable, "-P", "-m", "vision_code", "lsp", "--stdio"])
    assert editor.request("visionCode/status", {})["engine"]["state"] == "stopped"
    assert editor.leave() == 0


def test_the_order_of_life(start: Start, tmp_path: Path) -> None:
    editor = start(tmp_path, initialize=False)
    assert editor.refusal("visionCode/status")["code"] == -32002
    editor.notify("textDocument/didOpen", {})
    editor.request("initialize", {"capabilities": {"general": "?", "window": [1]}, "processId": None})
    editor.request("shutdown")
    assert editor.refusal("visionCode/status")["code"] == -32600
    assert editor.refusal("shutdown")["code"] == -32600
    editor.notify("exit", {})
    assert editor.process.wait(10) == 0


@pytest.mark.parametrize(
    ("how", "code"),
    [("exit", 1), ("eof", 1), ("eof inside a body", 1), ("header", 3), ("http", 3), ("SIGTERM", 143), ("SIGINT", 130)],
)
def test_it_ends_soon_and_says_how(start: Start, tmp_path: Path, how: str, code: int) -> None:
    editor = start(tmp_path)
    began = time.monotonic()
    if how == "exit":
        editor.notify("exit", {})
    elif how == "header":
        editor.send_raw(b"Content-Length: x\r\n\r\n")
    elif how == "http":
        editor.send_raw(b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    elif how.startswith("SIG"):
        editor.process.send_signal(getattr(signal, how))
    else:
        if how != "eof":
            editor.send_raw(b"Content-Length: 100\r\n\r\n{")
        assert editor.process.stdin is not None
        editor.process.stdin.close()
    assert editor.process.wait(10) == code
    assert time.monotonic() - began < 5  # 0.1 s on a quiet machine
    if code == 3:
        deadline = time.monotonic() + 5  # what was written is read by a thread of the test's
        while b"error[lsp.framing]: lost frame boundary" not in editor.log and time.monotonic() < deadline:
            time.sleep(0.01)
        assert b"error[lsp.framing]: lost frame boundary" in editor.log


@pytest.mark.parametrize("how", ["eof", "kill", "parent"])
def test_nothing_is_left_when_the_client_vanishes_in_the_middle(workspace: Path, how: str) -> None:
    mark = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix="vct-", dir="/tmp") as temporary:
        editor_process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        editor = Editor(workspace, {}, {MARK: mark, "TMPDIR": temporary}, initialize=False)
        try:
            params = {"processId": editor_process.pid, "rootUri": workspace.as_uri(), "capabilities": {}}
            editor.request("initialize", params)
            time.sleep(0.6)  # the watch has to see the editor alive once
            options = {"image": (workspace / "shot.png").as_uri(), "workDoneToken": 1}
            editor.ask("visionCode/component", options)
            editor.stage("reading")
            assert len(survivors(mark)) >= 3
            if how == "eof":
                assert editor.process.stdin is not None
                editor.process.stdin.close()
            elif how == "kill":
                editor.process.kill()
            else:
                editor_process.kill()
                editor_process.wait()
            editor.process.wait(10)
            assert left_after(mark) == []
            assert list(Path(temporary).iterdir()) == []
        finally:
            editor.close()
            editor_process.kill()
            editor_process.wait()


def test_a_client_that_reads_nothing_does_not_hold_up_the_end(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    command = [sys.executable, "-P", "-m", "lsp_server"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(writing)
    assert process.stdin is not None
    body = b'{"jsonrpc":"2.0","id":1,"method":"visionCode/status"}'
    for _ in range(5000):  # answers of more than a pipe holds
        process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    process.stdin.close()
    assert process.wait(10) == 1
    os.close(reading)
