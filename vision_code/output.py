"""
Writes a set of files all or nothing: complete temporaries beside the targets first, then one rename each.

It knows nothing of what the files hold.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from vision_code.errors import Denied, LimitExceeded, UsageError, VisionCodeError

#: Of a name that is too long, in the message that says so.
MAX_SHOWN_CHARS = 120
#: A killed browser lets its folder go a moment later, on a busy machine after a second.
_REMOVALS, _WAIT_S = 30, 0.05


def refuse_early(path: Path, *, force: bool = False) -> None:
    """
    Refuse a target that cannot be written, before the work that would fill it; writing checks everything once more.

    Raises:
        UsageError: ``output.exists``, ``output.is_directory``.
        Denied: ``file.readonly``, ``path.too_long``, ``path.control_char``.
    """
    try:
        mode = _mode(path)
        if mode is not None and stat.S_ISDIR(mode):
            raise UsageError("output.is_directory", f"{path} is a directory; name a file with -o")
        if mode is not None and not force:
            raise UsageError("output.exists", f"{path} exists; add --force to replace it, or choose another -o")
        _refuse_closed(path.parent)
    except (OSError, ValueError) as error:
        raise _explained(error, path) from error


def refuse_closed_folder(folder: Path) -> None:
    """
    The same for a folder that will receive files.

    Raises:
        Denied: ``file.readonly``, ``path.too_long``, ``path.control_char``.
    """
    try:
        _refuse_closed(folder)
    except (OSError, ValueError) as error:
        raise _explained(error, folder) from error


def write_all(files: Mapping[Path, bytes], *, force: bool = False) -> None:
    """
    Write ``files`` (path → content), creating folders as needed.

    Args:
        force: Replace files that exist; without it any existing target refuses the whole set.

    Raises:
        UsageError: ``output.exists``, ``output.is_directory``.
        Denied: ``file.readonly``, the folder or file cannot be written; ``path.too_long``, ``path.control_char``.
        LimitExceeded: ``disk.full``.
    """
    for path in files:
        refuse_early(path, force=force)
    made: list[Path] = []
    temporaries: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            made += _make_folder(path.parent)
            # Short and without the target's name, which may be as long as a name can be.
            temporary = path.with_name(f".{secrets.token_hex(8)}.part")
            temporaries[path] = temporary
            write_synced(temporary, content)
        for path, temporary in temporaries.items():
            temporary.replace(path)
    except OSError as error:
        _remove(temporaries, made)
        raise _explained(error, next(iter(files))) from error
    except BaseException:  # Ctrl-C and SIGTERM too: nothing half-written stays
        _remove(temporaries, made)
        raise


def _mode(path: Path) -> int | None:
    """
    What ``path`` is, None when it is not there; anything else that is wrong with it raises OSError.
    """
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse_closed(folder: Path) -> None:
    """
    Raise OSError unless the nearest folder that exists can take new files.
    """
    for place in (folder, *folder.parents):
        if (mode := _mode(place)) is not None:
            if not stat.S_ISDIR(mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if not os.access(place, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return


def _make_folder(folder: Path) -> list[Path]:
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def write_synced(path: Path, content: bytes) -> None:
    """
    A new file; on the disk when this returns.
    """
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _remove(temporaries: Mapping[Path, Path], folders: list[Path]) -> None:
    for temporary in temporaries.values():
        temporary.unlink(missing_ok=True)
    for folder in folders:
        with contextlib.suppress(OSError):  # not empty any more: somebody else uses it
            folder.rmdir()


def _explained(error: OSError | ValueError, path: Path) -> VisionCodeError:
    if isinstance(error, ValueError):  # NUL, half a surrogate pair
        return Denied("path.control_char", f"cannot write {str(path)[:MAX_SHOWN_CHARS]}: no file can be called so")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return LimitExceeded("disk.full", f"no space left to write {path}; nothing was changed")
    if error.errno == errno.ENAMETOOLONG:
        return Denied("path.too_long", f"cannot write {str(path)[:MAX_SHOWN_CHARS]}…: {error.strerror}")
    return Denied("file.readonly", f"cannot write {path}: {error.strerror}; choose another place")


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """
    A folder for the time of the block, gone after it, also when a signal ends it at any moment.

    The beginning of its name is known before it is there: by that is found what a signal leaves that comes between the
    making and the remembering, or half-way through the removing. Holding signals back in this thread would not help:
    another one may take them, and Python acts here all the same.

    Raises:
        OSError: None can be made, or not all of it can be removed.
    """
    prefix = f"vision-code-{secrets.token_hex(8)}-"
    try:
        with tempfile.TemporaryDirectory(prefix=prefix) as name:
            yield Path(name)
    except BaseException:
        for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            shutil.rmtree(left, ignore_errors=True)
        raise


def state_folder() -> Path:
    """
    Where the program keeps what it has to know again (XDG Base Directory Specification); it need not exist.

    Raises:
        RuntimeError: The user has no home.
    """
    state = Path(os.environ.get("XDG_STATE_HOME") or "")
    return (state if state.is_absolute() else Path.home() / ".local" / "state") / "vision-code"


def remove_folder(folder: Path) -> None:
    """
    Remove it and all it holds; what still writes into it is given a moment.
    """
    for _ in range(_REMOVALS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_WAIT_S)
