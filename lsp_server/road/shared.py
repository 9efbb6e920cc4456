"""
The engine of all windows of a user, as one of them uses it; where windows cannot meet, an engine of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import itertools
import os
import subprocess
from collections.abc import Callable

from lsp_server.processes import own_program
from lsp_server.road.failures import error_of
from lsp_server.road.host import READY
from lsp_server.road.meeting import Meeting, is_ours, meeting, try_lock
from lsp_server.road.messages import (
    ComponentCall,
    Event,
    Failed,
    Hangup,
    Line,
    Made,
    Status,
    decode,
    next_frame,
    pack_call,
    pack_question,
    unpack_event,
)
from lsp_server.road.queue import Road
from vision_code.errors import EngineUnavailable

#: Another window may be starting the engine's host: a host is there in a second, on a busy machine in several.
JOIN_S = 30.0
STATUS_S = 2.0
_TRY_S = 0.03


class SharedRoad:
    """
    Makes components like `Road`, which it becomes where there is no meeting place.

    Args:
        log: Takes one line for the local log.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._used: _Link | Road | None = None
        self._joining: asyncio.Task[_Link | Road] | None = None
        self._closed = False

    async def component(self, call: ComponentCall, tell: Callable[[Event], None]) -> Made:
        """
        As `Road.component`.
        """
        return await (await self._joined()).component(call, tell)

    async def status(self) -> Status:
        """
        As `Road.status`; of an engine that this window has not used yet nothing is known.
        """
        return await self._used.status() if self._used is not None else Status()

    async def close(self, wait_s: float) -> None:
        """
        Leave; the last window's leaving ends the engine.
        """
        self._closed = True
        if self._joining is not None:
            self._joining.cancel()
        if self._used is not None:
            await self._used.close(wait_s)

    async def _joined(self) -> _Link | Road:
        while self._used is None or (isinstance(self._used, _Link) and not self._used.alive):
            if self._closed:
                raise EngineUnavailable("engine.closed", "the server is shutting down")
            if self._joining is None:
                self._joining = asyncio.get_running_loop().create_task(self._join())
                self._joining.add_done_callback(lambda done: done.cancelled() or done.exception())
            await asyncio.shield(self._joining)  # a cancelled call leaves it to the next one
        return self._used

    async def _join(self) -> _Link | Road:
        try:
            async with asyncio.timeout(JOIN_S):
                self._used = await _linked(meeting(), self._log)
        except (OSError, TimeoutError) as error:
            self._log(f"the engine is not shared with other windows: {error.strerror or error or 'nobody answers'}")
            self._used = Road(self._log)
        finally:
            self._joining = None
        return self._used


class _Link:
    """
    The connection to the host of the engine.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, log: Callable[[str], None]) -> None:
        self._writer = writer
        self._log = log
        self._numbers = itertools.count()
        self._asked: dict[int, tuple[Callable[[Event], None], asyncio.Future[Made | Failed | Status]]] = {}
        self._listening = asyncio.get_running_loop().create_task(self._listen(reader))

    @property
    def alive(self) -> bool:
        """
        Whether it can be asked.
        """
        return not self._listening.done()

    async def component(self, call: ComponentCall, tell: Callable[[Event], None]) -> Made:
        """
        As `Road.component`.
        """
        number = next(self._numbers)
        try:
            answer = await self._answer(number, pack_call(number, call), tell)
        except asyncio.CancelledError:
            self._writer.write(pack_question("cancel", number))
            raise
        if isinstance(answer, Made):
            return answer
        assert isinstance(answer, Failed)
        raise error_of(answer, self._log)

    async def status(self) -> Status:
        """
        As `Road.status`; of a host that does not answer nothing is known.
        """
        try:
            async with asyncio.timeout(STATUS_S):
                return await self.greeted()
        except (TimeoutError, EngineUnavailable):
            return Status()

    async def greeted(self) -> Status:
        """
        The same, however long it takes.

        Raises:
            EngineUnavailable: It ended.
        """
        number = next(self._numbers)
        answer = await self._answer(number, pack_question("status", number), lambda _: None)
        assert isinstance(answer, Status)
        return answer

    async def close(self, wait_s: float) -> None:
        """
        Leave.
        """
        self._listening.cancel()
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._writer.wait_closed()

    async def _answer(self, number: int, frame: bytes, tell: Callable[[Event], None]) -> Made | Failed | Status:
        answer: asyncio.Future[Made | Failed | Status] = asyncio.get_running_loop().create_future()
        self._asked[number] = tell, answer
        try:
            if not self.alive:
                raise _ended()
            self._writer.write(frame)
            return await answer
        finally:
            del self._asked[number]

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                self._take(*unpack_event(decode(await next_frame(reader))))
        except Hangup:
            pass
        finally:
            self._writer.close()
            for _, answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(_ended())

    def _take(self, number: int, event: Event) -> None:
        if isinstance(event, Line):
            self._log(event.text)
        elif number in self._asked:
            tell, answer = self._asked[number]
            if not isinstance(event, Made | Failed | Status):
                tell(event)
            elif not answer.done():
                answer.set_result(event)


def _ended() -> EngineUnavailable:
    return EngineUnavailable("engine.restarting", "the process that shares the engine ended", retry=True)


async def _linked(place: Meeting, log: Callable[[str], None]) -> _Link:
    """
    Join the host that is there, or start one.

    Raises:
        OSError: Neither can be done.
    """
    while (lock := try_lock(place.lock)) is None:
        await asyncio.sleep(_TRY_S)
    try:
        try:
            streams = await asyncio.open_unix_connection(str(place.socket))
        except OSError:  # nobody is there
            await _start_host(place)
            streams = await asyncio.open_unix_connection(str(place.socket))
        link = _Link(*streams, log)
        # Its answer says that it has seen this window, so it will not leave once the lock is free.
        if not is_ours(streams[1].get_extra_info("socket")):
            raise PermissionError(errno.EPERM, "somebody else answers")
        await link.greeted()
        return link
    except EngineUnavailable as error:
        raise ConnectionError(error.message) from error
    finally:
        os.close(lock)


async def _start_host(place: Meeting) -> None:
    # Not asyncio's: that one would end the process with this window.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        own_program("lsp_server.road.host", str(place.socket), str(place.lock)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    if await asyncio.to_thread(process.stdout.read, len(READY)) != READY:
        raise ConnectionError("the process that shares the engine does not start")
