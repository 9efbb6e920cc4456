"""
The screen, for an editor: `vision-code capture` run in a process of its own, which a cancel kills.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsp_server.errors import ErrorCode, ResponseError, invalid_params, request_failed
from lsp_server.processes import kill_group
from lsp_server.road.scratch import make_folder, remove_folder

#: A grab takes a second on a busy machine; the program itself gives a screen 10 s.
DEADLINE_S = 30.0
_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from lsp_server.screen.worker import main; main()"
#: Kinds of the program that speak of a field of the request.
_FIELDS = {"usage.monitor": "monitor", "usage.region": "region"}


async def listed() -> dict[str, Any]:
    """
    The program's answer to `--list`.

    Raises:
        ResponseError: ``capture.*``.
    """
    facts, _ = await _asked(["--list"], None)
    return facts


async def captured(arguments: Sequence[str]) -> tuple[dict[str, Any], bytes]:
    """
    The program's answer, and the PNG.

    Raises:
        ResponseError: ``capture.*``; InvalidParams for a monitor or region that is not there.
    """
    return await _asked(arguments, "screen.png")


async def _asked(arguments: Sequence[str], name: str | None) -> tuple[dict[str, Any], bytes]:
    # Named for this process: what nobody could remove, the next server does.
    folder = await asyncio.to_thread(make_folder)
    try:
        file = folder / name if name else None
        facts = await _run(folder, [*arguments, *(("-o", str(file)) if file else ())])
        return facts, await asyncio.to_thread(file.read_bytes) if file else b""
    finally:
        await asyncio.to_thread(remove_folder, folder)


async def _run(folder: Path, arguments: Sequence[str]) -> dict[str, Any]:
    try:
        process = await asyncio.create_subprocess_exec(
            # -P: the current folder may hold someone else's `vision_code`.
            *(sys.executable, "-P", "-c", _ENTRY, str(Path(__file__).resolve().parents[2])),
            *(str(folder), "capture", "--json", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise request_failed("capture.unavailable", f"no process can be started: {error.strerror}") from error
    try:
        assert process.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            # Its stdin stays open: closed, it tells the process that we are gone.
            said = await process.stdout.read()
            await process.wait()
    except TimeoutError:
        raise request_failed("capture.unavailable", f"no answer within {DEADLINE_S:g} s", retry=True) from None
    finally:
        _kill(process)
    return _answer(said, process.returncode)


def _kill(process: asyncio.subprocess.Process) -> None:
    """
    End it; the process that it has started ends with it. Harmless when it has ended.
    """
    if process.returncode is None:
        kill_group(process.pid)
    if process.stdin is not None:
        process.stdin.close()


def _answer(said: bytes, code: int | None) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        raise request_failed("capture.unavailable", f"reading the screen ended without an answer ({code})") from None
    if answer["ok"]:
        return answer
    error = answer["error"]
    kind, message = error["kind"], error["message"]
    if kind in _FIELDS:
        raise invalid_params(_FIELDS[kind], f"cannot be captured: {message}", "params.wrong")
    if kind == "internal":
        raise ResponseError(ErrorCode.INTERNAL_ERROR, kind, message)
    raise request_failed(kind, message, retry=error["retry"])
