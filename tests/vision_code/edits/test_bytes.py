"""
Bytes outside of changed lines stay as they are, and git takes the diff on a clean checkout and makes the same files.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from vision_code.edits import Change, Entry, FolderTree, MemoryTree, Staged, parse_reply, stage, unified_diff
from vision_code.edits.tree import EXECUTABLE, PLAIN

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="git is not installed")


def _git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a"}
    env |= {"GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    command = [GIT or "git", "-c", "core.autocrlf=false", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=folder, input=data, env=env, check=True, capture_output=True).stdout


def _edited(content: bytes, search: str, replace: str) -> bytes:
    reply = f"f.txt\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n"
    staged = stage(MemoryTree({"f.txt": Entry(content)}), parse_reply(reply))
    assert isinstance(staged, Staged), staged
    new = staged.changes[0].new
    assert new is not None
    return new.content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nX\nY\nc\n"),
        (b"a\r\nb\r\nc\r\n", b"a\r\nX\r\nY\r\nc\r\n"),
        (b"a\rb\rc\r", b"a\rX\rY\rc\r"),
        (b"a\r\nb\nc\r\n", b"a\r\nX\nY\nc\r\n"),
        (b"\xef\xbb\xbfa\nb\nc", b"\xef\xbb\xbfa\nX\nY\nc"),
        (b"a  \nb\t\nc \n", b"a  \nX\nY\nc \n"),
        (b"caf\xe9\na\nb\nc\n\xff\xfe", b"caf\xe9\na\nX\nY\nc\n\xff\xfe"),
        (b"x\x0c\ny\xe2\x80\xa8z\na\nb\nc\n", b"x\x0c\ny\xe2\x80\xa8z\na\nX\nY\nc\n"),
    ],
)
def test_every_kind_of_line_survives(old: bytes, new: bytes) -> None:
    assert _edited(old, "a\nb\nc\n", "a\nX\nY\nc\n") == new


@pytest.mark.parametrize(
    ("old", "search", "replace", "new"),
    [
        (b"a\nb", "b\n", "c\n", b"a\nc"),
        (b"a\nb", "b\n", "b\nc\n", b"a\nb\nc"),
        (b"a\nb", "b\n", "", b"a\n"),
        (b"a\r\nb", "a\n", "a\nx\n", b"a\r\nx\r\nb"),
        (b"a\n", "a\n", "", b""),
    ],
)
def test_the_end_of_a_file_stays_as_it_was(old: bytes, search: str, replace: str, new: bytes) -> None:
    assert _edited(old, search, replace) == new


def test_a_whole_file_keeps_its_mark_and_its_endings() -> None:
    old = b"\xef\xbb\xbfone\r\ntwo\r\nthree"
    staged = stage(MemoryTree({"f.txt": Entry(old)}), parse_reply("f.txt\n```\none\n2\nthree\n```\n"))
    assert isinstance(staged, Staged)
    assert staged.changes[0].new == Entry(b"\xef\xbb\xbfone\r\n2\r\nthree")


def test_only_ascii_is_put_beside_bytes_that_are_no_utf_8() -> None:
    reply = "f.txt\n<<<<<<< SEARCH\nb\n=======\nü\n>>>>>>> REPLACE\n"
    staged = stage(MemoryTree({"f.txt": Entry(b"caf\xe9\nb\n")}), parse_reply(reply))
    assert not isinstance(staged, Staged)
    assert staged.error.kind == "file.encoding"


@needs_git
def test_git_takes_every_diff_and_makes_the_same_files(tmp_path: Path) -> None:
    rng = random.Random(7)
    origin = tmp_path / "origin"
    origin.mkdir()
    changes = [change for n in range(60) for change in [_random_change(rng, n)] if change.old != change.new]
    for change in changes:
        if change.old is not None:
            path = origin / change.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(change.old.content)
            path.chmod(0o755 if change.old.mode == EXECUTABLE else 0o644)
    _git(origin, "init", "-q")
    _git(origin, "add", "-A", ".")
    _git(origin, "commit", "-q", "-m", "base")
    _git(tmp_path, "clone", "-q", "origin", "clean")
    diff = unified_diff(Staged(changes=tuple(sorted(changes, key=lambda change: change.path))))
    _git(tmp_path / "clean", "apply", "--check", "--whitespace=nowarn", "-", data=diff)
    _git(tmp_path / "clean", "apply", "--index", "--whitespace=nowarn", "-", data=diff)
    tree = FolderTree(tmp_path / "clean")
    assert {change.path: tree.entry(change.path) for change in changes} == {c.path: c.new for c in changes}


NAMES = ("plain.py", "with space.txt", "ümläut/naïve.md", 'quo"te.txt', "tab_here.css", "日本/語.js", "deep/er/est/a.b")


def _random_change(rng: random.Random, number: int) -> Change:
    name = f"{number}/{rng.choice(NAMES)}"
    old = None if rng.random() < 0.15 else Entry(_random_text(rng), rng.choice((PLAIN, PLAIN, EXECUTABLE)))
    new = (
        None
        if old is not None and rng.random() < 0.15
        else Entry(_random_text(rng, old), rng.choice((PLAIN, EXECUTABLE)))
    )
    return Change(path=name, old=old, new=new)


def _random_text(rng: random.Random, base: Entry | None = None) -> bytes:
    ending = rng.choice((b"\n", b"\n", b"\r\n", b"\r"))
    words = [b"a", b"bb", b"", b"  x", b"caf\xe9", "ü".encode(), b"-- a", b"++ b", b"@@", b"\\ no", b"\x0c"]
    lines = base.content.split(b"\n") if base is not None else [rng.choice(words) for _ in range(rng.randrange(40))]
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(lines) + 1)
        lines[at : at + rng.randrange(3)] = [rng.choice(words) for _ in range(rng.randrange(3))]
    joined = (b"\n" if base is not None else ending).join(lines)
    return joined + (ending if rng.random() < 0.5 else b"")
