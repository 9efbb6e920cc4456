"""
One run of `vision-code`, which a cancel kills with all that it started.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from lsp_server.processes import kill_group
from lsp_server.road.failures import error_of
from lsp_server.road.messages import Failed
from lsp_server.road.scratch import make_folder
from vision_code.errors import VisionCodeError
from vision_code.output import remove_folder

_ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from lsp_server.program.worker import main; main()"


#: From being asked to end to being made to.
_END_S = 5.0


async def answered(
    command: str, *arguments: str, output: str = "", deadline_s: float, silence: str
) -> tuple[dict[str, Any], bytes]:
    """
    What the program answers with `--json`, and what it wrote.

    Args:
        command: Of the program.
        arguments: Of the command.
        output: Name of the file that it shall write with `-o`, if any.
        deadline_s: For the whole of it.
        silence: Kind of the error when there is no answer, or none in time.

    Raises:
        VisionCodeError: What the program refuses, or ``silence``.
    """
    # Named for this process: what nobody could remove, the next server does.
    folder = await asyncio.to_thread(make_folder)
    written = folder / output if output else None
    process = None
    try:
        process = await asyncio.create_subprocess_exec(
            # -P: the current folder may hold someone else's `vision_code`.
            *(sys.executable, "-P", "-c", _ENTRY, str(Path(__file__).resolve().parents[2]), str(folder)),
            *(command, "--json", *(("-o", str(written)) if written else ()), *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(folder)},
            start_new_session=True,
        )
        assert process.stdout is not None
        async with asyncio.timeout(deadline_s):
            # Its stdin stays open: closed, it tells the process that we are gone.
            said = await process.stdout.read()
            await process.wait()
        answer = _answer(said, process.returncode, silence)
        return answer, await asyncio.to_thread(written.read_bytes) if written else b""
    except OSError as error:
        raise VisionCodeError(silence, f"no process can be started: {error.strerror}") from error
    except TimeoutError:
        raise VisionCodeError(silence, f"no answer within {deadline_s:g} s", retry=True) from None
    finally:
        ending = asyncio.get_running_loop().run_in_executor(None, _end, process, folder)
        task = asyncio.current_task()
        if task is None or not task.cancelling():  # who gives up does not wait for a browser that closes
            await ending


def _end(process: asyncio.subprocess.Process | None, folder: Path) -> None:
    """
    Ask it to end, for only the program ends its browser in order, and make it; then remove its folder.
    """
    if process is not None and process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        limit = time.monotonic() + _END_S
        while process.returncode is None and time.monotonic() < limit:
            time.sleep(0.02)
        kill_group(process.pid)
    remove_folder(folder)


def _answer(said: bytes, code: int | None, silence: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        raise VisionCodeError(silence, f"it ended without an answer ({code})") from None
    if answer["ok"]:
        return answer
    error = answer["error"]
    failed = Failed(kind=error["kind"], message=error["message"], exit_code=code or 1, detail={}, retry=error["retry"])
    raise error_of(failed, lambda _: None)
