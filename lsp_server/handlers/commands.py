"""
`workspace/executeCommand`: the custom requests once more, for editors that only know commands.

The token for progress may stand in the command's parameters or, as VS Code never sends it there, in the argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lsprotocol import types

from lsp_server.errors import invalid_params
from lsp_server.handlers.capture import capture
from lsp_server.handlers.compare import compare
from lsp_server.handlers.component import component
from lsp_server.handlers.patch import patch
from lsp_server.handlers.refine import refine
from lsp_server.handlers.status import status
from lsp_server.handlers.undo import undo
from lsp_server.handlers.upload import upload
from lsp_server.server import Params, Server

PREFIX = "visionCode.server."
#: Request `visionCode/<name>` and command `visionCode.server.<name>`.
OPERATIONS: dict[str, Callable[[Server, Params], object]] = {
    "component": component,
    "refine": refine,
    "patch": patch,
    "compare": compare,
    "capture": capture,
    "upload": upload,
    "status": status,
    "undo": undo,
}
COMMANDS = {f"{PREFIX}{name}": operation for name, operation in OPERATIONS.items()}
#: Those that report progress.
LONG = tuple(f"{PREFIX}{name}" for name in ("component", "refine", "patch", "compare", "capture"))


def execute_command(server: Server, params: types.ExecuteCommandParams) -> object:
    """
    Raises:
        ResponseError: InvalidParams naming the field, or what the operation raises.
    """
    operation = COMMANDS.get(params.command)
    if operation is None:
        raise invalid_params("command", f"must be one of {', '.join(COMMANDS)}", "params.unknown")
    arguments = params.arguments or ({},)
    if len(arguments) > 1:
        raise invalid_params("arguments", "must hold one object")
    options = arguments[0]
    if not isinstance(options, Mapping):
        raise invalid_params("arguments", "must hold one object", "params.type")
    if params.work_done_token is not None and params.command in LONG:
        options = {"workDoneToken": params.work_done_token, **options}
    return operation(server, options)
