"""
"Update from …" on a component that this tool made: a code lens on its first line, and a code action anywhere in it.

A server cannot ask a person for a file. So a new picture is asked for by a command of the client's own, where it says
that it has one; the picture that a component was made from is offered to every client, should it lie in the workspace.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from lsprotocol import types

from lsp_server.documents import Document
from lsp_server.memory import Component, made_earlier
from lsp_server.server import Server
from lsp_server.uris import uri_of
from vision_code.errors import VisionCodeError

TITLE = "Update from a new screenshot"
REFINE_COMMAND = "visionCode.server.refine"
_TOP = types.Range(types.Position(0, 0), types.Position(0, 0))


def code_lens(server: Server, params: types.CodeLensParams) -> Coroutine[object, object, list[types.CodeLens]]:
    """
    `textDocument/codeLens`.
    """
    return _lenses(server, server.workspace.document(params.text_document.uri))


async def _lenses(server: Server, document: Document | None) -> list[types.CodeLens]:
    return [types.CodeLens(_TOP, command) for command in await update_commands(server, document)]


async def update_commands(server: Server, document: Document | None) -> list[types.Command]:
    """
    What may be done with a component: none in any other document.
    """
    try:
        path = server.workspace.readable(document.uri) if document is not None else None
    except VisionCodeError:
        path = None
    if document is None or path is None:
        return []
    component = server.memory.component_in(path)
    if component is None and server.client.update_command:  # it alone has something to do with an earlier one
        component = await asyncio.to_thread(made_earlier, path, server.workspace.root_of(path))
    return _commands(server, document.uri, component) if component is not None else []


def _commands(server: Server, uri: str, component: Component) -> list[types.Command]:
    commands = []
    if server.client.update_command:
        commands.append(types.Command(TITLE, server.client.update_command, arguments=[{"document": uri}]))
    picture = component.picture
    if picture is not None and picture.is_file():
        options = {"document": uri, "image": uri_of(picture)}
        commands.append(types.Command(f"Update from {picture.name}", REFINE_COMMAND, arguments=[options]))
    return commands
