"""
`workspace/executeCommand`: the custom requests once more, for editors that only know commands.

The token for progress may stand in the command's parameters or, as VS Code never sends it there, in the argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.errors import invalid_params
from lsp_server.handlers.capture import capture
from lsp_server.handlers.compare import compare
from lsp_server.handlers.component import component
from lsp_server.handlers.patch import patch
from lsp_server.handlers.refine import refine
from lsp_server.handlers.status import status
from lsp_server.handlers.undo import undo
from lsp_server.handlers.upload import upload
from lsp_server.session import Params, Session

if TYPE_CHECKING:
    from lsp_server.session import RequestHandler

PREFIX = "visionCode.server."
#: Request `visionCode/<name>` and command `visionCode.server.<name>`.
OPERATIONS: dict[str, RequestHandler] = {
    "component": component,
    "refine": refine,
    "patch": patch,
    "compare": compare,
    "capture": capture,
    "upload": upload,
    "status": status,
    "undo": undo,
}
#: Those that report progress.
LONG = tuple(f"{PREFIX}{name}" for name in ("component", "refine", "patch", "compare", "capture"))
COMMANDS = [f"{PREFIX}{name}" for name in OPERATIONS]


def execute_command(session: Session, params: Params) -> object:
    """
    Raises:
        ResponseError: InvalidParams naming the field, or what the operation raises.
    """
    command, arguments = params.get("command"), params.get("arguments")
    if not isinstance(command, str) or command not in COMMANDS:
        raise invalid_params("command", f"must be one of {', '.join(COMMANDS)}", "params.unknown")
    if arguments is None:
        arguments = []
    if not isinstance(arguments, list) or len(arguments) > 1:
        raise invalid_params("arguments", "must hold one object")
    options = arguments[0] if arguments else {}
    if not isinstance(options, dict):
        raise invalid_params("arguments", "must hold one object", "params.type")
    token = params.get("workDoneToken")
    if token is not None and command in LONG:
        options = {"workDoneToken": token, **options}
    return OPERATIONS[command.removeprefix(PREFIX)](session, options)
