"""
The files of a package that people write: a bounded look around, nearest the top first.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from pathlib import Path

from vision_code.project.files import MAX_ENTRIES, Files

#: Never holds what a person of this project wrote.
_SKIPPED = frozenset({
    "node_modules", "bower_components", "dist", "build", "out", "coverage", "vendor", "target", "__pycache__",
    "storybook-static",
})  # fmt: skip
_ENDINGS = (".tsx", ".jsx", ".vue", ".svelte", ".css", ".scss", ".html")
_MAX_FOLDERS = 400
_MAX_FILES = 4000
_MAX_DEPTH = 8


def source_files(files: Files, package: Path) -> tuple[Path, ...]:
    """
    Components, pages and stylesheets of a package, folder by folder from the top; see `files_of`.
    """
    return files_of(files, package, lambda path: path.name.endswith(_ENDINGS))


def files_of(files: Files, package: Path, is_wanted: Callable[[Path], bool]) -> tuple[Path, ...]:
    """
    Files of a package that are wanted, folder by folder from the top.

    Links are not followed, other packages inside it and generated folders not entered. At most `_MAX_FILES`.
    """
    found: list[Path] = []
    waiting = deque([(package, 0)])
    looked_at = 0
    while waiting and looked_at < _MAX_FOLDERS and len(found) < _MAX_FILES:
        folder, depth = waiting.popleft()
        looked_at += 1
        here, inner = _entries(folder)
        if depth and "package.json" in here:
            continue
        found += (path for name in here if is_wanted(path := folder / name))
        if depth < _MAX_DEPTH:
            waiting += ((folder / name, depth + 1) for name in inner)
    return tuple(path for path in found[:_MAX_FILES] if files.inside(path))


def _entries(folder: Path) -> tuple[list[str], list[str]]:
    """
    Names of the plain files and of the folders worth entering.
    """
    here: list[str] = []
    inner: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if len(here) + len(inner) >= MAX_ENTRIES:
                    break
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name not in _SKIPPED:
                        inner.append(entry.name)
                elif entry.is_file(follow_symlinks=False):
                    here.append(entry.name)
    except OSError:
        return [], []
    return sorted(here), sorted(inner)
