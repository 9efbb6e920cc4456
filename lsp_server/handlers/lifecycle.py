"""
`initialize`: who the client is, and what this server offers it.
"""

from __future__ import annotations

from lsp_server.client import resolve_client
from lsp_server.handlers.actions import KINDS
from lsp_server.handlers.commands import COMMANDS
from lsp_server.handlers.completion import TRIGGERS
from lsp_server.handlers.configuration import first_settings
from lsp_server.session import Params, Session
from lsp_server.workspace import folders_of
from vision_code import __version__

#: Whole texts: an incremental change lands on the wrong line in whichever editor counts lines or units differently.
SYNC_FULL = 1


def initialize(session: Session, params: Params) -> object:
    """
    The capabilities; the client's own are resolved once, here.
    """
    session.client = resolve_client(params)
    session.workspace.folders = list(folders_of(params.get("workspaceFolders")))
    if not session.workspace.folders:
        session.workspace.folders = list(folders_of([{"uri": params.get("rootUri")}]))
    session.log.line(f"vision-code {__version__}: {session.client.name or 'a client'}, {session.client.encoding.value}")
    first_settings(session, params.get("initializationOptions"))
    return {
        "serverInfo": {"name": "vision-code", "version": __version__},
        "capabilities": {
            "positionEncoding": session.client.encoding.value,
            "textDocumentSync": {"openClose": True, "change": SYNC_FULL},
            "codeActionProvider": {"codeActionKinds": KINDS} if session.client.code_action_literals else True,
            "codeLensProvider": {},
            "completionProvider": {"triggerCharacters": TRIGGERS},
            "hoverProvider": True,
            "executeCommandProvider": {"commands": COMMANDS},
            "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
        },
    }
