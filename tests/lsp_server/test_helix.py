"""
A real editor: Helix, in a terminal of its own, makes a component by a code action and undoes it.
"""

from __future__ import annotations

import fcntl
import os
import pty
import secrets
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp_server.editor import ROOT
from tests.marked_processes import MARK, left_after

HELIX = shutil.which("hx")
TITLE = "Turn this picture into a component"
DEADLINE_S = 120.0
ESCAPE = "\x1b"
_LANGUAGES = """
[language-server.vision-code]
command = {python!r}
args = ["-P", "-m", "lsp_server"]
environment = {{ "PYTHONPATH" = {root!r} }}
config = {{ verify = false }}
timeout = 120

[[language]]
name = "html"
language-servers = ["vision-code"]
"""


def _missing() -> str:
    if "VISION_CODE_TEST_EDITORS" not in os.environ:
        return "run by `make test-editors`"
    return "" if HELIX else "no Helix; on Debian 13: apt-get install hx"


class _Terminal:
    """
    A program in a terminal, and all that it has drawn so far.
    """

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.drawn = b""

    def type(self, *keys: str) -> None:
        """
        Type, with a moment between: Escape and what follows at once would be one key.
        """
        for each in keys:
            os.write(self._master, each.encode())
            self.read(0.1)

    def read(self, wait_s: float) -> None:
        """
        Take what is drawn until nothing was for so long.
        """
        while select.select([self._master], [], [], wait_s)[0]:
            try:
                self.drawn += os.read(self._master, 65536)
            except OSError:  # it ended
                return

    def until(self, seen: Callable[[], bool], *keys: str) -> None:
        """
        Wait for something; ``keys`` are typed again and again meanwhile.
        """
        deadline = time.monotonic() + DEADLINE_S
        while not seen():
            assert time.monotonic() < deadline, self.drawn[-2000:]
            self.type(*keys)
            self.read(0.5)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    shutil.copy(ROOT / "examples" / "login-card.png", project / "login-card.png")
    (project / "notes.html").write_text('<p>😀</p>😀 <img src="login-card.png">\n', encoding="utf-8")
    config = tmp_path / "config" / "helix"
    config.mkdir(parents=True)
    (config / "languages.toml").write_text(_LANGUAGES.format(python=sys.executable, root=str(ROOT)))
    return project


@pytest.fixture
def terminal(project: Path) -> Iterator[tuple[_Terminal, str]]:
    assert HELIX is not None
    mark = secrets.token_hex(8)
    environment = os.environ | {
        "HOME": str(project.parent),
        "XDG_CONFIG_HOME": str(project.parent / "config"),
        "XDG_RUNTIME_DIR": str(project.parent),  # an engine of its own
        "TERM": "xterm-256color",
        MARK: mark,
    }
    made = _Terminal([HELIX, "notes.html:1:22"], project, environment)
    yield made, mark
    made.close()


@pytest.mark.skipif(_missing() != "", reason=_missing())
def test_helix_makes_a_component_and_undoes_it_in_one_step(terminal: tuple[_Terminal, str], project: Path) -> None:
    helix, mark = terminal
    made = project / "index.html"
    # Until the server is there it has no actions.
    helix.until(lambda: TITLE.encode() in helix.drawn, ESCAPE, " ", "a")
    helix.type("\t", "\r")  # nothing in the menu is chosen yet
    helix.until(lambda: made.exists() and made.stat().st_size > 0, ESCAPE, ":wa\r")
    text = made.read_text(encoding="utf-8").casefold()
    for words in ("<!doctype html>", "Welcome back", "<button"):
        assert words.casefold() in text
    helix.type(ESCAPE, f":o {made.name}\r", "u")
    helix.until(lambda: not made.read_text(encoding="utf-8").strip(), ESCAPE, ":w\r")
    helix.type(ESCAPE, ":qa!\r")
    assert helix.process.wait(10) == 0
    assert left_after(mark) == []
