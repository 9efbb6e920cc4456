"""
The file that a reply means by a name which is not quite that of a file.
"""

from __future__ import annotations

from collections.abc import Collection
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from vision_code.edits.paths import folded, shown
from vision_code.edits.tree import Tree
from vision_code.errors import Denied, PatchConflict

_CUTOFF = 0.8
_CANDIDATES = 5


def resolve(tree: Tree, path: str) -> str:
    """
    ``path`` if it is there, else the only file of that name in another folder, else the only one called much alike.

    Raises:
        PatchConflict: ``patch.no_file``, with the candidates.
    """
    if tree.is_file(path):
        return path
    there = tree.paths()
    name = PurePosixPath(path).name
    same_name = [each for each in there if PurePosixPath(each).name == name]
    if len(same_name) == 1:
        return same_name[0]
    close = same_name or _close(path, there)
    if len(close) == 1:
        return close[0]
    candidates = f"; did you mean {' or '.join(map(shown, close[:_CANDIDATES]))}?" if close else ""
    raise PatchConflict("patch.no_file", f"{shown(path)} is not there{candidates}", detail={"path": shown(path)})


def _close(path: str, there: Collection[str]) -> list[str]:
    matcher = SequenceMatcher(b=path)
    found = []
    for each in there:
        matcher.set_seq1(each)
        if matcher.real_quick_ratio() >= _CUTOFF and matcher.quick_ratio() >= _CUTOFF and matcher.ratio() >= _CUTOFF:
            found.append(each)
    return sorted(found)


def refuse_twin(tree: Tree, path: str) -> None:
    """
    A new file must not be what some file systems take for one that is there, nor lie below a file.

    Raises:
        Denied: ``path.case``, ``path.kind``.
    """
    parts = path.split("/")
    for depth, part in enumerate(parts):
        names = tree.names("/".join(parts[:depth]))
        if part in names:
            if depth < len(parts) - 1 and tree.is_file("/".join(parts[: depth + 1])):
                raise Denied("path.kind", f"{shown(path)} would lie below a file")
            continue
        key = folded(part)
        twin = next((name for name in names if folded(name) == key), None)
        if twin is not None:
            raise Denied("path.case", f"{shown(path)} differs from {shown(twin)} only in case or accents")
        return
