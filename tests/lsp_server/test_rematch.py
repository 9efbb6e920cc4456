"""
A change in what somebody typed meanwhile: held against what `git merge-file` makes of the three texts.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from lsp_server.edits import Change
from lsp_server.rematch import rematched
from lsp_server.workspace import FileState

LINES = [f"{number}\n" for number in range(1, 21)]
BEFORE = "".join(LINES)


def _state(text: str) -> FileState:
    return FileState(path=Path("/w/a"), uri="file:///w/a", text=text, version=1)


def _rematched(before: str, after: str, now: str) -> str | None:
    moved = rematched(Change(before=_state(before), text=after, ours=True), _state(now))
    return None if moved is None else moved.text


@pytest.mark.parametrize(
    ("after", "now", "expected"),
    [
        (BEFORE.replace("10\n", "ten\n"), "0\n" + BEFORE, "0\n" + BEFORE.replace("10\n", "ten\n")),
        (BEFORE.replace("10\n", ""), BEFORE + "21", BEFORE.replace("10\n", "") + "21"),
        (BEFORE + "21\n", BEFORE.replace("1\n2", "1\n1½\n2"), BEFORE.replace("1\n2", "1\n1½\n2") + "21\n"),
        (BEFORE.replace("19\n", "x\n"), BEFORE + "\n# more\n", BEFORE.replace("19\n", "x\n") + "\n# more\n"),
        (BEFORE + "no end", BEFORE + "typed\n", None),
        (BEFORE.replace("10\n", "ten\n"), BEFORE.replace("8\n", "eight\n"), None),  # too near
        (BEFORE.replace("10\n", "ten\n"), BEFORE.replace("10\n", "TEN\n"), None),
        (BEFORE.replace("10\n", "ten\n"), BEFORE + BEFORE, None),  # two places
        (BEFORE.replace("10\n", "ten\n"), BEFORE.replace("\n", "\r\n"), None),
        (BEFORE.replace("10\n", "ten\n"), "".join(LINES[10:] + LINES[:10]), None),  # torn apart
        (BEFORE.replace("2\n", "two\n"), "", None),
        ("x\n" * 9 + "y\n", "x\n" * 11, None),
    ],
)
def test_a_change_finds_its_place_or_none(after: str, now: str, expected: str | None) -> None:
    assert _rematched(BEFORE, after, now) == expected


def test_lines_that_stand_everywhere_are_told_apart_by_more_of_what_is_around_them() -> None:
    before = "a\n" + "x\n" * 9 + "b\n" + "x\n" * 9 + "c\n"
    after = before.replace("b\n" + "x\n" * 4, "b\n" + "x\n" * 4 + "new\n")
    assert _rematched(before, after, before + "typed\n") == after + "typed\n"
    assert _rematched(before, after, before.replace("b\n", "B\n")) is None


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_what_is_moved_is_what_git_merges(tmp_path: Path) -> None:
    random_, num_moved = random.Random(5), 0
    for _ in range(150):
        base = [random_.choice(["\n", "{\n", f"line {number}\n"]) for number in range(40)]
        ours, theirs = _changed(random_, base, "ours"), _changed(random_, base, "theirs")
        moved = _rematched("".join(base), ours, theirs)
        if moved is None:
            continue
        num_moved += 1
        for name, text in (("base", "".join(base)), ("ours", ours), ("theirs", theirs)):
            (tmp_path / name).write_text(text)
        merged = subprocess.run(
            ["git", "merge-file", "-p", "ours", "base", "theirs"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert moved == merged.stdout
    assert 30 < num_moved < 150


def _changed(random_: random.Random, base: list[str], word: str) -> str:
    lines, at = list(base), random_.randrange(len(base))
    lines[at : at + random_.randint(0, 2)] = [f"{word}\n"] * random_.randint(0, 2)
    return "".join(lines)
