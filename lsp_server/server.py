"""
The server: one event loop between the two pipe threads, the methods' table, and the ends a process can come to.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from enum import Enum, auto
from typing import TYPE_CHECKING

from lsp_server.connection import Connection
from lsp_server.errors import ErrorCode, ResponseError, answer_for, invalid_params, where
from lsp_server.handlers import configuration, documents
from lsp_server.handlers.actions import code_action
from lsp_server.handlers.commands import OPERATIONS, execute_command
from lsp_server.handlers.completion import completion
from lsp_server.handlers.lenses import code_lens
from lsp_server.handlers.lifecycle import initialize
from lsp_server.handlers.pictures import hover
from lsp_server.log import Log
from lsp_server.memory import Memory, record
from lsp_server.messages import Id, Invalid, Message, Notification, Request, Response
from lsp_server.processes import is_alive
from lsp_server.road.queue import Road
from lsp_server.road.shared import SharedRoad
from lsp_server.session import Session
from lsp_server.transport import MAX_UNSEEN, Ended, Reader, Writer

if TYPE_CHECKING:
    from lsp_server.session import NotificationHandler, RequestHandler

#: Requests that wait for their answer; more are refused at once. A cancelled one still counts for the two turns of the
#: loop that its end takes, and each turn may bring as many messages as the reader hands over unseen.
MAX_RUNNING = 4 * MAX_UNSEEN
#: From the end of the client to the end of this process, at most.
CLOSE_S = 1.5
WATCH_S = 0.5
FRAMES_LOST = 3

REQUESTS: dict[str, RequestHandler] = {
    "textDocument/codeAction": code_action,
    "textDocument/codeLens": code_lens,
    "textDocument/completion": completion,
    "textDocument/hover": hover,
    "workspace/executeCommand": execute_command,
    **{f"visionCode/{name}": handler for name, handler in OPERATIONS.items()},
}
NOTIFICATIONS: dict[str, NotificationHandler] = {
    "textDocument/didOpen": documents.did_open,
    "textDocument/didChange": documents.did_change,
    "textDocument/didClose": documents.did_close,
    "initialized": configuration.initialized,
    "workspace/didChangeConfiguration": configuration.did_change_configuration,
    "workspace/didChangeWorkspaceFolders": documents.did_change_folders,
    "window/workDoneProgress/cancel": documents.cancel_progress,
    "visionCode/didChangeTrust": configuration.did_change_trust,
}


class _State(Enum):
    """
    Where in its life the connection is.
    """

    NEW = auto()
    RUNNING = auto()
    SHUT_DOWN = auto()


def serve() -> int:
    """
    Serve one client on stdin and stdout until it leaves, and return the exit code.

    From here on stdout is the protocol's alone: whatever else prints, goes to stderr.
    """
    channel = os.dup(1)
    os.dup2(2, 1)
    for fd in (0, channel):
        _plain(fd)
    code = asyncio.new_event_loop().run_until_complete(Server(0, channel).run())
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


class Server:
    """
    One connection.

    Args:
        source, channel: File descriptors to read from and write to.
    """

    def __init__(self, source: int, channel: int) -> None:
        self._source = source
        self._channel = channel
        self._state = _State.NEW
        self._log = Log()

    async def run(self) -> int:
        """
        Serve until the end, in order and at most a moment later; the exit code.
        """
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(self._unexpected)
        self._end: asyncio.Future[int] = self._loop.create_future()
        self._writer = Writer(self._channel, lambda: self._from_thread(self._client_left))
        self._reader = Reader(self._source, lambda item, weight: self._from_thread(self._receive, item, weight))
        road, patches = SharedRoad(self._log.line), Road(self._log.line)
        self._connection = Connection(self._writer)
        memory = Memory(record())
        self._session = Session(connection=self._connection, log=self._log, road=road, patches=patches, memory=memory)
        for number in (signal.SIGINT, signal.SIGTERM, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ())):
            self._on_signal(number)
        self._reader.start()
        watching = asyncio.ensure_future(self._watch())
        code = await self._end
        watching.cancel()
        for task in list(self._connection.running.values()):
            task.cancel()
        await asyncio.gather(road.close(CLOSE_S), patches.close(CLOSE_S))
        self._writer.flush(0.3)
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

    def _client_left(self) -> None:
        self._leave(0 if self._state is _State.SHUT_DOWN else 1)

    async def _watch(self) -> None:
        """
        Leave when the editor's process ended without closing the pipe: someone else may hold it open.
        """
        seen = False
        while True:
            await asyncio.sleep(WATCH_S)
            process_id = self._session.client.process_id
            alive = process_id is not None and process_id > 0 and is_alive(process_id)
            # A number that never was alive belongs to another machine or container.
            if seen and not alive:
                self._client_left()
            seen = seen or alive

    def _receive(self, item: Message | Invalid | Ended, weight: int) -> None:
        if self._end.done():
            return
        match item:
            case Ended(lost):
                if lost:
                    self._log.line(f"error[lsp.framing]: lost frame boundary: {lost}")
                    self._leave(FRAMES_LOST)
                else:
                    self._client_left()
            case Invalid(message_id, error):
                self._log.seldom("invalid", f"error[{error.kind}]: {error.message}")
                self._connection.fail(message_id, error)
            case Response():
                self._connection.answered(item)
            case Notification(method, params):
                self._notified(method, params)
            case Request():
                self._requested(item)
        self._reader.seen(weight)

    def _notified(self, method: str, params: object) -> None:
        if method == "exit":
            self._client_left()
        elif self._state is not _State.RUNNING:
            return
        elif method == "$/cancelRequest":
            self._cancel(params)
        elif (handler := NOTIFICATIONS.get(method)) is not None:
            try:
                handler(self._session, params if isinstance(params, dict) else {})
            except Exception as error:
                refusal, crash = answer_for(error)
                self._log.seldom("notification", f"{method}: {crash or refusal.message}")

    def _cancel(self, params: object) -> None:
        message_id = params.get("id") if isinstance(params, dict) else None
        task = self._connection.running.get(message_id) if isinstance(message_id, int | str) else None
        if task is not None:
            task.cancel()

    def _requested(self, request: Request) -> None:
        try:
            result = self._handled(request)
        except BaseException as error:  # SystemExit too: no request ends the server or goes without an answer
            self._fail(request.id, error)
            return
        if not asyncio.iscoroutine(result):
            self._connection.answer(request.id, result)
            return
        task = self._loop.create_task(result)
        self._connection.running[request.id] = task
        task.add_done_callback(lambda done: self._finished(request.id, done))

    def _handled(self, request: Request) -> object:
        self._refuse_wrong_state(request)
        if request.id in self._connection.running:
            raise ResponseError(ErrorCode.INVALID_REQUEST, "lsp.duplicate_id", "a request with this id is running")
        if len(self._connection.running) >= MAX_RUNNING:
            message = f"{MAX_RUNNING} requests are running"
            raise ResponseError(ErrorCode.REQUEST_FAILED, "server.busy", message, retry=True)
        if request.method == "shutdown":
            self._shut_down()
            return None
        handler = initialize if request.method == "initialize" else REQUESTS.get(request.method)
        if handler is None:
            raise ResponseError(ErrorCode.METHOD_NOT_FOUND, "lsp.unknown_method", f"no method {request.method[:80]!r}")
        if request.params is not None and not isinstance(request.params, dict):
            raise invalid_params("params", "must be an object", "params.type")
        result = handler(self._session, request.params or {})
        if request.method == "initialize":
            self._state = _State.RUNNING
        return result

    def _refuse_wrong_state(self, request: Request) -> None:
        is_first = request.method == "initialize"
        if self._state is _State.NEW and not is_first:
            raise ResponseError(ErrorCode.SERVER_NOT_INITIALIZED, "lsp.not_initialized", "initialize comes first")
        if self._state is _State.RUNNING and is_first:
            raise ResponseError(ErrorCode.INVALID_REQUEST, "lsp.initialized_twice", "the server is initialized")
        if self._state is _State.SHUT_DOWN:
            raise ResponseError(ErrorCode.INVALID_REQUEST, "lsp.shut_down", "the server is shut down")

    def _shut_down(self) -> None:
        self._state = _State.SHUT_DOWN
        for task in list(self._connection.running.values()):
            task.cancel()

    def _finished(self, message_id: Id, task: asyncio.Future[object]) -> None:
        del self._connection.running[message_id]
        if task.cancelled():
            self._fail(message_id, asyncio.CancelledError())
        elif (error := task.exception()) is not None:
            self._fail(message_id, error)
        else:
            self._connection.answer(message_id, task.result())

    def _fail(self, message_id: Id, error: BaseException) -> None:
        refusal, crash = answer_for(error)
        if crash:
            self._log.line(crash)
        self._connection.fail(message_id, refusal)
