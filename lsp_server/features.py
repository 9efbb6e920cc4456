"""
What the server offers: which handler serves which method.
"""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from lsp_server.handlers import configuration, documents
from lsp_server.handlers.actions import KINDS, code_action
from lsp_server.handlers.commands import COMMANDS, OPERATIONS, execute_command
from lsp_server.handlers.completion import TRIGGERS, completion
from lsp_server.handlers.lenses import code_lens
from lsp_server.handlers.pictures import hover
from lsp_server.server import Server
from vision_code import __version__

NOTIFICATIONS: dict[str, Callable[..., None]] = {
    types.TEXT_DOCUMENT_DID_OPEN: documents.did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: documents.did_change,
    types.TEXT_DOCUMENT_DID_CLOSE: documents.did_close,
    types.INITIALIZED: configuration.initialized,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: configuration.did_change_configuration,
    "visionCode/didChangeTrust": configuration.did_change_trust,
}


def register(server: Server) -> None:
    """
    Hand everything to the server.
    """
    server.feature(types.INITIALIZE)(initialize)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(code_lens)
    server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))(completion)
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
    for method, handler in NOTIFICATIONS.items():
        server.feature(method)(handler)
    for name, operation in OPERATIONS.items():
        server.feature(f"visionCode/{name}")(operation)
    for name, operation in COMMANDS.items():
        server.command(name)(operation)
    # pygls runs a command under an id of its own, where no cancel finds it, and without its token.
    server.protocol.fm.add_builtin_feature(
        types.WORKSPACE_EXECUTE_COMMAND, lambda params: execute_command(server, params)
    )


def initialize(server: Server, params: types.InitializeParams) -> None:
    """
    The client's facts are known, and what is offered may depend on them.
    """
    client = server.client
    server.log.line(f"vision-code {__version__}: {client.name or 'a client'}, {client.encoding}")
    configuration.first_settings(server, params.initialization_options)
    kinds = types.CodeActionOptions(code_action_kinds=KINDS) if client.code_action_literals else None
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(code_action)
