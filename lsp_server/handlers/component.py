"""
`visionCode/component`: a picture in, a component in the project.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, cast

from lsp_server.apply import apply_plan, described
from lsp_server.errors import invalid_params, request_failed
from lsp_server.fields import FLAG, TOKEN, Field, number, one_of, take, text, whole
from lsp_server.messages import Id
from lsp_server.plan import Place, plan_for
from lsp_server.progress import Progress
from lsp_server.road.messages import AUTO, ComponentCall, Event, Made, MadeFile, Preview, Stage
from lsp_server.session import Params, Session
from lsp_server.uris import uri_of
from lsp_server.user_settings import parse_user_settings
from vision_code.errors import InputRejected

if TYPE_CHECKING:
    from vision_code.project.settings import Settings

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
    Field("engine", text(MAX_URI_CHARS), None),
    Field("candidates", whole(1, 8), None),
    Field("seed", whole(0, 2**31 - 1), None),
    Field("verify", FLAG, None),
    Field("scale", number(0.25, 8), None),
    Field("overwrite", FLAG, False),
    Field("apply", FLAG, True),
    Field("show", FLAG, True),
    Field("previewToken", TOKEN, None),
    Field("workDoneToken", TOKEN, None),
)

#: Fields that settings have as well.
_SETTINGS = ("engine", "target", "candidates", "seed", "verify", "scale")
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

    Attributes:
        picture: A file of the workspace; None when ``data`` holds the picture.
        name: Empty when the picture shall name the component.
        said: What the request says of what settings may say as well.
        because: Why it goes into the folder that nobody named.
        placing: What decides its main file, see `ComponentCall`.
    """

    picture: Path | None
    data: str | None = field(repr=False)
    name: str
    said: Mapping[str, object]
    place: Place
    because: str
    placing: Literal["said", "folder", "project"]
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

        settings, notes = await _settings(session, order)
        made = await session.road.component(_call(order, settings), tell)
        # The bar ends before the edit is handed over: a user may look at its preview for minutes.
    plan = plan_for(session, _placed(session, order.place, made), made)
    facts = {**made.facts, "placedBecause": made.because or order.because}
    facts["notes"] = [*notes, *cast("list[str]", made.facts["notes"])]
    if not order.apply:
        return {**described(session, plan), **facts}
    # A cancel from here on ends the request, not the edit: it may lie before the user already.
    applying = asyncio.ensure_future(apply_plan(session, plan, f"{TITLE}: {plan.changes[0].before.path.name}"))
    outcome = await asyncio.shield(applying)
    if order.show and outcome["applied"]:
        _show(session, plan.changes[0].before.uri, plan.changes[0].before.path)
    return {**outcome, **facts}


async def _settings(session: Session, order: _Order) -> tuple[Settings, tuple[str, ...]]:
    """
    What counts for a request. One after the other: nobody overtakes in the queue of the road.
    """
    async with session.settling:
        return await asyncio.to_thread(_settled, order, await session.user_settings.current())


def _settled(order: _Order, user: object) -> tuple[Settings, tuple[str, ...]]:
    """
    The request, then the main file's ending, the user's settings and the project's; and what to know.

    Raises:
        UsageError: ``config.*``: the project's settings file is wrong.
    """
    from vision_code.project.endings import target_of
    from vision_code.project.settings import Settings, settings_for

    place, said = order.place, Settings(**order.said)  # type: ignore[arg-type]
    project, notes = settings_for(place.root, place.folder)
    asked = parse_user_settings(user).settings.or_else(project)
    ending = place.document.path.suffix if place.document is not None else ""
    said = replace(said, target=said.target or target_of(ending, asked.target))
    return said.or_else(asked), notes


