"""
Reads the edits out of a model's reply as it arrives.

Line by line, so that it makes no difference how the text was cut into pieces. Formats: `blocks` (SEARCH/REPLACE),
`udiff`, `envelope` (apply_patch), `calls` (JSON of tool calls) and, where a reply holds none of these, files as a whole
under their names (`whole`). Each reader is a generator that is sent one line after the other and None at the end.
"""

from __future__ import annotations

from vision_code.edits import blocks, calls, envelope, udiff, whole
from vision_code.edits.edit import Edit
from vision_code.edits.lines import Lines, Reading
from vision_code.errors import InputRejected, LimitExceeded, VisionCodeError

#: A whole answer of an engine, at most; the same cap holds for what comes from a remote one.
MAX_REPLY_CHARS = 4 * 2**20


class Parser:
    """
    Takes a reply in pieces.

        >>> parser = Parser()
        >>> for piece in stream: parser.feed(piece)
        >>> edits = parser.finish()
    """

    def __init__(self) -> None:
        self._lines = Lines()
        self._edits: list[Edit] = []
        self._whole: list[Edit] = []
        self._partial: list[str] = []
        self._chars = 0
        self._failure: VisionCodeError | None = None
        self._reading = self._read()
        next(self._reading)

    def feed(self, piece: str) -> tuple[Edit, ...]:
        """
        Take the next piece; returns the edits that it completed. What is wrong with the reply is said at the end.

        Raises:
            LimitExceeded: ``patch.too_large``, the reply is longer than `MAX_REPLY_CHARS`.
        """
        self._chars += len(piece)
        if self._chars > MAX_REPLY_CHARS:
            raise LimitExceeded("patch.too_large", f"the reply is longer than {MAX_REPLY_CHARS:,} characters")
        before = len(self._edits)
        first, *others = piece.split("\n")
        self._partial.append(first)
        for other in others:
            self._send("".join(self._partial))
            self._partial = [other]
        return tuple(self._edits[before:])

    def finish(self) -> tuple[Edit, ...]:
        """
        All edits of the reply, in its order.

        Raises:
            InputRejected: ``patch.parse``, a block is not closed or not whole (with its line); ``patch.empty``.
        Denied: ``patch.kind``, a diff makes links, submodules or binary files.
        """
        if last := "".join(self._partial):
            self._send(last)
        self._partial = []
        self._send(None)
        if self._failure is not None:
            raise self._failure
        edits = self._edits or self._whole
        if not edits:
            raise InputRejected("patch.empty", "the reply holds no edit in any known format")
        return tuple(edits)

    def _send(self, line: str | None) -> None:
        if self._failure is not None:
            return
        try:
            self._reading.send(line.removesuffix("\r") if line is not None else None)
        except StopIteration:
            return
        except VisionCodeError as failure:
            self._failure = failure

    def _read(self) -> Reading:
        lines = self._lines
        started = False
        while (line := (yield from lines.next())) is not None:
            if whole.closes(lines, line):
                lines.fence = ""
            elif line.startswith("<think>") and not started:
                yield from lines.skip_to("</think>", line)
                continue
            elif not started and calls.begins(line):
                yield from calls.read(lines, self._edits, line)
            else:
                yield from self._read_at(line)
            started |= bool(line.strip())

    def _read_at(self, line: str) -> Reading:
        lines = self._lines
        if blocks.begins(line):
            yield from blocks.read(lines, self._edits)
        elif envelope.begins(line):
            yield from envelope.read(lines, self._edits)
        elif udiff.may_begin(line) and (yield from udiff.begins(lines, line)):
            yield from udiff.read(lines, self._edits)
        elif whole.begins(line):
            yield from whole.read(lines, self._edits, self._whole, line)
        else:
            blocks.refuse_stray(lines, line)
            lines.outside(line)


def parse_reply(text: str) -> tuple[Edit, ...]:
    """
    All edits of a whole reply; see `Parser`.
    """
    parser = Parser()
    parser.feed(text)
    return parser.finish()
