"""
The tools of ``vision-code mcp``. They read below one folder and write nothing: files are returned, and whoever asked
writes them.

Source of the protocol: modelcontextprotocol.io.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from lsp_server.patching import CANDIDATES, MAX_CANDIDATES, MAX_IMAGES, MAX_ISSUE_CHARS
from lsp_server.processes import kill_group
from lsp_server.road.messages import AUTO, ComponentCall, Event, Made, Stage
from lsp_server.road.queue import Road
from lsp_server.uris import inside
from vision_code import __version__
from vision_code.errors import VisionCodeError
from vision_code.project.settings import Settings, settings_for

Target = Literal["auto", "html", "html-css", "react", "vue", "svelte"]
#: From the end of the agent's program to the end of the road's process, at most.
CLOSE_S = 2.0
#: The tools read; one that needs a large engine may send what it reads to where the user has that engine.
_HERE = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_ELSEWHERE = ToolAnnotations(read_only_hint=True, open_world_hint=True)


def mcp_server(root: Path, engine: str | None) -> MCPServer:
    """
    The server with its tools.

    Args:
        root: All that may be read.
        engine: As on the command line; None leaves it to the project's settings.
    """
    road = Road(lambda line: print(line, file=sys.stderr))  # noqa: T201 - the log of a server is its stderr

    @contextlib.asynccontextmanager
    async def lifespan(_: MCPServer) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await road.close(CLOSE_S)

    server = MCPServer("vision-code", version=__version__, lifespan=lifespan, log_level="WARNING")

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
        loop = asyncio.get_running_loop()
        telling: set[asyncio.Task[None]] = set()
        furthest = 0.0

        def tell(event: Event) -> None:
            nonlocal furthest
            if isinstance(event, Stage) and event.done > furthest:  # some stations are visited twice
                furthest = event.done
                task = loop.create_task(context.report_progress(event.done, 1.0, event.station))
                telling.add(task)
                task.add_done_callback(telling.discard)

        with _told():
            return _answer(root, await road.component(_call(root, image, target, name, engine), tell))

    _add_compare(server, root)
    _add_patch(server, root, engine)
    return server


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
            answer, _ = await _asked("compare", "--", str(_inside(root, reference)), str(_inside(root, candidate)))
            return json.dumps(answer, ensure_ascii=False)


def _add_patch(server: MCPServer, root: Path, engine: str | None) -> None:
    @server.tool(annotations=_ELSEWHERE, structured_output=False)
    async def patch(
        issue: Annotated[str, Field(description="What is wrong, in words.", min_length=1, max_length=MAX_ISSUE_CHARS)],
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
            pictures = [f"--image={_inside(root, image)}" for image in images]
            return await _patched(root, issue, [*pictures, f"--candidates={candidates}", f"--seed={seed}"], engine)


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


async def _patched(root: Path, issue: str, more: list[str], engine: str | None) -> str:
    """
    Raises:
        VisionCodeError: ``engine.capability``, or whatever the road of patches says.
    """
    project, _ = settings_for(root, root)
    named = engine or project.engine or "embedded"
    more = [*more, f"--repo={root}", f"--engine={named}", "--issue=-"]
    answer, notes = await _asked("patch", *more, issue=issue)
    return json.dumps({**{name: answer[name] for name in ("diff", "files")}, "notes": notes}, ensure_ascii=False)


async def _asked(command: str, *arguments: str, issue: str = "") -> tuple[dict[str, Any], list[str]]:
    """
    What the command line answers, in a process of its own, which a cancel ends with all that it started; and its notes.

    Raises:
        VisionCodeError: What it was refused with.
    """
    program = [sys.executable, "-P", "-m", "vision_code", command, "--json", *arguments]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *program, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=os.name != "nt"
    )
    try:
        out, said = await process.communicate(issue.encode())
    finally:
        if process.returncode is None:
            kill_group(process.pid)
    lines = said.decode(errors="replace").splitlines()
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError as error:
        message = lines[-1] if lines else f"it ended with {process.returncode}"
        raise VisionCodeError(command, message) from error
    if not answer["ok"]:
        raise VisionCodeError(answer["error"]["kind"], answer["error"]["message"])
    return answer, [line.removeprefix("note: ") for line in lines if line.startswith("note: ")]
