"""
Files that are no text in a diff: git makes of it the same bytes.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from vision_code.edits import Entry, MemoryTree, Refusals, WriteBytes, stage, unified_diff
from vision_code.edits.staged import Change, Staged

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def _bytes(seed: int, size: int) -> bytes:
    return b"\0" + random.Random(seed).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, 25, 26, 27, 51, 52, 53, 5000])
def test_git_takes_new_changed_and_removed_pictures(size: int, tmp_path: Path) -> None:
    old, new = _bytes(1, size), _bytes(2, size + 3)
    changes = (
        Change(path="changed.png", old=Entry(old), new=Entry(new)),
        Change(path="gone.png", old=Entry(old), new=None),
        Change(path="in/new.png", old=None, new=Entry(new)),
    )
    for name in ("changed.png", "gone.png"):
        (tmp_path / name).write_bytes(old)
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    diff = unified_diff(Staged(changes=changes))
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / "changed.png").read_bytes() == (tmp_path / "in/new.png").read_bytes() == new
    assert not (tmp_path / "gone.png").exists()
    subprocess.run(["git", "apply", "-R", "-"], cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / "changed.png").read_bytes() == (tmp_path / "gone.png").read_bytes() == old


def test_another_picture_is_replaced_only_where_that_is_said() -> None:
    tree = MemoryTree({"a.png": Entry(_bytes(1, 9))})
    refused = stage(tree, [WriteBytes(path="a.png", content=_bytes(2, 9), line=1)])
    assert isinstance(refused, Refusals)
    assert refused.error.kind == "patch.exists"
    staged = stage(tree, [WriteBytes(path="a.png", content=_bytes(2, 9), line=1, overwrite=True)])
    assert isinstance(staged, Staged)
    assert [change.path for change in staged.changes] == ["a.png"]
    same = stage(tree, [WriteBytes(path="a.png", content=_bytes(1, 9), line=1)])
    assert isinstance(same, Staged)
    assert same.changes == ()
