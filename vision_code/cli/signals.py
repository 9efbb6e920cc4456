"""
Signals that end the program, as one exception, so that every clean-up runs; none is lost, and none leaves a lock held.
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
#: Long enough for a callback to return, or a lock to be let go.
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

    def arrived(signum: int, frame: FrameType | None) -> None:
        came.append(signum)
        if _takes_locks(frame):
            again()
        else:
            raise Ended

    def swallowed(report: sys.UnraisableHookArgs) -> None:
        # Python drops what is raised inside the callbacks of weak references and in `__del__`.
        if came and issubclass(report.exc_type, KeyboardInterrupt):
            again()
        else:
            usual(report)

    def again() -> None:
        threading.Timer(AGAIN_S, os.kill, (os.getpid(), came[-1])).start()

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


def _takes_locks(frame: FrameType | None) -> bool:
    """
    Whether an exception raised in this frame may leave a lock held for ever: between taking one and the ``try`` that
    lets it go, Python's own import system and conditions are as open to signals as any code written in Python
    (https://github.com/python/cpython/issues/74174). One Ctrl-C in two hundred while modules are loaded.
    """
    if frame is None:
        return False
    code = frame.f_code
    if code.co_filename.startswith("<frozen importlib"):
        return True
    return code.co_filename == threading.__file__ and code.co_name in ("__enter__", "__exit__")
