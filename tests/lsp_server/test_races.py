"""
A person types while a component is made, applied and taken back: no keystroke is lost, no edit lands on another text.

The road is played by its finished result, because only the order of events matters here; all else is the real code.
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from lsp_server.apply import apply_plan
from lsp_server.errors import ResponseError
from lsp_server.plan import Place, patch_plan, plan_for
from lsp_server.road.messages import Made, MadeFile, Patched, PatchedFile
from lsp_server.server import Server
from lsp_server.undo import reversal_of
from tests.lsp_server.editor import index_of
from tests.lsp_server.editors import EDITORS
from tests.lsp_server.pipeless import started, tell

NUM_RACES = 1000
NEW = "<p>made 😀</p>\n"


class _Typist:
    """
    An editor with one document, and somebody who types in it at any moment. Takes the place of the pipe.
    """

    def __init__(self, random_: random.Random, uri: str, text: str) -> None:
        self.random, self.uri, self.text, self.version = random_, uri, text, 1
        self.typed: list[str] = []
        self.server: Server
        self.edits_applied = 0

    def take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "workspace/applyEdit":
            asyncio.get_running_loop().create_task(self._apply(message))

    async def _apply(self, message: dict[str, Any]) -> None:
        self.perhaps_type()
        (operation,) = message["params"]["edit"]["documentChanges"]
        applied = operation["textDocument"]["version"] == self.version
        if applied:
            text = self.text
            for edit in reversed(operation["edits"]):  # they are in the order of the text
                first, last = (index_of(text, edit["range"][side], "utf-8") for side in ("start", "end"))
                text = text[:first] + edit["newText"] + text[last:]
            self._change(text)
            self.edits_applied += 1
        self.perhaps_type()
        self.server.protocol.receive({"jsonrpc": "2.0", "id": message["id"], "result": {"applied": applied}})

    def perhaps_type(self) -> None:
        while self.random.random() < 0.25:
            key = chr(0x3400 + len(self.typed))
            self.typed.append(key)
            at = self.random.randrange(len(self.text) + 1)
            self._change(self.text[:at] + key + self.text[at:])

    def _change(self, text: str) -> None:
        self.text = text
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        tell(self.server, "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})


def _server(typist: _Typist, folder: Path) -> Server:
    params = {"capabilities": EDITORS["neovim-0.11"], "rootUri": folder.as_uri()}
    server = typist.server = started(typist.take, params)
    item = {"uri": typist.uri, "languageId": "", "version": 1, "text": typist.text}
    tell(server, "textDocument/didOpen", {"textDocument": item})
    return server


async def _race(seed: int, folder: Path) -> str:
    path = folder / "page.html"
    random_ = random.Random(seed)
    typist = _Typist(random_, path.as_uri(), random_.choice(["", "\n", "old 😀\n"]))
    server = _server(typist, folder)
    place = Place(root=folder, folder=folder, document=server.workspace.state_of(path), overwrite=True)
    typist.perhaps_type()  # while the road works
    typed_before = list(typist.typed)
    try:
        plan = plan_for(server, place, Made((MadeFile(PurePosixPath("page.html"), NEW.encode()),), {}))
        typist.perhaps_type()
        outcome = await apply_plan(server, plan, "race")
    except ResponseError as error:
        assert typist.edits_applied == 0
        assert all(key in typist.text for key in typist.typed)
        return error.kind  # which kinds there are is looked at below
    assert outcome["applied"]
    assert typed_before == []  # what was typed before the edit is never replaced
    assert all(key in typist.text for key in typist.typed)
    text = typist.text
    for key in typist.typed:
        text = text.replace(key, "", 1)
    assert text == NEW
    assert server.applied is not None
    try:
        reversal = reversal_of(server.applied, server.workspace, server.client)
    except ResponseError:
        assert typist.typed
        return "applied, then changed"
    assert reversal.edit is not None
    return "applied"


async def _patch_race(seed: int, folder: Path) -> str:
    """
    The same for a patch of a few lines in a text that has many, some of them alike.
    """
    path, random_ = folder / "page.html", random.Random(seed)
    old = [random_.choice(["<p>\n", "\n", "</p>\n", f"<i>{number} 😀</i>\n"]) for number in range(30)]
    new = list(old)
    for _ in range(random_.randint(1, 3)):
        at = random_.randrange(30)
        new[at] = random_.choice(["", "<b>new</b>\n", new[at] + "<b>new</b>\n"])
    typist = _Typist(random_, path.as_uri(), "".join(old))
    server = _server(typist, folder)
    typist.perhaps_type()  # while the engine writes
    typed_before = list(typist.typed)
    patch = Patched((PatchedFile("page.html", "".join(old), "".join(new)),), {})
    try:
        plan = patch_plan(server, folder, patch)
        typist.perhaps_type()
        await apply_plan(server, plan, "race")
    except ResponseError as error:
        assert typist.edits_applied == 0
        return error.kind
    finally:
        text = typist.text
        for key in typist.typed:
            assert key in text
            text = text.replace(key, "", 1)
    assert text == "".join(new)  # nothing but what was typed is between
    return "applied beside what was typed" if typed_before else "applied"


@pytest.mark.filterwarnings("error")
def test_typing_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    async def races() -> list[str]:
        return [await _race(seed, tmp_path) for seed in range(NUM_RACES)]

    outcomes = asyncio.run(races())
    # All ways it can go were gone.
    assert set(outcomes) == {"edit.stale", "edit.refused", "applied", "applied, then changed"}


def test_a_patch_lands_where_it_was_meant_or_nowhere(tmp_path: Path) -> None:
    async def races() -> list[str]:
        return [await _patch_race(seed, tmp_path) for seed in range(NUM_RACES)]

    outcomes = asyncio.run(races())
    assert set(outcomes) == {"edit.stale", "edit.refused", "applied beside what was typed", "applied"}
