"""
`vision-code mcp` as another agent sees it: the SDK's own client, a real process, a real picture.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters

from tests.engine_server import EVENT_STREAM, engine_server
from tests.engine_server import answer as written
from tests.engine_server import calls as play
from tests.lsp_server.editor import ROOT
from tests.marked_processes import MARK, left_after

Talk = Callable[[Client], Awaitable[None]]


def talk(root: Path, conversation: Talk, mark: str = "", engine: str = "none") -> None:
    """
    Start the server for a folder and hold a conversation with it.
    """
    arguments = ["-P", "-m", "vision_code", "mcp", "--root", str(root), "--engine", engine]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), MARK: mark}
    server = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def run() -> None:
        async with Client(server) as client:
            await conversation(client)

    asyncio.run(run())


async def answer(client: Client, tool: str, **arguments: object) -> tuple[bool, str]:
    result = await client.call_tool(tool, arguments)
    return bool(result.is_error), "".join(getattr(part, "text", "") for part in result.content)


def test_an_agent_gets_a_component_and_nothing_is_written_or_left(workspace: Path) -> None:
    async def conversation(client: Client) -> None:
        told: list[float] = []

        async def progress(done: float, total: float | None, message: str | None) -> None:
            told.append(done)

        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"component", "compare", "patch"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        result = await client.call_tool("component", {"image": "shot.png"}, progress_callback=progress)
        made = json.loads(result.content[0].text)  # type: ignore[union-attr]
        assert "Sign in" in made["files"][0]["text"]
        assert made["target"] == "html"
        assert made["picture"] == {"width": 320, "height": 160, "scale": 1.0}
        assert told
        assert told == sorted(told)

    mark = "mcp-" + os.urandom(8).hex()
    talk(workspace, conversation, mark)
    assert left_after(mark) == []
    assert [path.name for path in workspace.iterdir()] == ["shot.png"]


def test_refusals_are_one_line_and_the_server_goes_on(workspace: Path) -> None:
    (workspace / "no.png").write_bytes(b"MZ")

    async def conversation(client: Client) -> None:
        for image, kind in (
            ("../../etc/passwd", "path.outside"),
            ("/etc/passwd", "path.outside"),
            ("no.png", "image."),
        ):
            failed, said = await answer(client, "component", image=image)
            assert failed
            assert kind in said
            assert "\n" not in said
        failed, said = await answer(client, "compare", reference="no.png", candidate="/etc/passwd")
        assert failed
        assert "path.outside" in said
        failed, _ = await answer(client, "component", image="shot.png", target="cobol")
        assert failed
        failed, said = await answer(client, "compare", reference="shot.png", candidate="shot.png")
        assert not failed, said
        assert json.loads(said)["fidelity"]["words"] == 1

    talk(workspace, conversation)


def test_an_agent_gets_a_patch_that_git_applies(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "price.py").write_text("def total(rows):\n    return -sum(rows)\n")
    block = "price.py\n<<<<<<< SEARCH\n    return -sum(rows)\n=======\n    return sum(rows)\n>>>>>>> REPLACE\n"
    looking = play(("grep", {"text": "total"})), play(("choose", {"files": ["price.py"]}))
    told: list[tuple[float, str | None]] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append((done, message))

    async def conversation(client: Client) -> None:
        asked = {"issue": "The total is negative", "candidates": 1}
        result = await client.call_tool("patch", asked, progress_callback=progress)
        assert not result.is_error, result.content
        made = json.loads(result.content[0].text)  # type: ignore[union-attr]
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert {"explore", "write"} <= {message for _, message in told}
        assert made["files"] == [{"path": "price.py", "change": "modified"}]
        (tmp_path / "patch.diff").write_text(made["diff"])

    with engine_server(tmp_path / "engine", [*looking, written(block)]) as server:
        talk(project, conversation, engine=f"{server.address}#kimi")
    subprocess.run(["git", "apply", "../patch.diff"], cwd=project, check=True)
    assert "return sum(rows)" in (project / "price.py").read_text()


def test_a_patch_that_is_given_up_leaves_nothing_and_what_git_ignores_is_refused(tmp_path: Path) -> None:
    project, mark = tmp_path / "project", "mcp-" + os.urandom(8).hex()
    project.mkdir()
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    (project / ".gitignore").write_text("dist/\n")
    (project / "price.py").write_text("def total(rows):\n    return -sum(rows)\n")
    ignored = "dist/a.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n"
    looking = play(("choose", {"files": ["price.py"]}))
    silent = [["send", EVENT_STREAM], ["wait", 600]]

    async def conversation(client: Client) -> None:
        failed, said = await answer(client, "patch", issue="The total is negative", candidates=1)
        assert failed
        assert "path.ignored: git ignores dist/a.py" in said
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3):
                await answer(client, "patch", issue="The total is negative", candidates=1)
        # The next one need not wait for the one that was given up.
        failed, said = await answer(client, "patch", issue="The total is negative", candidates=1)
        assert not failed, said

    block = "price.py\n<<<<<<< SEARCH\n    return -sum(rows)\n=======\n    return sum(rows)\n>>>>>>> REPLACE\n"
    with engine_server(tmp_path / "engine", [looking, written(ignored), silent, looking, written(block)]) as server:
        talk(project, conversation, mark, engine=f"{server.address}#kimi")
    assert left_after(mark) == []
    assert sorted(path.name for path in project.iterdir()) == [".git", ".gitignore", "price.py"]


def test_an_engine_that_writes_no_code_is_said_and_pictures_from_elsewhere_are_refused(workspace: Path) -> None:
    async def conversation(client: Client) -> None:
        for arguments, kind in (({}, "engine.capability"), ({"images": ["/etc/passwd"]}, "path.outside")):
            failed, said = await answer(client, "patch", issue="The total is negative", **arguments)
            assert failed
            assert kind in said
            assert "\n" not in said
        failed, _ = await answer(client, "patch", issue="")
        assert failed

    talk(workspace, conversation)


@pytest.mark.parametrize("engine", ["nonesuch", "embedded2", "ftp://host/v1", "local"])
def test_an_engine_that_is_none_is_refused_before_anything_is_served(tmp_path: Path, engine: str) -> None:
    command = [sys.executable, "-m", "vision_code", "mcp", "--root", str(tmp_path), "--engine", engine]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error[usage.engine]")
