"""
The server without its process: messages go in as objects and come out as objects.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lsp_server.features import register
from lsp_server.log import Log
from lsp_server.memory import Memory
from lsp_server.road.queue import Road
from lsp_server.server import Server

LOG = Log()


class _Wire:
    """
    Takes the place of the pipe to the client.
    """

    is_behind = False

    def __init__(self, take: Callable[[dict[str, Any]], None]) -> None:
        self._take = take

    def write(self, data: bytes) -> None:
        self._take(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        """
        There is nothing to wait for.
        """


def started(take: Callable[[dict[str, Any]], None], params: dict[str, Any]) -> Server:
    """
    A server whose messages ``take`` gets, initialized with ``params``.
    """
    server = Server(log=LOG, road=Road(LOG.line), patches=Road(LOG.line), memory=Memory(), leave=lambda _: None)
    register(server)
    server.protocol.set_writer(_Wire(take))
    server.protocol.receive({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
    return server


def tell(server: Server, method: str, params: dict[str, Any]) -> None:
    """
    A notification.
    """
    server.protocol.receive({"jsonrpc": "2.0", "method": method, "params": params})
