"""
The tools of ``vision-code mcp``. They read below one folder and write nothing: files are returned, and whoever asked
writes them.

Source of the protocol: modelcontextprotocol.io.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from lsp_server.comparing import compared
from lsp_server.road.messages import (
    AUTO,
    CANDIDATES,
    MAX_CANDIDATES,
    MAX_IMAGES,
    MAX_ISSUE_CHARS,
    ComponentCall,
    Event,
    Made,
    PatchCall,
    Patched,
    Stage,
)
from lsp_server.road.queue import Road
from lsp_server.uris import inside
from vision_code import __version__
from vision_code.engine_names import capable
from vision_code.errors import VisionCodeError
from vision_code.project.settings import Settings, settings_for

Target = Literal["auto", "html", "html-css", "react", "vue", "svelte"]
#: From the end of the agent's program to the end of the road's process, at most.
CLOSE_S = 2.0
#: The tools read; one that needs a large engine may send what it reads to where the user has that engine.
_HERE = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_ELSEWHERE = ToolAnnotations(read_only_hint=True, open_world_hint=True)
#: What became of a file, by whether it was not there before and is not there after.
_CHANGE = {(True, False): "added", (False, False): "modified", (False, True): "deleted"}


def mcp_server(root: Path, engine: str | None) -> MCPServer:
    """
    The server with its tools.

    Args:
        root: All that may be read.
        engine: As on the command line; None leaves it to the project's settings.
    """
    # Two, as in the language server: components need not wait for an engine that thinks for minutes.
    road, patches = Road(_log), Road(_log)

    @contextlib.asynccontextmanager
    async def lifespan(_: MCPServer) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.gather(road.close(CLOSE_S), patches.close(CLOSE_S))

    server = MCPServer("vision-code", version=__version__, lifespan=lifespan, log_level="WARNING")
    _add_component(server, road, root, engine)
    _add_compare(server, root)
    _add_patch(server, patches, root, engine)
    return server


def _add_component(server: MCPServer, road: Road, root: Path, engine: str | None) -> None:
    @server.tool(annotations=_HERE, structured_output=False)
    async def component(
        image: Annotated[str, Field(description="The picture's path below the root folder.")],
        context: Context[Any, Any],
        target: Annotated[Target, Field(description="auto: what the project is written in.")] = "auto",
        name: Annotated[str, Field(description="What the component is called; empty: found.", max_length=80)] = "",
    ) -> str:
        """
        Turn a picture of a user interface into a component: its files, where they go, and how faithful it is to the
        picture (each score 0 to 1). Nothing is written.
        """
        with _told():
            return _answer(root, await road.component(_call(root, image, target, name, engine), _telling(context)))


def _add_compare(server: MCPServer, root: Path) -> None:
    @server.tool(annotations=_HERE, structured_output=False)
    async def compare(
        reference: Annotated[str, Field(description="Picture or .html page that is right.")],
        candidate: Annotated[str, Field(description="Picture or .html page to judge.")],
    ) -> str:
        """
        Measure how faithful one picture or page is to another: scores 0 to 1 by part, and where it differs most.
        """
        with _told():
            fidelity = await compared(_inside(root, reference), _inside(root, candidate))
            return json.dumps({"fidelity": fidelity}, ensure_ascii=False)


def _add_patch(server: MCPServer, patches: Road, root: Path, engine: str | None) -> None:
    @server.tool(annotations=_ELSEWHERE, structured_output=False)
    async def patch(
        issue: Annotated[str, Field(description="What is wrong, in words.", min_length=1, max_length=MAX_ISSUE_CHARS)],
        context: Context[Any, Any],
        images: Annotated[
            list[str], Field(description="Pictures of it, paths below the root folder.", max_length=MAX_IMAGES)
        ] = [],  # noqa: B006 - read, never changed; the schema shall show it
        candidates: Annotated[
            int, Field(description="Patches to write; one is chosen.", ge=1, le=MAX_CANDIDATES)
        ] = CANDIDATES,
        seed: Annotated[int, Field(ge=0)] = 0,
    ) -> str:
        """
        Write a patch for an issue of the project in the root folder: a unified diff that applies, and notes. Nothing is
        written. It needs an engine that writes code, which the user names.
        """
        with _told():
            call = _patch_call(root, issue, images, candidates, seed, engine)
            return _patch_answer(await patches.patch(call, _telling(context)))


def _log(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - the log of a server is its stderr


def _telling(context: Context[Any, Any]) -> Callable[[Event], None]:
    """
    What takes the road's events and reports its progress to the agent.
    """
    telling: set[asyncio.Task[None]] = set()
    furthest = 0.0

    def tell(event: Event) -> None:
        nonlocal furthest
        if isinstance(event, Stage) and event.done > furthest:  # some stations are visited twice
            furthest = event.done
            task = asyncio.get_running_loop().create_task(context.report_progress(event.done, 1.0, event.station))
            telling.add(task)
            task.add_done_callback(telling.discard)

    return tell


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """
    An agent is told the same line as everybody else.
    """
    try:
        yield
    except VisionCodeError as error:
        raise ToolError(f"{error.kind}: {error.message}") from error


def _inside(root: Path, path: str) -> Path:
    """
    Raises:
        Denied: ``path.outside``.
    """
    return inside(root / path, [root])


def _call(root: Path, image: str, target: str, name: str, engine: str | None) -> ComponentCall:
    picture = _inside(root, image)
    project, _ = settings_for(root, root)
    settings = Settings(engine=engine, target=None if target == AUTO else target).or_else(project)
    return ComponentCall(
        path=str(picture),
        data=None,
        root=str(root),
        folder=str(root),
        suffix="",
        target=settings.target or AUTO,
        name=name,
        component="",
        engine=settings.engine or "embedded",
        candidates=settings.candidates or 1,
        seed=settings.seed or 0,
        verify=settings.verify is not False,
        scale=settings.scale,
        placing="project",
        before=None,
        formats=False,
        previews=False,
        others=False,
    )


def _answer(root: Path, made: Made) -> str:
    folder = Path(made.folder) if made.folder else root
    files = []
    for file in made.files:
        path = str((folder / file.path).relative_to(root))
        text = file.text
        files.append({"path": path, "text": text} if text is not None else {"path": path, "bytes": len(file.content)})
    facts = {key: value for key, value in made.facts.items() if key != "page"}
    return json.dumps({"files": files, "placedBecause": made.because, **facts}, ensure_ascii=False)


def _patch_call(root: Path, issue: str, images: list[str], candidates: int, seed: int, engine: str | None) -> PatchCall:
    """
    Raises:
        Denied: ``path.outside``.
        EngineUnavailable: ``engine.capability``.
        UsageError: ``config.*``.
    """
    pictures = [str(_inside(root, image)) for image in images]
    project, _ = settings_for(root, root)
    return PatchCall(
        root=str(root),
        issue=issue,
        images=[(picture, None) for picture in pictures],
        part=None,
        about=[],
        trusted=True,  # whoever named the root; nothing of it is run all the same
        documents={},
        engine=capable(engine or project.engine),
        candidates=candidates,
        seed=seed,
    )


def _patch_answer(patched: Patched) -> str:
    files = [{"path": file.path, "change": _CHANGE[file.before is None, file.after is None]} for file in patched.files]
    told = {name: patched.facts[name] for name in ("diff", "notes")}
    return json.dumps({"files": files, **told}, ensure_ascii=False)
