"""
`visionCode/component`: a picture in, a component in the project.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from lsp_server.apply import apply_plan, described
from lsp_server.errors import invalid_params, request_failed
from lsp_server.fields import FLAG, TOKEN, Field, one_of, take, text, whole
from lsp_server.messages import Id
from lsp_server.plan import Place, plan_for
from lsp_server.progress import Progress
from lsp_server.road.messages import AUTO, ComponentCall, Event, MadeFile, Preview, Stage
from lsp_server.session import Params, Session
from lsp_server.uris import uri_of
from vision_code.errors import InputRejected

TARGETS = ("html", "html-css", "react", "vue", "svelte")
TITLE = "Picture to component"
MAX_URI_CHARS = 4096
#: 20 MiB of picture in base64, and the words before it.
MAX_IMAGE_CHARS = (20 << 20) * 4 // 3 + 200

FIELDS = (
    Field("image", text(MAX_IMAGE_CHARS)),
    Field("document", text(MAX_URI_CHARS), None),
    Field("folder", text(MAX_URI_CHARS), None),
    Field("name", text(80), None),
    Field("target", one_of(AUTO, *TARGETS), AUTO),
    Field("engine", text(MAX_URI_CHARS), "embedded"),
    Field("candidates", whole(1, 8), 1),
    Field("seed", whole(0, 2**31 - 1), 0),
    Field("verify", FLAG, True),
    Field("overwrite", FLAG, False),
    Field("apply", FLAG, True),
    Field("show", FLAG, True),
    Field("previewToken", TOKEN, None),
    Field("workDoneToken", TOKEN, None),
)

_TARGET_BY_SUFFIX = {".tsx": "react", ".jsx": "react", ".vue": "vue", ".svelte": "svelte", ".html": "html"}
#: What a person reads while a station works.
_DOING = {
    "intake": "opening the picture",
    "read": "reading text, boxes and colours",
    "divide": "finding the layout",
    "draft": "deciding what things are",
    "render": "comparing with the picture",
    "repair": "mending the worst places",
    "emit": "writing code",
    "done": "finished",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """
    A validated request.
    """

    call: ComponentCall
    place: Place
    apply: bool
    show: bool
    preview_token: Id | None
    work_done_token: Id | None


def component(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine does the work.

    Raises:
        ResponseError: InvalidParams naming the field; ``output.exists``.
        Denied: ``path.*``.
        InputRejected: ``input.*``.
    """
    return _made(session, _order(session, take(params, FIELDS)))


async def _made(session: Session, order: _Order) -> object:
    with session.progress.shown(session.connection, session.client, order.work_done_token, TITLE) as progress:
        if session.road.state == "busy":
            progress.report("waiting for another component", 0)

        def tell(event: Event) -> None:
            _tell(session, order, progress, event)

        made = await session.road.component(order.call, tell)
        # The bar ends before the edit is handed over: a user may look at its preview for minutes.
    plan = plan_for(session, order.place, made)
    if not order.apply:
        return {**described(session, plan), **made.facts}
    # A cancel from here on ends the request, not the edit: it may lie before the user already.
    applying = asyncio.ensure_future(apply_plan(session, plan, f"{TITLE}: {plan.changes[0].before.path.name}"))
    outcome = await asyncio.shield(applying)
    if order.show and outcome["applied"]:
        _show(session, plan.changes[0].before.uri, plan.changes[0].before.path)
    return {**outcome, **made.facts}


def _tell(session: Session, order: _Order, progress: Progress, event: Event) -> None:
    if isinstance(event, Stage):
        progress.report(_DOING.get(event.station, event.station), round(event.done * 100))
    elif isinstance(event, Preview) and order.preview_token is not None:
        files = [_preview_file(file) for file in event.files]
        draft = {"token": order.preview_token, "draftedBy": event.drafted_by}
        session.connection.notify("visionCode/preview", {**draft, "files": files}, droppable=True)


def _preview_file(file: MadeFile) -> dict[str, str]:
    if file.text is not None:
        return {"path": str(file.path), "text": file.text}
    return {"path": str(file.path), "data": base64.b64encode(file.content).decode()}


