"""
The apply_patch envelope.

Source: `codex-rs/apply-patch/apply_patch_tool_instructions.md`; its lookup by the first place that fits is not taken
over.
"""

from __future__ import annotations

from vision_code.edits.edit import Delete, Edit, Move, Replace, Write
from vision_code.edits.lines import Lines, Reading

_BEGIN = "*** Begin Patch"
_END = "*** End Patch"
_ADD, _DELETE, _UPDATE = "*** Add File:", "*** Delete File:", "*** Update File:"
_MOVE, _END_OF_FILE = "*** Move to:", "*** End of File"


def begins(line: str) -> bool:
    """
    Whether an envelope begins with this line.
    """
    return line.strip() == _BEGIN


def read(lines: Lines, edits: list[Edit]) -> Reading:
    """
    One envelope, whose first line was just read.
    """
    start = lines.number
    while (line := (yield from lines.next())) is not None:
        word = line.rstrip()
        if word.strip() == _END:
            return
        if word.startswith(_ADD):
            yield from _add(lines, edits, _named(lines, word, _ADD))
        elif word.startswith(_DELETE):
            edits.append(Delete(path=_named(lines, word, _DELETE), line=lines.number))
        elif word.startswith(_UPDATE):
            yield from _update(lines, edits, _named(lines, word, _UPDATE))
        elif word:
            raise lines.wrong(lines.number, "not a line of an apply_patch envelope")
    raise lines.wrong(start, f"this envelope is not closed; its last line is {_END!r}")


def _named(lines: Lines, line: str, marker: str) -> str:
    path = line.removeprefix(marker).strip().removeprefix("./")
    if not path:
        raise lines.wrong(lines.number, "no file is named")
    return path


def _add(lines: Lines, edits: list[Edit], path: str) -> Reading:
    start, text = lines.number, []
    while (ahead := (yield from lines.peek(1))) and ahead[0] is not None and not ahead[0].startswith("*** "):
        line = yield from lines.next()
        if line is None or not line.startswith("+"):
            raise lines.wrong(lines.number, "lines of an added file begin with +")
        text.append(line[1:] + "\n")
    edits.append(Write(path=path, content="".join(text), line=start))


def _update(lines: Lines, edits: list[Edit], path: str) -> Reading:
    hunk = Hunk(path, lines.number)
    while (ahead := (yield from lines.peek(1))) and (line := ahead[0]) is not None:
        marker = line.rstrip()
        if marker.startswith("*** ") and not marker.startswith((_MOVE, _END_OF_FILE)):
            break
        yield from lines.next()
        if marker.startswith(_MOVE):
            target = _named(lines, marker, _MOVE)
            edits.append(Move(path=path, target=target, line=lines.number))
            path = hunk.path = target
        elif marker == _END_OF_FILE:
            hunk.at_end = True
        elif line.startswith("@@"):
            header = line.removeprefix("@@").strip().removesuffix("@@").strip()
            if hunk.empty and hunk.within and header:  # a method within a class
                hunk.within += "\n" + header
            else:
                hunk.close(lines, edits)
                hunk = Hunk(path, lines.number, within=header)
        else:
            hunk.take(lines, line)
    hunk.close(lines, edits)


class Hunk:
    """
    Lines of one place of a file, as diffs write them: kept, taken away, added.
    """

    def __init__(self, path: str, line: int, within: str = "") -> None:
        self.path = path
        self.line = line
        self.within = within
        self.at_end = False
        self._lines: list[tuple[str, str]] = []

    @property
    def empty(self) -> bool:
        """
        Whether it has no lines yet.
        """
        return not self._lines

    @property
    def ends_empty(self) -> bool:
        """
        Whether its last line holds nothing, not even a sign.
        """
        return bool(self._lines) and not self._lines[-1][0]

    @property
    def added(self) -> str:
        """
        The lines that are new.
        """
        return "".join(text + "\n" for sign, text in self._lines if sign == "+")

    def take(self, lines: Lines, line: str, *, loosely: bool = False) -> None:
        """
        One more line. A line without any sign is an empty kept line; ``loosely``: or a kept one whose space got lost.
        """
        sign = line[:1]
        if sign in ("+", "-", " "):
            self._lines.append((sign, line[1:]))
        elif not line:
            self._lines.append(("", ""))
        elif loosely:
            self._lines.append((" ", line))
        else:
            raise lines.wrong(lines.number, "lines of a hunk begin with a space, + or -")

    def close(self, lines: Lines, edits: list[Edit]) -> None:
        """
        Add it to ``edits`` unless it changes nothing.
        """
        while self._lines and not self._lines[-1][0]:  # an empty line before whatever comes next
            self._lines.pop()
        if all(sign in ("", " ") for sign, _ in self._lines):
            return
        search = "".join(text + "\n" for sign, text in self._lines if sign != "+")
        replace = "".join(text + "\n" for sign, text in self._lines if sign != "-")
        if not search.strip():
            raise lines.wrong(self.line, "this hunk holds no line of the file to find its place by")
        edits.append(
            Replace(
                path=self.path,
                search=search,
                replace=replace,
                line=self.line,
                within=self.within,
                at_end=self.at_end,
            )
        )
