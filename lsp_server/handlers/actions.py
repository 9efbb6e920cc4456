"""
`textDocument/codeAction`: what can be done with the pictures in a range, and with the component around it.
"""

from __future__ import annotations

from collections.abc import Coroutine

from lsp_server.documents import Document, document_at, range_of
from lsp_server.errors import invalid_params
from lsp_server.handlers.lenses import update_commands
from lsp_server.handlers.pictures import picture_commands
from lsp_server.positions import Position
from lsp_server.session import Params, Session

EXTRACT, REWRITE = KINDS = ["refactor.extract", "refactor.rewrite"]


def code_action(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    Commands for whatever is there.

    Raises:
        ResponseError: InvalidParams naming the field.
    """
    document = document_at(session.documents, params)
    try:
        where = range_of(params.get("range"))
    except ValueError as error:
        raise invalid_params("range", f"is {error}") from error
    context = params.get("context")
    only = context.get("only") if isinstance(context, dict) else None
    return _actions(session, document, where, only)


async def _actions(
    session: Session, document: Document | None, where: tuple[Position, Position], only: object
) -> object:
    if document is None:
        return []
    commands: list[tuple[str, dict[str, object]]] = []
    if _asks_for(only, EXTRACT):
        commands += [(EXTRACT, command) for command in await picture_commands(session, document, where)]
    if _asks_for(only, REWRITE):
        commands += [(REWRITE, command) for command in await update_commands(session, document)]
    if not session.client.code_action_literals:
        return [command for _, command in commands]
    return [{"title": command["title"], "kind": kind, "command": command} for kind, command in commands]


def _asks_for(only: object, kind: str) -> bool:
    """
    Kinds are a tree: `refactor` asks for all below it.
    """
    asked = only if isinstance(only, list) else [""]
    return any(isinstance(each, str) and (each in ("", kind) or kind.startswith(f"{each}.")) for each in asked)
