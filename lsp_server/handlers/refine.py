"""
`visionCode/refine`: a component that this tool made is made anew from another picture, in its own place.
"""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import cast

from lsp_server.errors import invalid_params, request_failed
from lsp_server.fields import Field, take, text
from lsp_server.images import MAX_IMAGE_CHARS, image_of
from lsp_server.making import DELIVERY, MAX_URI_CHARS, QUALITY, Order, delivery_of, made, quality_of
from lsp_server.memory import made_earlier
from lsp_server.plan import Place, may_replace
from lsp_server.session import Params, Session
from vision_code.errors import EngineUnavailable, InputRejected

TITLE = "Update the component"
MAX_INSTRUCTION_CHARS = 4000

FIELDS = (
    Field("image", text(MAX_IMAGE_CHARS), None),
    Field("instruction", text(MAX_INSTRUCTION_CHARS), None),
    Field("document", text(MAX_URI_CHARS), None),
    *QUALITY,
    *DELIVERY,
)


def refine(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine does the work.

    Raises:
        ResponseError: InvalidParams naming the field; ``refine.*``.
        EngineUnavailable: ``engine.capability``.
        Denied: ``path.*``.
        InputRejected: ``input.*``, ``upload.*``.
    """
    return made(session, _order(session, take(params, FIELDS)), TITLE)


def _order(session: Session, options: dict[str, object]) -> Order:
    image, instruction = cast("str | None", options["image"]), options["instruction"]
    if instruction is not None:
        message = (
            "instructions are followed by engines that write code (https://…), which this version does not serve; "
        )
        raise EngineUnavailable("engine.capability", message + "embedded and local: engines take a new picture")
    if image is None:
        raise invalid_params("image", "is missing", "params.missing")
    path = _main_file(session, cast("str | None", options["document"]))
    place = _place(session, path, overwrite=cast("bool", options["overwrite"]))
    assert place.replaces is not None
    return Order(
        image=image_of(session, image),
        name=path.stem,
        component=place.replaces.name,
        said={**quality_of(options), "target": place.replaces.target or None},
        place=place,
        because="",
        placing="said",
        delivery=delivery_of(options),
    )


def _main_file(session: Session, document: str | None) -> Path:
    if document is not None:
        return session.workspace.writable(document)
    if session.memory.last is None:
        raise request_failed("refine.nothing", "no component was made since the server started; name its `document`")
    return session.memory.last


def _place(session: Session, path: Path, *, overwrite: bool) -> Place:
    """
    Where the component is; refused before any work when what it holds now may not be replaced.
    """
    state, root = session.workspace.state_of(path), session.workspace.root_of(path)
    if not state.exists:
        raise InputRejected("input.missing", f"{path.name} is not there (any more)")
    component = session.memory.component_in(path) or made_earlier(path, root)
    if component is None:
        message = f"{path.name} holds no component that is known to be made here; "
        raise request_failed("refine.foreign", message + "`visionCode/component` with `overwrite` replaces any file")
    place = Place(root=root, folder=path.parent, document=state, overwrite=overwrite, replaces=component)
    if state.text is not None and not state.is_blank:
        may_replace(session, place, path, state.text)
    return place
