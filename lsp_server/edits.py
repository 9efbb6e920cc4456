"""
From new texts to a `WorkspaceEdit` that this client takes: versions, creations and confirmations where it has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lsp_server.client import Client
from lsp_server.errors import request_failed
from lsp_server.positions import Encoding, end_of
from lsp_server.workspace import FileState

#: Id of the one change annotation there is.
CONFIRM = "overwrite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    A file's whole new text.

    Attributes:
        before: The state that it was made for.
        ours: Whether all that is there was made here, so that nothing is lost with it.
    """

    before: FileState
    text: str = field(repr=False)
    ours: bool = False

    @property
    def action(self) -> str:
        """
        ``create``, ``fill`` (a blank document), ``update`` (what was made here) or ``overwrite``.
        """
        if not self.before.exists:
            return "create"
        return "fill" if self.before.is_blank else "update" if self.ours else "overwrite"


def workspace_edit(changes: Sequence[Change], client: Client) -> dict[str, object]:
    """
    All changes as one edit, so that one undo takes them back.

    Raises:
        ResponseError: ``edit.capability``: the client cannot create files and one of them is new.
    """
    new = [change for change in changes if change.action == "create"]
    if new and not client.can_create:
        raise request_failed(
            "edit.capability",
            f"this editor does not let the server create {new[0].before.path.name}; "
            "open an empty document for it and name that as `document`",
        )
    if not client.document_changes:
        return {"changes": {change.before.uri: [replacement(change, client.encoding)] for change in changes}}
    asks = client.change_annotations and any(change.action == "overwrite" for change in changes)
    operations: list[dict[str, object]] = []
    for change in changes:
        if change.action == "create":
            # Should a file have come there a moment ago: nothing in it is lost.
            options = {"overwrite": False, "ignoreIfExists": True}
            operations.append({"kind": "create", "uri": change.before.uri, "options": options})
        edit = replacement(change, client.encoding)
        if asks and change.action == "overwrite":
            edit["annotationId"] = CONFIRM
        document = {"uri": change.before.uri, "version": change.before.version}
        operations.append({"textDocument": document, "edits": [edit]})
    if not asks:
        return {"documentChanges": operations}
    annotation = {"label": "Replace what is there", "needsConfirmation": True, "description": "by the new component"}
    return {"documentChanges": operations, "changeAnnotations": {CONFIRM: annotation}}


def replacement(change: Change, encoding: Encoding) -> dict[str, object]:
    """
    The change as one `TextEdit` of the whole text.
    """
    end = end_of(change.before.text or "", encoding)
    return {"range": {"start": {"line": 0, "character": 0}, "end": end.as_json()}, "newText": change.text}


def in_line_ends_of(before: str | None, text: str) -> str:
    """
    ``text`` (LF) with the line ends of the document that it goes into.
    """
    if before is None or "\r" not in before:
        return text
    return text.replace("\n", "\r\n" if "\r\n" in before else "\r")
