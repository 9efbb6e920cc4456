"""
Names and patches that try to write where they must not: outside the root, into git's folder, through links, into what
something runs.

    python -m benchmarks.patches.hostile_paths [--count 2000] [--seed 0] [--save]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.patches.kills import snapshot
from benchmarks.patches.result import save
from vision_code.edits import FolderTree, Staged, apply, parse_reply, stage
from vision_code.edits.paths import checked, folded, protected
from vision_code.errors import VisionCodeError

_GITS = (
    ".git",
    ".GIT",
    ".Git",
    ".g\u200cit",
    ".git\u200d",
    ".gi\ufefft",
    "git~1",
    "GIT~2",
    ".git ",
    ".git.",
    ".git::$INDEX_ALLOCATION",
)
_RESERVED = (
    "CON",
    "aux.txt",
    "NUL",
    "com1.py",
    "LPT9",
    "prn.tar.gz",
    "COM¹",
    "name.",
    "name ",
    " name",
    "a /b",
    "a/ b",
    "a:b",
    "x::$DATA",
)
_PROTECTED = (
    ".github/workflows/x.yml", ".gitmodules", ".gitattributes", ".vscode/tasks.json", ".husky/pre-commit", ".envrc",
    ".env.local", "conftest.py", "pkg/conftest.py", "sitecustomize.py", "x.pth", "Makefile", "package-lock.json",
    ".cursor/rules", ".claude/settings.json", "AGENTS.md", ".npmrc", ".GitHub/workflows/x.yml", ".mcp.json",
    "sub/Makefile",
)  # fmt: skip
_CONTROL = ("a\nb", "a\rb", "a\tb", "a\x1b[31mb", "a\x00b", "a\u202eb", "a\u2028b", "a\x7fb", "\x01", "a\udc80b")


#: What no edit may touch. Plain files of the root may be what an attack is read as: nothing forbids editing them.
_TRAPS = ("src/hard", "src/pipe", "src/file-link", "src/dangling")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    tally: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory(prefix="vision-code-hostile-") as folder:
        os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
        for number in range(args.count):
            family = list(FAMILIES)[number % len(FAMILIES)]
            outcome, shown = attack(Path(folder) / "world", family, rng)
            tally.setdefault(family, Counter())[outcome] += 1
            if outcome == "escaped":
                print(f"{family}: {shown}", file=sys.stderr)
    rows = [
        {"attack": family, "tried": sum(counts.values()), **{outcome: counts[outcome] for outcome in OUTCOMES}}
        for family, counts in tally.items()
    ]
    if args.save:
        save("patch-hostile-paths", rows, {"seed": args.seed})
    else:
        print(json.dumps(rows))
    return 1 if any(row["escaped"] for row in rows) else 0


def attack(world: Path, family: str, rng: random.Random) -> tuple[str, str]:
    """
    One hostile reply against a tree with traps; returns one of `OUTCOMES`, and the reply.
    """
    _reset(world)
    reply = _reply(FAMILIES[family](rng), rng)
    before = snapshot(world)
    try:
        staged = stage(FolderTree(world / "root"), parse_reply(reply))
        if isinstance(staged, Staged):
            apply(staged, world / "root")
    except VisionCodeError:
        pass
    after = snapshot(world)
    if after == before:
        return "refused", repr(reply)
    shutil.rmtree(world)
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    twins = len({folded(path) for path in after}) < len(after)
    return ("harmless" if all(map(_harmless, changed)) and not twins else "escaped"), repr(reply)


#: `harmless`: an ordinary edit of a plain file in the root came of it: what was hostile of the name is no part of it in
#: that format (it ends at a line's end or a tab), or the lines proved that a file of nearly that name was meant.
OUTCOMES = ("refused", "harmless", "escaped")


def _harmless(path: str) -> bool:
    place, _, below = path.partition("/")
    first = below.partition("/")[0]
    if place != "root" or first in (".git", "nested", "bare", "link") or below in _TRAPS:
        return False
    try:
        return not protected(checked(below))
    except VisionCodeError:
        return False


def _reset(world: Path) -> None:
    if world.is_dir():
        return
    root, outside = world / "root", world / "outside"
    for folder in (
        root / ".git/hooks",
        root / "src",
        outside,
        root / "nested/.git",
        root / "bare/objects",
        root / "bare/refs",
    ):
        folder.mkdir(parents=True)
    (root / "bare/HEAD").write_bytes(b"ref: refs/heads/x\n")
    (root / "src/Name.txt").write_bytes(b"old\n")
    (root / "src/na\u00efve.txt").write_bytes(b"old\n")
    (outside / "secret").write_bytes(b"old\n")
    (root / "link").symlink_to("../outside")
    (root / "src/file-link").symlink_to("../../outside/secret")
    (root / "src/dangling").symlink_to("../../outside/new")
    os.link(outside / "secret", root / "src/hard")
    os.mkfifo(root / "src/pipe")


def _outside(rng: random.Random) -> str:
    up = "/".join([".."] * rng.randint(1, 4))
    slash = rng.choice(("/", "\\"))
    names = (
        f"{up}/outside/secret", f"/{up}/x", "/etc/passwd", f"src/{up}/../outside/secret", "C:/x", "c:\\x",
        "//host/share/x",
        "src//x", "./../outside/secret", "src/./x", "..", ".", "~/../x/..", f"{up}/outside/new", "\\\\?\\C:\\x", "src/",
        "file:///etc/passwd", "a/..\\../outside/secret", "src/.. /../outside/secret", "src/.../x",
    )  # fmt: skip
    return rng.choice(names).replace("/", slash if rng.random() < 0.3 else "/")


def _git(rng: random.Random) -> str:
    below = rng.choice(("hooks/post-checkout", "config", "HEAD", "x"))
    return rng.choice(("", "src/", "a/b/")) + rng.choice(_GITS) + rng.choice(("/", "\\")) + below


def _long(rng: random.Random) -> str:
    return rng.choice(("x" * 256 + ".py", "é" * 128, "/".join(["d" * 100] * 50), "a/" + "b" * 300 + "/c"))


FAMILIES: dict[str, Callable[[random.Random], str]] = {
    "outside the root": _outside,
    "git's folder": _git,
    "through a link": lambda rng: rng.choice(
        ("link/secret", "link/new.txt", "link/a/b", "src/file-link", "src/dangling")
    ),
    "hard link, pipe, folder": lambda rng: rng.choice(("src/hard", "src/pipe", "src", "src/Name.txt/below")),
    "a repository inside": lambda rng: rng.choice(("nested/x.py", "nested/.git/config", "bare/config", "bare/hooks/x")),
    "reserved names": lambda rng: rng.choice(("", "src/")) + rng.choice(_RESERVED),
    "control characters": lambda rng: rng.choice(("", "src/")) + rng.choice(_CONTROL),
    "too long": _long,
    "twins": lambda rng: rng.choice(
        ("src/name.txt", "SRC/x.txt", "src/NAME.TXT", "src/nai\u0308ve.txt", "Src/new/x.txt")
    ),
    "protected files": lambda rng: rng.choice(_PROTECTED),
}


def _reply(path: str, rng: random.Random) -> str:
    """
    The name in one of the formats.
    """
    quoted = json.dumps(path, ensure_ascii=False)
    return rng.choice(
        (
            f"{path}\n<<<<<<< SEARCH\n=======\nowned\n>>>>>>> REPLACE\n",
            f"{path}\n<<<<<<< SEARCH\nold\n=======\nowned\n>>>>>>> REPLACE\n",
            f"*** Begin Patch\n*** Add File: {path}\n+owned\n*** End Patch\n",
            f"*** Begin Patch\n*** Delete File: {path}\n*** End Patch\n",
            f"*** Begin Patch\n*** Update File: src/Name.txt\n*** Move to: {path}\n*** End Patch\n",
            f"*** Begin Patch\n*** Update File: {path}\n@@\n-old\n+owned\n*** End Patch\n",
            f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+owned\n",
            f"diff --git a/{path} b/{path}\nnew file mode 120000\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+/etc\n",
            f'{{"path": {quoted}, "content": "owned"}}',
            f'{{"path": {quoted}, "old": "old", "new": "owned"}}',
            f"{path}\n```\nowned\n```\n",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
