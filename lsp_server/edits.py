"""
From new texts to a `WorkspaceEdit` that this client takes: versions, creations and confirmations where it has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from lsprotocol import types

from lsp_server.client import Client
from lsp_server.errors import request_failed
from lsp_server.positions import Codec, lines_of
from lsp_server.workspace import FileState

Operation = types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile

#: Ids of the change annotations, by the action that a person is asked about, and what is asked.
_ASKED = {
    "overwrite": types.ChangeAnnotation("Replace what is there", True, "by the new component"),
    "delete": types.ChangeAnnotation("Remove the file", True),
}
#: Lines between what two texts begin and end with alike. Beyond them a difference takes seconds to be found.
_MAX_COMPARED_LINES = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    A file's whole new text.

    Attributes:
        before: The state that it was made for.
        text: None: the file goes.
        ours: Whether nothing that a person wrote is lost with it unasked: all that is there was made here, or the
            change is made to it line by line.
    """

    before: FileState
    text: str | None = field(repr=False)
    ours: bool = False

    @property
    def action(self) -> str:
        """
        ``create``, ``fill`` (a blank document), ``update`` (see ``ours``), ``overwrite`` or ``delete``.
        """
        if self.text is None:
            return "delete"
        if not self.before.exists:
            return "create"
        return "fill" if self.before.is_blank else "update" if self.ours else "overwrite"


def workspace_edit(changes: Sequence[Change], client: Client) -> types.WorkspaceEdit:
    """
    All changes as one edit, so that one undo takes them back.

    Raises:
        ResponseError: ``edit.capability``: the client cannot create or delete files and the edit has to.
    """
    _check_capability(changes, client)
    if not client.document_changes:
        return types.WorkspaceEdit({change.before.uri: text_edits(change, client.codec) for change in changes})
    asked = {change.action for change in changes if change.action in _ASKED} if client.change_annotations else set()
    operations: list[Operation] = []
    for change in changes:
        action, uri = change.action, change.before.uri
        asks = action if action in asked else None
        if action == "delete":
            operations.append(delete_file(uri, asks))
            continue
        if action == "create":
            operations.append(create_file(uri))
        operations.append(document_edit(change.before, text_edits(change, client.codec), asks))
    annotations = {action: _ASKED[action] for action in sorted(asked)} or None
    return types.WorkspaceEdit(document_changes=operations, change_annotations=annotations)


def document_edit(
    before: FileState, edits: Sequence[types.TextEdit], asks: str | None = None
) -> types.TextDocumentEdit:
    """
    Edits of one state of a document; ``asks`` is the change annotation that lets a person decide.
    """
    document = types.OptionalVersionedTextDocumentIdentifier(before.uri, before.version)
    if asks is None:
        return types.TextDocumentEdit(document, edits)
    return types.TextDocumentEdit(
        document, [types.AnnotatedTextEdit(asks, edit.range, edit.new_text) for edit in edits]
    )


def create_file(uri: str) -> types.CreateFile:
    """
    The creation of a new file. Should one have come there a moment ago: nothing in it is lost.
    """
    return types.CreateFile(uri, options=types.CreateFileOptions(overwrite=False, ignore_if_exists=True))


def delete_file(uri: str, asks: str | None = None) -> types.DeleteFile:
    """
    The deletion of one file.
    """
    options = types.DeleteFileOptions(recursive=False, ignore_if_not_exists=True)
    return types.DeleteFile(uri, options=options, annotation_id=asks)


def _check_capability(changes: Sequence[Change], client: Client) -> None:
    for change in changes:
        name = change.before.path.name
        if change.action == "create" and not client.can_create:
            raise request_failed(
                "edit.capability",
                f"this editor does not let the server create {name}; "
                "open an empty document for it and name that as `document`",
            )
        if change.action == "delete" and not client.can_delete:
            raise request_failed("edit.capability", f"this editor does not let the server delete {name}")


def text_edits(change: Change, codec: Codec) -> list[types.TextEdit]:
    """
    The change as edits of whole lines: what stays is not touched, and keeps cursors, marks and folds.
    """
    old, new = change.before.text or "", change.text or ""
    if change.action in ("create", "fill", "overwrite"):
        return [types.TextEdit(types.Range(types.Position(0, 0), codec.end_of(old)), new)]
    olds, news = lines_of(old), lines_of(new)
    edits = []
    for old_from, old_to, new_from, new_to in differences(olds, news):
        end = types.Position(old_to, 0) if old_to < len(olds) else codec.end_of(old)
        where = types.Range(types.Position(old_from, 0), end)
        edits.append(types.TextEdit(where, "".join(news[new_from:new_to])))
    return edits


def differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """
    Ranges of lines that take each other's place: ``old[a:b]`` that of ``new[c:d]``.
    """
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
    middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if max(map(len, middle)) > _MAX_COMPARED_LINES:
        yield head, head + len(middle[0]), head, head + len(middle[1])
        return
    for tag, a, b, c, d in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + a, head + b, head + c, head + d


def in_line_ends_of(before: str | None, text: str) -> str:
    """
    ``text`` (LF) with the line ends of the document that it goes into.
    """
    if before is None or "\r" not in before:
        return text
    return text.replace("\n", "\r\n" if "\r\n" in before else "\r")
