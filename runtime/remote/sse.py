"""
Server-sent events from bytes in any pieces, bounded.

Source: WHATWG HTML Living Standard §9.2.6, "Interpreting an event stream". Own code, because the readers at hand
neither bound a line nor tell a stream that ends inside an event from one that ends between two.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from runtime.errors import EngineUnavailable
from runtime.remote.limits import Limits

_LINE_END = re.compile(rb"\r\n|\n|\r")


class EventDecoder:
    """
    Bytes in, the data of each whole event out.

    Args:
        limits: A longer line, or an event longer than an answer may be, is refused.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        self._first = True

    @property
    def is_between_events(self) -> bool:
        """
        Whether nothing is waiting for its end.
        """
        return not self._rest.strip(b"\r\n") and not self._data

    def feed(self, chunk: bytes) -> Iterator[str]:
        """
        The data of every event that ends within ``chunk``; comments, names, ids and delays are passed over.

        Raises:
            EngineUnavailable: ``remote.too_large``, ``remote.protocol`` (not UTF-8).
        """
        searched = max(0, len(self._rest) - 1)  # a CR at the end waits for its LF
        self._rest += chunk
        start = 0
        while (end := _LINE_END.search(self._rest, max(start, searched))) is not None:
            if end[0] == b"\r" and end.end() == len(self._rest):
                break
            line = bytes(self._rest[start : end.start()])
            start = end.end()
            self._check(len(line), self._limits.line_bytes, "a line")
            if (event := self._line(line)) is not None:
                yield event
        del self._rest[:start]
        self._check(len(self._rest), self._limits.line_bytes, "a line")

    def _line(self, line: bytes) -> str | None:
        if self._first:
            self._first = False
            line = line.removeprefix(codecs.BOM_UTF8)
        if line:
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" "))
                self._size += len(value)
                self._check(self._size, self._limits.answer_bytes, "an event")
            return None
        if not self._data:
            return None
        whole, self._data, self._size = b"\n".join(self._data), [], 0
        try:
            return whole.decode()
        except UnicodeDecodeError as error:
            raise EngineUnavailable("remote.protocol", "an event of the answer is not UTF-8") from error

    @staticmethod
    def _check(size: int, limit: int, what: str) -> None:
        if size > limit:
            raise EngineUnavailable("remote.too_large", f"{what} of the answer is longer than {limit} bytes")
