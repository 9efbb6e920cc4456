"""
`visionCode/undo`: takes the last component or patch back, also pictures, which the editor's own undo leaves on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from lsp_server.apply import send_edit
from lsp_server.errors import request_failed
from lsp_server.fields import take
from lsp_server.session import Params, Session
from lsp_server.undo import Applied, reversal_of, take_pictures_back
from lsp_server.uris import uri_of

FIELDS = ()


def undo(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    Raises:
        ResponseError: ``undo.nothing``; from the coroutine ``edit.stale``, ``edit.refused``.
    """
    take(params, FIELDS)
    if session.applied is None:
        raise request_failed("undo.nothing", "nothing was applied since the server started")
    return _undone(session, session.applied)


async def _undone(session: Session, applied: Applied) -> object:
    reversal = reversal_of(applied, session.workspace, session.client)
    if reversal.edit is not None:
        await asyncio.shield(send_edit(session, reversal.edit, "Take it back"))
    if session.applied is applied:
        session.applied = None
    removed, restored = await asyncio.to_thread(take_pictures_back, applied)
    return {
        "documents": list(reversal.uris),
        "removed": [uri_of(path) for path in removed],
        "restored": [uri_of(path) for path in restored],
    }
