"""
A small picture of a form, a workspace with it, and servers that end with their test.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor
from tests.lsp_server.editors import EDITORS
from vision_code.output import remove_folder


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """
    A heading, a line of text and a button, small enough to be read in a second.
    """
    from PIL import Image, ImageDraw, ImageFont

    shot = Image.new("RGB", (320, 160), "white")
    draw = ImageDraw.Draw(shot)
    draw.text((24, 16), "Welcome", "#111827", ImageFont.load_default(28))
    draw.text((24, 62), "Sign in to go on", "#4b5563", ImageFont.load_default(16))
    draw.rounded_rectangle((24, 100, 144, 140), 8, "#2563eb")
    draw.text((56, 110), "Sign in", "white", ImageFont.load_default(16))
    path = tmp_path_factory.mktemp("picture") / "shot.png"
    shot.save(path)
    return path.read_bytes()


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """
    The environment of servers that share one engine, kept warm by one that does nothing else: a start of it costs
    seconds. For tests that leave it alive.
    """
    runtime = tempfile.mkdtemp(prefix="vct-", dir="/tmp")
    editor = Editor(tmp_path_factory.mktemp("first"), {}, {"XDG_RUNTIME_DIR": runtime})
    editor.refusal("visionCode/component", {"image": "data:image/png;base64,AAAA", "engine": "none", "verify": False})
    yield {"XDG_RUNTIME_DIR": runtime}
    editor.close()
    remove_folder(Path(runtime))  # the shared engine takes its socket away meanwhile


@pytest.fixture
def workspace(tmp_path: Path, picture: bytes) -> Path:
    """
    A folder with the picture in it.
    """
    (tmp_path / "shot.png").write_bytes(picture)
    return tmp_path


@pytest.fixture
def start() -> Iterator[Callable[..., Editor]]:
    """
    Starts servers, and ends them after the test.
    """
    started: list[Editor] = []

    def start_one(folder: Path | None, editor: str = "vscode-1.65", **more: object) -> Editor:
        started.append(Editor(folder, EDITORS[editor] if editor else {}, **more))  # type: ignore[arg-type]
        return started[-1]

    yield start_one
    for one in started:
        one.close()
