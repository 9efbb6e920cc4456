"""
`visionCode/capture`: a picture of the screen, where the screen that the user sees is this machine's.

Pages are not captured here: a request to the server may come from others than the user, and an address on the network
is for the user alone to name (`vision-code capture --url`).
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from lsp_server.errors import invalid_params, request_failed
from lsp_server.fields import FLAG, TOKEN, Field, integers, take, text, whole
from lsp_server.messages import Id
from lsp_server.processes import is_alive
from lsp_server.program.child import answered
from lsp_server.progress import progress_of
from lsp_server.server import Params, Server
from lsp_server.uris import uri_of
from vision_code.errors import UsageError

TITLE = "Capture the screen"
MAX_URI_CHARS = 4096
MAX_COORDINATE = 1 << 16
#: A grab takes a second on a busy machine; the program itself gives a screen 10 s.
DEADLINE_S = 30.0
#: Kinds of the program that speak of a field of the request.
_NAMED = {"usage.monitor": "monitor", "usage.region": "region"}
#: What `visionCode/component` takes as data.
MAX_IMAGE_BYTES = 20 << 20
_ADVICE = "take the picture there, and send it as data to `visionCode/component`"

FIELDS = (
    Field("list", FLAG, False),
    Field("monitor", whole(1, 64), None),
    Field("region", integers(4, -MAX_COORDINATE, MAX_COORDINATE), None),
    Field("file", text(MAX_URI_CHARS), None),
    Field("workDoneToken", TOKEN, None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """
    A validated request; ``arguments`` are those of the program.
    """

    arguments: list[str]
    file: Path | None
    only_list: bool
    work_done_token: Id | None


def capture(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine reads the screen.

    Raises:
        ResponseError: InvalidParams naming the field; ``capture.*``, ``output.exists``.
        Denied: ``path.*``.
        VisionCodeError: From the coroutine ``capture.*``.
    """
    order = _order(server, take(params, FIELDS))
    _refuse_distant(server)
    return _taken(server, order)


async def _taken(server: Server, order: _Order) -> object:
    if server.capturing:
        raise request_failed("capture.busy", "the screen is being captured", retry=True)
    server.capturing = True
    try:
        with progress_of(server, order.work_done_token, TITLE):
            if order.only_list:
                facts, _ = await _asked("--list")
                return {**dict.fromkeys(RESULT), "monitors": facts["monitors"], "notes": []}
            facts, png = await _asked(*order.arguments, output="screen.png")
    finally:
        server.capturing = False
    result = {**{name: facts.get(name) for name in RESULT}, "file": None, "image": None}
    if order.file is not None:
        await asyncio.to_thread(_write, order.file, png)
        return {**result, "file": uri_of(order.file)}
    if len(png) > MAX_IMAGE_BYTES:
        size = f"{len(png) / 2**20:.1f} MiB, limit {MAX_IMAGE_BYTES >> 20}"
        raise request_failed("capture.too_large", f"{size}; choose a region, or a `file`")
    return {**result, "image": "data:image/png;base64," + base64.b64encode(png).decode()}


async def _asked(*arguments: str, output: str = "") -> tuple[dict[str, Any], bytes]:
    """
    Raises:
        ResponseError: InvalidParams for a monitor or region that is not there.
        VisionCodeError: ``capture.*``.
    """
    try:
        return await answered(
            "capture", *arguments, output=output, deadline_s=DEADLINE_S, silence="capture.unavailable"
        )
    except UsageError as error:
        if error.kind not in _NAMED:
            raise
        raise invalid_params(_NAMED[error.kind], f"cannot be captured: {error.message}", "params.wrong") from error


#: The result's fields.
RESULT = ("image", "file", "width", "height", "monitor", "area", "scale", "monitors", "notes")


def _write(file: Path, png: bytes) -> None:
    from vision_code.output import write_all

    write_all({file: png})


def _order(server: Server, options: dict[str, object]) -> _Order:
    monitor, region = cast("int | None", options["monitor"]), cast("list[int] | None", options["region"])
    target, only_list = cast("str | None", options["file"]), cast("bool", options["list"])
    if region is not None and monitor is not None:
        raise invalid_params("region", "cannot be given together with `monitor`")
    if region is not None and min(region[2:]) < 1:
        raise invalid_params("region", "must be [x, y, width, height] with a width and height of at least 1")
    for name in ("monitor", "region", "file"):
        if only_list and options[name] is not None:
            raise invalid_params(name, "cannot be given together with `list`")
    arguments = [f"--monitor={monitor}"] if monitor is not None else []
    if region is not None:
        arguments = [f"--region={','.join(map(str, region))}"]
    return _Order(
        arguments=arguments,
        file=_file(server, target) if target is not None else None,
        only_list=only_list,
        work_done_token=cast("Id | None", options["workDoneToken"]),
    )


def _file(server: Server, uri: str) -> Path:
    from vision_code.output import refuse_early

    path = server.workspace.writable(uri)
    if path.suffix.lower() != ".png":
        raise invalid_params("file", "must end in .png")
    refuse_early(path)
    if server.workspace.open_document(path) is not None:
        raise request_failed("output.exists", f"{path.name} is open in the editor")
    return path


def _refuse_distant(server: Server) -> None:
    """
    The screen of this machine is nothing to a user who sits at another one.
    """
    from vision_code.capture.obstacles import is_distant

    process_id = server.client.process_id
    if process_id is not None and process_id > 0 and not is_alive(process_id):
        raise request_failed("capture.unavailable", f"the editor runs on another machine or in a container; {_ADVICE}")
    if is_distant(os.environ):
        raise request_failed("capture.unavailable", f"the server runs on another machine than the editor; {_ADVICE}")
