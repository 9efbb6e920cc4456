"""
Where a finished component's files go: what the editor is asked to do, what is written beside it, what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lsp_server.edits import Change, in_line_ends_of
from lsp_server.errors import request_failed
from lsp_server.memory import Component
from lsp_server.rematch import rematched
from lsp_server.road.messages import Made, MadeFile, Patched
from lsp_server.server import Server
from lsp_server.uris import inside, uri_of
from lsp_server.workspace import FileState
from vision_code.errors import Denied
from vision_code.project.made import is_theme_of_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Where the component shall be.

    Attributes:
        root: The workspace folder that it lies in.
        folder: Of all its files.
        document: The main file as it was when the request came; None when the component names it.
        overwrite: Whether files that exist may be replaced.
        replaces: The component that is there already: its files may be replaced while they are as they were made.
        rewrites: Whether the document keeps what it does, and only its markup is replaced.
        is_part: Whether only a part of the document is replaced.
    """

    root: Path
    folder: Path
    document: FileState | None
    overwrite: bool
    replaces: Component | None = None
    rewrites: bool = False
    is_part: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    Everything that is going to happen.

    Attributes:
        changes: For the editor, the main file first.
        side_files: Pictures, and what else the editor cannot create: written to disk once the editor has applied.
        overwrite: Whether side files that exist may be replaced.
        notes: What a person should know of it.
        main: Main file of the component that it makes; None when it makes none.
    """

    changes: tuple[Change, ...]
    side_files: Mapping[Path, bytes] = field(repr=False)
    overwrite: bool
    notes: tuple[str, ...] = ()
    main: Path | None = None

    @property
    def contents(self) -> dict[Path, bytes]:
        """
        What all files will hold that are there then, the main one first.
        """
        texts = {
            change.before.path: change.text.encode("utf-8", "surrogatepass")
            for change in self.changes
            if change.text is not None
        }
        return {**texts, **self.side_files}


def plan_for(server: Server, place: Place, made: Made) -> Plan:
    """
    What was made, for the texts that it was made for; :func:`fresh` brings it to those that are there now.

    Raises:
        ResponseError: ``output.exists``, ``refine.changed``.
        Denied: ``path.outside``: a link leads out of the workspace.
    """
    changes: list[Change] = []
    side_files: dict[Path, bytes] = {}
    for number, file in enumerate(made.files):
        is_main = number == 0
        path = _path_of(place, file, is_main=is_main)
        text = file.text
        state = server.workspace.state_of(path) if text is not None else None
        if state is None or text is None or (not is_main and not state.exists and not server.client.can_create):
            if path.exists() and (there := path.read_bytes()) != file.content:
                may_replace(server, place, path, there)
            side_files[path] = file.content
        else:
            before = place.document if is_main and place.document is not None else state
            ours = (is_main and (place.rewrites or place.is_part)) or (
                before.text is not None and not before.is_blank and may_replace(server, place, path, before.text)
            )
            changes.append(Change(before=before, text=in_line_ends_of(before.text, text), ours=ours))
    replaces_files = place.overwrite or place.replaces is not None
    replaced = None if place.is_part else place.replaces
    notes = _left_over(replaced, {change.before.path for change in changes} | set(side_files))
    main = changes[0].before.path
    return Plan(changes=tuple(changes), side_files=side_files, overwrite=replaces_files, notes=notes, main=main)


def patch_plan(server: Server, root: Path, patched: Patched) -> Plan:
    """
    Each file of a patch as the edit of its lines.

    Raises:
        ResponseError: ``edit.stale``: a text is not any more what the patch was made for.
        Denied: ``path.*``.
        InputRejected: ``file.encoding``, ``file.too_large``.
    """
    changes = []
    for file in patched.files:
        path = server.workspace.writable(uri_of(root / file.path))
        made_for = FileState(path=path, uri=uri_of(path), text=file.before, version=None)
        changes.append(Change(before=made_for, text=file.after, ours=True))
    return fresh(server, Plan(changes=tuple(changes), side_files={}, overwrite=False))


def may_replace(server: Server, place: Place, path: Path, there: str | bytes) -> bool:
    """
    Whether what lies in a file was made here.

    Raises:
        ResponseError: ``output.exists``, ``refine.changed``: it was not, and nobody allowed to replace it.
    """
    content = there.encode("utf-8", "surrogatepass") if isinstance(there, str) else there
    ours = place.replaces is not None and server.memory.is_as_made(path, content)
    ours = ours or (place.rewrites and is_theme_of_ours(content.decode("utf-8", "replace")))
    if ours or place.overwrite:
        return ours
    if place.replaces is None:
        raise request_failed("output.exists", f"{path.name} exists; set `overwrite` to replace it")
    if place.replaces.files:
        message = f"{path.name} is not as it was made any more; set `overwrite` to replace your changes, too"
    else:
        message = f"it is not remembered how {path.name} was made, so it may hold changes of yours; "
        message += "set `overwrite` to replace them, too"
    raise request_failed("refine.changed", message)


def _left_over(replaced: Component | None, files: set[Path]) -> tuple[str, ...]:
    """
    Files of the component before that the new one does not have. They stay: something else may use them.
    """
    left = [path.name for path in (replaced.files if replaced else ()) if path not in files and path.exists()]
    return (f"no longer used by this component: {', '.join(left)}",) if left else ()


def fresh(server: Server, plan: Plan) -> Plan:
    """
    The plan for the texts and versions of this very moment: what was typed meanwhile beside the lines that it changes
    stays.

    Raises:
        ResponseError: ``edit.stale``: a text is not any more what the plan was made for.
    """
    changes = tuple(_fresh(change, server.workspace.state_of(change.before.path)) for change in plan.changes)
    return replace(plan, changes=changes)


def _fresh(change: Change, now: FileState) -> Change:
    before = change.before
    if now.text == before.text or (before.is_blank and now.is_blank):
        return replace(change, before=now)
    # What replaces a text as a whole leaves nothing that could stay.
    moved = rematched(change, now) if change.action == "update" else None
    if moved is not None:
        return moved
    versions = f"document at version {now.version}, edit made for {before.version}"
    reason = versions if now.version != before.version else "it changed on disk"
    raise request_failed("edit.stale", f"{now.path.name}: {reason}", retry=True)


def _path_of(place: Place, file: MadeFile, *, is_main: bool) -> Path:
    if is_main and place.document is not None:
        return place.document.path
    if file.path.is_absolute() or ".." in file.path.parts:
        raise Denied("path.outside", "a file of the component would lie outside its folder")
    return inside(place.folder / file.path, [place.root])
