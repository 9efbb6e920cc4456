"""
`visionCode/component`: a picture in, a component in the project.
"""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path, PurePosixPath
from typing import Literal, cast

from lsp_server.errors import invalid_params, request_failed
from lsp_server.fields import Field, one_of, take, text
from lsp_server.images import MAX_IMAGE_CHARS, image_of
from lsp_server.making import DELIVERY, MAX_URI_CHARS, QUALITY, Order, delivery_of, made, quality_of
from lsp_server.plan import Place
from lsp_server.road.messages import AUTO
from lsp_server.server import Params, Server
from lsp_server.uris import uri_of
from vision_code.errors import InputRejected

TITLE = "Picture to component"
TARGETS = ("html", "html-css", "react", "vue", "svelte")

FIELDS = (
    Field("image", text(MAX_IMAGE_CHARS)),
    Field("document", text(MAX_URI_CHARS), None),
    Field("folder", text(MAX_URI_CHARS), None),
    Field("name", text(80), None),
    Field("target", one_of(AUTO, *TARGETS), AUTO),
    *QUALITY,
    *DELIVERY,
)


def component(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine does the work.

    Raises:
        ResponseError: InvalidParams naming the field; ``output.exists``.
        Denied: ``path.*``.
        InputRejected: ``input.*``.
    """
    return made(server, _order(server, take(params, FIELDS)), TITLE)


def _order(server: Server, options: dict[str, object]) -> Order:
    image = image_of(server, cast("str", options["image"]))
    place, because = _place(server, options, image.path)
    name = cast("str | None", options["name"])
    if name is not None and (PurePosixPath(name).name != name or not name.isprintable() or name.startswith(".")):
        raise invalid_params("name", "must be a file's name without folders")
    return Order(
        image=image,
        name=place.document.path.stem if place.document is not None else name or "",
        component="",
        said={**quality_of(options), "target": None if options["target"] == AUTO else options["target"]},
        place=place,
        because=because,
        placing=_placing(options),
        delivery=delivery_of(options),
    )


def _placing(options: dict[str, object]) -> Literal["said", "folder", "project"]:
    """
    Who names a folder and a file, or means to replace one there, has said it all.
    """
    if options["document"] is None and options["folder"] is None:
        return "project"
    return "said" if options["document"] or options["name"] or options["overwrite"] else "folder"


def _place(server: Server, options: dict[str, object], picture: Path | None) -> tuple[Place, str]:
    """
    The document, or the folder at hand and why it is that one; a component of the project's may go elsewhere.
    """
    overwrite = cast("bool", options["overwrite"])
    document, folder = cast("str | None", options["document"]), cast("str | None", options["folder"])
    if document is not None and folder is not None:
        raise invalid_params("folder", "cannot be given together with `document`")
    if document is not None:
        return _document_place(server, document, overwrite=overwrite, apply=cast("bool", options["apply"])), ""
    because = "" if folder is not None else "it is the picture's folder" if picture else "it is the workspace's folder"
    where = server.workspace.writable(folder) if folder is not None else picture.parent if picture else None
    if where is None:
        roots = server.workspace.roots()
        if not roots:
            raise invalid_params("folder", "is missing: no folder is open", "params.missing")
        where = roots[0]
    if where.exists() and not where.is_dir():
        raise InputRejected("input.directory", f"{where.name} is no folder")
    where = server.workspace.writable(uri_of(where))
    root = server.workspace.root_of(where)
    return Place(root=root, folder=where, document=None, overwrite=overwrite), because


def _document_place(server: Server, document: str, *, overwrite: bool, apply: bool) -> Place:
    path = server.workspace.writable(document)
    if path.is_dir():
        raise InputRejected("input.directory", f"{path.name} is a folder; give it as `folder`")
    state = server.workspace.state_of(path)
    if state.exists and not state.is_blank and not overwrite:
        raise request_failed("output.exists", f"{path.name} is not empty; set `overwrite` to replace its text")
    if not state.exists and server.client.apply_edit and not server.client.can_create and apply:
        raise request_failed("edit.capability", f"this editor cannot create {path.name}; open it first")
    return Place(root=server.workspace.root_of(path), folder=path.parent, document=state, overwrite=overwrite)