def _show(session: Session, uri: str, path: Path) -> None:
    """
    Open the component where the client can be asked to, else say where it is.
    """
    if session.client.show_document:
        asking = session.connection.request("window/showDocument", {"uri": uri, "takeFocus": True}, timeout_s=30.0)
        task = asyncio.ensure_future(asking)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
    else:
        session.connection.notify("window/showMessage", {"type": 3, "message": f"Made {path.name} in {path.parent}"})


def _order(session: Session, options: dict[str, object]) -> _Order:
    image = cast("str", options["image"])
    is_data = image[:5].lower() == "data:"
    picture = None if is_data else _picture(session, image)
    place = _place(session, options, picture)
    name = cast("str | None", options["name"])
    if name is not None and (PurePosixPath(name).name != name or not name.isprintable() or name.startswith(".")):
        raise invalid_params("name", "must be a file's name without folders")
    if place.document is not None:
        name = place.document.path.stem
    call = ComponentCall(
        path=str(picture) if picture is not None else None,
        data=_data(image) if is_data else None,
        root=str(place.root),
        folder=str(place.folder),
        suffix=place.document.path.suffix if place.document is not None else "",
        target=_target(cast("str", options["target"]), place),
        name=name or "",
        engine=cast("str", options["engine"]),
        candidates=cast("int", options["candidates"]),
        seed=cast("int", options["seed"]),
        verify=cast("bool", options["verify"]),
        scale=None,
        previews=options["previewToken"] is not None,
    )
    return _Order(
        call=call,
        place=place,
        apply=cast("bool", options["apply"]),
        show=cast("bool", options["show"]),
        preview_token=cast("Id | None", options["previewToken"]),
        work_done_token=cast("Id | None", options["workDoneToken"]),
    )


def _picture(session: Session, uri: str) -> Path:
    """
    The file of a picture in the workspace; one from elsewhere comes as data, because only the user may pick it.
    """
    from vision_code.input import file_status

    path = session.workspace.readable(uri)
    file_status(path)
    return path


def _data(uri: str) -> str:
    """
    The base64 in a `data:` URI (RFC 2397).
    """
    head, comma, content = uri.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        raise invalid_params("image", "must be a file: URI or a data: URI in base64")
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid_params("image", "holds no valid base64") from error
    return content


def _place(session: Session, options: dict[str, object], picture: Path | None) -> Place:
    overwrite = cast("bool", options["overwrite"])
    document, folder = cast("str | None", options["document"]), cast("str | None", options["folder"])
    if document is not None and folder is not None:
        raise invalid_params("folder", "cannot be given together with `document`")
    if document is not None:
        path = session.workspace.writable(document)
        if path.is_dir():
            raise InputRejected("input.directory", f"{path.name} is a folder; give it as `folder`")
        state = session.workspace.state_of(path)
        if state.exists and not state.is_blank and not overwrite:
            raise request_failed("output.exists", f"{path.name} is not empty; set `overwrite` to replace its text")
        if not state.exists and session.client.apply_edit and not session.client.can_create and options["apply"]:
            raise request_failed("edit.capability", f"this editor cannot create {path.name}; open it first")
        return Place(root=session.workspace.root_of(path), folder=path.parent, document=state, overwrite=overwrite)
    where = session.workspace.writable(folder) if folder is not None else picture.parent if picture else None
    if where is None:
        roots = session.workspace.roots()
        if not roots:
            raise invalid_params("folder", "is missing: no folder is open", "params.missing")
        where = roots[0]
    if where.exists() and not where.is_dir():
        raise InputRejected("input.directory", f"{where.name} is no folder")
    where = session.workspace.writable(uri_of(where))
    return Place(root=session.workspace.root_of(where), folder=where, document=None, overwrite=overwrite)


def _target(wanted: str, place: Place) -> str:
    """
    What was asked for, or what the document's ending says; else the road looks at the project.
    """
    suffix = place.document.path.suffix.lower() if place.document is not None else ""
    return _TARGET_BY_SUFFIX.get(suffix, AUTO) if wanted == AUTO else wanted
