"""
`visionCode/capture` end to end: the real server, the real command line, a virtual screen.
"""

from __future__ import annotations

import base64
import io
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.lsp_server.editor import Editor
from tests.marked_processes import MARK, survivors
from tests.vision_code.capture.conftest import ELSEWHERE
from tests.vision_code.capture.screens import NO_XVFB, XVFB, Screen, silent_display

Start = Callable[..., Editor]
RED, BLUE = (200, 0, 0), (0, 0, 200)


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No screen, and no sign of another machine, unless the test asks for one.
    """
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    """
    80 × 60, blue with a red square.
    """
    if XVFB is None:
        pytest.skip(NO_XVFB)
    with Screen(80, 60) as drawn:
        drawn.draw((0, 0, 80, 60, BLUE), (10, 10, 20, 20, RED))
        yield drawn


@pytest.fixture
def editor(start: Start, tmp_path: Path, screen: Screen) -> Editor:
    """
    An editor in front of that screen.
    """
    return start(tmp_path, environment={"DISPLAY": screen.display})


def _colours(image: bytes) -> dict[Any, int]:
    with Image.open(io.BytesIO(image)) as picture:
        return {colour: count for count, colour in picture.convert("RGB").getcolors() or []}


def _data(uri: str) -> bytes:
    head, _, content = uri.partition(",")
    assert head == "data:image/png;base64"
    return base64.b64decode(content)


def test_the_screen_comes_as_data_that_becomes_a_component(editor: Editor, tmp_path: Path) -> None:
    result = editor.request("visionCode/capture", {})
    assert _colours(_data(result.pop("image"))) == {BLUE: 4400, RED: 400}
    assert result == {
        **{"file": None, "width": 80, "height": 60, "monitor": 1, "scale": 1.0, "monitors": None, "notes": []},
        "area": {"x": 0, "y": 0, "width": 80, "height": 60},
    }
    assert list(tmp_path.iterdir()) == []  # nothing is kept
    values = editor.progress()
    assert (values[0]["kind"], values[-1]) == ("begin", {"kind": "end", "message": "done"})


def test_the_command_does_the_same_with_a_region(editor: Editor) -> None:
    params = {"command": "visionCode.server.capture", "arguments": [{"region": [5, 5, 10, 10]}], "workDoneToken": "t"}
    result = editor.request("workspace/executeCommand", params)
    assert _colours(_data(result["image"])) == {BLUE: 75, RED: 25}
    assert result["monitor"] is None
    tokens = {m["params"]["token"] for _, m in editor.notifications if m["method"] == "$/progress"}
    assert tokens == {"t"}


def test_monitors_are_listed_without_a_picture(editor: Editor) -> None:
    result = editor.request("visionCode/capture", {"list": True})
    size = {"x": 0, "y": 0, "width": 80, "height": 60}
    assert result["monitors"] == [{"number": 1, "name": "screen", **size, "scale": 1.0, "primary": False}]
    assert result["image"] is None


def test_a_file_of_the_workspace_takes_it_once(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "new" / "shot.png").as_uri()
    result = editor.request("visionCode/capture", {"file": uri})
    assert (result["file"], result["image"]) == (uri, None)
    assert _colours((tmp_path / "new" / "shot.png").read_bytes()) == {BLUE: 4400, RED: 400}
    assert editor.refusal("visionCode/capture", {"file": uri})["data"]["kind"] == "output.exists"


WRONG = {
    "unknown": ({"url": "http://127.0.0.1/"}, "url", -32602),
    "no flag": ({"list": 1}, "list", -32602),
    "monitor 0": ({"monitor": 0}, "monitor", -32602),
    "no such monitor": ({"monitor": 9}, "monitor", -32602),
    "three numbers": ({"region": [1, 2, 3]}, "region", -32602),
    "true": ({"region": [True, 0, 5, 5]}, "region", -32602),
    "empty": ({"region": [0, 0, 5, 0]}, "region", -32602),
    "negative": ({"region": [0, 0, -5, 5]}, "region", -32602),
    "past the screen": ({"region": [70, 0, 20, 20]}, "region", -32602),
    "both": ({"region": [0, 0, 5, 5], "monitor": 1}, "region", -32602),
    "a list of one": ({"list": True, "monitor": 1}, "monitor", -32602),
    "no PNG": ({"file": "file://{}/a.svg"}, "file", -32602),
    "outside": ({"file": "file:///etc/a.png"}, "path.outside", -32803),
    "protected": ({"file": "file://{}/.git/a.png"}, "path.protected", -32803),
}


@pytest.mark.parametrize(("options", "named", "code"), WRONG.values(), ids=WRONG)
def test_wrong_fields_are_named(
    options: dict[str, object], named: str, code: int, editor: Editor, tmp_path: Path
) -> None:
    if isinstance(file := options.get("file"), str):
        options = {"file": file.replace("{}", str(tmp_path))}
    error = editor.refusal("visionCode/capture", options)
    assert error["code"] == code
    assert named in (error["data"]["kind"], error["data"]["detail"].get("field"))
    assert list(tmp_path.iterdir()) == []


def test_without_a_screen_it_is_refused_with_advice(start: Start, tmp_path: Path) -> None:
    error = start(tmp_path).refusal("visionCode/capture", {})
    assert (error["code"], error["data"]["kind"]) == (-32803, "capture.unavailable")
    assert "no display" in error["message"]


def test_the_screen_of_a_distant_server_is_refused(start: Start, tmp_path: Path, screen: Screen) -> None:
    there = {"DISPLAY": screen.display, "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
    error = start(tmp_path, environment=there).refusal("visionCode/capture", {"list": True})
    assert error["data"]["kind"] == "capture.unavailable"
    assert "another machine" in error["message"]


def test_an_editor_that_is_no_process_here_is_refused(start: Start, tmp_path: Path, screen: Screen) -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    editor = start(tmp_path, initialize=False, environment={"DISPLAY": screen.display})
    editor.request("initialize", {"processId": gone.pid, "capabilities": {}})
    error = editor.refusal("visionCode/capture", {})
    assert error["data"]["kind"] == "capture.unavailable"
    assert "another machine or in a container" in error["message"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds its processes in /proc")
@pytest.mark.parametrize("end", ["cancel", "kill"])
def test_an_end_on_the_way_leaves_nothing(end: str, start: Start, tmp_path: Path) -> None:
    with silent_display() as display, tempfile.TemporaryDirectory(prefix="vct-") as folder:
        mark = f"capture-{end}-{os.getpid()}"
        editor = start(tmp_path, environment={"DISPLAY": display, MARK: mark, "TMPDIR": folder})
        running = editor.ask("visionCode/capture", {})
        limit = time.monotonic() + 20
        while len(survivors(mark)) < 3 and time.monotonic() < limit:  # the server, the program, the one at the screen
            time.sleep(0.05)
        busy = editor.refusal("visionCode/capture", {})
        assert (busy["data"]["kind"], busy["data"]["retry"]) == ("capture.busy", True)
        if end == "cancel":
            started = time.monotonic()
            editor.cancel(running)
            assert editor.answer(running)["error"]["code"] == -32800
            assert time.monotonic() - started <= 1.0
        else:
            os.kill(editor.process.pid, signal.SIGKILL)
            editor.process.wait()
        kept = 1 if end == "cancel" else 0
        limit = time.monotonic() + 15
        while (len(survivors(mark)) > kept or list(Path(folder).iterdir())) and time.monotonic() < limit:
            time.sleep(0.05)
        assert len(survivors(mark)) == kept
        assert list(Path(folder).iterdir()) == []


def test_a_cancel_at_once_does_not_block_the_next_one(editor: Editor) -> None:
    for _ in range(5):
        number = editor.ask("visionCode/capture", {"list": True})
        editor.cancel(number)
        editor.answer(number)
    assert editor.request("visionCode/capture", {"list": True})["monitors"]
