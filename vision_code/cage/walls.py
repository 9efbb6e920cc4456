"""
Who builds the walls: bubblewrap where an ordinary user has it, else our own script in new namespaces.

As root it is always the script: it becomes nobody inside, because limits on processes do not hold for root, and
bubblewrap stays root. Source: bwrap(1), unshare(1).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast

from vision_code.errors import Denied

Walls = Literal["bubblewrap", "namespaces"]
_NAMESPACES = ("--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child=KILL")
SPEC = "/cage/spec.json"
#: What bubblewrap has an option for: killed when we are, also by a signal that nobody can handle (prctl(2)).
_DIES_WITH_US = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"


def find_walls() -> Walls:
    """
    What this system offers, tried for real.

    Raises:
        Denied: ``sandbox.unavailable``.
    """
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is not None and os.geteuid() != 0:
        command = [bubblewrap, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true"]
        if _works(command):
            return "bubblewrap"
    if sys.platform == "linux" and shutil.which("unshare") and _works([*_unshare(), "true"]):
        return "namespaces"
    message = "this system gives no namespaces to run tests in; --no-sandbox runs them with all your rights"
    raise Denied("sandbox.unavailable", message)


def opening(walls: Walls | None, spec: Mapping[str, object], spec_file: Path) -> tuple[list[str], str]:
    """
    The beginning of the command line that runs the inner script, and where it finds what to do.
    """
    if walls is None:
        return [], str(spec_file)
    if walls == "namespaces":
        return [os.path.realpath(sys.executable), "-I", "-S", "-c", _DIES_WITH_US, *_unshare()], str(spec_file)
    size = str(spec["disk_bytes"])
    command = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent", "--new-session"]
    # First: an interpreter may lie below one of them.
    command += ["--size", size, "--tmpfs", "/tmp", "--size", size, "--tmpfs", "/home"]  # noqa: S108
    for path in cast("list[str]", spec["visible"]):
        if Path(path).is_symlink():
            command += ["--symlink", str(Path(path).readlink()), path]
        elif Path(path).exists():
            command += ["--ro-bind", path, path]
    command += ["--dev", "/dev", "--proc", "/proc", "--size", size, "--tmpfs", str(spec["work"])]
    command += ["--ro-bind", str(spec["source"]), "/cage/source"]
    command += ["--bind", str(spec["out"]), "/cage/out", "--ro-bind", str(spec_file), SPEC]
    for name in cast("list[str]", spec["dependencies"]):
        command += ["--ro-bind", f"{spec['installed']}/{name}", f"{spec['work']}/{name}"]
    # The root itself lies in memory without a limit.
    return [*command, "--remount-ro", "/"], SPEC


def _unshare() -> list[str]:
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    return [shutil.which("unshare") or "unshare", *user, *_NAMESPACES]


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
