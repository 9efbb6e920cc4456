"""
Where a finished component's files go: what the editor is asked to do, what is written beside it, what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lsp_server.edits import Change, in_line_ends_of
from lsp_server.errors import request_failed
from lsp_server.road.messages import Made, MadeFile
from lsp_server.session import Session
from lsp_server.uris import inside
from lsp_server.workspace import FileState
from vision_code.errors import Denied


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Where the component shall be.

    Attributes:
        root: The workspace folder that it lies in.
        folder: Of all its files.
        document: The main file as it was when the request came; None when the component names it.
        overwrite: Whether files that exist may be replaced.
    """

    root: Path
    folder: Path
    document: FileState | None
    overwrite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    Everything that is going to happen.

    Attributes:
        changes: For the editor, the main file first.
        side_files: Pictures, and what else the editor cannot create: written to disk once the editor has applied.
        overwrite: Whether side files that exist may be replaced.
    """

    changes: tuple[Change, ...]
    side_files: Mapping[Path, bytes] = field(repr=False)
    overwrite: bool


def plan_for(session: Session, place: Place, made: Made) -> Plan:
    """
    Raises:
        ResponseError: ``edit.stale``, ``output.exists``.
        Denied: ``path.outside``: a link leads out of the workspace.
    """
    changes: list[Change] = []
    side_files: dict[Path, bytes] = {}
    for number, file in enumerate(made.files):
        is_main = number == 0
        path = _path_of(place, file, is_main=is_main)
        text = file.text
        state = session.workspace.state_of(path) if text is not None else None
        if state is None or text is None or (not is_main and not state.exists and not session.client.can_create):
            if path.exists() and not place.overwrite and path.read_bytes() != file.content:
                raise _exists(path)
            side_files[path] = file.content
        else:
            before = _fresh(place.document, state) if is_main and place.document is not None else state
            if before.exists and not before.is_blank and not place.overwrite:
                raise _exists(path)
            changes.append(Change(before=before, text=in_line_ends_of(before.text, text)))
    return Plan(changes=tuple(changes), side_files=side_files, overwrite=place.overwrite)


def fresh(session: Session, plan: Plan) -> Plan:
    """
    The plan with the versions of this very moment.

    Raises:
        ResponseError: ``edit.stale``: a text is not any more what the plan was made for.
    """
    current = [_fresh(change.before, session.workspace.state_of(change.before.path)) for change in plan.changes]
    changes = tuple(replace(change, before=state) for change, state in zip(plan.changes, current, strict=True))
    return replace(plan, changes=changes)


def _fresh(before: FileState, now: FileState) -> FileState:
    """
    The state now, when what was planned for ``before`` is still right.
    """
    if now.text == before.text or (before.is_blank and now.is_blank):
        return now
    versions = f"document at version {now.version}, edit made for {before.version}"
    reason = versions if now.version != before.version else "it changed on disk"
    raise request_failed("edit.stale", f"{now.path.name}: {reason}", retry=True)


def _path_of(place: Place, file: MadeFile, *, is_main: bool) -> Path:
    if is_main and place.document is not None:
        return place.document.path
    if file.path.is_absolute() or ".." in file.path.parts:
        raise Denied("path.outside", "a file of the component would lie outside its folder")
    return inside(place.folder / file.path, [place.root])


def _exists(path: Path) -> Exception:
    return request_failed("output.exists", f"{path.name} exists; set `overwrite` to replace it")
