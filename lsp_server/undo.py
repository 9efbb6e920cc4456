"""
Takes the last component back: only what is still exactly as it was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol import types

from lsp_server.client import Client
from lsp_server.edits import Change, Operation, create_file, delete_file, document_edit, text_edits
from lsp_server.errors import request_failed
from lsp_server.workspace import Workspace
from vision_code.output import write_all


@dataclass(frozen=True, slots=True)
class Written:
    """
    A file that was written to disk: what it held before (None: nothing was there), and since.
    """

    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)


def content_of(path: Path) -> bytes | None:
    """
    What a file holds; None when nothing can be read there.
    """
    try:
        return path.read_bytes()
    except OSError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """
    What was done.

    Attributes:
        changes: As they were applied.
        pictures: Files that an edit could not carry.
    """

    changes: tuple[Change, ...]
    pictures: Mapping[Path, Written] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """
    How it is taken back.

    Attributes:
        edit: None when there is nothing left to do for the editor.
        uris: Of the documents that will be as they were before.
    """

    edit: types.WorkspaceEdit | None
    uris: tuple[str, ...]


def reversal_of(applied: Applied, workspace: Workspace, client: Client) -> Reversal:
    """
    Raises:
        ResponseError: ``edit.stale``: a text was changed since.
    """
    operations: list[Operation] = []
    plain: dict[str, list[types.TextEdit]] = {}
    uris: list[str] = []
    for change in applied.changes:
        now, created = workspace.state_of(change.before.path), change.action == "create"
        if created and now.version is None and (now.is_blank or not now.exists):
            # The editor has not saved it, and does not tell us what it holds: it may have been changed.
            continue
        uris.append(now.uri)
        if now.text == change.before.text:
            continue  # the user's own undo has done it
        if now.text != change.text and not (created and now.is_blank):
            raise request_failed("edit.stale", f"{now.path.name} was changed since; undo it in the editor")
        if change.text is None:
            operations.append(create_file(now.uri))
        if created and client.can_delete:
            operations.append(delete_file(now.uri))
        else:
            back = Change(before=now, text=change.before.text or "", ours=True)
            plain[now.uri] = text_edits(back, client.codec)
            operations.append(document_edit(now, plain[now.uri]))
    if not operations:
        return Reversal(edit=None, uris=tuple(uris))
    edit = types.WorkspaceEdit(document_changes=operations) if client.document_changes else types.WorkspaceEdit(plain)
    return Reversal(edit=edit, uris=tuple(uris))


def take_pictures_back(applied: Applied) -> tuple[list[Path], list[Path]]:
    """
    Remove the pictures that were new, and restore those that took the place of others; each only while it is still
    as it was written.

    Returns:
        The paths that are gone now, and those that hold again what they held.

    Raises:
        VisionCodeError: ``disk.full``, ``file.readonly``: none was restored.
    """
    still = {path: written for path, written in applied.pictures.items() if content_of(path) == written.after}
    earlier = {path: written.before for path, written in still.items() if written.before is not None}
    write_all(earlier, force=True)
    removed = [path for path in still if path not in earlier and _removed(path)]
    for folder in sorted({path.parent for path in removed}, key=lambda place: -len(place.parts)):
        for place in (folder, folder.parent):  # assets/<component>, and assets when nothing else is in it
            try:
                place.rmdir()
            except OSError:
                break
    return removed, list(earlier)


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
