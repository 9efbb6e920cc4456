"""
pygls' protocol where it may not stay as it is: every request is answered once, a cancel finds what it means, and one
message that cannot be read costs nothing but itself.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import Future
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, cast

from cattrs import Converter
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol, lsp_method

from lsp_server.client import Client, resolve_client
from lsp_server.conversion import misfit
from lsp_server.errors import ErrorCode, ResponseError, answer_for
from lsp_server.framing import frame
from lsp_server.messages import Id, Message
from lsp_server.transport import MAX_UNSEEN, Writer
from lsp_server.workspace import Workspace

if TYPE_CHECKING:
    from lsp_server.server import Server

#: Requests that wait for their answer; more are refused at once. A cancelled one still counts for the two turns of the
#: loop that its end takes, and each turn may bring as many messages as the reader hands over unseen.
MAX_RUNNING = 4 * MAX_UNSEEN
#: Read without a type: editors send more and less in them than the types allow, and their facts are looked at one by
#: one, or not at all.
_UNTYPED = frozenset({types.INITIALIZE, types.INITIALIZED, types.SHUTDOWN, types.EXIT})


class ClientRefused(Exception):
    """
    The client answered a request of ours with an error, or not in time.
    """


class State(Enum):
    """
    Where in its life the connection is.
    """

    NEW = auto()
    RUNNING = auto()
    SHUT_DOWN = auto()


class Protocol(LanguageServerProtocol):
    """
    One connection. A handler looks at the state at once; what takes time it returns as a coroutine.

    Attributes:
        client: What it can do, once it has said so.
    """

    _server: Server
    _workspace: Workspace | None
    writer: Writer

    def __init__(self, server: Server, converter: Converter) -> None:
        self.state = State.NEW
        self.client = Client()
        super().__init__(server, converter)

    @property
    def workspace(self) -> Workspace:
        """
        What the editor has open; a request can only ask for it when there is one.
        """
        assert self._workspace is not None
        return self._workspace

    def receive(self, content: Message) -> None:
        """
        Handle one message.
        """
        method, message_id = content.get("method"), content.get("id")
        if method is None:
            self._take_answer(content)
        elif "id" in content:
            try:
                self._admit(cast("Id", message_id), method)
                request = self.structure_message(content)
            except ResponseError as refusal:
                self.fail(cast("Id", message_id), refusal)
            else:
                self.handle_message(request)
        elif self.state is State.RUNNING or method == types.EXIT:
            try:
                notification = self.structure_message(content)
            except ResponseError as refusal:
                self._passed_over(content, refusal)
            else:
                self.handle_message(notification)

    def cancel_all(self) -> None:
        """
        End all requests of the client; those of ours are left to their deadlines.
        """
        for message_id in list(self._request_futures):
            self._handle_cancel_notification(message_id)

    def fail(self, message_id: Id | None, error: BaseException) -> None:
        """
        Answer with an error; the id is None where none is known.
        """
        refusal, crash = answer_for(error)
        if crash:
            self._server.log.line(crash)
        # lsprotocol leaves an id of None out, JSON-RPC wants null.
        said = self._converter.unstructure(refusal.to_response_error())
        self._send_data({"jsonrpc": self.VERSION, "id": message_id, "error": said})

    def notify_unless_behind(self, method: str, params: object) -> None:
        """
        A notification that a client which reads too slowly can do without.
        """
        if not self.writer.is_behind:
            self.notify(method, params)

    async def ask(self, method: str, params: object, *, timeout_s: float) -> Any:
        """
        Ask the client and wait for its result.

        Raises:
            ClientRefused: It answered with an error, with what is no answer, or not in time.
        """
        message_id = str(uuid.uuid4())
        try:
            async with asyncio.timeout(timeout_s):
                return await self.send_request_async(method, params, message_id)
        except TimeoutError:
            raise ClientRefused(f"no answer within {timeout_s:g} s") from None
        except JsonRpcException as error:
            raise ClientRefused(str(error.message or "error")[:200]) from None
        finally:
            self._request_futures.pop(message_id, None)
            self._result_types.pop(message_id, None)

    def structure_message(self, data: Message) -> Any:
        """
        As in pygls; what cannot be read is named by its field.

        Raises:
            ResponseError: InvalidParams.
        """
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            raise misfit(error.__cause__) from error

    def get_message_type(self, method: str) -> type[Any] | None:  # type: ignore[override]
        """
        The type of a message that has one and is read by it.
        """
        return None if method in _UNTYPED else super().get_message_type(method)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams | Message) -> Generator[Any, Any, types.InitializeResult]:
        """
        As in pygls, for the facts that count: a capability of a wrong type is no reason to refuse an editor.
        """
        given = params if isinstance(params, dict) else {}
        self.client = client = resolve_client(given)
        result = yield from super().lsp_initialize(
            types.InitializeParams(
                types.ClientCapabilities(general=types.GeneralClientCapabilities(position_encodings=[client.encoding])),
                process_id=client.process_id,
                initialization_options=given.get("initializationOptions"),
            )
        )
        self._workspace = Workspace(client.folders, client.codec)
        self.state = State.RUNNING
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: object) -> None:  # type: ignore[override]
        """
        As the protocol says; pygls changes what it goes through (its issue 606).
        """
        del args
        self.state = State.SHUT_DOWN
        self.cancel_all()

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: object) -> None:  # type: ignore[override]
        """
        The end, whose code pygls forgets.
        """
        del args
        self._server.left()

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """
        All changes or none; what cannot be followed is logged, and the document rests until it can.
        """
        wrong = self.workspace.follow(params)
        if wrong:
            self._server.log.seldom("documents", wrong)
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    def _take_answer(self, content: Message) -> None:
        message_id = content["id"]
        if not isinstance(message_id, str) or message_id not in self._result_types:
            return  # no request of ours, or not any more
        try:
            response = self.structure_message(content)
        except ResponseError:
            self._request_futures.pop(message_id).set_exception(JsonRpcException("an answer that cannot be read"))
        else:
            self.handle_message(response)

    def _admit(self, message_id: Id, method: str) -> None:
        is_first = method == types.INITIALIZE
        if self.state is State.NEW and not is_first:
            raise ResponseError(ErrorCode.SERVER_NOT_INITIALIZED, "lsp.not_initialized", "initialize comes first")
        if self.state is State.RUNNING and is_first:
            raise ResponseError(ErrorCode.INVALID_REQUEST, "lsp.initialized_twice", "the server is initialized")
        if self.state is State.SHUT_DOWN:
            raise ResponseError(ErrorCode.INVALID_REQUEST, "lsp.shut_down", "the server is shut down")
        if method not in self.fm.builtin_features and method not in self.fm.features:
            raise ResponseError(ErrorCode.METHOD_NOT_FOUND, "lsp.unknown_method", f"no method {method[:80]!r}")
        if message_id in self._request_futures:
            raise ResponseError(ErrorCode.INVALID_REQUEST, "lsp.duplicate_id", "a request with this id is running")
        # Requests of ours stand among them; only they have a type of result.
        if len(self._request_futures) - len(self._result_types) >= MAX_RUNNING:
            message = f"{MAX_RUNNING} requests are running"
            raise ResponseError(ErrorCode.REQUEST_FAILED, "server.busy", message, retry=True)

    def _passed_over(self, content: Message, refusal: ResponseError) -> None:
        self._server.log.seldom("notification", f"{content['method'][:80]}: {refusal.message}")
        if content["method"] == types.TEXT_DOCUMENT_DID_CHANGE:
            params = content.get("params")
            document = params.get("textDocument") if isinstance(params, dict) else None
            uri = document.get("uri") if isinstance(document, dict) else None
            if isinstance(uri, str):
                self.workspace.lose(uri)

    def _handle_cancel_notification(self, msg_id: Id) -> None:
        # A request that is cancelled runs until its answer: pygls forgets it here. Those of ours are not the client's.
        future = self._request_futures.get(msg_id) if isinstance(msg_id, int | str) else None
        if future is not None and msg_id not in self._result_types:
            future.cancel()

    def _execute_handler(
        self,
        msg_id: Id,
        handler: Callable[..., Any],
        callback: Callable[[Future[Any]], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        future: Future[Any] = Future()
        future.add_done_callback(callback)
        try:
            result = _called(handler, args, kwargs)
        except BaseException as error:  # SystemExit too: no request ends the server or goes without an answer
            future.set_exception(error)
            return
        if not asyncio.iscoroutine(result):
            future.set_result(result)
            return
        task = asyncio.ensure_future(result)
        self._request_futures[msg_id] = cast("Future[Any]", task)
        task.add_done_callback(cast("Callable[[asyncio.Future[Any]], None]", callback))

    def _send_handler_result(self, future: Future[Any], *, msg_id: Id) -> None:
        self._request_futures.pop(msg_id, None)
        try:
            self._send_response(msg_id, future.result())
        except BaseException as error:
            self.fail(msg_id, error)

    def _check_handler_result(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            refusal, crash = answer_for(error)
            self._server.log.seldom("notification", crash or refusal.message)

    def _send_data(self, data: object) -> None:
        # pygls takes what cannot be written for sent: the request would have no answer.
        body = json.dumps(data, default=self._serialize_message, separators=(",", ":"))
        self.writer.write(frame(body.encode()))


def _called(handler: Callable[..., Any], args: tuple[Any, ...] | None, kwargs: dict[str, Any] | None) -> Any:
    """
    What a handler returns. Those of pygls are generators, which yield what of ours is to be called for them.
    """
    result = handler(*(args or ()), **(kwargs or {}))
    if not inspect.isgenerator(result):
        return result
    steps: Generator[Any, Any, Any] = result
    answer = None
    try:
        while True:
            answer = _called(*steps.send(answer))
    except StopIteration as end:
        return end.value
