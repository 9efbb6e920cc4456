"""
The rule about names, and what it protects.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from benchmarks.patches.hostile_paths import FAMILIES, attack

from vision_code.edits.paths import checked, protected
from vision_code.errors import Denied


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("../x", "path.outside"),
        ("a/../../x", "path.outside"),
        ("/etc/passwd", "path.outside"),
        ("C:\\x", "path.outside"),
        ("a\\..\\x", "path.outside"),
        ("", "path.outside"),
        ("a//b", "path.outside"),
        (".git/config", "path.git"),
        ("sub/.GIT/hooks/x", "path.git"),
        ("git~1/config", "path.git"),
        (".git./x", "path.reserved"),
        (".g\u200cit/config", "path.control_char"),
        (".git::$INDEX_ALLOCATION/x", "path.reserved"),
        ("aux.txt", "path.reserved"),
        ("a/NUL", "path.reserved"),
        ("a\nb", "path.control_char"),
        ("a\u202eb", "path.control_char"),
        ("a\udcffb", "path.control_char"),
        ("x" * 256, "path.too_long"),
    ],
)
def test_refused_names(path: str, kind: str) -> None:
    with pytest.raises(Denied) as caught:
        checked(path)
    assert caught.value.kind == kind
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "path", ["a.py", "src/ümlaut/日本.tsx", "a b/c d.md", ".gitignore", "auxiliary.py", "..a/b..c", "con-x"]
)
def test_ordinary_names_pass(path: str) -> None:
    assert checked(path) == path


def test_windows_slashes_are_slashes() -> None:
    assert checked("src\\a.py") == "src/a.py"


@pytest.mark.parametrize(
    "path", [".github/workflows/x.yml", "A/.VSCODE/tasks.json", "pkg/conftest.py", "x.PTH", ".env.prod"]
)
def test_what_something_runs_is_protected(path: str) -> None:
    assert protected(path)


@pytest.mark.parametrize("path", ["src/github/x.py", "environment.ts", "docs/makefile.md", "lock.py"])
def test_what_only_sounds_so_is_not(path: str) -> None:
    assert not protected(path)


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_escapes(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    rng = random.Random(family)
    outcomes = [attack(tmp_path / "world", family, rng) for _ in range(20)]
    assert [shown for outcome, shown in outcomes if outcome == "escaped"] == []
    assert [outcome for outcome, _ in outcomes].count("refused") >= 15
