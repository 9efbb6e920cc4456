"""
`visionCode/patch`: an issue in words, perhaps with pictures, becomes one edit of the project.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from lsp_server.apply import apply_plan, described
from lsp_server.errors import invalid_params
from lsp_server.fields import FLAG, TOKEN, Field, take, text, texts, whole
from lsp_server.images import MAX_IMAGE_CHARS, Image, image_of
from lsp_server.making import MAX_URI_CHARS
from lsp_server.messages import Id
from lsp_server.plan import patch_plan
from lsp_server.road.messages import Event, PatchCall, Stage
from lsp_server.session import Params, Session
from lsp_server.user_settings import parse_user_settings
from vision_code.errors import InputRejected

TITLE = "Fix the issue"
MAX_ISSUE_CHARS = 200_000
MAX_IMAGES = 8
CANDIDATES = 3

FIELDS = (
    Field("issue", text(MAX_ISSUE_CHARS)),
    Field("images", texts(MAX_IMAGES, MAX_IMAGE_CHARS), ()),
    Field("folder", text(MAX_URI_CHARS), None),
    Field("engine", text(MAX_URI_CHARS), None),
    Field("candidates", whole(1, 8), CANDIDATES),
    Field("seed", whole(0, 2**31 - 1), None),
    Field("apply", FLAG, True),
    Field("workDoneToken", TOKEN, None),
)

#: What a person reads while a station works.
_DOING = {
    "waiting": "waiting for another patch",
    "read": "reading the pictures",
    "localise": "looking for the files by words",
    "explore": "the engine looks around",
    "write": "the engine writes",
    "done": "finished",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """
    A validated request; None where settings may say it.
    """

    issue: str
    images: tuple[Image, ...]
    root: Path
    engine: str | None
    candidates: int
    seed: int | None
    apply: bool
    token: Id | None


def patch(session: Session, params: Params) -> Coroutine[object, object, object]:
    """
    Check everything that can be checked at once; the coroutine does the work.

    Raises:
        ResponseError: InvalidParams naming the field.
        Denied: ``path.*``.
        InputRejected: ``input.*``, ``upload.*``.
    """
    options = take(params, FIELDS)
    order = _Order(
        issue=cast("str", options["issue"]),
        images=tuple(image_of(session, image) for image in cast("list[str]", options["images"])),
        root=_root(session, cast("str | None", options["folder"])),
        engine=cast("str | None", options["engine"]),
        candidates=cast("int", options["candidates"]),
        seed=cast("int | None", options["seed"]),
        apply=cast("bool", options["apply"]),
        token=cast("Id | None", options["workDoneToken"]),
    )
    return _patched(session, order)


def _root(session: Session, folder: str | None) -> Path:
    if folder is None:
        if not session.workspace.folders:
            raise invalid_params("folder", "is missing: no folder is open", "params.missing")
        return session.workspace.folders[0].resolve()
    path = session.workspace.writable(folder)
    if not path.is_dir():
        raise InputRejected("input.directory", f"{path.name} is no folder")
    return path


async def _patched(session: Session, order: _Order) -> object:
    with session.progress.shown(session.connection, session.client, order.token, TITLE) as progress:

        def tell(event: Event) -> None:
            if isinstance(event, Stage):
                progress.report(_DOING.get(event.station, event.station), round(event.done * 100))

        user = await session.user_settings.current()
        call = await asyncio.to_thread(_call, order, user, session.workspace.open_below(order.root))
        result = await session.patches.patch(call, tell)
    plan = patch_plan(session, order.root, result)
    if not order.apply:
        return {**described(session, plan), **result.facts}
    # A cancel from here on ends the request, not the edit: it may lie before the user already.
    applying = asyncio.ensure_future(apply_plan(session, plan, TITLE))
    return {**await asyncio.shield(applying), **result.facts}


def _call(order: _Order, user: object, documents: dict[str, str]) -> PatchCall:
    """
    The request, then the user's settings, then the project's.

    Raises:
        EngineUnavailable: ``engine.capability``.
        UsageError: ``config.*``: the project's settings file is wrong.
    """
    from vision_code.engine_names import capable
    from vision_code.project.settings import Settings, settings_for

    project, _ = settings_for(order.root, order.root)
    said = Settings(engine=order.engine, seed=order.seed)
    settings = said.or_else(parse_user_settings(user).settings).or_else(project)
    return PatchCall(
        root=str(order.root),
        issue=order.issue,
        images=[(None if image.path is None else str(image.path), image.data) for image in order.images],
        documents=documents,
        engine=capable(settings.engine, option="`engine`: "),
        candidates=order.candidates,
        seed=settings.seed or 0,
    )
