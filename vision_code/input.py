"""
A file that a person named: whether it can be read, and if not, why in one line. What it holds is not looked at.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vision_code.errors import InputRejected

#: Of a file's name in a message.
MAX_SHOWN_CHARS = 120
_NO_SUCH_NAME = (errno.ENAMETOOLONG, errno.ELOOP)


def file_status(path: Path) -> os.stat_result:
    """
    What the system says of a file that is there to be read.

    Raises:
        InputRejected: ``input.missing``, ``input.directory``, ``input.unreadable``.
    """
    with _explained(path):
        status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise InputRejected("input.directory", f"{_shown(path)} is a directory, not a file")
    if not stat.S_ISREG(status.st_mode):  # a pipe or device could block for ever
        raise InputRejected("input.unreadable", f"{_shown(path)} is not a regular file")
    return status


def read_file(path: Path) -> bytes:
    """
    All of a file.

    Raises:
        InputRejected: ``input.missing``, ``input.unreadable``.
    """
    with _explained(path):
        return path.read_bytes()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputRejected("input.missing", f"{_shown(path)} does not exist") from error
    except OSError as error:
        kind = "input.missing" if error.errno in _NO_SUCH_NAME else "input.unreadable"
        reason = error.strerror or "read failed"
        raise InputRejected(kind, f"{_shown(path)} cannot be read: {reason.lower()}") from error
    except ValueError as error:  # NUL, half a surrogate pair
        raise InputRejected("input.missing", f"{_shown(path)} cannot be the name of a file") from error


def _shown(path: Path) -> str:
    name = str(path)
    return name if len(name) <= MAX_SHOWN_CHARS else f"{name[:MAX_SHOWN_CHARS]}…"
