"""
`visionCode/compare`: how faithful one picture or page of the workspace is to another.
"""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any, cast

from lsp_server.comparing import compared
from lsp_server.fields import TOKEN, Field, take, text
from lsp_server.images import file_of
from lsp_server.making import MAX_URI_CHARS
from lsp_server.messages import Id
from lsp_server.progress import progress_of
from lsp_server.server import Params, Server

TITLE = "Compare"

FIELDS = (
    Field("reference", text(MAX_URI_CHARS)),
    Field("candidate", text(MAX_URI_CHARS)),
    Field("workDoneToken", TOKEN, None),
)
#: The result's fields.
RESULT = ("fidelity", "missing", "extra", "worst")


def compare(server: Server, params: Params) -> Coroutine[object, object, object]:
    """
    Check both names; the coroutine looks at the files.

    Raises:
        ResponseError: InvalidParams naming the field.
        Denied: ``path.*``.
        InputRejected: ``input.*``.
        VisionCodeError: From the coroutine ``image.*``, ``render.*``.
    """
    options = take(params, FIELDS)
    reference, candidate = (file_of(server, cast("str", options[name])) for name in ("reference", "candidate"))
    return _told(server, reference, candidate, cast("Id | None", options["workDoneToken"]))


async def _told(server: Server, reference: Path, candidate: Path, token: Id | None) -> object:
    with progress_of(server, token, TITLE) as progress:
        progress.report("waiting for another comparison", 0)
        async with server.comparing:
            progress.report("looking at both", 0)
            scores = await compared(reference, candidate)
    return {
        "fidelity": {name: score for name, score in scores.items() if isinstance(score, float)},
        "missing": scores["missing"],
        "extra": scores["extra"],
        "worst": [_region(found) for found in scores["worst"]],
    }


def _region(found: dict[str, Any]) -> dict[str, object]:
    box = found["box"]
    place = {"x": box["x"], "y": box["y"], "width": box["w"], "height": box["h"]}
    return {"what": found["what"], "score": found["score"], **place}
