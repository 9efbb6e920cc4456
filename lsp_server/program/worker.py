"""
The process of one run: `vision-code`, gone with its owner and with the folder that it writes into.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from vision_code.output import remove_folder

#: From the owner's end to ours, at most.
END_S = 2.0


def main() -> None:
    """
    Run the command line with all arguments but the first one, which is the folder.
    """
    from vision_code.cli import run

    folder, alone = Path(sys.argv[2]), threading.Event()
    threading.Thread(target=_end_with_owner, args=(folder, alone), daemon=True).start()
    code = run(sys.argv[3:])
    if alone.is_set():
        remove_folder(folder)
    else:
        sys.stdout.flush()
    os._exit(code)  # the thread at the pipe would wait for ever


def _end_with_owner(folder: Path, alone: threading.Event) -> None:
    """
    The owner says nothing on the pipe; it is closed when that has ended, however that was.
    """
    while os.read(0, 4096):
        continue
    alone.set()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # the command line runs: it closes its browser in order
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(END_S)
    remove_folder(folder)
    os._exit(1)
