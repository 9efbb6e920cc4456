"""
Finds what a program under test left running: the mark in its environment is inherited by every child.
"""

from __future__ import annotations

import time
from pathlib import Path

#: Name of the variable; its value is the test's own.
MARK = "VISION_CODE_TEST_RUN"


def survivors(mark: str) -> list[int]:
    """
    Ids of the processes that carry ``mark``.
    """
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and f"{MARK}={mark}".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # it ended meanwhile, or is not ours
            continue
    return found


def left_after(mark: str, wait_s: float = 10.0) -> list[int]:
    """
    Those that are still there when they had so long to end.
    """
    deadline = time.monotonic() + wait_s
    while (left := survivors(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
