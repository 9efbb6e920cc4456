"""
Both directions of JSON-RPC over a writer: answers that leave exactly once, and our own requests to the client.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping

from lsp_server.errors import ResponseError
from lsp_server.messages import Id, Response
from lsp_server.transport import Writer


class ClientRefused(Exception):
    """
    The client answered a request of ours with an error, or not in time.
    """


class Connection:
    """
    What is under way between us and the client.

    Attributes:
        running: The task of every request that has not been answered.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._numbers = itertools.count(1)
        self._asked: dict[str, asyncio.Future[object]] = {}
        self.running: dict[Id, asyncio.Future[object]] = {}

    def answer(self, message_id: Id, result: object) -> None:
        """
        Send a result.
        """
        self._writer.send({"id": message_id, "result": result})

    def fail(self, message_id: Id | None, error: ResponseError) -> None:
        """
        Send an error; None where no id is known.
        """
        self._writer.send({"id": message_id, "error": error.as_json()})

    def notify(self, method: str, params: Mapping[str, object], *, droppable: bool = False) -> None:
        """
        Send a notification; a droppable one is left out while the client is behind.
        """
        self._writer.send({"method": method, "params": params}, droppable=droppable)

    async def request(self, method: str, params: Mapping[str, object] | None, *, timeout_s: float) -> object:
        """
        Ask the client and wait for its result.

        Raises:
            ClientRefused: It answered with an error or not in time.
        """
        number = f"server-{next(self._numbers)}"
        answer: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        self._writer.send({"id": number, "method": method, **({} if params is None else {"params": params})})
        try:
            async with asyncio.timeout(timeout_s):
                return await answer
        except TimeoutError:
            raise ClientRefused(f"no answer within {timeout_s:g} s") from None
        finally:
            del self._asked[number]

    def answered(self, response: Response) -> bool:
        """
        Take the client's answer to a request of ours; False when there is no such request.
        """
        answer = self._asked.get(response.id) if isinstance(response.id, str) else None
        if answer is None or answer.done():
            return False
        if response.error is not None:
            message = response.error.get("message") if isinstance(response.error, dict) else None
            answer.set_exception(ClientRefused(str(message or "error")[:200]))
        else:
            answer.set_result(response.result)
        return True
