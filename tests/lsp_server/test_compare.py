"""
`visionCode/compare` end to end: the real server, the real command line, a real browser.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor
from tests.marked_processes import MARK, left_after, survivors
from vision_code.render import find_browser

Start = Callable[..., Editor]
PAGE = """<!doctype html><style>body { margin: 0; font: 28px sans-serif }</style>
<p style="position: absolute; left: 24px; top: 16px; margin: 0">Welcome</p>"""


def test_a_picture_is_faithful_to_itself(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    shot = (workspace / "shot.png").as_uri()
    result = editor.request("visionCode/compare", {"reference": shot, "candidate": shot})
    assert result["fidelity"]["mean"] > 0.99
    assert (result["missing"], result["extra"], result["worst"]) == ([], [], [])
    assert [path.name for path in workspace.iterdir()] == ["shot.png"]


@pytest.mark.skipif(find_browser() is None, reason="no browser")
def test_a_page_is_judged_by_the_picture(start: Start, workspace: Path) -> None:
    (workspace / "page.html").write_text(PAGE)
    names = {"reference": (workspace / "shot.png").as_uri(), "candidate": (workspace / "page.html").as_uri()}
    editor = start(workspace)
    params = {"command": "visionCode.server.compare", "arguments": [names], "workDoneToken": "t"}
    result = editor.request("workspace/executeCommand", params)
    assert 0 < result["fidelity"]["words"] < 1
    assert {"Sign", "in"} <= set(result["missing"])
    assert "Welcome" not in result["missing"]
    assert all(region["width"] > 0 and 0 <= region["score"] < 1 for region in result["worst"])
    values = [m["params"]["value"] for _, m in editor.notifications if m["method"] == "$/progress"]
    assert (values[0]["kind"], values[-1]) == ("begin", {"kind": "end", "message": "done"})


WRONG = {
    "nothing to judge": ({"reference": "{}/shot.png"}, "candidate", -32602),
    "unknown": ({"reference": "{}/shot.png", "candidate": "{}/shot.png", "width": 3}, "width", -32602),
    "outside": ({"reference": "{}/shot.png", "candidate": "file:///etc/passwd"}, "path.outside", -32803),
    "not there": ({"reference": "{}/shot.png", "candidate": "{}/none.png"}, "input.missing", -32803),
    "no picture": ({"reference": "{}/shot.png", "candidate": "{}/words.png"}, "image.format", -32803),
}


@pytest.mark.parametrize(("options", "named", "code"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_compared_is_refused(
    options: dict[str, object], named: str, code: int, start: Start, workspace: Path
) -> None:
    (workspace / "words.png").write_text("words")
    at = workspace.as_uri()
    said = {name: value.format(at) if isinstance(value, str) else value for name, value in options.items()}
    error = start(workspace).refusal("visionCode/compare", said)
    assert error["code"] == code
    assert named in (error["data"]["kind"], error["data"]["detail"].get("field"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds its processes in /proc")
@pytest.mark.skipif(find_browser() is None, reason="no browser")
def test_a_cancel_ends_the_browser_too_and_the_next_one_goes_on(start: Start, workspace: Path) -> None:
    (workspace / "page.html").write_text(PAGE)
    page, mark = (workspace / "page.html").as_uri(), f"compare-{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="vct-", dir="/tmp") as folder:
        editor = start(workspace, environment={MARK: mark, "TMPDIR": folder})
        running = editor.ask("visionCode/compare", {"reference": page, "candidate": page})
        limit = time.monotonic() + 30
        while len(survivors(mark)) < 4 and time.monotonic() < limit:  # the server, the program, what drives the browser
            time.sleep(0.02)
        editor.cancel(running)
        assert editor.answer(running)["error"]["code"] == -32800
        assert len(left_after(mark)) == 1
        assert editor.request("visionCode/compare", {"reference": page, "candidate": page})["fidelity"]["mean"] > 0.99
        limit = time.monotonic() + 5
        while list(Path(folder).iterdir()) and time.monotonic() < limit:
            time.sleep(0.05)
        assert [str(p) for p in Path(folder).rglob("*")][:6] == []
