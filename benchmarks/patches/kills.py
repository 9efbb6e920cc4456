"""
Kills and full disks while edits are applied, taken back and recovered: afterwards the tree is the old one or the new
one, byte for byte, and nothing else lies there.

    python -m benchmarks.patches.kills [--kills 1000] [--full 200] [--seed 0] [--save]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.patches.faults import dies_at, full_from
from benchmarks.patches.result import save
from vision_code.edits import Change, Entry, Staged, apply, recover, undo
from vision_code.edits.tree import EXECUTABLE
from vision_code.errors import LimitExceeded

Snapshot = dict[str, tuple[int, bytes]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--full", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true", help="write the results into benchmarks/results")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vision-code-kills-") as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
        trial = Trial(Path(folder) / "tree", random.Random(args.seed))
        rows = [
            trial.killed("apply, killed at a call", args.kills * 4 // 10, trial.apply, again=False),
            trial.killed("apply, killed at a call, recovery killed too", args.kills * 2 // 10, trial.apply, again=True),
            trial.killed("undo, killed at a call", args.kills * 2 // 10, trial.undo, again=False),
            trial.killed_in_time("apply, killed at a moment", args.kills * 2 // 10),
            trial.full("apply, disk full from a call on", args.full * 3 // 4, trial.apply),
            trial.full("undo, disk full from a call on", args.full // 4, trial.undo),
        ]
    if args.save:
        save("patch-faults", rows, {"seed": args.seed})
    else:
        print(json.dumps(rows))
    return 1 if any(row["tried"] != row["survived"] for row in rows) else 0


class Trial:
    """
    One tree, brought back to its old state before every fault.
    """

    def __init__(self, root: Path, rng: random.Random) -> None:
        self.root = root
        self.rng = rng
        self.staged = _staged()
        self.reset()
        self.old = snapshot(root)
        self.apply()
        self.new = snapshot(root)

    def apply(self) -> None:
        """
        The edit under test.
        """
        apply(self.staged, self.root)

    def undo(self) -> None:
        """
        The way back.
        """
        undo(self.root)

    def reset(self) -> None:
        """
        The old tree, and no memory of edits.
        """
        for folder in (self.root, Path(os.environ["XDG_STATE_HOME"])):
            shutil.rmtree(folder, ignore_errors=True)
        for change in self.staged.changes:
            if change.old is not None:
                path = self.root / change.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(change.old.content)
                path.chmod(0o755 if change.old.mode == EXECUTABLE else 0o640)
        (self.root / "untouched").write_bytes(b"mine")

    def killed(self, what: str, count: int, work: Callable[[], None], *, again: bool) -> dict[str, object]:
        """
        A kill before or after each of the calls in turn.
        """
        total = self._calls(work)
        outcomes: Counter[str] = Counter()
        for i in range(count):
            self._start(work)
            number = 1 + i // 2 % total if count >= 2 * total else self.rng.randint(1, total)
            self._child(work, number, after=i % 2 == 0)
            if again:
                self._child(
                    lambda: recover(self.root) and None, self.rng.randint(1, 60), after=bool(self.rng.getrandbits(1))
                )
            outcomes[self._recovered()] += 1
        return _row(what, count, outcomes)

    def killed_in_time(self, what: str, count: int) -> dict[str, object]:
        """
        Kills that fall where they fall, also inside of calls.
        """
        self._start(self.apply)
        begun = time.monotonic()
        self.apply()
        span = time.monotonic() - begun
        outcomes: Counter[str] = Counter()
        for _ in range(count):
            self._start(self.apply)
            child = os.fork()
            if not child:
                self._leave(self.apply)
            time.sleep(self.rng.uniform(0, span))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            outcomes[self._recovered()] += 1
        return _row(what, count, outcomes)

    def full(self, what: str, count: int, work: Callable[[], None]) -> dict[str, object]:
        """
        No space from each of the calls in turn on; no recovery is needed then.
        """
        total = self._calls(work)
        outcomes: Counter[str] = Counter()
        for i in range(count):
            self._start(work)
            outcome = "neither"
            try:
                with full_from(1 + i % total):
                    work()
            except LimitExceeded as error:
                outcome = "old" if error.kind == "disk.full" and self._state(work)[0] else "neither"
            else:
                outcome = "new" if self._state(work)[1] else "neither"
            outcomes[outcome if recover(self.root) == () else "neither"] += 1
        return _row(what, count, outcomes)

    def _start(self, work: Callable[[], None]) -> None:
        self.reset()
        if work == self.undo:
            self.apply()

    def _calls(self, work: Callable[[], None]) -> int:
        self._start(work)
        with dies_at(-1, after=False) as calls:
            work()
        return calls[0]

    def _child(self, work: Callable[[], object], number: int, *, after: bool) -> None:
        child = os.fork()
        if not child:
            with dies_at(number, after=after):
                self._leave(work)
        os.waitpid(child, 0)

    @staticmethod
    def _leave(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            os._exit(0)

    def _recovered(self) -> str:
        recover(self.root)
        there = snapshot(self.root)
        clean = not [path for path in Path(os.environ["XDG_STATE_HOME"]).rglob("*.*") if path.suffix in _UNFINISHED]
        if not clean or recover(self.root):
            return "neither"
        return "old" if there == self.old else "new" if there == self.new else "neither"

    def _state(self, work: Callable[[], None]) -> tuple[bool, bool]:
        """
        Whether the tree is as before ``work``, and whether as after it.
        """
        there = snapshot(self.root)
        before, after = (self.new, self.old) if work == self.undo else (self.old, self.new)
        return there == before, there == after


_UNFINISHED = (".new", ".open", ".kept")


def snapshot(root: Path) -> Snapshot:
    """
    Everything below a folder: permissions and bytes.
    """
    found = {}
    for path in sorted(root.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        found[path.relative_to(root).as_posix()] = (path.lstat().st_mode, content)
    return found


def _row(what: str, count: int, outcomes: Counter[str]) -> dict[str, object]:
    survived = outcomes["old"] + outcomes["new"]
    return {
        "fault": what,
        "tried": count,
        "survived": survived,
        "old tree": outcomes["old"],
        "new tree": outcomes["new"],
    }


def _staged() -> Staged:
    """
    Every kind of change: text in three places, with CRLF and in another encoding, new files in new folders, a file that
    goes, one that moves, one that becomes executable.
    """
    changes = [
        Change(path=f"src/m{i}.py", old=Entry(b"a = %d\n" % i * 400), new=Entry(b"b = %d\n" % i * 500))
        for i in range(3)
    ]
    changes += [
        Change(path="src/crlf.txt", old=Entry(b"\xef\xbb\xbfa\r\nb"), new=Entry(b"\xef\xbb\xbfa\r\nc")),
        Change(path="src/latin.txt", old=Entry(b"caf\xe9\n"), new=Entry(b"the caf\xe9\n")),
        Change(path="new/deep/er/x.py", old=None, new=Entry(b"x = 1\n")),
        Change(path="new/run.sh", old=None, new=Entry(b"#!/bin/sh\n", EXECUTABLE)),
        Change(path="old/gone.py", old=Entry(b"gone\n"), new=None),
        Change(path="old/moved.py", old=Entry(b"moved\n"), new=None),
        Change(path="src/moved.py", old=None, new=Entry(b"moved\n")),
        Change(path="tool.sh", old=Entry(b"echo\n"), new=Entry(b"echo\n", EXECUTABLE)),
    ]
    return Staged(changes=tuple(sorted(changes, key=lambda change: change.path)))


if __name__ == "__main__":
    sys.exit(main())
