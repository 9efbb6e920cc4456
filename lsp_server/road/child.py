"""
One run of the road's process, as its owner sees it: started, asked, listened to, killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path

from lsp_server.processes import kill_group, machine_bytes, own_program, private_bytes
from lsp_server.road.messages import (
    Answer,
    Call,
    Event,
    Failed,
    Hangup,
    Made,
    Patched,
    decode,
    next_frame,
    pack_call,
    unpack_event,
)
from lsp_server.road.scratch import make_folder
from vision_code.output import remove_folder

#: The process beats every 5 s from a thread of its own, also while it loads or computes.
SILENCE_LIMIT_S = 30.0
#: How often it is looked at.
WATCH_S = 1.0
#: Of the process with engine, browser and decoder, which hold 0.7 GiB when the engine is the embedded one. A model of
#: the user's own may need whatever the machine has.
MEMORY_LIMIT_BYTES = 4 << 30
MACHINE_SHARE = 0.9


class ChildDied(Exception):
    """
    The process ended while it was asked something; ``str()`` says how.
    """


class ChildTooLarge(ChildDied):
    """
    It was ended because of the memory that it held.
    """


class Child:
    """
    A running process. Made by :func:`start`.
    """

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._numbers = itertools.count()
        self._current: tuple[int, Callable[[Event], None], asyncio.Future[Answer]] | None = None
        self._heard = time.monotonic()
        self._killed = False
        self._too_large = ""
        self._limit_bytes = memory_limit("")
        self._listening = asyncio.ensure_future(self._listen())
        self._watching = asyncio.ensure_future(self._watch())

    @property
    def pid(self) -> int:
        """
        Process id.
        """
        return self._process.pid

    @property
    def alive(self) -> bool:
        """
        Whether it can be asked.
        """
        return self._process.returncode is None and not self._killed and not self._listening.done()

    async def ask(self, call: Call, tell: Callable[[Event], None]) -> Answer:
        """
        Have a call answered; ``tell`` hears of stages and drafts. One call at a time.

        Raises:
            ChildDied: It ended before it had answered.
        """
        assert self._current is None
        number, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        self._current = number, tell, answer
        self._limit_bytes = memory_limit(call.engine)
        try:
            if not self.alive:
                raise await self._death()
            assert self._process.stdin is not None
            self._process.stdin.write(pack_call(number, call))
            with contextlib.suppress(ConnectionError):  # the listener hears of it as well
                await self._process.stdin.drain()
            result: Answer = await answer
            return result
        finally:
            self._current = None

    def kill(self) -> None:
        """
        End it and whatever it started, now; its folder goes in the background.
        """
        if self._killed:
            return
        self._killed = True
        self._watching.cancel()
        kill_group(self._process.pid)
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def gone(self) -> None:
        """
        Wait until the process has ended and its folder is removed.
        """
        await self._process.wait()
        await asyncio.to_thread(remove_folder, self._folder)

    async def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            while True:
                content = await next_frame(stream)
                self._heard = time.monotonic()
                if content:
                    self._take(*unpack_event(decode(content)))
        except Hangup:
            self.kill()
            death = await self._death()
            if self._current is not None and not self._current[2].done():
                self._current[2].set_exception(death)

    def _take(self, number: int, event: Event) -> None:
        if self._current is None or self._current[0] != number:
            return
        _, tell, answer = self._current
        if isinstance(event, Made | Patched | Failed):
            if not answer.done():
                answer.set_result(event)
        else:
            tell(event)

    async def _watch(self) -> None:
        while time.monotonic() - self._heard < SILENCE_LIMIT_S:
            await asyncio.sleep(WATCH_S)
            held = await asyncio.to_thread(private_bytes, self._process.pid)
            if held > self._limit_bytes > 0:
                self._too_large = f"the engine's process held {_gib(held)}, limit {_gib(self._limit_bytes)}"
                break
        self.kill()

    async def _death(self) -> ChildDied:
        code = await self._process.wait()
        if self._too_large:
            return ChildTooLarge(self._too_large)
        how = f"ended by signal {-code}" if code < 0 else f"ended ({code})"
        return ChildDied(f"the engine's process {how}")


def memory_limit(engine: str) -> int:
    """
    Bytes that the process may hold with an engine; 0 for no limit.
    """
    most = int(machine_bytes() * MACHINE_SHARE)
    return most if engine.startswith("local:") or not most else min(most, MEMORY_LIMIT_BYTES)


def _gib(num_bytes: int) -> str:
    return f"{num_bytes / 2**30:.1f} GiB"


async def start(warm: Call | None) -> Child:
    """
    Start the process; it loads while the caller goes on.

    Args:
        warm: A call like the one that is coming, when none is waiting.

    Raises:
        OSError: The system starts no process.
    """
    # What it writes on its way lies here, so that a kill leaves nothing behind.
    folder = await asyncio.to_thread(make_folder)
    try:
        process = await asyncio.create_subprocess_exec(
            *own_program("lsp_server.road.worker"),
            *((warm.engine, "verify" if warm.verify else "") if warm is not None else ()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)},
        )
    except BaseException:
        remove_folder(folder)
        raise
    return Child(process, folder)
