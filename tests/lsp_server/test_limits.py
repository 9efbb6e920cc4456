"""
The engine's process is ended when it holds too much or is not used, and the next request finds another one.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.processes import is_alive, private_bytes
from lsp_server.road import child, queue
from lsp_server.road.messages import ComponentCall, Event
from lsp_server.road.queue import Road
from vision_code.errors import LimitExceeded


def _call(workspace: Path) -> ComponentCall:
    place = str(workspace)
    return ComponentCall(
        path=str(workspace / "shot.png"),
        data=None,
        root=place,
        folder=place,
        suffix="",
        target="html",
        name="page",
        component="",
        engine="none",
        candidates=1,
        seed=0,
        verify=False,
        scale=None,
        placing="said",
        before=None,
        formats=False,
        previews=False,
        others=False,
    )


def _ignore(_: Event) -> None:
    return None


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell what a process holds")
def test_a_process_that_holds_too_much_or_is_not_used_is_ended(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "WATCH_S", 0.02)
    monkeypatch.setattr(queue, "FIRST_BACKOFF_S", 0.0)

    async def run() -> None:
        road = Road(print)
        monkeypatch.setattr(child, "MEMORY_LIMIT_BYTES", 8 << 20)  # no Python with OpenCV is smaller
        with pytest.raises(LimitExceeded, match=r"memory\.host: the engine's process held 0\.\d GiB, limit 0\.0 GiB"):
            await road.component(_call(workspace), _ignore)
        assert (await road.status()).state == "stopped"
        monkeypatch.setattr(child, "MEMORY_LIMIT_BYTES", 4 << 30)
        monkeypatch.setattr(queue, "IDLE_LIMIT_S", 0.1)
        made = await road.component(_call(workspace), _ignore)
        assert b"Sign in" in made.files[0].content
        process_id = (await road.status()).process_id
        assert process_id is not None
        for _ in range(500):
            if (await road.status()).process_id is None and not is_alive(process_id):
                break
            await asyncio.sleep(0.02)
        assert (await road.status()).state == "stopped"
        assert not is_alive(process_id)
        await road.close(5)

    asyncio.run(run())


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell what a process holds")
def test_what_a_process_started_counts_with_it() -> None:
    before = private_bytes(os.getpid())
    code = "import os, time; held = os.urandom(1 << 20) * 64; print(len(held), flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            assert private_bytes(os.getpid()) - before > 60 << 20
            assert 64 << 20 < private_bytes(process.pid) < private_bytes(os.getpid())
        finally:
            process.kill()
    assert private_bytes(process.pid) == 0
