"""
`textDocument/codeAction`: what can be done with the pictures in a range, and with the component around it.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence

from lsprotocol import types

from lsp_server.documents import Document
from lsp_server.errors import invalid_params
from lsp_server.handlers.lenses import update_commands
from lsp_server.handlers.pictures import picture_commands
from lsp_server.server import Server

EXTRACT, REWRITE = KINDS = (types.CodeActionKind.RefactorExtract, types.CodeActionKind.RefactorRewrite)
Actions = list[types.Command] | list[types.CodeAction]


def code_action(server: Server, params: types.CodeActionParams) -> Coroutine[object, object, Actions]:
    """
    Commands for whatever is there.

    Raises:
        ResponseError: InvalidParams naming the field.
    """
    if params.range.end < params.range.start:
        raise invalid_params("range", "is reversed")
    document = server.workspace.document(params.text_document.uri)
    return _actions(server, document, params.range, params.context.only)


async def _actions(
    server: Server, document: Document | None, where: types.Range, only: Sequence[str] | None
) -> Actions:
    if document is None:
        return []
    commands: list[tuple[types.CodeActionKind, types.Command]] = []
    if _asks_for(only, EXTRACT):
        commands += [(EXTRACT, command) for command in await picture_commands(server, document, where)]
    if _asks_for(only, REWRITE):
        commands += [(REWRITE, command) for command in await update_commands(server, document)]
    if not server.client.code_action_literals:
        return [command for _, command in commands]
    return [types.CodeAction(command.title, kind, command=command) for kind, command in commands]


def _asks_for(only: Sequence[str] | None, kind: str) -> bool:
    """
    Kinds are a tree: `refactor` asks for all below it.
    """
    return only is None or any(each in ("", kind) or kind.startswith(f"{each}.") for each in only)
