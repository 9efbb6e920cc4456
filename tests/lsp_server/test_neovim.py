"""
A real editor: Neovim runs the command on a real picture with the real engine, and undoes it in one step.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp_server.editor import ROOT
from tests.marked_processes import MARK, left_after

NEOVIM = shutil.which("nvim")


@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed; tools/setup.sh installs it as root")
def test_neovim_makes_a_component_and_undoes_it_in_one_step(tmp_path: Path) -> None:
    assert NEOVIM is not None
    project, answer, mark = tmp_path / "project", tmp_path / "answer.json", secrets.token_hex(8)
    project.mkdir()
    shutil.copy(ROOT / "examples" / "login-card.png", project / "login-card.png")
    (project / "notes.md").write_text("![the form](login-card.png)\n")
    arguments = [sys.executable, str(ROOT), str(project), str(project / "login-card.png"), str(answer)]
    environment = {
        **os.environ,
        "VISION_CODE_TEST_ARGUMENTS": json.dumps(arguments),
        "XDG_CACHE_HOME": str(tmp_path),  # its log
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),  # an engine of its own
        MARK: mark,
    }
    script = Path(__file__).with_name("neovim.lua")
    command = [NEOVIM, "--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", str(script)]
    done = subprocess.run(command, env=environment, cwd=project, capture_output=True, timeout=300, check=False)
    assert answer.is_file(), done.stderr.decode()
    facts = json.loads(answer.read_text())
    assert facts.get("error") is None
    assert facts["action"] == "Turn this picture into a component"
    assert facts["result"]["applied"]
    assert facts["result"]["fidelity"]["mean"] > 0.9
    assert facts["filetype"] in ("html", "")  # without plugins Neovim guesses none
    for words in ("<!doctype html>", "Welcome back", "<button"):
        assert words.casefold() in facts["made"].casefold()
    assert facts["undone"] == ""
    assert facts["at_oldest"]
    assert facts["redone"]
    assert (facts["progress"][0], facts["progress"][-1]) == ("begin", "end")
    assert facts["progress"].count("report") >= 5
    assert any("login.html" in message for message in facts["messages"])
    assert facts["stopped"]
    # The pictures of the component lie beside it.
    assert [file["action"] for file in facts["result"]["files"]] == ["create", "write"]
    assert list((project / "assets").rglob("*.png"))
    assert left_after(mark) == []
