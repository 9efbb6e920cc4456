"""
The process: one event loop between the two pipe threads, and the ends it can come to.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from lsp_server.features import register
from lsp_server.log import Log, where
from lsp_server.memory import Memory, record
from lsp_server.messages import Invalid, Message
from lsp_server.processes import is_alive
from lsp_server.road.queue import Road
from lsp_server.road.shared import SharedRoad
from lsp_server.server import Server
from lsp_server.transport import Ended, Reader, Writer

#: From the end of the client to the end of this process, at most.
CLOSE_S = 1.5
WATCH_S = 0.5
FRAMES_LOST = 3


def serve_stdio() -> int:
    """
    Serve one client on stdin and stdout until it leaves, and return the exit code.

    From here on stdout is the protocol's alone: whatever else prints, goes to stderr.
    """
    # It would write what it is sent, and wait for whoever reads stderr.
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    channel = os.dup(1)
    os.dup2(2, 1)
    for fd in (0, channel):
        _plain(fd)
    code = asyncio.new_event_loop().run_until_complete(Process(0, channel).run())
    # An ordinary exit would wait for threads that wait for a pipe or walk through a large project.
    os._exit(code)


def _plain(fd: int) -> None:
    """
    Bytes as they are, and calls that wait: what the threads at the pipe expect, whoever opened it and how.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(fd, os.O_BINARY)
    else:
        os.set_blocking(fd, True)


class Process:
    """
    A server on two pipes. pygls' own loop hangs on a bad header, dies on a huge length and hears nothing while its
    threads are busy.

    Args:
        source, channel: File descriptors to read from and write to.
    """

    def __init__(self, source: int, channel: int) -> None:
        self._source = source
        self._channel = channel
        self._log = Log()

    async def run(self) -> int:
        """
        Serve until the end, in order and at most a moment later; the exit code.
        """
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._unexpected)
        self._end: asyncio.Future[int] = self._loop.create_future()
        road, patches = SharedRoad(self._log.line), Road(self._log.line)
        memory = Memory(record())
        self._server = Server(log=self._log, road=road, patches=patches, memory=memory, leave=self._leave)
        register(self._server)
        writer = Writer(self._channel, lambda: self._from_thread(self._server.left))
        self._server.protocol.set_writer(writer)
        self._reader = Reader(self._source, lambda item, weight: self._from_thread(self._receive, item, weight))
        for number in (signal.SIGINT, signal.SIGTERM, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ())):
            self._on_signal(number)
        self._reader.start()
        watching = asyncio.ensure_future(self._watch())
        code = await self._end
        watching.cancel()
        self._server.protocol.cancel_all()
        await asyncio.gather(road.close(CLOSE_S), patches.close(CLOSE_S))
        writer.close()
        self._log.flush(0.3)
        return code

    def _from_thread(self, call: object, *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *arguments)  # type: ignore[arg-type]
        except RuntimeError:  # the loop is closed: the process ends
            return

    def _on_signal(self, number: int) -> None:
        try:
            self._loop.add_signal_handler(number, self._leave, 128 + number)
        except (NotImplementedError, RuntimeError):  # Windows
            signal.signal(number, lambda *_: self._from_thread(self._leave, 128 + number))

    def _unexpected(self, _: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """
        What went wrong outside of any request; asyncio's own report would hold texts and wait for stderr.
        """
        error = context.get("exception")
        self._log.seldom("loop", where(error) if isinstance(error, BaseException) else str(context.get("message")))

    def _leave(self, code: int) -> None:
        if not self._end.done():
            self._end.set_result(code)

    async def _watch(self) -> None:
        """
        Leave when the editor's process ended without closing the pipe: someone else may hold it open.
        """
        seen = False
        while True:
            await asyncio.sleep(WATCH_S)
            process_id = self._server.client.process_id
            alive = process_id is not None and process_id > 0 and is_alive(process_id)
            # A number that never was alive belongs to another machine or container.
            if seen and not alive:
                self._server.left()
            seen = seen or alive

    def _receive(self, item: Message | Invalid | Ended, weight: int) -> None:
        if self._end.done():
            return
        try:
            match item:
                case Ended(""):
                    self._server.left()
                case Ended(lost):
                    self._log.line(f"error[lsp.framing]: lost frame boundary: {lost}")
                    self._leave(FRAMES_LOST)
                case Invalid(message_id, error):
                    self._log.seldom("invalid", f"error: {error.message}")
                    self._server.protocol.fail(message_id, error)
                case _:
                    self._server.protocol.receive(item)
        finally:
            self._reader.seen(weight)
