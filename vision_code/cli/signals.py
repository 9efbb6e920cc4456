"""
Signals that end the program, as one exception, so that every clean-up runs; none is lost.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: Ctrl-C, a polite end, and a closed terminal (which Windows does not tell).
ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
#: Long enough for a callback to return.
AGAIN_S = 0.01


class Ended(KeyboardInterrupt):
    """
    A signal came. Not KeyboardInterrupt itself: once that has left a string given to ``exec``, as dataclasses are made,
    CPython run with ``-m`` ends itself by SIGINT even if it was caught.
    """


@contextmanager
def ending_signals() -> Iterator[list[int]]:
    """
    While the block runs, each of these signals raises KeyboardInterrupt in it; the list holds those that came.

    What is ignored stays ignored: `nohup` and shells ask for that.
    """
    came: list[int] = []

    def arrived(signum: int, _frame: FrameType | None) -> None:
        came.append(signum)
        raise Ended

    def swallowed(report: sys.UnraisableHookArgs) -> None:
        # Python drops what is raised inside the import system's callbacks: one Ctrl-C in ten while modules are loaded.
        if came and issubclass(report.exc_type, KeyboardInterrupt):
            threading.Timer(AGAIN_S, os.kill, (os.getpid(), came[-1])).start()
        else:
            usual(report)

    usual, sys.unraisablehook = sys.unraisablehook, swallowed
    before = {number: signal.getsignal(number) for number in ENDING}
    ours = [number for number, how in before.items() if how in (signal.SIG_DFL, signal.default_int_handler)]
    for number in ours:
        signal.signal(number, arrived)
    try:
        yield came
    finally:
        for number in ours:
            signal.signal(number, before[number])
        sys.unraisablehook = usual
