"""
The two threads at the pipe: one that only reads and cuts, one that only writes. Neither waits for any work.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from lsp_server.errors import ErrorCode, ResponseError
from lsp_server.framing import MAX_BODY_BYTES, FrameDecoder, FramingLost, TooLarge
from lsp_server.messages import Invalid, Message, parse

READ_BYTES = 64 << 10
#: Frames that were read and not yet looked at; one of many MiB counts as that many.
MAX_UNSEEN = 256
#: When more than this is unread, progress and drafts are dropped; answers never are.
DROP_ABOVE_BYTES = 1 << 20
#: When even the answers pile up to this, nobody is there.
MAX_UNREAD_BYTES = 256 << 20
#: How long the last answers may take at the end.
CLOSE_S = 0.3


@dataclass(frozen=True, slots=True)
class Ended:
    """
    No more will come; ``lost`` says why when the client did not simply leave.
    """

    lost: str = ""


class Reader:
    """
    Reads, cuts and parses on a thread of its own.

    Args:
        deliver: Called on that thread with each message and at last with an `Ended`. Whoever has looked at a message
            calls :meth:`seen`; while too many are unseen, nothing is read.
    """

    def __init__(self, fd: int, deliver: Callable[[Message | Invalid | Ended, int], None]) -> None:
        self._fd = fd
        self._deliver = deliver
        self._unseen = threading.Semaphore(MAX_UNSEEN)

    def start(self) -> None:
        """
        Begin; returns at once.
        """
        threading.Thread(target=self._run, name="reader", daemon=True).start()

    def seen(self, weight: int) -> None:
        """
        A message was looked at.
        """
        self._unseen.release(weight)

    def _run(self) -> None:
        decoder = FrameDecoder()
        try:
            while data := os.read(self._fd, READ_BYTES):
                for item in decoder.feed(data):
                    weight = 1 if isinstance(item, TooLarge) else 1 + (len(item) >> 20)
                    for _ in range(weight):
                        self._unseen.acquire()
                    self._deliver(_too_large(item) if isinstance(item, TooLarge) else parse(item), weight)
        except FramingLost as error:
            self._deliver(Ended(str(error)), 0)
            return
        except OSError:
            pass
        self._deliver(Ended(), 0)


def _too_large(skipped: TooLarge) -> Invalid:
    message = f"{skipped.num_bytes} > {MAX_BODY_BYTES} bytes"
    return Invalid(None, ResponseError(ErrorCode.INVALID_REQUEST, "lsp.frame_too_large", message))


class Writer:
    """
    Writes frames in order on a thread of its own: the writer that pygls' protocol is given.

    Args:
        gone: Called once, on that thread, when nobody reads any more.
    """

    def __init__(self, fd: int, gone: Callable[[], None]) -> None:
        self._fd = fd
        self._gone = gone
        self._waiting: deque[bytes] = deque()
        self._num_bytes = 0
        self._changed = threading.Condition()
        self._broken = False
        threading.Thread(target=self._run, name="writer", daemon=True).start()

    @property
    def is_behind(self) -> bool:
        """
        Whether the client reads so little that what it can do without is better left out.
        """
        return self._num_bytes > DROP_ABOVE_BYTES

    def write(self, data: bytes) -> None:
        """
        Queue one frame; returns at once.
        """
        with self._changed:
            if self._broken:
                return
            self._waiting.append(data)
            self._num_bytes += len(data)
            overflow = self._num_bytes > MAX_UNREAD_BYTES
            self._changed.notify_all()
        if overflow:
            self._break()

    def close(self, wait_s: float = CLOSE_S) -> None:
        """
        Wait until all is written, but not for ever.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._broken or not self._num_bytes, wait_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                content = self._waiting.popleft()
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
            except OSError:
                self._break()
                return
            with self._changed:
                self._num_bytes -= len(content)
                self._changed.notify_all()

    def _break(self) -> None:
        with self._changed:
            before, self._broken = self._broken, True
            self._changed.notify_all()
        if not before:
            self._gone()
