"""
The process that keeps one engine for all windows of a user: started by the first, gone with the last.

It speaks what `road.messages` says with each of them over a private socket, and has one `Road`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import cast

from lsp_server.road.failures import failed_of
from lsp_server.road.meeting import is_ours, try_lock
from lsp_server.road.messages import (
    ComponentCall,
    Event,
    Failed,
    Hangup,
    Header,
    Line,
    Made,
    decode,
    next_frame,
    pack_event,
    unpack_call,
)
from lsp_server.road.queue import Road

#: The window that started this process has so long to come.
FIRST_COMES_S = 10.0
CLOSE_S = 1.5
#: When a window has so much unread, it gets no more drafts and stages until it has read.
DROP_ABOVE_BYTES = 8 << 20
READY = b"ready\n"
_TRY_S = 0.05


def main() -> None:
    """
    ``host SOCKET LOCK``: says ``ready`` on stdout once the socket is there.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the windows
    asyncio.run(Host(Path(sys.argv[2]), Path(sys.argv[3])).serve())


class Host:
    """
    One engine and the windows that use it.
    """

    def __init__(self, place: Path, lock: Path) -> None:
        self._place = place
        self._lock = lock
        self._road = Road(self._log)
        self._windows: set[_Window] = set()
        self._came = asyncio.Event()
        self._left = asyncio.Event()

    async def serve(self) -> None:
        """
        Serve until the last window has left.
        """
        self._place.unlink(missing_ok=True)  # of a host that was killed: whoever started this one holds the lock
        listening = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            listening.bind(str(self._place))
        finally:
            os.umask(before)
        server = await asyncio.start_unix_server(self._met, sock=listening)
        os.write(1, READY)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)  # whoever waited for the word reads to the end
        lock = await self._alone()
        server.close()
        self._place.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)
        await self._road.close(CLOSE_S)

    async def _alone(self) -> int | None:
        """
        Wait until no window is left and none is coming: whoever comes holds the lock.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_COMES_S):
                await self._came.wait()
        while True:
            while self._windows:
                self._left.clear()
                await self._left.wait()
            try:
                lock = try_lock(self._lock)
            except OSError:  # the folder is gone: nobody finds this process any more
                return None
            if lock is not None and not self._windows:
                return lock
            if lock is not None:
                os.close(lock)
            await asyncio.sleep(_TRY_S)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not is_ours(writer.get_extra_info("socket")):
            writer.close()
            return
        window = _Window(self._road, reader, writer)
        self._windows.add(window)
        self._came.set()
        try:
            await window.serve()
        finally:
            self._windows.discard(window)
            self._left.set()

    def _log(self, text: str) -> None:
        for window in self._windows:
            window.send(-1, Line(text))


class _Window:
    def __init__(self, road: Road, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._road = road
        self._reader = reader
        self._writer = writer
        self._calls: dict[int, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """
        Answer until it leaves; what it still waits for is stopped then.
        """
        try:
            while True:
                await self._take(decode(await next_frame(self._reader)))
        except Hangup:
            pass
        finally:
            self._writer.close()
            for task in self._calls.values():
                task.cancel()

    def send(self, number: int, event: Event) -> None:
        """
        Say something about a call.
        """
        behind = self._writer.transport.get_write_buffer_size() > DROP_ABOVE_BYTES
        if not self._writer.is_closing() and not (behind and not isinstance(event, Made | Failed)):
            self._writer.write(pack_event(number, event))

    async def _take(self, header: Header) -> None:
        if "status" in header:
            self.send(cast("int", header["status"]), await self._road.status())
        elif "cancel" in header:
            task = self._calls.get(cast("int", header["cancel"]))
            if task is not None:
                task.cancel()
                await asyncio.wait({task})  # what is asked next sees it gone
        else:
            try:
                number, call = unpack_call(header)
            except (KeyError, TypeError) as error:
                raise Hangup("no call") from error
            if not isinstance(call, ComponentCall):
                raise Hangup("no component is asked for")
            self._calls[number] = asyncio.get_running_loop().create_task(self._answer(number, call))

    async def _answer(self, number: int, call: ComponentCall) -> None:
        try:
            self.send(number, await self._road.component(call, lambda event: self.send(number, event)))
        except Exception as error:
            self.send(number, failed_of(error))
        finally:
            del self._calls[number]
