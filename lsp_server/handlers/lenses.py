"""
"Update from …" on a component that this tool made: a code lens on its first line, and a code action anywhere in it.

A server cannot ask a person for a file. So a new picture is asked for by a command of the client's own, where it says
that it has one; the picture that a component was made from is offered to every client, should it lie in the workspace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from lsp_server.documents import Document, document_at
from lsp_server.memory import Component, made_earlier
from lsp_server.session import Params, Session
from lsp_server.uris import uri_of
from vision_code.errors import VisionCodeError

TITLE = "Update from a new screenshot"
REFINE_COMMAND = "visionCode.server.refine"
_TOP = {"line": 0, "character": 0}


def code_lens(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    `textDocument/codeLens`.
    """
    return _lenses(session, document_at(session.documents, params))


async def _lenses(session: Session, document: Document | None) -> object:
    where = {"start": _TOP, "end": _TOP}
    return [{"range": where, "command": command} for command in await update_commands(session, document)]


async def update_commands(session: Session, document: Document | None) -> list[dict[str, object]]:
    """
    What may be done with a component: none in any other document.
    """
    try:
        path = session.workspace.readable(document.uri) if document is not None else None
    except VisionCodeError:
        path = None
    if document is None or path is None:
        return []
    component = session.memory.component_in(path)
    if component is None and session.client.update_command:  # it alone has something to do with an earlier one
        component = await asyncio.to_thread(made_earlier, path, session.workspace.root_of(path))
    return _commands(session, document.uri, component) if component is not None else []


def _commands(session: Session, uri: str, component: Component) -> list[dict[str, object]]:
    commands: list[dict[str, object]] = []
    if session.client.update_command:
        arguments = [{"document": uri}]
        commands.append({"title": TITLE, "command": session.client.update_command, "arguments": arguments})
    picture = component.picture
    if picture is not None and picture.is_file():
        options = {"document": uri, "image": uri_of(picture)}
        title = f"Update from {picture.name}"
        commands.append({"title": title, "command": REFINE_COMMAND, "arguments": [options]})
    return commands
