"""
What edits are staged against: files by name, read and never written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

#: Modes as git knows them; everything else in a tree (links, submodules) is never edited.
PLAIN = 0o100644
EXECUTABLE = 0o100755
LINK = 0o120000
SUBMODULE = 0o160000


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A file of a tree.

    Attributes:
        content: All of its bytes.
        mode: `PLAIN`, `EXECUTABLE`, `LINK` or `SUBMODULE`.
    """

    content: bytes
    mode: int = PLAIN

    @property
    def sha256(self) -> str:
        """
        Of the content, in hexadecimal.
        """
        return hashlib.sha256(self.content).hexdigest()


class Tree(Protocol):
    """
    A working folder, a commit, or an editor's documents.
    """

    def entry(self, path: str) -> Entry | None:
        """
        The file of that name (forward slashes, relative, already checked by `vision_code.edits.paths`), or None.

        Raises:
            Denied: ``path.symlink`` and others, it lies behind a link or cannot be read.
            LimitExceeded: ``file.too_large``.
        """

    def paths(self) -> Collection[str]:
        """
        All names, for finding the one that was meant; asked for only when a name is not there.
        """

    def names(self, folder: str) -> Collection[str]:
        """
        What lies in a folder (empty: the root), by its last part; nothing if the folder is not there.
        """

    def is_file(self, path: str) -> bool:
        """
        Whether this is anything but a folder.
        """


@dataclass(frozen=True)
class MemoryTree:
    """
    Files held in memory: of an editor, or of a test.
    """

    files: Mapping[str, Entry]

    def entry(self, path: str) -> Entry | None:
        """
        As in `Tree`.
        """
        return self.files.get(path)

    def paths(self) -> Collection[str]:
        """
        As in `Tree`.
        """
        return self.files.keys()

    def names(self, folder: str) -> Collection[str]:
        """
        As in `Tree`.
        """
        return self._folders.get(folder, ())

    def is_file(self, path: str) -> bool:
        """
        As in `Tree`.
        """
        return path in self.files

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        return folders_of(self.files)


def folders_of(paths: Iterable[str]) -> dict[str, set[str]]:
    """
    Folder → the names in it, for all folders above ``paths``.
    """
    folders: dict[str, set[str]] = {}
    for path in paths:
        below = path
        while below:
            folder, _, name = below.rpartition("/")
            names = folders.setdefault(folder, set())
            if name in names:
                break
            names.add(name)
            below = folder
    return folders
