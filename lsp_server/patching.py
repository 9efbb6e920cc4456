"""
From a validated request to a patch in the editor: settings, the road, its progress, the edit.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from lsp_server.apply import apply_plan, described
from lsp_server.images import Image
from lsp_server.messages import Id
from lsp_server.plan import patch_plan
from lsp_server.progress import progress_of
from lsp_server.road.messages import Event, PatchCall, Stage
from lsp_server.server import Server
from lsp_server.user_settings import parse_user_settings

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
class PatchOrder:
    """
    A validated request.

    Attributes:
        issue: In words.
        images: Of it.
        part: Of the first image, in its pixels: x, y, width, height; shown once more by itself.
        root: Folder of the project.
        about: Files that are meant; nothing else is looked for then.
        engine, seed: None where settings may say it.
        candidates: Patches to write.
        apply: Whether the editor gets the edit.
        token: Of the progress.
    """

    issue: str
    images: tuple[Image, ...]
    part: tuple[int, int, int, int] | None = None
    root: Path
    about: tuple[Path, ...] = ()
    engine: str | None
    candidates: int
    seed: int | None
    apply: bool
    token: Id | None


async def patched(server: Server, order: PatchOrder, title: str) -> object:
    """
    Have it written, apply it, and the answer.

    Raises:
        ResponseError: ``edit.*``.
        VisionCodeError: ``engine.capability``, ``config.*``, and whatever the road says.
    """
    with progress_of(server, order.token, title) as progress:

        def tell(event: Event) -> None:
            if isinstance(event, Stage):
                progress.report(_DOING.get(event.station, event.station), round(event.done * 100))

        user = await server.user_settings.current()
        call = await asyncio.to_thread(
            _call, order, user, server.workspace.open_below(order.root), trusted=server.trusted
        )
        result = await server.patches.patch(call, tell)
        # The bar ends before the edit is handed over: a user may look at its preview for minutes.
    plan = patch_plan(server, order.root, result)
    if not order.apply:
        return {**described(server, plan), **result.facts}
    return {**await apply_plan(server, plan, title), **result.facts}


def _call(order: PatchOrder, user: object, documents: dict[str, str], *, trusted: bool) -> PatchCall:
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
        part=order.part,
        documents=documents,
        about=[path.relative_to(order.root).as_posix() for path in order.about],
        trusted=trusted,
        engine=capable(settings.engine, option="`engine`: "),
        candidates=order.candidates,
        seed=settings.seed or 0,
    )
