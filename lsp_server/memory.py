"""
What was made here: which component lies in a file, and whether a file is still as it was made.

Digests only; of contents nothing is kept. A record in the user's state folder carries them from one run to the next and
from one window to the others.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vision_code.output import state_folder

MAX_COMPONENTS = 1000
MAX_FILES = 10_000
#: A longer record is begun anew with what is remembered of it: a component takes about 500 bytes.
MAX_RECORD_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Component:
    """
    A component that was made.

    Attributes:
        target: As it was written.
        name: In its code.
        picture: The file of the workspace that it was made from; None when the picture came otherwise.
        files: All its files, the main one first; empty when they are not remembered.
    """

    target: str
    name: str
    picture: Path | None
    files: tuple[Path, ...] = ()


class Memory:
    """
    All components; beyond a bound the oldest are forgotten.

    Args:
        record: The file that other runs and windows share; None keeps nothing beyond this one.

    Attributes:
        last: Main file of the newest that this window put into the editor.
    """

    def __init__(self, record: Path | None = None) -> None:
        self.last: Path | None = None
        self._components: dict[Path, Component] = {}
        self._made: dict[tuple[Path, str], None] = {}
        self._record = record
        self._read_bytes = 0

    def keep(self, component: Component, contents: Mapping[Path, bytes]) -> None:
        """
        Remember a component, whether the editor applies it now, later or not at all.

        Args:
            contents: All its files as they were made, the main one first.
        """
        digests = {path: _digest(content) for path, content in contents.items()}
        self._catch_up()  # first, so that this one is the newest
        self._learn(component, digests)
        self._write(_line(component, digests))

    def component_in(self, main: Path) -> Component | None:
        """
        The component whose main file that is; None when none is remembered.
        """
        self._catch_up()
        return self._components.get(main)

    def is_as_made(self, path: Path, content: bytes) -> bool:
        """
        Whether a file holds what was made for it at any time; line ends do not count.
        """
        self._catch_up()
        return (path, _digest(content)) in self._made

    def _learn(self, component: Component, digests: Mapping[Path, str]) -> None:
        main = next(iter(digests))
        self._components.pop(main, None)
        self._components[main] = Component(component.target, component.name, component.picture, tuple(digests))
        for path, digest in digests.items():
            self._made[path, digest] = None
        while len(self._components) > MAX_COMPONENTS:
            del self._components[next(iter(self._components))]
        while len(self._made) > MAX_FILES:
            del self._made[next(iter(self._made))]

    def _catch_up(self) -> None:
        """
        Read what was added to the record since it was looked at.
        """
        if self._record is None:
            return
        try:
            size = self._record.stat().st_size
            if size == self._read_bytes:
                return
            with self._record.open("rb") as file:
                if size > self._read_bytes:  # else it was begun anew
                    file.seek(self._read_bytes)
                added = file.read(2 * MAX_RECORD_BYTES)
        except OSError:
            return
        self._read_bytes = size
        for line in added.splitlines():
            with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):  # torn, or of another version
                self._learn(*_parsed(json.loads(line)))

    def _write(self, line: bytes) -> None:
        """
        Add a line, in one write, so that two windows cannot mix theirs. Where it cannot be kept this run knows it.
        """
        if self._record is None:
            return
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        with contextlib.suppress(OSError):
            self._record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._read_bytes + len(line) > MAX_RECORD_BYTES:
                flags |= os.O_TRUNC
                line = self._all()
            handle = os.open(self._record, flags, 0o600)
            try:
                os.write(handle, line)
            finally:
                os.close(handle)

    def _all(self) -> bytes:
        """
        The newer half of what is remembered, so that the record is not begun anew each time.
        """
        known = list(self._components.values())[-MAX_COMPONENTS // 2 :]
        newest = dict(self._made.keys())
        return b"".join(
            _line(each, {path: newest[path] for path in each.files if path in newest})
            for each in known
            if each.files[0] in newest
        )


def record() -> Path | None:
    """
    Where the record of this user's components lies.
    """
    try:
        return state_folder() / "made.jsonl"
    except RuntimeError:
        return None


def made_earlier(main: Path, root: Path) -> Component | None:
    """
    A component that is not remembered but can be recognised. Its file names it, or, when that is an index, its folder.
    """
    from vision_code.project.made import made_by_us

    if not made_by_us(main, root=root):
        return None
    return Component(target="", name=main.parent.name if main.stem == "index" else "", picture=None)


def _line(component: Component, digests: Mapping[Path, str]) -> bytes:
    picture = None if component.picture is None else str(component.picture)
    files = {str(path): digest for path, digest in digests.items()}
    fields = {"target": component.target, "name": component.name, "picture": picture, "files": files}
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _parsed(fields: dict[str, object]) -> tuple[Component, dict[Path, str]]:
    """
    Raises:
        ValueError, TypeError, KeyError, AttributeError: It is no line of this program.
    """
    picture, files = fields["picture"], fields["files"]
    if not isinstance(files, dict) or not files or not isinstance(picture, str | None):
        raise ValueError("no component")
    component = Component(str(fields["target"]), str(fields["name"]), None if picture is None else Path(picture))
    return component, {Path(path): str(digest) for path, digest in files.items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).hexdigest()[:32]
