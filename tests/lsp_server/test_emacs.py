"""
A real editor: Emacs' eglot, which cannot create files, makes a component in an empty buffer and undoes it.
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

EMACS = shutil.which("emacs")
_HAS_EGLOT = """
(progn (require 'package) (add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa") (package-initialize)
  (unless (require 'eglot nil t) (kill-emacs 1)))
"""


def _missing() -> str:
    if "VISION_CODE_TEST_EDITORS" not in os.environ:
        return "run by `make test-editors`"
    advice = "no Emacs with eglot; on Debian: apt-get install emacs-nox elpa-eglot"
    if EMACS is None:
        return advice
    return advice if subprocess.run([EMACS, "-Q", "--batch", "--eval", _HAS_EGLOT], check=False).returncode else ""


MISSING = _missing()


@pytest.mark.skipif(MISSING != "", reason=MISSING)
def test_eglot_makes_a_component_and_undoes_it_in_one_step(tmp_path: Path) -> None:
    assert EMACS is not None
    project, answer, mark = tmp_path / "project", tmp_path / "answer.json", secrets.token_hex(8)
    (project / ".git").mkdir(parents=True)  # what makes it a project for Emacs
    shutil.copy(ROOT / "examples" / "login-card.png", project / "login-card.png")
    (project / "notes.html").write_text('<p>😀</p>😀 <img src="login-card.png">\n', encoding="utf-8")
    (project / "login.html").touch()
    arguments = [sys.executable, str(ROOT), str(project), str(project / "login-card.png"), str(answer)]
    environment = {
        **os.environ,
        "VISION_CODE_TEST_ARGUMENTS": json.dumps(arguments),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "XDG_RUNTIME_DIR": str(tmp_path),  # an engine of its own
        MARK: mark,
    }
    command = [EMACS, "-Q", "--batch", "-l", str(Path(__file__).with_name("emacs.el"))]
    done = subprocess.run(command, env=environment, cwd=project, capture_output=True, timeout=300, check=False)
    assert answer.is_file(), done.stderr.decode()[-2000:]
    facts = json.loads(answer.read_text(encoding="utf-8"))
    # Code points, or the 16-bit units of an eglot that negotiates nothing.
    before = '<p>😀</p>😀 <img src="login'
    assert facts["column"] in (len(before), len(before.encode("utf-16-le")) // 2)
    assert facts["action"] == "Turn this picture into a component"
    assert facts["applied"]
    for words in ("<!doctype html>", "Welcome back", "<button"):
        assert words.casefold() in facts["made"].casefold()
    assert facts["undone"] == ""
    assert facts["stopped"]
    assert left_after(mark) == []
