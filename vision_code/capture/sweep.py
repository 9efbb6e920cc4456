"""
Removes a folder that a dying browser may still write into: until it has stayed away for a while.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

#: A browser that was killed while it started takes seconds to notice on a busy machine.
_LONGEST_S = 15.0
_AWAY_S = 2.0
_STEP_S = 0.1


def sweep_later(folder: Path) -> None:
    """
    Leave it to a process that outlives this one by a few seconds.
    """
    root = Path(__file__).resolve().parents[2]
    code = "import sys; sys.path.insert(0, sys.argv[1]); from vision_code.capture import sweep; sweep.main()"
    subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-c", code, str(root), str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def main() -> None:
    """
    Sweep the folder that the last argument names.
    """
    folder, end, away_since = Path(sys.argv[2]), time.monotonic() + _LONGEST_S, time.monotonic()
    while time.monotonic() < end and time.monotonic() - away_since < _AWAY_S:
        if folder.exists():
            shutil.rmtree(folder, ignore_errors=True)
            away_since = time.monotonic()
        time.sleep(_STEP_S)
