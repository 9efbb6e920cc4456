"""
Faults at chosen calls of the system: the process dies, or the disk is full from there on.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

#: Every call by which an apply or a recovery changes something, or waits for the disk.
_CALLS = ("open", "write", "fsync", "rename", "link", "unlink", "mkdir", "rmdir", "fchmod", "fchown")
#: Those that need space.
_SPACE = ("open", "link", "mkdir", "fsync")


@contextmanager
def dies_at(number: int, *, after: bool) -> Iterator[list[int]]:
    """
    Kill this process at its ``number``-th call, before it or after it. The list holds how many calls there were.
    """

    def fault(name: str, call: Callable[..., Any], count: int, *args: Any, **kwargs: Any) -> Any:
        if count != number:
            return call(*args, **kwargs)
        if after:
            call(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    with _wrapped(fault) as calls:
        yield calls


@contextmanager
def full_from(number: int) -> Iterator[list[int]]:
    """
    From the ``number``-th call on, everything that needs space fails, as on a full disk; renames and removals work.
    """

    def fault(name: str, call: Callable[..., Any], count: int, *args: Any, **kwargs: Any) -> Any:
        makes = name != "open" or args[1] & os.O_CREAT
        if count >= number and name in _SPACE and makes and not (name == "fsync" and _is_folder(args[0])):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return call(*args, **kwargs)

    with _wrapped(fault) as calls:
        yield calls


def _is_folder(handle: int) -> bool:
    return os.path.isdir(f"/proc/self/fd/{handle}")  # noqa: PTH112 - a handle, not a path


@contextmanager
def _wrapped(fault: Callable[..., Any]) -> Iterator[list[int]]:
    calls = [0]
    before = {name: getattr(os, name) for name in _CALLS}

    def wrap(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            calls[0] += 1
            return fault(name, call, calls[0], *args, **kwargs)

        return counted

    for name, call in before.items():
        setattr(os, name, wrap(name, call))
    try:
        yield calls
    finally:
        for name, call in before.items():
            setattr(os, name, call)
