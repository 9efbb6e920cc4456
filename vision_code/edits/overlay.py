"""
A folder whose files an editor has open: what stands in the editor counts, saved or not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from vision_code.edits.tree import EXECUTABLE, PLAIN, Entry, Tree, folders_of


@dataclass(frozen=True)
class OverlayTree:
    """
    A tree with other contents for some files.

    Attributes:
        tree: Below.
        contents: By path; also of files that the tree does not have. What is no plain file of the tree stays as it is.
    """

    tree: Tree
    contents: Mapping[str, bytes]

    def entry(self, path: str) -> Entry | None:
        """
        As in `Tree`.
        """
        below = self.tree.entry(path)
        mode = PLAIN if below is None else below.mode
        if path in self.contents and mode in (PLAIN, EXECUTABLE):
            return Entry(self.contents[path], mode)
        return below

    def paths(self) -> Collection[str]:
        """
        As in `Tree`.
        """
        return {**dict.fromkeys(self.tree.paths()), **dict.fromkeys(self.contents)}.keys()

    def names(self, folder: str) -> Collection[str]:
        """
        As in `Tree`.
        """
        return {*self.tree.names(folder), *self._folders.get(folder, ())}

    def is_file(self, path: str) -> bool:
        """
        As in `Tree`.
        """
        return path in self.contents or self.tree.is_file(path)

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        return folders_of(self.contents)
