"""
Edits reach the disk all or nothing, and can be taken back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vision_code.edits import Change, Entry, FolderTree, Staged, apply, parse_reply, recover, stage, undo
from vision_code.errors import Denied, LimitExceeded, PatchConflict

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "root"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_bytes(b"a = 1\r\n")
    (root / "src/b.py").write_bytes(b"b = 1\n")
    (root / "src/a.py").chmod(0o600)
    return root


def _staged(root: Path) -> Staged:
    reply = (
        "src/a.py\n<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n"
        "new/deep/c.py\n<<<<<<< SEARCH\n=======\nc = 1\n>>>>>>> REPLACE\n"
        "*** Begin Patch\n*** Delete File: src/b.py\n*** End Patch\n"
    )
    staged = stage(FolderTree(root), parse_reply(reply))
    assert isinstance(staged, Staged)
    return staged


def _snapshot(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(root).as_posix(): (path.lstat().st_mode, path.read_bytes() if path.is_file() else b"")
        for path in root.rglob("*")
    }


def test_applied_and_taken_back(root: Path) -> None:
    before = _snapshot(root)
    assert apply(_staged(root), root).paths == ("new/deep/c.py", "src/a.py", "src/b.py")
    assert (root / "src/a.py").read_bytes() == b"a = 2\r\n"
    assert (root / "src/a.py").stat().st_mode & 0o777 == 0o600
    assert (root / "new/deep/c.py").read_bytes() == b"c = 1\n"
    assert not (root / "src/b.py").exists()
    assert not list(root.rglob(".*"))
    undo(root)
    assert _snapshot(root) == before
    with pytest.raises(PatchConflict) as caught:
        undo(root)
    assert caught.value.kind == "patch.nothing_to_undo"


def test_several_edits_are_taken_back_one_after_the_other(root: Path) -> None:
    states = [_snapshot(root)]
    for value in (2, 3, 4):
        old, new = Entry(b"a = %d\r\n" % (value - 1)), Entry(b"a = %d\r\n" % value)
        apply(Staged(changes=(Change(path="src/a.py", old=old, new=new),)), root)
        states.append(_snapshot(root))
    for state in reversed(states[:-1]):
        undo(root)
        assert _snapshot(root) == state


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: (root / "src/a.py").write_bytes(b"mine\n"),
        lambda root: (root / "src/a.py").unlink(),
        lambda root: (root / "src/b.py").write_bytes(b"mine\n"),
        lambda root: ((root / "new/deep").mkdir(parents=True), (root / "new/deep/c.py").write_bytes(b"mine\n")),
    ],
)
def test_files_that_changed_meanwhile_refuse_the_whole(root: Path, spoil: object) -> None:
    staged = _staged(root)
    assert callable(spoil)
    spoil(root)
    before = _snapshot(root)
    with pytest.raises(PatchConflict) as caught:
        apply(staged, root)
    assert caught.value.kind == "patch.stale"
    assert _snapshot(root) == before


def test_undo_leaves_alone_what_was_changed_since(root: Path) -> None:
    apply(_staged(root), root)
    (root / "new/deep/c.py").write_bytes(b"mine\n")
    before = _snapshot(root)
    with pytest.raises(PatchConflict):
        undo(root)
    assert _snapshot(root) == before


@pytest.mark.parametrize(
    ("trap", "kind"),
    [
        (
            lambda root: (root / "src/b.py").rename(root / "x") and (root / "src/b.py").symlink_to("../x"),
            "path.symlink",
        ),
        (lambda root: os.link(root / "src/b.py", root / "other"), "path.hardlink"),
        (lambda root: (root / "src").rename(root / "s") and (root / "src").symlink_to("s"), "path.symlink"),
        (lambda root: (root / "src/.git").mkdir(), "path.submodule"),
    ],
)
def test_traps_set_after_staging_are_refused(root: Path, trap: object, kind: str) -> None:
    staged = _staged(root)
    assert callable(trap)
    trap(root)
    before = _snapshot(root)
    with pytest.raises(Denied) as caught:
        apply(staged, root)
    assert caught.value.kind == kind
    assert _snapshot(root) == before


def test_one_writer_at_a_time(root: Path) -> None:
    import fcntl

    staged = _staged(root)
    apply(staged, root)
    undo(root)
    (lock,) = Path(os.environ["XDG_STATE_HOME"]).rglob("lock")
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(PatchConflict) as caught:
            apply(staged, root)
    assert caught.value.kind == "workspace.locked"
    assert caught.value.retry


def test_a_real_full_disk_changes_nothing(root: Path) -> None:
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    big = Entry(b"x\n" * 100_000)
    staged = Staged(changes=(*_staged(root).changes, Change(path="z.txt", old=None, new=big)))
    before = _snapshot(root)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(LimitExceeded) as caught:
            apply(staged, root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert caught.value.kind == "disk.full"
    assert _snapshot(root) == before
    assert recover(root) == ()


def test_recovery_leaves_alone_what_its_user_changed_after_the_kill(root: Path) -> None:
    """
    Killed after the first rename: that file is taken back, and the one edited since is named and kept.
    """
    code = (
        "import os, sys; from pathlib import Path; sys.path.insert(0, os.environ['HERE'])\n"
        "from benchmarks.patches.faults import dies_at\n"
        "from vision_code.edits import Change, Entry, Staged, apply\n"
        "changes = tuple(Change(path=f'{n}.txt', old=Entry(b'old'), new=Entry(b'new')) for n in 'ab')\n"
        "renames, real = [0], os.rename\n"
        "def rename(*args, **kwargs):\n"
        "    real(*args, **kwargs)\n"
        "    if kwargs: os.kill(os.getpid(), 9)\n"
        "os.rename = rename\n"
        "apply(Staged(changes=changes), Path(sys.argv[1]))\n"
    )
    for name in "ab":
        (root / f"{name}.txt").write_bytes(b"old")
    subprocess.run([sys.executable, "-c", code, str(root)], env={**os.environ, "HERE": str(ROOT)}, check=False)
    assert (root / "a.txt").read_bytes() == b"new"
    (root / "b.txt").write_bytes(b"mine")
    notes = recover(root)
    assert [(root / f"{name}.txt").read_bytes() for name in "ab"] == [b"old", b"mine"]
    assert any("rolled back 1 files" in note for note in notes)
    assert any("b.txt" in note for note in notes)
    assert not list(root.rglob("*.part"))


def test_kills_and_full_disks_leave_the_old_tree_or_the_new_one(tmp_path: Path) -> None:
    shm = Path("/dev/shm")
    scratch = shm if os.access(shm, os.W_OK) else tmp_path
    command = [sys.executable, "-m", "benchmarks.patches.kills", "--kills", "60", "--full", "20", "--seed", "5"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "TMPDIR": str(scratch)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["survived"] for row in rows] == [row["tried"] for row in rows]
    assert sum(row["old tree"] for row in rows) > 0
    assert sum(row["new tree"] for row in rows) > 0
