"""
`visionCode/status`: what the server is doing, for a status line and for bug reports.
"""

from __future__ import annotations

from collections.abc import Coroutine

from lsp_server.fields import take
from lsp_server.session import Params, Session
from vision_code import __version__

FIELDS = ()


def status(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    The answer; nothing is started for it.
    """
    take(params, FIELDS)
    return _told(session)


async def _told(session: Session) -> object:
    engine = await session.road.status()
    return {
        "version": __version__,
        "engine": {
            "state": engine.state,
            "processId": engine.process_id,
            "waiting": engine.waiting,
            "done": engine.done,
        },
        "documents": len(session.documents),
        "positionEncoding": session.client.encoding.value,
        "trusted": session.trusted,
        "canUndo": session.applied is not None,
    }
