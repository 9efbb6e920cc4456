"""
`visionCode/status`: what the server is doing, for a status line and for bug reports.
"""

from __future__ import annotations

from collections.abc import Coroutine

from lsp_server.fields import take
from lsp_server.server import Params, Server
from vision_code import __version__

FIELDS = ()


def status(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    The answer; nothing is started for it.
    """
    take(params, FIELDS)
    return _told(server)


async def _told(server: Server) -> object:
    engine = await server.road.status()
    return {
        "version": __version__,
        "engine": {
            "state": engine.state,
            "processId": engine.process_id,
            "waiting": engine.waiting,
            "done": engine.done,
        },
        "documents": len(server.workspace.text_documents),
        "positionEncoding": server.client.encoding,
        "trusted": server.trusted,
        "canUndo": server.applied is not None,
    }
