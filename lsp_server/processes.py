"""
Processes of this machine: whether one is alive, and how one ends with all it started.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


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
