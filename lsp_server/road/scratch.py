"""
The folder that one run of the road's process writes into: named for its owner, so that none outlives it for long.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from lsp_server.processes import is_alive


def make_folder() -> Path:
    """
    A new folder for a process of ours; first those of owners that were killed are removed.
    """
    for left in Path(tempfile.gettempdir()).glob("vc-*-*"):
        owner = left.name.split("-")[1]
        if owner.isdigit() and not is_alive(int(owner)):
            shutil.rmtree(left, ignore_errors=True)  # somebody else's is refused by the system
    # Short: the browser puts a socket into it.
    return Path(tempfile.mkdtemp(prefix=f"vc-{os.getpid()}-"))
