"""
``vision-code patch``: a reply in, a diff or changed files out.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vision_code.cli import run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
REPLY = "src/a.py\n<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n"
NEW = "new.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    repo = tmp_path / "repo"
    (repo / "src").mkdir(parents=True)
    (repo / "src/a.py").write_bytes(b"a = 1\n")
    return repo


def _patch(repo: Path, reply: str, *options: str) -> int:
    file = repo.parent / "reply.txt"
    file.write_text(reply)
    return run(["patch", "--repo", str(repo), "--edits", str(file), *options])


def test_the_diff_goes_to_stdout(repo: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert _patch(repo, REPLY) == 0
    diff = capfd.readouterr().out
    assert "-a = 1\n+a = 2\n" in diff
    subprocess.run(["git", "apply", "--check", "-"], cwd=repo, input=diff.encode(), check=True)
    assert (repo / "src/a.py").read_bytes() == b"a = 1\n"


def test_a_reply_from_stdin_a_diff_into_a_file(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REPLY.encode())))
    out = tmp_path / "patch.diff"
    assert run(["patch", "--repo", str(repo), "--edits", "-", "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"diff --git a/src/a.py b/src/a.py\n")


def test_applied_and_undone(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _patch(repo, REPLY + NEW, "--apply", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["applied"]
    assert [(file["path"], file["change"]) for file in answer["files"]] == [
        ("new.py", "added"),
        ("src/a.py", "modified"),
    ]
    assert (repo / "src/a.py").read_bytes() == b"a = 2\n"
    assert run(["patch", "--repo", str(repo), "--undo"]) == 0
    assert sorted(path.name for path in repo.rglob("*.py")) == ["a.py"]
    assert (repo / "src/a.py").read_bytes() == b"a = 1\n"
    assert run(["patch", "--repo", str(repo), "--undo"]) == 5


def test_a_commit_is_the_base(repo: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *arguments], cwd=repo, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "base")
    (repo / "src/a.py").write_text("dirty\n")
    assert _patch(repo, REPLY) == 5
    assert _patch(repo, REPLY, "--base", "HEAD") == 0
    assert "-a = 1\n+a = 2\n" in capfd.readouterr().out
    assert _patch(repo, REPLY, "--base", "nothing") == 3


@pytest.mark.parametrize(
    ("reply", "code", "kind"),
    [
        ("no edit at all\n", 3, "patch.empty"),
        (REPLY.replace(">>>>>>> REPLACE\n", ""), 3, "patch.parse"),
        (REPLY.replace("a = 1", "b = 1"), 5, "patch.conflict"),
        (REPLY.replace("src/a.py", "../outside.py"), 6, "path.outside"),
        (NEW.replace("new.py", ".github/workflows/x.yml"), 6, "path.protected"),
        (REPLY.replace("a = 2", "a = (2"), 9, "patch.syntax"),
        (REPLY.replace("a = 2", "a = 2\n# ... rest of code"), 3, "patch.lazy"),
    ],
)
def test_refusals_say_what_and_change_nothing(
    repo: Path, capsys: pytest.CaptureFixture[str], reply: str, code: int, kind: str
) -> None:
    assert _patch(repo, reply, "--apply", "--json") == code
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["kind"] == kind
    assert printed.err.startswith(f"error[{kind}]: ")
    assert (repo / "src/a.py").read_bytes() == b"a = 1\n"


def test_a_file_that_git_ignores_needs_a_word(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "-q"], cwd=repo, check=True)
    (repo / ".gitignore").write_text("dist/\n*.min.js\n")
    (repo / "dist").mkdir()
    (repo / "dist/a.py").write_text("a = 1\n")
    reply = REPLY.replace("src/a.py", "dist/a.py")
    assert _patch(repo, REPLY + reply, "--apply") == 6
    assert (
        "error[path.ignored]: git ignores dist/a.py; vision-code patch --allow-ignored takes it"
        in capsys.readouterr().err
    )
    assert (repo / "src/a.py").read_text() == "a = 1\n"
    assert _patch(repo, reply, "--apply", "--allow-ignored") == 0
    assert (repo / "dist/a.py").read_text() == "a = 2\n"
    # Tracked is not ignored, whatever its name; and a folder that is ignored whole is a project of its own.
    (repo / "b.min.js").write_text("a = 1\n")
    subprocess.run(["git", "add", "-f", "b.min.js"], cwd=repo, check=True)
    assert _patch(repo, REPLY.replace("src/a.py", "b.min.js"), "--apply") == 0
    assert _patch(repo / "dist", NEW, "--apply") == 0


def test_a_person_may_approve(repo: Path) -> None:
    reply = NEW.replace("new.py", ".github/workflows/x.yml")
    assert _patch(repo, reply, "--apply", "--approve", ".github/workflows/x.yml") == 0
    assert (repo / ".github/workflows/x.yml").read_text() == "x = 1\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--repo", "nowhere", "--edits", "x"],
        ["--edits", "x", "--undo"],
        ["--undo", "--apply"],
        ["--edits", "x", "--apply", "--base", "HEAD"],
        [],
    ],
)
def test_wrong_calls_are_refused(repo: Path, options: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    assert run(["patch", *options]) in (2, 3)
