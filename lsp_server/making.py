"""
From a validated request to the component in the editor: settings, the road, its progress and drafts, the edit.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from lsprotocol import types

from lsp_server.apply import apply_plan, described
from lsp_server.fields import FLAG, TOKEN, Field, number, text, whole
from lsp_server.images import Image
from lsp_server.memory import Component
from lsp_server.messages import Id
from lsp_server.plan import Place, fresh, plan_for
from lsp_server.positions import MAX_NUMBER
from lsp_server.progress import Bar, progress_of
from lsp_server.protocol import ClientRefused
from lsp_server.road.messages import AUTO, ComponentCall, Event, Made, MadeFile, Preview, Stage
from lsp_server.server import Server
from lsp_server.undo import content_of
from lsp_server.uris import uri_of
from lsp_server.user_settings import parse_user_settings
from vision_code.geometry import Box
from vision_code.source_map import SourceMap, Span

if TYPE_CHECKING:
    from vision_code.project.settings import Settings

MAX_URI_CHARS = 4096

#: Fields of every request that makes a component: how it is made, and what becomes of it.
QUALITY = (
    Field("engine", text(MAX_URI_CHARS), None),
    Field("candidates", whole(1, 8), None),
    Field("seed", whole(0, MAX_NUMBER), None),
    Field("verify", FLAG, None),
    Field("scale", number(0.25, 8), None),
)
DELIVERY = (
    Field("overwrite", FLAG, False),
    Field("apply", FLAG, True),
    Field("show", FLAG, True),
    Field("previewToken", TOKEN, None),
    Field("workDoneToken", TOKEN, None),
)

#: What a person reads while a station works.
_DOING = {
    "waiting": "waiting for another component",
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
class Delivery:
    """
    What becomes of the component; see the fields of that name.
    """

    apply: bool
    show: bool
    preview_token: Id | None
    work_done_token: Id | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """
    A validated request.

    Attributes:
        name: Main file without its ending; empty when the picture shall name it.
        component: What the component shall be called in its code; empty when its file or the picture shall say it.
        said: What the request says of what settings may say as well.
        because: Why it goes into the folder that nobody named.
        placing: What decides its main file, see `ComponentCall`.
        part, span: What is meant of the picture and of the document, see `ComponentCall`.
    """

    image: Image
    name: str
    component: str
    said: Mapping[str, object]
    place: Place
    because: str
    placing: Literal["said", "folder", "project"]
    delivery: Delivery
    part: tuple[int, int, int, int] | None = None
    span: tuple[int, int] | None = None


def quality_of(options: Mapping[str, object]) -> dict[str, object]:
    """
    The values of `QUALITY`, by the names that settings have for them.
    """
    return {field.name: options[field.name] for field in QUALITY}


def delivery_of(options: Mapping[str, object]) -> Delivery:
    """
    The values of `DELIVERY`, but for ``overwrite``, which is the place's.
    """
    return Delivery(
        apply=cast("bool", options["apply"]),
        show=cast("bool", options["show"]),
        preview_token=cast("Id | None", options["previewToken"]),
        work_done_token=cast("Id | None", options["workDoneToken"]),
    )


async def made(server: Server, order: Order, title: str) -> object:
    """
    Make it, apply it, and the answer.

    Raises:
        ResponseError: ``edit.*``, ``output.exists``.
        VisionCodeError: Whatever the road says.
    """
    delivery = order.delivery
    with progress_of(server, delivery.work_done_token, title) as progress:

        def tell(event: Event) -> None:
            _tell(server, delivery, progress, event)

        settings, notes = await _settings(server, order)
        call = _call(order, settings, trusted=server.trusted)
        result = await server.road.component(call, tell)
        # The bar ends before the edit is handed over: a user may look at its preview for minutes.
    plan = plan_for(server, _placed(server, order.place, result), result)
    facts = {**result.facts, "placedBecause": result.because or order.because}
    facts["notes"] = [*notes, *cast("list[str]", result.facts["notes"]), *plan.notes]
    current = fresh(server, plan)
    was_moved = current.changes[0].text != plan.changes[0].text
    facts["worst"] = _with_ranges(server, replace(result, sources=[]) if was_moved else result)
    if not order.place.rewrites and not _holds_changes(server, order.place):
        component = Component(cast("str", facts["target"]), cast("str", facts["name"]), order.image.path)
        # Not what a person typed meanwhile.
        server.memory.keep(component, {**plan.contents, **_untouched(server, order.place, plan.contents)})
    if not delivery.apply:
        return {**described(server, current), **facts, "candidates": _candidates(server, order, result, facts)}
    main = plan.changes[0].before
    outcome = await apply_plan(server, current, f"{title}: {main.path.name}")
    if outcome["applied"] and server.client.lens_refresh:
        server.later(_ask(server, types.WORKSPACE_CODE_LENS_REFRESH, None))
    if outcome["applied"] and delivery.show:
        _show(server, main.uri, main.path)
    return {**outcome, **facts, "candidates": []}


def _holds_changes(server: Server, place: Place) -> bool:
    """
    Whether what a person changed in the document is still in it when a part of it was replaced.
    """
    if not place.is_part or place.document is None or place.document.text is None:
        return False
    content = place.document.text.encode("utf-8", "surrogatepass")
    return not server.memory.is_as_made(place.document.path, content)


def _untouched(server: Server, place: Place, contents: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """
    The other files of a component of which a part was replaced, as they were made.
    """
    files = place.replaces.files if place.is_part and place.replaces is not None else ()
    there = ((path, content_of(path)) for path in files if path not in contents)
    return {path: content for path, content in there if content is not None and server.memory.is_as_made(path, content)}


def _candidates(server: Server, order: Order, result: Made, facts: Mapping[str, object]) -> list[dict[str, object]]:
    """
    What may be applied in place of the result, each with the edit that does it.
    """
    found: list[dict[str, object]] = []
    place = _placed(server, order.place, result)
    component = Component(cast("str", facts["target"]), cast("str", facts["name"]), order.image.path)
    for other in result.others:
        plan = plan_for(server, place, replace(result, files=other.files))
        server.memory.keep(component, plan.contents)
        shown = described(server, fresh(server, plan))
        told = {"draftedBy": other.drafted_by, "score": other.score, "page": other.page}
        found.append({**told, "edit": shown["edit"], "files": shown["files"]})
    return found


def _with_ranges(server: Server, result: Made) -> list[dict[str, object]]:
    """
    The worst regions, each with the places in the main file that draw it.
    """
    text = result.files[0].text or ""
    sources = SourceMap.from_rows(text, result.sources)

    def range_of(span: Span | None) -> types.Range | None:
        if span is None:
            return None
        return server.client.codec.range_of(text, span.start, span.stop)

    found: list[dict[str, object]] = []
    for region in cast("list[dict[str, float]]", result.facts["worst"]):
        source = sources.source_of(Box(region["x"], region["y"], region["width"], region["height"]))
        markup, entry = (source.markup, source.entry) if source is not None else (None, None)
        found.append({**region, "range": range_of(markup), "entry": range_of(entry)})
    return found


async def _settings(server: Server, order: Order) -> tuple[Settings, tuple[str, ...]]:
    """
    What counts for a request. One after the other: nobody overtakes in the queue of the road.
    """
    async with server.settling:
        return await asyncio.to_thread(_settled, order, await server.user_settings.current())


def _settled(order: Order, user: object) -> tuple[Settings, tuple[str, ...]]:
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


def _call(order: Order, settings: Settings, *, trusted: bool) -> ComponentCall:
    place = order.place
    return ComponentCall(
        path=str(order.image.path) if order.image.path is not None else None,
        data=order.image.data,
        root=str(place.root),
        folder=str(place.folder),
        suffix=place.document.path.suffix if place.document is not None else "",
        target=settings.target or AUTO,
        name=order.name,
        component=order.component,
        engine=settings.engine or "embedded",
        candidates=1 if settings.candidates is None else settings.candidates,
        seed=settings.seed or 0,
        verify=settings.verify is not False,
        scale=settings.scale,
        placing=order.placing,
        before=place.document.text if (place.rewrites or place.is_part) and place.document is not None else None,
        part=order.part,
        span=order.span,
        formats=trusted,
        previews=order.delivery.preview_token is not None,
        others=order.delivery.preview_token is not None and not order.delivery.apply and not place.is_part,
    )


def _placed(server: Server, place: Place, result: Made) -> Place:
    """
    The place that the project had for it, where that was asked for.
    """
    return replace(place, folder=server.workspace.writable(uri_of(Path(result.folder)))) if result.folder else place


def _tell(server: Server, delivery: Delivery, progress: Bar, event: Event) -> None:
    if isinstance(event, Stage):
        progress.report(_DOING.get(event.station, event.station), round(event.done * 100))
    elif isinstance(event, Preview) and delivery.preview_token is not None:
        files = [_preview_file(file) for file in event.files]
        draft = {"token": delivery.preview_token, "draftedBy": event.drafted_by, "page": event.page}
        server.protocol.notify_unless_behind("visionCode/preview", {**draft, "files": files})


def _preview_file(file: MadeFile) -> dict[str, str]:
    if file.text is not None:
        return {"path": str(file.path), "text": file.text}
    return {"path": str(file.path), "data": base64.b64encode(file.content).decode()}


def _show(server: Server, uri: str, path: Path) -> None:
    """
    Open the component where the client can be asked to, else say where it is.
    """
    if server.client.show_document:
        server.later(_ask(server, types.WINDOW_SHOW_DOCUMENT, types.ShowDocumentParams(uri, take_focus=True)))
    else:
        message = f"Made {path.name} in {path.parent}"
        server.window_show_message(types.ShowMessageParams(types.MessageType.Info, message))


async def _ask(server: Server, method: str, params: object) -> None:
    """
    A request whose answer changes nothing.
    """
    with contextlib.suppress(ClientRefused):
        await server.protocol.ask(method, params, timeout_s=30.0)
