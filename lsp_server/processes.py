"""
Whether a process of this machine is alive.
"""

from __future__ import annotations

import os
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
