"""
`visionCode/status`: what the server is doing, for a status line and for bug reports.
"""

from __future__ import annotations

from lsp_server.fields import take
from lsp_server.session import Params, Session
from vision_code import __version__

FIELDS = ()


def status(session: Session, params: Params) -> object:
    """
    The answer; nothing is started for it.
    """
    take(params, FIELDS)
    road = session.road
    return {
        "version": __version__,
        "engine": {
            "state": road.state,
            "processId": road.process_id,
            "waiting": road.num_waiting,
            "done": road.num_done,
        },
        "documents": len(session.documents),
        "positionEncoding": session.client.encoding.value,
        "trusted": session.trusted,
        "canUndo": session.applied is not None,
    }
