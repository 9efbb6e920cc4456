"""
A folder on disk as a tree: plain files only, reached without following any link.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from vision_code.edits.paths import shown
from vision_code.edits.text import MAX_FILE_BYTES
from vision_code.edits.tree import EXECUTABLE, LINK, PLAIN, SUBMODULE, Entry
from vision_code.errors import Denied, LimitExceeded

#: Never listed when the file that is meant is looked for: nobody edits what lies there.
GENERATED_FOLDERS = frozenset({
    ".git", ".hg", ".svn", "node_modules", "bower_components", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".next", ".nuxt", ".svelte-kit", ".turbo", ".cache", "coverage",
})  # fmt: skip
_MAX_PATHS = 200_000
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class FolderTree:
    """
    What lies below a folder now.

    Args:
        root: An existing folder; links in its own path are followed.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))

    def entry(self, path: str) -> Entry | None:
        """
        As in `Tree`.
        """
        folder, _, name = path.rpartition("/")
        try:
            with open_folder(self.root, folder) as handle:
                return _entry(handle, name, path)
        except FileNotFoundError:
            return None
        except NotADirectoryError as error:
            raise Denied("path.kind", f"{shown(path)} would lie below a file") from error
        except OSError as error:
            raise Denied("file.unreadable", f"{shown(path)} cannot be read: {error.strerror}") from error

    def paths(self) -> Collection[str]:
        """
        As in `Tree`; at most the first 200,000, generated folders left out. Listed once.
        """
        return self._paths

    @cached_property
    def _paths(self) -> Collection[str]:
        found: list[str] = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in GENERATED_FOLDERS)
            below = os.path.relpath(folder, self.root)
            prefix = "" if below == os.curdir else below.replace(os.sep, "/") + "/"
            found += (prefix + name for name in files)
            if len(found) > _MAX_PATHS:
                break
        return found

    def names(self, folder: str) -> Collection[str]:
        """
        As in `Tree`.
        """
        try:
            with open_folder(self.root, folder) as handle:
                return {entry.name for entry in os.scandir(handle)}
        except OSError:
            return ()

    def is_file(self, path: str) -> bool:
        """
        As in `Tree`.
        """
        folder, _, name = path.rpartition("/")
        try:
            with open_folder(self.root, folder) as handle:
                return not stat.S_ISDIR(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)
        except (OSError, Denied):
            return False


@contextmanager
def open_folder(root: Path, folder: str) -> Iterator[int]:
    """
    A handle of ``folder`` below ``root``, opened part by part so that no link leads elsewhere.

    Raises:
        Denied: ``path.symlink``, ``path.device`` (another file system), ``path.git``: it lies in a repository inside.
        OSError: It is not there.
    """
    handle = os.open(root, _FLAGS | os.O_DIRECTORY)
    try:
        device = os.fstat(handle).st_dev
        for part in folder.split("/") if folder else ():
            deeper = _step(handle, part, folder)
            os.close(handle)
            handle = deeper
            if os.fstat(handle).st_dev != device:
                raise Denied("path.device", f"{shown(folder)} lies on another file system")
            if _holds_repository(handle):
                raise Denied("path.submodule", f"{shown(folder)} lies in a repository of its own")
        yield handle
    finally:
        os.close(handle)


def _step(handle: int, part: str, folder: str) -> int:
    try:
        return os.open(part, _FLAGS | os.O_DIRECTORY, dir_fd=handle)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR) and _is_link(handle, part):
            raise Denied("path.symlink", f"{shown(folder)} leads through a symbolic link") from error
        raise


def _is_link(handle: int, name: str) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)


def _holds_repository(handle: int) -> bool:
    """
    Whether a folder below the root is a working tree of its own, or the inside of a bare repository.
    """
    for name in (".git", "HEAD"):
        try:
            os.stat(name, dir_fd=handle, follow_symlinks=False)
        except OSError:
            continue
        if name == ".git":
            return True
        return {"objects", "refs"} <= {entry.name for entry in os.scandir(handle)}
    return False


def _entry(handle: int, name: str, path: str) -> Entry | None:
    status = os.stat(name, dir_fd=handle, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        return Entry(b"", LINK)
    if stat.S_ISDIR(status.st_mode):
        inside = os.open(name, _FLAGS | os.O_DIRECTORY, dir_fd=handle)
        try:
            if _holds_repository(inside):
                return Entry(b"", SUBMODULE)
        finally:
            os.close(inside)
        raise Denied("path.kind", f"{shown(path)} is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise Denied("path.kind", f"{shown(path)} is no plain file")
    if status.st_size > MAX_FILE_BYTES:
        raise LimitExceeded("file.too_large", f"{shown(path)}: {status.st_size:,} bytes, limit {MAX_FILE_BYTES:,}")
    return Entry(read_at(handle, name), EXECUTABLE if status.st_mode & stat.S_IXUSR else PLAIN)


def write_at(handle: int, name: str, content: bytes, mode: int) -> None:
    """
    A new file in the folder ``handle``, with its permission bits; on the disk when this returns.
    """
    file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=handle)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fchmod(stream.fileno(), mode)
        os.fsync(stream.fileno())


def read_at(handle: int, name: str) -> bytes:
    """
    All of a plain file in the folder ``handle``.
    """
    # Not blocking: what was a file a moment ago may be a pipe now.
    file = os.open(name, _FLAGS | getattr(os, "O_NONBLOCK", 0), dir_fd=handle)
    with os.fdopen(file, "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise FileNotFoundError(errno.ENOENT, "no plain file any more")
        return stream.read(MAX_FILE_BYTES + 1)
