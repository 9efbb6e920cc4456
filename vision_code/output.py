"""
Writes a set of files all or nothing: complete temporaries beside the targets first, then one rename each.

It knows nothing of what the files hold.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from vision_code.errors import Denied, LimitExceeded, UsageError, VisionCodeError


def write_all(files: Mapping[Path, bytes], *, force: bool = False) -> None:
    """
    Write ``files`` (path → content), creating folders as needed.

    Args:
        force: Replace files that exist; without it any existing target refuses the whole set.

    Raises:
        UsageError: ``output.exists``.
        Denied: ``file.readonly``, the folder or file cannot be written.
        LimitExceeded: ``disk.full``.
    """
    for path in files:
        if path.is_dir():
            raise UsageError("output.is_directory", f"{path} is a directory; name a file with -o")
        if path.exists() and not force:
            raise UsageError("output.exists", f"{path} exists; add --force to replace it, or choose another -o")
    made: list[Path] = []
    temporaries: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            made += _make_folder(path.parent)
            temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
            temporaries[path] = temporary
            _write_synced(temporary, content)
        for path, temporary in temporaries.items():
            temporary.replace(path)
    except OSError as error:
        _remove(temporaries, made)
        raise _explained(error, next(iter(files))) from error
    except BaseException:  # Ctrl-C and SIGTERM too: nothing half-written stays
        _remove(temporaries, made)
        raise


def _make_folder(folder: Path) -> list[Path]:
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _write_synced(path: Path, content: bytes) -> None:
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


def _explained(error: OSError, path: Path) -> VisionCodeError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return LimitExceeded("disk.full", f"no space left to write {path}; nothing was changed")
    return Denied("file.readonly", f"cannot write {path}: {error.strerror}; choose another place with -o")
