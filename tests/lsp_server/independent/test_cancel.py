"""
Cancel means stop, at every stage and by every way a client has: by a client that nobody here wrote.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types

from tests.engine_server import EVENT_STREAM, calls, engine_server
from tests.lsp_server.editor import ROOT
from tests.lsp_server.independent.editor import IndependentEditor, Refused, capabilities_of
from vision_code.render import find_browser

pytestmark = pytest.mark.asyncio

#: The bar is 0.2 s; a machine that also runs other things may be late.
CANCEL_S = 1.0
STAGES = (
    ("", "none", False),
    ("opening", "none", False),
    ("reading", "none", False),
    *([("mending", "none", True)] if find_browser() else []),
    ("deciding", "embedded", False),  # the model loads or answers
)


@pytest.fixture
def options(tmp_path: Path) -> dict[str, object]:
    """
    A picture of a size that every station needs a moment for.
    """
    shutil.copy(ROOT / "examples" / "login-card.png", tmp_path / "shot.png")
    return {"image": (tmp_path / "shot.png").as_uri(), "folder": tmp_path.as_uri()}


def _cancel(editor: IndependentEditor, way: str, id_: str, token: str) -> None:
    if way == "progress":
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token=token))
    else:
        editor.client.cancel_request(types.CancelParams(id=id_))


async def _gone(process_id: int) -> bool:
    for _ in range(500):
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.01)
    return False


@pytest.mark.parametrize("way", ["request", "command", "progress"])
async def test_cancel_stops_at_every_stage(
    client: pytest_lsp.LanguageClient, tmp_path: Path, options: dict[str, object], way: str
) -> None:
    editor = IndependentEditor(client)
    await editor.start(capabilities_of("neovim@v0.11.0"), tmp_path)
    by = "request" if way == "progress" else way
    for stage, engine, verify in STAGES if way == "request" else STAGES[1:3]:
        token = editor.watch(f"until {stage}")
        asked = {**options, "engine": engine, "verify": verify, "workDoneToken": token}
        running = asyncio.create_task(editor.ask("component", asked, by=by, id_=token))
        await asyncio.sleep(0)  # it is sent
        child = None
        if stage:
            await editor.stage(token, stage)
            child = (await editor.ask("status", {}))["engine"]["processId"]
        began = time.monotonic()
        _cancel(editor, way, token, token)
        with pytest.raises(Refused) as refused:
            await running
        assert time.monotonic() - began < CANCEL_S, stage
        assert (refused.value.code, refused.value.kind) == (-32800, "request.cancelled")
        if child is not None:
            last = editor.progress(token)[-1]
            assert (last.kind, last.message) == ("end", "cancelled")
            assert await _gone(child)
    assert editor.edits == []
    assert [path.name for path in tmp_path.iterdir()] == ["shot.png"]
    _cancel(editor, "request", token, token)  # finished: ignored
    assert (await editor.ask("status", {}))["engine"]["waiting"] == 0
    assert await editor.leave() == 0


@pytest.mark.parametrize("stage", ["the engine looks around", "the engine writes"])
async def test_cancel_stops_a_patch_while_its_engine_thinks(
    client: pytest_lsp.LanguageClient, tmp_path: Path, stage: str
) -> None:
    (tmp_path / "price.py").write_text("def total_of(rows):\n    return -sum(rows)\n")
    editor = IndependentEditor(client)
    await editor.start(capabilities_of("visual-studio-code@v1.65.2"), tmp_path)
    silent = [["send", EVENT_STREAM], ["wait", 600]]
    steps = [calls(("choose", {"files": ["price.py"]})), silent] if stage.endswith("writes") else [silent]
    with engine_server(tmp_path.with_name(f"{tmp_path.name}-engine"), steps) as server:
        asked = {"issue": "`total_of` is negative", "engine": server.address, "candidates": 1}
        asked["workDoneToken"] = token = editor.watch("patch")
        running = asyncio.create_task(editor.ask("patch", asked, id_="patch"))
        await editor.stage(token, stage)
        began = time.monotonic()
        _cancel(editor, "request", "patch", token)
        with pytest.raises(Refused, match="cancelled"):
            await running
        assert time.monotonic() - began < CANCEL_S
    assert editor.edits == []
    assert editor.progress(token)[-1].message == "cancelled"
