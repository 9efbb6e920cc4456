"""
The remote engine behind the Protocol of :mod:`runtime.api`: plain calls outside, one event loop in a thread inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import queue
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeVar

from runtime.api import Engine, FinishReason, GenerateRequest, Generation, TokenChunk
from runtime.errors import EngineError, EngineUnavailable, RequestError
from runtime.remote.address import Endpoint
from runtime.remote.chat import Server, body
from runtime.remote.discovery import describe
from runtime.remote.limits import Limits
from runtime.remote.reply import Reply

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
CLOSE_WAIT_S = 2.0


class RemoteEngine(Engine):
    """
    An OpenAI-compatible server. Nothing is sent before the first question.

    Args:
        endpoint: Where it is.
        key: Sent to that server only; None sends none.
        limits: Deadlines and caps.
    """

    def __init__(self, endpoint: Endpoint, *, key: str | None = None, limits: Limits | None = None) -> None:
        self.endpoint = endpoint
        self._key = key
        self._limits = limits or Limits()
        self._numbers = itertools.count()
        self._running: dict[str, asyncio.Task[Generation]] = {}
        self._callers: set[asyncio.Task[Any]] = set()
        self._closed = False
        self._closing = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="remote-engine", daemon=True)
        self._thread.start()
        self._client: httpx2.AsyncClient | None = None
        self._server: Server | None = None
        self._asking = asyncio.Lock()
        self._places = asyncio.Semaphore(self._limits.at_once)

    @property
    def server(self) -> Server:
        """
        What the server is; asked once.

        Raises:
            EngineError: ``remote.*``.
        """
        return self._wait(self._describe())

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests, side by side.

        Raises:
            EngineError: ``remote.*``, ``engine.closed``; ``request.template``: an answer cannot be held to a template.
        """
        return self._wait(self._all(self._named(requests), lambda _index, _text: None))

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, piece by piece; closing the iterator cancels what is under way.
        """
        named = self._named(requests)
        chunks: queue.Queue[TokenChunk | None] = queue.Queue()
        future = self._start(self._all(named, lambda index, text: chunks.put(TokenChunk(index=index, text=text))))
        future.add_done_callback(lambda _: chunks.put(None))
        try:
            while (chunk := chunks.get()) is not None:
                yield chunk
            answers: list[Generation] = _result(future)
            for index, done in enumerate(answers):
                yield TokenChunk(index=index, text="", done=done)
        finally:
            future.cancel()

    def cancel(self, request_id: str) -> None:
        """
        End a request; its answer so far comes back as cancelled. Unknown ids are ignored.
        """
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._cancel, request_id)

    def close(self) -> None:
        """
        End every conversation; later calls raise.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            future = asyncio.run_coroutine_threadsafe(self._shut(), self._loop)
        with contextlib.suppress(TimeoutError):
            future.result(CLOSE_WAIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_WAIT_S)
        if not self._thread.is_alive():
            self._loop.close()

    def _named(self, requests: Sequence[GenerateRequest]) -> list[tuple[str, GenerateRequest]]:
        if any(request.template is not None for request in requests):
            raise RequestError("request.template", "a remote engine cannot be held to a template")
        return [(request.request_id or f"call-{next(self._numbers)}", request) for request in requests]

    def _start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        with self._closing:  # what was started comes before the end, and so is ended by it
            if not self._closed:
                return asyncio.run_coroutine_threadsafe(self._kept(work), self._loop)
        work.close()
        raise EngineUnavailable("engine.closed", "the engine was closed")

    async def _kept(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._callers.add(task)
        try:
            return await work
        finally:
            self._callers.discard(task)

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = self._start(work)
        try:
            return _result(future)
        finally:  # Ctrl-C too
            future.cancel()

    async def _all(
        self, named: Sequence[tuple[str, GenerateRequest]], told: Callable[[int, str], None]
    ) -> list[Generation]:
        tasks = []
        for index, (request_id, request) in enumerate(named):
            task = asyncio.ensure_future(self._one(request, lambda text, index=index: told(index, text)))  # type: ignore[misc]
            self._running[request_id] = task
            tasks.append(task)
        try:
            return list(await asyncio.gather(*tasks))
        finally:
            for request_id, _ in named:
                self._running.pop(request_id, None)
            for task in tasks:
                task.cancel("abandoned")
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _one(self, request: GenerateRequest, told: Callable[[str], None]) -> Generation:
        from runtime.remote.exchange import ask

        reply = Reply(self._limits, first_call=sum(len(message.tool_calls) for message in request.messages))
        try:
            async with self._places:
                server = await self._describe()
                reply.model = server.model
                assert self._client is not None
                url = f"{self.endpoint.base}/chat/completions"
                fields = await asyncio.to_thread(body, request, server)  # pictures are packed
                await ask(self._client, self._client.build_request("POST", url, json=fields), reply, self._limits, told)
        except asyncio.CancelledError as ended:
            if ended.args == (_ASKED_TO,):
                return reply.generation(FinishReason.CANCELLED)
            raise
        return reply.generation()

    async def _describe(self) -> Server:
        from runtime.remote.exchange import fetch, open_client

        async with self._asking:
            if self._server is None:
                self._client = self._client or open_client(self._key, self._limits)
                request = self._client.build_request("GET", f"{self.endpoint.base}/models")
                self._server = describe(self.endpoint, await fetch(self._client, request, self._limits))
            return self._server

    def _cancel(self, request_id: str) -> None:
        if (task := self._running.get(request_id)) is not None:
            task.cancel(_ASKED_TO)

    async def _shut(self) -> None:
        callers = tuple(self._callers)  # not all tasks: those of the HTTP client are ended by their own
        for task in callers:
            task.cancel("closed")
        # Until each has told its caller: whoever waits for a loop that has stopped waits for ever.
        await asyncio.gather(*callers, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()


_ASKED_TO = "the caller asked"


def _result(future: Future[T]) -> T:
    """
    Raises:
        EngineError: As it was raised in the loop, or ``engine.closed``.
    """
    try:
        return future.result()
    except CancelledError as error:
        raise EngineUnavailable("engine.closed", "the engine was closed") from error
    except EngineError as error:
        raise error.with_traceback(None) from None
