"""
What the client can do, resolved once at `initialize`; nothing else looks into its capabilities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder

from lsp_server.positions import Codec

MAX_COMMAND_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """
    The facts that decide what is sent.

    Attributes:
        name: As it calls itself, for the log.
        folders: That it has open.
        process_id: Of the editor, when it is said and runs on this machine.
        encoding: What a character offset counts: bytes, 16-bit units or code points.
        apply_edit: Whether it takes `workspace/applyEdit`.
        document_changes: Versioned edits. Neovim takes them without saying so; it says that it takes resource
            operations, which only exist in them.
        can_create, can_delete: Resource operations.
        change_annotations: Whether an edit may ask for confirmation.
        work_done_progress: Whether the server may make progress of its own.
        show_document: Whether it opens a document on request.
        code_action_literals: Whether code actions may be more than commands.
        diagnostics: Whether it shows what is wrong with a document.
        configuration: Whether it can be asked for its user's settings.
        configuration_changes: Whether it tells of their changes when it is asked to.
        lens_refresh: Whether it asks for code lenses again when it is told to.
        update_command: A command of its own that asks its user for a picture and sends `visionCode/refine`; empty when
            it has none.
    """

    name: str = ""
    folders: tuple[types.WorkspaceFolder, ...] = ()
    process_id: int | None = None
    encoding: str = types.PositionEncodingKind.Utf16.value
    apply_edit: bool = False
    document_changes: bool = False
    can_create: bool = False
    can_delete: bool = False
    change_annotations: bool = False
    work_done_progress: bool = False
    show_document: bool = False
    code_action_literals: bool = False
    diagnostics: bool = False
    configuration: bool = False
    configuration_changes: bool = False
    lens_refresh: bool = False
    update_command: str = ""

    @property
    def codec(self) -> Codec:
        """
        Counts as it does.
        """
        return Codec(self.encoding)


def resolve_client(params: Mapping[str, object]) -> Client:
    """
    The facts from the parameters of `initialize`; what is missing or of a wrong type counts as not supported.
    """
    capabilities = params.get("capabilities")
    operations = _strings(_at(capabilities, "workspace.workspaceEdit.resourceOperations"))
    process_id = params.get("processId")
    name = _at(params, "clientInfo.name")
    command = _at(params, "initializationOptions.commands.update")
    return Client(
        name=name[:80] if isinstance(name, str) else "",
        folders=_folders(params),
        process_id=process_id if isinstance(process_id, int) and not isinstance(process_id, bool) else None,
        encoding=_encoding(_strings(_at(capabilities, "general.positionEncodings"))),
        apply_edit=_at(capabilities, "workspace.applyEdit") is True,
        document_changes=_at(capabilities, "workspace.workspaceEdit.documentChanges") is True or bool(operations),
        can_create="create" in operations,
        can_delete="delete" in operations,
        change_annotations=isinstance(_at(capabilities, "workspace.workspaceEdit.changeAnnotationSupport"), dict),
        work_done_progress=_at(capabilities, "window.workDoneProgress") is True,
        show_document=_at(capabilities, "window.showDocument.support") is True,
        code_action_literals=isinstance(_at(capabilities, "textDocument.codeAction.codeActionLiteralSupport"), dict),
        diagnostics=isinstance(_at(capabilities, "textDocument.publishDiagnostics"), dict),
        configuration=_at(capabilities, "workspace.configuration") is True,
        configuration_changes=_at(capabilities, "workspace.didChangeConfiguration.dynamicRegistration") is True,
        lens_refresh=_at(capabilities, "workspace.codeLens.refreshSupport") is True,
        update_command=command if isinstance(command, str) and len(command) <= MAX_COMMAND_CHARS else "",
    )


def _folders(params: Mapping[str, object]) -> tuple[types.WorkspaceFolder, ...]:
    listed = params.get("workspaceFolders")
    uris = [_at(folder, "uri") for folder in listed] if isinstance(listed, list) else []
    return tuple(types.WorkspaceFolder(uri, "") for uri in uris or [params.get("rootUri")] if isinstance(uri, str))


def _encoding(offered: list[str]) -> str:
    """
    The client's first choice that is known; UTF-16 where it has none.
    """
    general = types.GeneralClientCapabilities(position_encodings=offered or None)
    choice = ServerCapabilitiesBuilder.choose_position_encoding(types.ClientCapabilities(general=general))
    return types.PositionEncodingKind(choice).value


def _at(content: object, path: str) -> object:
    for name in path.split("."):
        if not isinstance(content, dict):
            return None
        content = content.get(name)
    return content


def _strings(content: object) -> list[str]:
    return [item for item in content if isinstance(item, str)] if isinstance(content, list) else []
