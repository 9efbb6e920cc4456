"""
Hands a plan to the editor and, once that has applied it, writes what an edit cannot carry.
"""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

from lsprotocol import types

from lsp_server.edits import workspace_edit
from lsp_server.errors import ResponseError, request_failed
from lsp_server.plan import Plan, fresh
from lsp_server.protocol import ClientRefused
from lsp_server.server import Server
from lsp_server.undo import Applied, Written, content_of
from lsp_server.uris import uri_of
from vision_code.errors import VisionCodeError
from vision_code.output import write_all

#: How long the editor may take to apply; where it asks the user first, how long the user may.
APPLY_TIMEOUT_S = 30.0
CONFIRM_TIMEOUT_S = 600.0


async def apply_plan(server: Server, plan: Plan, label: str) -> dict[str, object]:
    """
    Apply a plan as one edit. A cancel from here on ends the request, not the edit: it may lie before the user already.

    Returns:
        ``applied`` and ``files`` of the answer.

    Raises:
        ResponseError: ``edit.stale``, ``edit.refused``, ``edit.capability``: nothing was changed then.
        VisionCodeError: ``disk.full``, ``file.readonly`` …: the text was applied, the pictures were not written.
    """
    return await asyncio.shield(_applied(server, plan, label))


async def _applied(server: Server, plan: Plan, label: str) -> dict[str, object]:
    if not server.client.apply_edit:
        message = "This editor takes no edits from its language servers; what was made is in the answer."
        server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
        return described(server, plan)
    plan = fresh(server, plan)
    edit = workspace_edit(plan.changes, server.client)
    made = _make_folders({change.before.path.parent for change in plan.changes})
    try:
        await send_edit(server, edit, label)
    except BaseException:
        _remove_folders(made)
        raise
    if plan.main is not None:
        server.memory.last = plan.main
    pictures = {
        path: Written(before, content)
        for path, content in plan.side_files.items()
        if (before := content_of(path)) != content
    }
    server.applied = Applied(changes=plan.changes, pictures=pictures)
    contents = {path: each.after for path, each in pictures.items()}
    try:
        await asyncio.to_thread(write_all, contents, force=plan.overwrite)
    except VisionCodeError as error:
        error.message = f"{error.message} (the component's text was applied, {len(contents)} other files were not)"
        raise
    return {"applied": True, "edit": None, "files": _files(plan, with_content=False)}


async def send_edit(server: Server, edit: types.WorkspaceEdit, label: str) -> None:
    """
    `workspace/applyEdit`, and whether it was done.

    Raises:
        ResponseError: ``edit.refused`` with the client's reason.
    """
    timeout_s = CONFIRM_TIMEOUT_S if edit.change_annotations else APPLY_TIMEOUT_S
    try:
        params = types.ApplyWorkspaceEditParams(edit, label)
        answer = await server.protocol.ask(types.WORKSPACE_APPLY_EDIT, params, timeout_s=timeout_s)
    except ClientRefused as error:
        raise request_failed("edit.refused", f"the editor did not apply the edit: {error}") from error
    if not answer.applied:
        says = str(answer.failure_reason)[:200] if answer.failure_reason else "it gave no reason"
        raise request_failed("edit.refused", f"the editor did not apply the edit: {says}", retry=True)


def described(server: Server, plan: Plan) -> dict[str, object]:
    """
    The answer's fields for a plan that is not applied: the edit, where this client could take it, and all contents.
    """
    try:
        edit: types.WorkspaceEdit | None = workspace_edit(plan.changes, server.client)
    except ResponseError:  # no edit that this client takes: the contents say it all
        edit = None
    return {"applied": False, "edit": edit, "files": _files(plan, with_content=True)}


def _files(plan: Plan, *, with_content: bool) -> list[dict[str, object]]:
    files: list[dict[str, object]] = []
    for change in plan.changes:
        files.append({"uri": change.before.uri, "action": change.action})
        if with_content and change.text is not None:
            files[-1]["text"] = change.text
    for path, content in plan.side_files.items():
        files.append({"uri": uri_of(path), "action": "write"})
        if with_content:
            files[-1]["data"] = base64.b64encode(content).decode()
    return files


def _make_folders(folders: set[Path]) -> list[Path]:
    """
    Not every editor makes the folder of a file that it creates (Neovim 0.7 does not).
    """
    missing = [place for folder in folders for place in (folder, *folder.parents) if not place.exists()]
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise request_failed("file.readonly", f"the folder cannot be made: {error.strerror}") from error
    return sorted(set(missing), key=lambda place: -len(place.parts))


def _remove_folders(made: list[Path]) -> None:
    for place in made:
        try:
            place.rmdir()
        except OSError:  # somebody else uses it by now
            return
