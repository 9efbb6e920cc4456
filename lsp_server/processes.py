"""
Processes of this machine: how one of ours is started, whether one is alive, what it holds, and how it ends with all
it started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]


def own_program(module: str, *arguments: str) -> tuple[str, ...]:
    """
    The command line that runs ``main`` of a module of ours; its ``sys.argv[2:]`` are the arguments.
    """
    entry = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from vision_code import _bootstrap; _bootstrap.activate();"
        f"from {module} import main; main()"
    )
    # -P: the current folder may hold someone else's `runtime` or `kernels`.
    return (sys.executable, "-P", "-c", entry, str(_ROOT), *arguments)


def is_alive(process_id: int) -> bool:
    """
    True also where that cannot be asked.
    """
    if sys.platform == "win32":  # there, signal 0 is Ctrl-C
        return True
    try:
        os.kill(process_id, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def kill_group(leader: int) -> None:
    """
    End a process that leads a group of its own, and the group; harmless when it has ended.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(leader, signal.SIGKILL)
        else:
            os.kill(leader, signal.SIGTERM)  # Windows: ends it at once


def private_bytes(process_id: int) -> int:
    """
    Memory that a process and all it started hold for themselves alone; 0 where the system does not tell (it does on
    Linux). What they map from files is not counted: the system takes that back when it needs it. Source: proc(5).
    """
    total, left = 0, [process_id]
    while left:
        place = Path("/proc") / str(left.pop())
        with contextlib.suppress(OSError, ValueError, IndexError):  # it has ended meanwhile
            _, resident, shared = map(int, (place / "statm").read_text().split()[:3])
            total += (resident - shared) * os.sysconf("SC_PAGE_SIZE")
            for task in (place / "task").iterdir():
                left += map(int, (task / "children").read_text().split())
    return total


def machine_bytes() -> int:
    """
    Memory of this machine; 0 where the system does not tell.
    """
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0
