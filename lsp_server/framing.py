"""
Frames of the base protocol: headers, a blank line, a body of so many bytes. Knows nothing of what a body says.

Source: Language Server Protocol 3.17, "Base Protocol"; the limits are the project's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 8 << 10
MAX_LINES = 32
#: A longer body is read and thrown away, never held.
MAX_BODY_BYTES = 64 << 20
#: A length above this is no length but a sign that the boundary is lost.
MAX_SKIPPED_BYTES = 1 << 30
_MAX_LENGTH_DIGITS = 10


class FramingLost(Exception):
    """
    Nobody can tell any more where the next frame begins.
    """


@dataclass(frozen=True, slots=True)
class TooLarge:
    """
    A frame whose body is skipped for its size.
    """

    num_bytes: int


class FrameDecoder:
    """
    Cuts a stream into bodies, whatever pieces it arrives in. Holds at most one body and one block.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._num_lines = 0
        self._length: int | None = None
        self._in_body = False
        self._skip = 0

    def feed(self, data: bytes) -> Iterator[bytes | TooLarge]:
        """
        Take the next bytes of the stream and yield what they complete.

        Raises:
            FramingLost: What came is no header.
        """
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        self._buffer += data
        while (item := self._next()) is not None:
            yield item

    def _next(self) -> bytes | TooLarge | None:
        while not self._in_body:
            if self._skip or not self._take_line():
                return None
        assert self._length is not None
        if self._length > MAX_BODY_BYTES:
            return self._start_skipping(self._length)
        return self._take_body(self._length) if len(self._buffer) >= self._length else None

    def _take_body(self, length: int) -> bytes:
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._expect_header()
        return body

    def _start_skipping(self, length: int) -> TooLarge:
        here = min(length, len(self._buffer))
        del self._buffer[:here]
        self._skip = length - here
        self._expect_header()
        return TooLarge(length)

    def _expect_header(self) -> None:
        self._scanned = self._num_lines = 0
        self._length, self._in_body = None, False

    def _take_line(self) -> bool:
        """
        Read one header line; False while it is incomplete.
        """
        end = self._buffer.find(b"\n", self._scanned)
        if (end if end >= 0 else len(self._buffer)) > MAX_LINE_BYTES:
            raise FramingLost(f"a header line longer than {MAX_LINE_BYTES} bytes")
        if end < 0:
            self._scanned = len(self._buffer)
            return False
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        self._scanned = 0
        if not line:
            if self._length is None:
                raise FramingLost("a header without Content-Length")
            self._in_body = True
            return True
        self._num_lines += 1
        if self._num_lines > MAX_LINES:
            raise FramingLost(f"more than {MAX_LINES} header lines")
        self._read_field(line)
        return True

    def _read_field(self, line: bytes) -> None:
        name, colon, value = line.partition(b":")
        # An HTTP request line has a colon only inside its address: no header's name holds a space.
        if not colon or b" " in name.strip():
            raise FramingLost("a line that is no header")
        if name.strip().lower() != b"content-length":
            return
        digits = value.strip()
        if not digits.isdigit() or len(digits) > _MAX_LENGTH_DIGITS or int(digits) > MAX_SKIPPED_BYTES:
            raise FramingLost("a Content-Length that is no length")
        if self._length not in (None, int(digits)):
            raise FramingLost("two different Content-Lengths")
        self._length = int(digits)


def frame(body: bytes) -> bytes:
    """
    A body with its header.
    """
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
