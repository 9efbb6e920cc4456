"""
`visionCode/refine`: a component, or a part of it, is made anew from another picture in its place, or changed by words.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from lsprotocol import types

from lsp_server.errors import invalid_params, request_failed
from lsp_server.fields import RANGE, Field, integers, take, text
from lsp_server.images import MAX_IMAGE_CHARS, Image, image_of
from lsp_server.making import DELIVERY, MAX_URI_CHARS, QUALITY, Order, delivery_of, made, quality_of
from lsp_server.memory import made_earlier
from lsp_server.messages import Id
from lsp_server.patching import PatchOrder, patched
from lsp_server.plan import Place, may_replace
from lsp_server.positions import MAX_NUMBER
from lsp_server.server import Params, Server
from lsp_server.workspace import FileState
from vision_code.errors import InputRejected

TITLE = "Update the component"
MAX_INSTRUCTION_CHARS = 4000

FIELDS = (
    Field("image", text(MAX_IMAGE_CHARS), None),
    Field("instruction", text(MAX_INSTRUCTION_CHARS), None),
    Field("box", integers(4, 0, MAX_NUMBER), None),
    Field("range", RANGE, None),
    Field("document", text(MAX_URI_CHARS), None),
    *QUALITY,
    *DELIVERY,
)


def refine(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine does the work.

    Raises:
        ResponseError: InvalidParams naming the field; ``refine.*``.
        Denied: ``path.*``.
        InputRejected: ``input.*``, ``upload.*``.
    """
    options = take(params, FIELDS)
    if options["instruction"] is not None:
        return patched(server, _patch_order(server, options), TITLE)
    return made(server, _order(server, options), TITLE)


def _patch_order(server: Server, options: dict[str, object]) -> PatchOrder:
    """
    What shall be different, as an issue about one component. Lines are changed, so nobody's text is replaced whole.
    """
    path = _main_file(server, cast("str | None", options["document"]))
    state, root = server.workspace.state_of(path), server.workspace.root_of(path)
    if not state.exists:
        raise InputRejected("input.missing", f"{path.name} is not there (any more)")
    component = server.memory.component_in(path)
    image, box = cast("str | None", options["image"]), cast("list[int] | None", options["box"])
    images = (image_of(server, image),) if image is not None else ()
    if not images and component is not None and component.picture is not None:
        images = (Image(component.picture, None),)
    if box is not None and not images:
        raise invalid_params("box", "needs `image`: the picture of this component is not known")
    files = component.files if component is not None else ()
    texts = [file for file in files if file.suffix in (".css", path.suffix) and file != path]
    name = path.relative_to(root).as_posix()
    return PatchOrder(
        issue=_issue(name, options),
        images=images,
        part=None if box is None else (box[0], box[1], box[2], box[3]),
        root=root,
        about=(path, *texts),
        engine=cast("str | None", options["engine"]),
        candidates=cast("int | None", options["candidates"]) or 1,
        seed=cast("int | None", options["seed"]),
        apply=cast("bool", options["apply"]),
        token=cast("Id | None", options["workDoneToken"]),
    )


def _issue(name: str, options: Mapping[str, object]) -> str:
    lines = [f"In the component {name}: {options['instruction']}"]
    place = cast("dict[str, dict[str, int]] | None", options["range"])
    if place is not None:
        lines.append(f"Only lines {place['start']['line'] + 1} to {place['end']['line'] + 1} of {name} are meant.")
    if options["box"] is not None:
        lines.append("Only the part of the interface that the last picture shows is meant.")
    return "\n".join(lines)


def _order(server: Server, options: dict[str, object]) -> Order:
    image = cast("str | None", options["image"])
    if image is None:
        raise invalid_params("image", "is missing", "params.missing")
    box = cast("list[int] | None", options["box"])
    range_ = cast("Mapping[str, Mapping[str, int]] | None", options["range"])
    if box is not None and 0 in box[2:]:
        raise invalid_params("box", "must have a width and a height")
    path = _main_file(server, cast("str | None", options["document"]))
    place = _place(server, path, overwrite=cast("bool", options["overwrite"]))
    component = place.replaces
    place = replace(place, is_part=box is not None or range_ is not None)
    return Order(
        image=image_of(server, image),
        name=path.stem,
        component=component.name if component is not None else "",
        said={**quality_of(options), "target": (component.target if component is not None else "") or None},
        place=place,
        because="",
        placing="said",
        delivery=delivery_of(options),
        part=None if box is None else (box[0], box[1], box[2], box[3]),
        span=None if range_ is None else _span(server, place, range_),
    )


def _span(server: Server, place: Place, range_: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    """
    A range of the document in code points of its text without byte order mark, lines ended by line feeds. A column may
    be missing.
    """
    assert place.document is not None
    text, found = place.document.text or "", []
    for side, column in (("start", 0), ("end", MAX_NUMBER)):
        position = types.Position(range_[side]["line"], range_[side].get("character", column))
        before = text[: server.client.codec.index_of(text, position)]
        found.append(len(before.removeprefix("\ufeff").replace("\r\n", "\n")))
    return min(found), max(found)


def _main_file(server: Server, document: str | None) -> Path:
    if document is not None:
        return server.workspace.writable(document)
    if server.memory.last is None:
        raise request_failed("refine.nothing", "no component was made since the server started; name its `document`")
    return server.memory.last


def _place(server: Server, path: Path, *, overwrite: bool) -> Place:
    """
    Where the component is; refused before any work when what it holds now may not be replaced.
    """
    state, root = server.workspace.state_of(path), server.workspace.root_of(path)
    if not state.exists:
        raise InputRejected("input.missing", f"{path.name} is not there (any more)")
    component = server.memory.component_in(path) or made_earlier(path, root)
    rewrites = not overwrite and _is_rewritten(server, path, state)
    if component is None and not rewrites:
        message = f"{path.name} holds no component that is known to be made here; "
        raise request_failed("refine.foreign", message + "`visionCode/component` with `overwrite` replaces any file")
    place = Place(
        root=root, folder=path.parent, document=state, overwrite=overwrite, replaces=component, rewrites=rewrites
    )
    if state.text is not None and not state.is_blank and not rewrites:
        may_replace(server, place, path, state.text)
    return place


def _is_rewritten(server: Server, path: Path, state: FileState) -> bool:
    """
    Whether a file holds a component or a page with something of a person's in it, which has to stay.
    """
    from vision_code.project.endings import target_of

    if state.text is None or state.is_blank or target_of(path.suffix, None) is None:
        return False
    return not server.memory.is_as_made(path, state.text.encode("utf-8", "surrogatepass"))