def _call(order: _Order, settings: Settings) -> ComponentCall:
    place = order.place
    return ComponentCall(
        path=str(order.picture) if order.picture is not None else None,
        data=order.data,
        root=str(place.root),
        folder=str(place.folder),
        suffix=place.document.path.suffix if place.document is not None else "",
        target=settings.target or AUTO,
        name=order.name,
        engine=settings.engine or "embedded",
        candidates=1 if settings.candidates is None else settings.candidates,
        seed=settings.seed or 0,
        verify=settings.verify is not False,
        scale=settings.scale,
        placing=order.placing,
        previews=order.preview_token is not None,
    )


def _placed(session: Session, place: Place, made: Made) -> Place:
    """
    The place that the project had for it, where that was asked for.
    """
    return replace(place, folder=session.workspace.writable(uri_of(Path(made.folder)))) if made.folder else place


def _tell(session: Session, order: _Order, progress: Progress, event: Event) -> None:
    if isinstance(event, Stage):
        progress.report(_DOING.get(event.station, event.station), round(event.done * 100))
    elif isinstance(event, Preview) and order.preview_token is not None:
        files = [_preview_file(file) for file in event.files]
        draft = {"token": order.preview_token, "draftedBy": event.drafted_by, "page": event.page}
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
    place, because = _place(session, options, picture)
    name = cast("str | None", options["name"])
    if name is not None and (PurePosixPath(name).name != name or not name.isprintable() or name.startswith(".")):
        raise invalid_params("name", "must be a file's name without folders")
    return _Order(
        picture=picture,
        data=_data(image) if is_data else None,
        name=place.document.path.stem if place.document is not None else name or "",
        said={name: options[name] for name in _SETTINGS if options[name] != AUTO or name != "target"},
        place=place,
        because=because,
        placing=_placing(options),
        apply=cast("bool", options["apply"]),
        show=cast("bool", options["show"]),
        preview_token=cast("Id | None", options["previewToken"]),
        work_done_token=cast("Id | None", options["workDoneToken"]),
    )


def _placing(options: dict[str, object]) -> Literal["said", "folder", "project"]:
    """
    Who names a folder and a file, or means to replace one there, has said it all.
    """
    if options["document"] is None and options["folder"] is None:
        return "project"
    return "said" if options["document"] or options["name"] or options["overwrite"] else "folder"


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


def _place(session: Session, options: dict[str, object], picture: Path | None) -> tuple[Place, str]:
    """
    The document, or the folder at hand and why it is that one; a component of the project's may go elsewhere.
    """
    overwrite = cast("bool", options["overwrite"])
    document, folder = cast("str | None", options["document"]), cast("str | None", options["folder"])
    if document is not None and folder is not None:
        raise invalid_params("folder", "cannot be given together with `document`")
    if document is not None:
        return _document_place(session, document, overwrite=overwrite, apply=cast("bool", options["apply"])), ""
    because = "" if folder is not None else "it is the picture's folder" if picture else "it is the workspace's folder"
    where = session.workspace.writable(folder) if folder is not None else picture.parent if picture else None
    if where is None:
        roots = session.workspace.roots()
        if not roots:
            raise invalid_params("folder", "is missing: no folder is open", "params.missing")
        where = roots[0]
    if where.exists() and not where.is_dir():
        raise InputRejected("input.directory", f"{where.name} is no folder")
    where = session.workspace.writable(uri_of(where))
    root = session.workspace.root_of(where)
    return Place(root=root, folder=where, document=None, overwrite=overwrite), because


def _document_place(session: Session, document: str, *, overwrite: bool, apply: bool) -> Place:
    path = session.workspace.writable(document)
    if path.is_dir():
        raise InputRejected("input.directory", f"{path.name} is a folder; give it as `folder`")
    state = session.workspace.state_of(path)
    if state.exists and not state.is_blank and not overwrite:
        raise request_failed("output.exists", f"{path.name} is not empty; set `overwrite` to replace its text")
    if not state.exists and session.client.apply_edit and not session.client.can_create and apply:
        raise request_failed("edit.capability", f"this editor cannot create {path.name}; open it first")
    return Place(root=session.workspace.root_of(path), folder=path.parent, document=state, overwrite=overwrite)
