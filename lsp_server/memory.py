"""
What this server made: which component lies in a file, and whether a file is still as it was made.

Digests only, for this connection only; of contents nothing is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

MAX_COMPONENTS = 1000
MAX_FILES = 10_000


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
    All components of one connection; beyond a bound the oldest are forgotten.

    Attributes:
        last: Main file of the newest that is in the editor.
    """

    def __init__(self) -> None:
        self.last: Path | None = None
        self._components: dict[Path, Component] = {}
        self._made: dict[tuple[Path, bytes], None] = {}

    def keep(self, component: Component, contents: Mapping[Path, bytes]) -> None:
        """
        Remember a component, whether the editor applies it now, later or not at all.

        Args:
            contents: All its files as they were made, the main one first.
        """
        main = next(iter(contents))
        self._components.pop(main, None)
        self._components[main] = replace(component, files=tuple(contents))
        for path, content in contents.items():
            self._made[path, _digest(content)] = None
        while len(self._components) > MAX_COMPONENTS:
            del self._components[next(iter(self._components))]
        while len(self._made) > MAX_FILES:
            del self._made[next(iter(self._made))]

    def component_in(self, main: Path) -> Component | None:
        """
        The component whose main file that is; None when none is remembered.
        """
        return self._components.get(main)

    def is_as_made(self, path: Path, content: bytes) -> bool:
        """
        Whether a file holds what was made for it at any time; line ends do not count.
        """
        return (path, _digest(content)) in self._made


def made_earlier(main: Path, root: Path) -> Component | None:
    """
    A component that another run of the server made. Its file names it, or, when that is an index, its folder.
    """
    from vision_code.project.made import made_by_us

    if not made_by_us(main, root=root):
        return None
    return Component(target="", name=main.parent.name if main.stem == "index" else "", picture=None)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).digest()
