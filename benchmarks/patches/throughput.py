"""
A thousand edits in a tree of fifty thousand files: reading, staging, the diff, git's check, applying, undoing.

    python -m benchmarks.patches.throughput [--files 50000] [--edits 1000] [--save]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.patches.result import save
from vision_code.edits import FolderTree, Staged, apply, parse_reply, stage, undo, unified_diff
from vision_code.repository import check_applies

#: At most so many files may change at once, so every file takes several edits.
_FILES_CHANGED = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--save", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vision-code-speed-") as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
        root = Path(folder) / "root"
        make_tree(root, args.files)
        rows = measure(root, reply_of(args.edits))
    settings = {"files": args.files, "edits": args.edits, "peak MiB": _peak_mib()}
    if args.save:
        save("patch-throughput", rows, settings)
    else:
        print(json.dumps({"rows": rows, **settings}))
    return 0


def measure(root: Path, reply: str) -> list[dict[str, object]]:
    """
    One row a station, with its seconds; on a busy machine those of the processor say more.
    """
    rows: list[dict[str, object]] = []

    def timed(what: str, work: Callable[[], Any]) -> Any:
        begun, busy = time.perf_counter(), time.process_time()
        result = work()
        seconds, own = time.perf_counter() - begun, time.process_time() - busy
        rows.append({"station": what, "seconds": f"{seconds:.3f}", "of one core": f"{own:.3f}"})
        return result

    edits = timed("read the reply", lambda: parse_reply(reply))
    staged = timed("stage", lambda: stage(FolderTree(root), edits))
    if not isinstance(staged, Staged):
        raise staged.error
    diff = timed("diff", lambda: unified_diff(staged))
    timed("git apply --check", lambda: check_applies(staged, diff))
    timed("apply", lambda: apply(staged, root))
    timed("undo", lambda: undo(root))
    return rows


def make_tree(root: Path, count: int) -> None:
    """
    Small modules, a hundred a folder.
    """
    for number in range(count):
        path = root / f"p{number // 5000}" / f"q{number // 100}" / f"m{number}.py"
        if number % 100 == 0:
            path.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(f"def f{n}(value):\n    return value * {number + n}\n\n\n" for n in range(10))
        path.write_text(text)


def reply_of(count: int) -> str:
    """
    Blocks spread over `_FILES_CHANGED` files; one in ten is read generously: its path or its indentation is off.
    """
    blocks = []
    for edit in range(count):
        number, function = edit % _FILES_CHANGED * 50, edit // _FILES_CHANGED
        path = f"p{number // 5000}/q{number // 100}/m{number}.py"
        shift = "  " if edit % 10 == 3 else ""
        if edit % 10 == 7:
            path = f"m{number}.py"
        old = f"{shift}def f{function}(value):\n{shift}    return value * {number + function}\n"
        blocks.append(f"{path}\n<<<<<<< SEARCH\n{old}=======\n{old.replace('*', '+')}>>>>>>> REPLACE\n")
    return "\n".join(blocks)


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
