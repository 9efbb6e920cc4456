"""
Reading a folder that nobody has vouched for: bounded, plain files only, never through a link that leads out of it.

Knows nothing of what the files mean.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

#: The largest file that is looked into: a hand-written configuration, stylesheet or component is far below.
MAX_FILE_BYTES = 512 * 1024
#: Of one folder; a folder of generated files may hold a hundred thousand.
MAX_ENTRIES = 2000


@dataclass(frozen=True, slots=True)
class Files:
    """
    The files below one folder, read at most once each.

    Attributes:
        root: The folder, without links in its own path. Nothing outside it is read.
    """

    root: Path
    _texts: dict[Path, str | None] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def below(cls, folder: Path) -> Files:
        """
        The files below ``folder``, which need not exist.
        """
        return cls(Path(os.path.realpath(folder)))

    def inside(self, path: Path) -> bool:
        """
        Whether ``path`` lies below the root, links followed; what does not exist lies where its name says.
        """
        return self.real(path).is_relative_to(self.root)

    @staticmethod
    def real(path: Path) -> Path:
        """
        ``path`` with all links followed; a name that no file can have (NUL, half a surrogate pair) leads nowhere.
        """
        try:
            return Path(os.path.realpath(path))
        except (OSError, ValueError):
            return Path(os.devnull)

    def is_file(self, path: Path) -> bool:
        """
        Whether a plain file is there, below the root.
        """
        mode = self._mode(path)
        return mode is not None and stat.S_ISREG(mode) and self.inside(path)

    def is_folder(self, path: Path) -> bool:
        """
        Whether a folder is there, below the root.
        """
        mode = self._mode(path)
        return mode is not None and stat.S_ISDIR(mode) and self.inside(path)

    @staticmethod
    def _mode(path: Path) -> int | None:
        try:
            return path.stat().st_mode
        except (OSError, ValueError):
            return None

    def text(self, path: Path) -> str | None:
        """
        What a file holds; None when it is not there, too large, no plain file, not UTF-8 or outside the root.
        """
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def _read(self, path: Path) -> str | None:
        if not self.inside(path):
            return None
        content = read_plain(os.path.realpath(path), MAX_FILE_BYTES)
        try:
            return None if content is None else content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    def shown(self, path: Path) -> str:
        """
        A path for people: relative to the root, with slashes.
        """
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()


def read_plain(path: str | Path, limit_bytes: int) -> bytes | None:
    """
    All of a plain file; None when it is none, larger than the limit, a link, or cannot be read.
    """
    # Not blocking: what was a file a moment ago may be a pipe now.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags)
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit_bytes:
            return None
        # One read takes all of it nearly always; a stream around it would cost more than the read.
        content = os.read(handle, status.st_size)
        while len(content) < status.st_size and (more := os.read(handle, status.st_size - len(content))):
            content += more
        return content
    except OSError:
        return None
    finally:
        os.close(handle)
