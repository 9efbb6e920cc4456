"""
`visionCode/patch`: an issue in words, perhaps with pictures, becomes one edit of the project.
"""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import cast

from lsp_server.errors import invalid_params
from lsp_server.fields import FLAG, TOKEN, Field, take, text, texts, whole
from lsp_server.images import MAX_IMAGE_CHARS, image_of
from lsp_server.making import MAX_URI_CHARS
from lsp_server.messages import Id
from lsp_server.patching import PatchOrder, patched
from lsp_server.positions import MAX_NUMBER
from lsp_server.road.messages import CANDIDATES, MAX_CANDIDATES, MAX_IMAGES, MAX_ISSUE_CHARS
from lsp_server.server import Params, Server
from vision_code.errors import InputRejected

TITLE = "Fix the issue"

FIELDS = (
    Field("issue", text(MAX_ISSUE_CHARS)),
    Field("images", texts(MAX_IMAGES, MAX_IMAGE_CHARS), ()),
    Field("folder", text(MAX_URI_CHARS), None),
    Field("engine", text(MAX_URI_CHARS), None),
    Field("candidates", whole(1, MAX_CANDIDATES), CANDIDATES),
    Field("seed", whole(0, MAX_NUMBER), None),
    Field("apply", FLAG, True),
    Field("workDoneToken", TOKEN, None),
)


def patch(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine does the work.

    Raises:
        ResponseError: InvalidParams naming the field.
        Denied: ``path.*``.
        InputRejected: ``input.*``, ``upload.*``.
    """
    options = take(params, FIELDS)
    order = PatchOrder(
        issue=cast("str", options["issue"]),
        images=tuple(image_of(server, image) for image in cast("list[str]", options["images"])),
        root=_root(server, cast("str | None", options["folder"])),
        engine=cast("str | None", options["engine"]),
        candidates=cast("int", options["candidates"]),
        seed=cast("int | None", options["seed"]),
        apply=cast("bool", options["apply"]),
        token=cast("Id | None", options["workDoneToken"]),
    )
    return patched(server, order, TITLE)


def _root(server: Server, folder: str | None) -> Path:
    if folder is None:
        folders = server.workspace.local_folders()
        if not folders:
            raise invalid_params("folder", "is missing: no folder is open", "params.missing")
        return folders[0].resolve()
    path = server.workspace.writable(folder)
    if not path.is_dir():
        raise InputRejected("input.directory", f"{path.name} is no folder")
    return path
