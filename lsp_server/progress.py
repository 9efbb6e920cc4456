"""
Work-done progress: with the client's token where it gave one, with one of ours where it takes those, else a log line.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterator

from lsp_server.client import Client
from lsp_server.connection import ClientRefused, Connection
from lsp_server.messages import Id

#: A client that does not answer to a token of ours in this time gets no progress.
CREATE_TIMEOUT_S = 10.0


class Progress:
    """
    One bar. Its percentage never goes back, although the road visits some stations twice.
    """

    def __init__(self, connection: Connection, token: Id | None, title: str) -> None:
        self._connection = connection
        self._token = token
        self._title = title
        self._percentage = 0
        self._shown = False
        self._last: tuple[str, int] | None = None

    def begin(self) -> None:
        """
        Show it; what was reported before is reported now.
        """
        self._shown = True
        self._send({"kind": "begin", "title": self._title, "cancellable": True, "percentage": 0})
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
        if self._shown:
            self._send({"kind": "report", "message": message, "percentage": self._percentage}, droppable=True)

    def end(self, message: str) -> None:
        """
        Take it away; harmless a second time.
        """
        if self._shown:
            self._shown = False
            self._send({"kind": "end", "message": message})
        self._token = None

    def _send(self, value: dict[str, object], *, droppable: bool = False) -> None:
        if self._token is not None:
            self._connection.notify("$/progress", {"token": self._token, "value": value}, droppable=droppable)


class ProgressTokens:
    """
    All bars that are shown, so that the client's cancel button finds the request it belongs to.
    """

    def __init__(self) -> None:
        self._requests: dict[Id, asyncio.Task[object]] = {}

    @contextlib.contextmanager
    def shown(self, connection: Connection, client: Client, token: Id | None, title: str) -> Iterator[Progress]:
        """
        A bar for the current task while the block runs; the block ends it with its own words, or it ends without.
        """
        task = asyncio.current_task()
        assert task is not None
        making: asyncio.Task[None] | None = None
        ours = token is None and client.work_done_progress
        used: Id | None = f"vision-code-{secrets.token_hex(8)}" if ours else token
        progress = Progress(connection, used, title)
        if used is not None:
            self._requests[used] = task
        if ours:
            making = asyncio.ensure_future(_make(connection, progress, used))
        elif used is not None:
            progress.begin()
        else:
            connection.notify("window/logMessage", {"type": 3, "message": f"{title}: started"})
        outcome = "failed"
        try:
            yield progress
            outcome = "done"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            if making is not None:
                making.cancel()
            if used is None:
                connection.notify("window/logMessage", {"type": 3, "message": f"{title}: {outcome}"})
            else:
                self._requests.pop(used, None)  # two requests may have come with one token
            progress.end(outcome)

    def cancel(self, token: object) -> None:
        """
        `window/workDoneProgress/cancel`; unknown tokens are ignored.
        """
        task = self._requests.get(token) if isinstance(token, int | str) else None
        if task is not None:
            task.cancel()


async def _make(connection: Connection, progress: Progress, token: Id | None) -> None:
    try:
        await connection.request("window/workDoneProgress/create", {"token": token}, timeout_s=CREATE_TIMEOUT_S)
    except ClientRefused:
        return
    progress.begin()
