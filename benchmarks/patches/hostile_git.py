"""
Repositories that name programs to run, read with every ordinary command through the product's git, and with plain git.

    python -m benchmarks.patches.hostile_git [--every N] [--save]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.patches.result import save
from vision_code.errors import VisionCodeError
from vision_code.repository import open_commit, repository_top
from vision_code.repository.git import Git

#: What the configuration says; {} is a program that leaves a mark. Attributes and a second branch are always there.
CONFIGS: dict[str, str] = {
    "file system monitor": "[core]\nfsmonitor = {}\n",
    "hooks elsewhere": "[core]\nhooksPath = evil-hooks\n",
    "hooks in place": "",
    "clean and smudge": '[filter "x"]\nclean = {}\nsmudge = {}\nrequired = true\n',
    "filter process": '[filter "x"]\nprocess = {}\nrequired = true\n',
    "text conversion": '[diff "x"]\ntextconv = {}\n',
    "driver of diffs": '[diff "x"]\ncommand = {}\n',
    "external diff": "[diff]\nexternal = {}\n",
    "driver of merges": '[merge "x"]\ndriver = {}\n',
    "pager and editor": "[core]\npager = {}\neditor = {}\n[sequence]\neditor = {}\n[pager]\nlog = {}\nshow = {}\n",
    "signing": "[commit]\ngpgSign = true\n[gpg]\nprogram = {}\n[log]\nshowSignature = true\n",
    "transport": '[core]\nsshCommand = {}\naskPass = {}\n[remote "origin"]\nurl = ssh://x@localhost/x\nuploadpack = {}\n'
    '[credential]\nhelper = !{}\n[protocol "ext"]\nallow = always\n[remote "ext"]\nurl = ext::{}\nfetch = a:b\n',
    "included file": "[include]\npath = ../included\n",
    "alternate refs and packs": "[core]\nalternateRefsCommand = {}\n[uploadpack]\npackObjectsHook = {}\n",
}
COMMANDS: dict[str, tuple[str, ...]] = {
    "status": ("status", "--porcelain"),
    "diff": ("diff",),
    "diff of a commit": ("diff", "HEAD~1"),
    "changed files": ("ls-files", "-m", "-o"),
    "log": ("log", "-p", "-3"),
    "show": ("show", "HEAD"),
    "blame": ("blame", "a.txt"),
    "add": ("add", "-A"),
    "commit": ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-a", "-m", "x"),
    "checkout": ("checkout", "-f", "HEAD~1"),
    "merge": ("-c", "user.name=a", "-c", "user.email=a@b", "merge", "side"),
    "apply": ("apply", "--index", "change.diff"),
    "archive": ("archive", "HEAD"),
    "grep": ("grep", "--textconv", "a"),
    "fetch": ("fetch", "--all"),
    "contents": ("cat-file", "--textconv", "HEAD:a.txt"),
}


#: Programs that speak no protocol leave git waiting for them.
_PLAIN_DEADLINE_S = 3.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth pair")
    parser.add_argument("--save", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vision-code-git-") as folder:
        rows = measure(Path(folder), args.every)
    if args.save:
        save("patch-hostile-git", rows, {"git": _version()})
    else:
        print(json.dumps(rows))
    return 1 if any(row["ran"] for row in rows) else 0


def measure(folder: Path, every: int) -> list[dict[str, object]]:
    """
    One row a configuration; ``ran`` and ``ran with plain git`` count commands that ran its program.
    """
    rows, number = [], 0
    for name, config in CONFIGS.items():
        world = folder / name.replace(" ", "-")
        _make(world, config, in_place=name == "hooks in place")
        tried = ours = plain = 0
        for command in COMMANDS.values():
            number += 1
            if number % every:
                continue
            tried += 1
            ours += _ran(world, lambda repo, command=command: _with_ours(repo, command))
            plain += _ran(world, lambda repo, command=command: _with_plain(repo, command))
        ours += _ran(world, _what_the_product_does)
        rows.append({"repository": name, "tried": tried + 1, "ran": ours, "ran with plain git": plain})
    return rows


def _with_ours(repo: Path, command: tuple[str, ...]) -> None:
    Git(repo).run(*command, fails=True)


def _with_plain(repo: Path, command: tuple[str, ...]) -> None:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(["git", *command], cwd=repo, env=_plain(repo), start_new_session=True, **quiet)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_PLAIN_DEADLINE_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _what_the_product_does(repo: Path) -> None:
    repository_top(repo)
    commit = open_commit(repo)
    commit.entry("a.txt")
    commit.paths()


def _ran(world: Path, work: Callable[[Path], None]) -> bool:
    """
    Whether the mark is there after ``work`` on a fresh copy.
    """
    mark, repo = world / "mark", world / "copy"
    mark.unlink(missing_ok=True)
    shutil.rmtree(repo, ignore_errors=True)
    shutil.copytree(world / "repo", repo, symlinks=True)
    (repo / "a.txt").write_text("changed\n")  # and newer than the index
    with contextlib.suppress(VisionCodeError):
        work(repo)
    return mark.exists()


def _make(world: Path, config: str, *, in_place: bool) -> None:
    repo = world / "repo"
    repo.mkdir(parents=True)
    program = world / "program"
    program.write_text(f"#!/bin/sh\n: > {world / 'mark'}\ncat 2>/dev/null\nexit 0\n")
    program.chmod(0o755)

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=repo, check=True, capture_output=True, env=_plain(repo))

    git("init", "-q")
    (repo / ".gitattributes").write_text("*.txt filter=x diff=x merge=x\n")
    for number, branch in enumerate(("", "", "side")):
        if branch:
            git("checkout", "-q", "-b", branch, "HEAD~1")
        (repo / "a.txt").write_text(f"{number} {branch}\n" * 3)
        git("add", "-A")
        git("commit", "-q", "-m", f"{number}")
    git("checkout", "-q", "-")
    (repo / "change.diff").write_text("--- a/n.txt\n+++ b/n.txt\n@@ -0,0 +1 @@\n+x\n".replace("a/n.txt", "/dev/null"))
    hooks = repo / ".git/hooks" if in_place else repo / "evil-hooks"
    hooks.mkdir(exist_ok=True)
    for hook in (
        "pre-commit",
        "post-checkout",
        "post-merge",
        "post-index-change",
        "prepare-commit-msg",
        "reference-transaction",
    ):
        shutil.copy(program, hooks / hook)
    with (repo / ".git/config").open("a") as file:
        file.write(config.replace("{}", str(program)))
    (repo / "included").write_text(f"[core]\nfsmonitor = {program}\n")


def _plain(repo: Path) -> dict[str, str]:
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {"PATH": os.environ["PATH"], "HOME": str(repo.parent), "GIT_TERMINAL_PROMPT": "0", **names}


def _version() -> str:
    return subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]


if __name__ == "__main__":
    sys.exit(main())
