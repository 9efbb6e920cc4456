"""
`visionCode/undo`: takes the last component or patch back, also pictures, which the editor's own undo leaves on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from lsp_server.apply import send_edit
from lsp_server.errors import request_failed
from lsp_server.fields import take
from lsp_server.server import Params, Server
from lsp_server.undo import Applied, reversal_of, take_pictures_back
from lsp_server.uris import uri_of

FIELDS = ()


def undo(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    Raises:
        ResponseError: ``undo.nothing``; from the coroutine ``edit.stale``, ``edit.refused``.
    """
    take(params, FIELDS)
    if server.applied is None:
        raise request_failed("undo.nothing", "nothing was applied since the server started")
    return _undone(server, server.applied)


async def _undone(server: Server, applied: Applied) -> object:
    reversal = reversal_of(applied, server.workspace, server.client)
    if reversal.edit is not None:
        await asyncio.shield(send_edit(server, reversal.edit, "Take it back"))
    if server.applied is applied:
        server.applied = None
    removed, restored = await asyncio.to_thread(take_pictures_back, applied)
    return {
        "documents": list(reversal.uris),
        "removed": [uri_of(path) for path in removed],
        "restored": [uri_of(path) for path in restored],
    }
