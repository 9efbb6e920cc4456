"""
The lines of a reply while it is read: their numbers, a look ahead, and which file was named last.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

from vision_code.errors import InputRejected

#: A reader: is sent lines, and None at the end.
Reading = Generator[None, str | None, None]
#: Of the lines above a block, how many may name its file.
ABOVE = 3
_BARE_NAMES = frozenset({
    "Brewfile", "CODEOWNERS", "Containerfile", "Dockerfile", "Gemfile", "Jenkinsfile", "Justfile", "LICENSE",
    "Makefile", "Pipfile", "Procfile", "README", "Rakefile", "Vagrantfile",
})  # fmt: skip
_LABEL = re.compile(r"^(?:file ?name|file|path)\s*:\s*", re.IGNORECASE)
_PATH_END = re.compile(r"\.[A-Za-z0-9_+-]{1,12}$")
_NOT_IN_PATHS = re.compile(r"[<>|\"?*;{}()=,]")
_MARKED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


@dataclass(slots=True)
class Lines:
    """
    Where a reader stands in the reply.

    Attributes:
        number: Of the line read last, from 1.
        path: The file named last, for blocks that name none.
        fence: The marks of the fence that lies open around blocks or a diff; empty outside of one.
        closed_by_divider: The line of a block that ended with a divider in place of its last marker, until another
            block begins: a marker that is then left over shows that it was cut wrongly.
    """

    number: int = 0
    path: str = ""
    fence: str = ""
    closed_by_divider: int = 0
    _above: deque[str] = field(default_factory=lambda: deque(maxlen=ABOVE))
    _ahead: deque[str | None] = field(default_factory=deque)

    def next(self) -> Generator[None, str | None, str | None]:
        """
        The next line, None at the end.
        """
        line = self._ahead.popleft() if self._ahead else (yield)
        if line is not None:
            self.number += 1
        return line

    def peek(self, count: int) -> Generator[None, str | None, list[str | None]]:
        """
        The next ``count`` lines without taking them; fewer, with a None last, where the reply ends before.
        """
        while len(self._ahead) < count and None not in self._ahead:
            self._ahead.append((yield))
        return list(self._ahead)[:count]

    def put_back(self, line: str) -> None:
        """
        Let ``line``, which was just taken, be the next one again.
        """
        self._ahead.appendleft(line)
        self.number -= 1

    def skip_to(self, word: str, line: str) -> Reading:
        """
        Leave out everything to the line that holds ``word``, from ``line`` on.
        """
        here: str | None = line
        while here is not None and word not in here:
            here = yield from self.next()

    def outside(self, line: str) -> None:
        """
        Remember a line outside of all blocks: it may name the file of the next one.
        """
        self._above.append(line)

    def named_above(self) -> str:
        """
        The file that the lines above name, the nearest first; empty if none does. They count for one block only.
        """
        named: str = next((path for line in reversed(self._above) if (path := path_in(line))), "")
        self._above.clear()
        return named

    def alone_above(self) -> str:
        """
        The file that the nearest line above names and holds nothing else; empty if it does not. It counts once.
        """
        nearest = next((line for line in reversed(self._above) if line.strip()), "")
        self._above.clear()
        return alone_in(nearest)

    def wrong(self, number: int, what: str) -> InputRejected:
        """
        The reply cannot be read.
        """
        return InputRejected("patch.parse", f"line {number}: {what}", detail={"line": number})


def path_in(line: str) -> str:
    """
    The path that a line of the reply names: alone, decorated as a heading, in backticks, or at the end of a sentence.
    """
    text = line.strip()
    if text.startswith("```"):
        text = _fence_words(text)
    text = text.strip("#*` \t").removesuffix(":").strip("*` \t")
    text = _LABEL.sub("", text).strip("`* ").removeprefix("./")
    if not text:
        return ""
    if not re.search(r"\s", text):
        return text if _path_like(text) else ""
    marked: list[str] = [a or b for a, b in _MARKED.findall(line) if _path_like(a or b)]
    if len(marked) == 1:
        return marked[0].removeprefix("./")
    first, last = text.split()[0], text.split()[-1].rstrip(":")
    if "/" in first and _path_like(text):  # a name that holds spaces
        return text
    return last.strip("`*").removeprefix("./") if _path_like(last.strip("`*")) and "/" in last else ""


def alone_in(line: str) -> str:
    """
    The path of a line that holds nothing else; stricter than `path_in`, for formats without markers.
    """
    text = line.strip()
    if text.startswith("```"):
        return path_in(line)
    bare = _LABEL.sub("", text.strip("#*` \t").removesuffix(":").strip("*` \t")).strip("`* ")
    return path_in(line) if not re.search(r"\s", bare) else ""


def _fence_words(text: str) -> str:
    """
    What stands after the language of a fence: ``tsx src/a.tsx``, ``tsx:src/a.tsx``, ``tsx title="src/a.tsx"``.
    """
    info = text.lstrip("`").strip()
    if given := re.search(r"(?:title|file|filename|path)=[\"']?([^\"'\s}]+)", info):
        return given[1]
    _, colon, path = info.partition(":")
    if colon and _path_like(path.strip()):
        return path.strip()
    words = info.split(maxsplit=1)
    if len(words) == 2 and not _path_like(words[0]):
        return words[1]
    return info


def _path_like(text: str) -> bool:
    if _NOT_IN_PATHS.search(text) or "://" in text or text.endswith(("/", ".")):
        return False
    return bool(_PATH_END.search(text)) or "/" in text or text in _BARE_NAMES or text.startswith(".")
