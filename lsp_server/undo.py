"""
Takes the last component back: only what is still exactly as it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.client import Client
from lsp_server.edits import Change
from lsp_server.errors import request_failed
from lsp_server.positions import end_of
from lsp_server.workspace import FileState, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """
    What was done.

    Attributes:
        changes: As they were applied.
        pictures: Files that were not there before.
    """

    changes: tuple[Change, ...]
    pictures: Mapping[Path, bytes] = field(repr=False)


def reverse_edit(applied: Applied, workspace: Workspace, client: Client) -> dict[str, object] | None:
    """
    The edit that takes the texts back; None when the user's own undo has done it already.

    Raises:
        ResponseError: ``edit.stale``: a text was changed since.
    """
    operations: list[dict[str, object]] = []
    for change in applied.changes:
        now = workspace.state_of(change.before.path)
        before = change.before.text
        if now.text == before or (change.action == "create" and now.is_blank):
            if change.action == "create" and now.exists and client.can_delete:
                operations.append(_deletion(now))
            continue
        if now.text != change.text:
            raise request_failed("edit.stale", f"{now.path.name} was changed since; undo it in the editor")
        if change.action == "create" and client.can_delete:
            operations.append(_deletion(now))
            continue
        whole = {"start": {"line": 0, "character": 0}, "end": end_of(now.text or "", client.encoding).as_json()}
        document = {"uri": now.uri, "version": now.version}
        operations.append({"textDocument": document, "edits": [{"range": whole, "newText": before or ""}]})
    if not operations:
        return None
    if client.document_changes:
        return {"documentChanges": operations}
    return {"changes": {op["textDocument"]["uri"]: op["edits"] for op in operations}}  # type: ignore[index]


def _deletion(state: FileState) -> dict[str, object]:
    return {"kind": "delete", "uri": state.uri, "options": {"recursive": False, "ignoreIfNotExists": True}}


def remove_pictures(applied: Applied) -> list[Path]:
    """
    Remove the pictures that are still as they were written; the paths of those that are gone now.
    """
    removed = []
    for path, content in applied.pictures.items():
        try:
            if path.read_bytes() == content:
                path.unlink()
                removed.append(path)
        except OSError:
            continue
    for folder in sorted({path.parent for path in removed}, key=lambda place: -len(place.parts)):
        for place in (folder, folder.parent):  # assets/<component>, and assets when nothing else is in it
            try:
                place.rmdir()
            except OSError:
                break
    return removed
