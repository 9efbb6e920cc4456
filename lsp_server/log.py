"""
The server's log: one line an event on stderr. A client that does not read it never stops the server.
"""

from __future__ import annotations

import os
import queue
import threading
import time
import traceback
from pathlib import Path

MAX_WAITING_LINES = 256
#: Of the lines that a broken client can cause without end, one in this time is written.
QUIET_S = 1.0


class Log:
    """
    Writes lines to a file descriptor from a thread of its own; when nobody reads, later lines are dropped.

    Never given params, results, file contents or picture bytes.
    """

    def __init__(self, fd: int = 2) -> None:
        self._fd = fd
        self._lines: queue.Queue[str] = queue.Queue(MAX_WAITING_LINES)
        self._last: dict[str, float] = {}
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def line(self, text: str) -> None:
        """
        Write one line.
        """
        try:
            self._lines.put_nowait(text)
        except queue.Full:
            return

    def seldom(self, topic: str, text: str) -> None:
        """
        The same, at most once a second for each topic.
        """
        now = time.monotonic()
        if now - self._last.get(topic, -QUIET_S) >= QUIET_S:
            self._last[topic] = now
            self.line(text)

    def flush(self, wait_s: float) -> None:
        """
        Wait until what was logged is written, but not for ever.
        """
        deadline = time.monotonic() + wait_s
        while self._lines.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.005)

    def _write(self) -> None:
        while True:
            text = self._lines.get()
            try:
                os.write(self._fd, f"{' '.join(text.split())}\n".encode("utf-8", "backslashreplace"))
            except OSError:  # closed
                pass
            finally:
                self._lines.task_done()


def where(error: BaseException) -> str:
    """
    An exception's class and the places it passed through, without its text, which may hold paths or contents.
    """
    places = [f"{Path(place.filename).name}:{place.lineno}" for place in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__} at {' < '.join(reversed(places[-8:]))}"
