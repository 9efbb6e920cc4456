"""
Work-done progress: with the client's token where it gave one, with one of ours where it takes those, else a log line.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, cast

from lsprotocol import types

from lsp_server.messages import Id
from lsp_server.protocol import ClientRefused, Protocol
from lsp_server.server import Server

#: A client that does not answer to a token of ours in this time gets no progress.
CREATE_TIMEOUT_S = 10.0


class Bar:
    """
    One bar. Its percentage never goes back, although the road visits some stations twice.
    """

    def __init__(self, protocol: Protocol, token: Id | None, title: str) -> None:
        self._protocol = protocol
        self._token = token
        self._title = title
        self._percentage = 0
        self._shown = False
        self._last: tuple[str, int] | None = None

    def begin(self) -> None:
        """
        Show it; what was reported before is reported now.
        """
        if self._token is not None:
            self._shown = True
            value = types.WorkDoneProgressBegin(self._title, cancellable=True, percentage=0)
            self._protocol.progress.begin(self._token, value)
            if self._last is not None:
                self.report(*self._last)

    def report(self, message: str, percentage: int) -> None:
        """
        Say what is being done.

        Args:
            percentage: 0…100.
        """
        self._percentage = max(self._percentage, percentage)
        self._last = (message, self._percentage)
        if self._shown and self._token is not None:
            value = types.WorkDoneProgressReport(message=message, percentage=self._percentage)
            self._protocol.notify_unless_behind(types.PROGRESS, types.ProgressParams(self._token, value))

    def end(self, message: str) -> None:
        """
        Take it away; harmless a second time.
        """
        if self._shown and self._token is not None:
            self._protocol.progress.end(self._token, types.WorkDoneProgressEnd(message=message))
        self._token = None


@contextlib.contextmanager
def progress_of(server: Server, token: Id | None, title: str) -> Iterator[Bar]:
    """
    A bar for the current task while the block runs; its cancel button ends the task.
    """
    task = asyncio.current_task()
    assert task is not None
    making: asyncio.Task[None] | None = None
    ours = token is None and server.client.work_done_progress
    used: Id | None = f"vision-code-{secrets.token_hex(8)}" if ours else token
    bar = Bar(server.protocol, used, title)
    if used is not None:
        server.work_done_progress.tokens[used] = cast("Future[Any]", task)
    if ours:
        making = asyncio.ensure_future(_make(server.protocol, bar, used))
    elif used is not None:
        bar.begin()
    else:
        server.window_log_message(types.LogMessageParams(types.MessageType.Info, f"{title}: started"))
    outcome = "failed"
    try:
        yield bar
        outcome = "done"
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    finally:
        if making is not None:
            making.cancel()
        if used is None:
            server.window_log_message(types.LogMessageParams(types.MessageType.Info, f"{title}: {outcome}"))
        else:
            server.work_done_progress.tokens.pop(used, None)  # two requests may have come with one token
        bar.end(outcome)


async def _make(protocol: Protocol, bar: Bar, token: Id | None) -> None:
    try:
        params = types.WorkDoneProgressCreateParams(cast("Id", token))
        await protocol.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params, timeout_s=CREATE_TIMEOUT_S)
    except ClientRefused:
        return
    bar.begin()
