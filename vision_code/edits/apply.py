"""
Puts staged changes on the disk all or nothing: a kill or a full disk at any moment leaves the old tree or the new one,
once the next start has recovered.

All space is taken before the first file changes: new files lie complete beside the old ones, old ones get a second
name. From then on there are only renames, in both directions.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vision_code.edits.folder import open_folder, read_at, write_at
from vision_code.edits.paths import checked, shown
from vision_code.edits.plan import (
    Journal,
    Plan,
    Step,
    journals_of,
    locked,
    prune,
    read_journals,
    sync_folder,
    write_journal,
)
from vision_code.edits.recover import clear_away, recover_locked, take_back
from vision_code.edits.staged import Staged
from vision_code.edits.tree import EXECUTABLE
from vision_code.errors import Denied, LimitExceeded, PatchConflict, VisionCodeError

_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """
    Attributes:
        paths: What was changed, made and removed.
        notes: What an earlier run had left behind and was put right first.
    """

    paths: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """
    A file as it has to be before, and as it becomes. ``mode``: permission bits to set; None: executable or not as said,
    everything else as it is.
    """

    path: str
    old_sha256: str | None
    content: bytes | None
    executable: bool = False
    mode: int | None = None


def apply(staged: Staged, root: Path) -> Applied:
    """
    Write ``staged`` below ``root``, whose files must be those that it was made from.

    Raises:
        PatchConflict: ``patch.stale``, a file is not what it was; ``workspace.locked``.
        Denied: ``path.*``, ``file.readonly``.
        LimitExceeded: ``disk.full``. After any of them the tree is what it was.
    """
    targets = [
        _Target(
            path=checked(change.path),
            old_sha256=change.old.sha256 if change.old is not None else None,
            content=change.new.content if change.new is not None else None,
            executable=change.new is not None and change.new.mode == EXECUTABLE,
        )
        for change in staged.changes
    ]
    place = journals_of(root)
    with _explained(root), locked(place):
        notes = recover_locked(place, root)
        return _apply(place, root, targets, notes)


def undo(root: Path) -> Applied:
    """
    Take back the last apply below ``root`` that was not taken back yet.

    Raises:
        PatchConflict: ``patch.nothing_to_undo``; ``patch.stale``, a file was changed since, nothing is taken back.
        Denied, LimitExceeded: As for `apply`.
    """
    place = journals_of(root)
    with _explained(root), locked(place):
        notes = recover_locked(place, root)
        done = read_journals(place, "done")
        if not done:
            raise PatchConflict("patch.nothing_to_undo", "no edit was made here that could be undone")
        last = done[-1]
        targets = [
            _Target(
                path=step.path,
                old_sha256=step.new_sha256,
                content=last.old_content(step) if step.old_sha256 is not None else None,
                mode=step.old_mode,
            )
            for step in last.plan.steps
        ]
        return _apply(place, root, targets, notes, last)


def _apply(
    place: Path, root: Path, targets: Sequence[_Target], notes: tuple[str, ...], undone: Journal | None = None
) -> Applied:
    paths = tuple(target.path for target in targets)
    steps, old = _steps(root, targets)
    made = _missing_folders(root, [target.path for target in targets if target.content is not None])
    emptied = tuple(reversed(undone.plan.made)) if undone else ()
    plan = Plan(
        steps=steps,
        made=made,
        emptied=emptied,
        undoes=undone.name if undone else "",
    )
    journal = write_journal(place, plan, old)
    try:
        _prepare(root, journal, targets)
        _rename(root, journal)
        kept = journal.become("kept")
    except BaseException:  # Ctrl-C and SIGTERM too
        if journal.folder.is_dir():  # else all files are new, and the next start clears away
            take_back(journal, root)
        raise
    clear_away(kept, root)
    prune(place)
    return Applied(paths=paths, notes=notes)


def _steps(root: Path, targets: Sequence[_Target]) -> tuple[tuple[Step, ...], bytes]:
    """
    Look at every file, refuse what must not be touched, and take its old bytes.
    """
    steps, old = [], bytearray()
    for target in targets:
        content, mode = _looked_at(root, target)
        steps.append(
            Step(
                path=target.path,
                old_sha256=target.old_sha256,
                new_sha256=hashlib.sha256(target.content).hexdigest() if target.content is not None else None,
                old_mode=mode,
                offset=len(old),
                size=len(content),
                # Short and without the file's name, which may be as long as a name can be.
                new_name=f".{secrets.token_hex(8)}.part",
                old_name=f".{secrets.token_hex(8)}.part",
            )
        )
        old += content
    return tuple(steps), bytes(old)


def _looked_at(root: Path, target: _Target) -> tuple[bytes, int]:
    folder, _, name = target.path.rpartition("/")
    try:
        with open_folder(root, folder) as handle:
            status = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                raise Denied("path.symlink", f"{shown(target.path)} is a symbolic link")
            if not stat.S_ISREG(status.st_mode):
                raise Denied("path.kind", f"{shown(target.path)} is no plain file")
            if status.st_nlink > 1:
                raise Denied("path.hardlink", f"{shown(target.path)} has other names, which a rename would cut off")
            if status.st_mode & (stat.S_ISUID | stat.S_ISGID):
                raise Denied("path.kind", f"{shown(target.path)} runs as another user")
            if not os.access(".", os.W_OK, dir_fd=handle) or not os.access(name, os.W_OK, dir_fd=handle):
                raise Denied("file.readonly", f"{shown(target.path)} cannot be written")
            content = read_at(handle, name)
    except FileNotFoundError:
        if target.old_sha256 is None:
            return b"", 0
        raise _stale(target.path) from None
    if target.old_sha256 != hashlib.sha256(content).hexdigest():
        raise _stale(target.path)
    return content, stat.S_IMODE(status.st_mode)


def _missing_folders(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    missing: list[str] = []
    for path in paths:
        parts = path.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = "/".join(parts[:depth])
            if folder not in missing:
                try:
                    with open_folder(root, folder):
                        pass
                except FileNotFoundError:
                    missing.append(folder)
    return tuple(missing)


def _prepare(root: Path, journal: Journal, targets: Sequence[_Target]) -> None:
    """
    Everything that needs space: folders, the new files under their first names, second names of the old ones.
    """
    for folder in journal.plan.made:
        above, _, name = folder.rpartition("/")
        with open_folder(root, above) as handle:
            os.mkdir(name, dir_fd=handle)
            sync_folder(handle)
    for step, target in zip(journal.plan.steps, targets, strict=True):
        folder, _, name = step.path.rpartition("/")
        with open_folder(root, folder) as handle:
            if target.content is not None:
                _write(handle, step, target, name)
            if step.old_sha256 is not None:
                _set_aside(handle, name, step.old_name)
                if hashlib.sha256(read_at(handle, name)).hexdigest() != step.old_sha256:
                    raise _stale(step.path)
            sync_folder(handle)


def _write(handle: int, step: Step, target: _Target, name: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    # The system's own permissions for a new file; an old one's are set below.
    file = os.open(step.new_name, flags, 0o777 if target.executable else 0o666, dir_fd=handle)
    with os.fdopen(file, "wb") as stream:
        stream.write(target.content or b"")
        stream.flush()
        if step.old_sha256 is not None:
            _keep_owner(handle, name, stream.fileno())
            os.fchmod(stream.fileno(), _mode(step.old_mode, target))
        elif target.mode:
            os.fchmod(stream.fileno(), target.mode)
        os.fsync(stream.fileno())


def _mode(old: int, target: _Target) -> int:
    if target.mode is not None:
        return target.mode or old
    if target.executable:
        return old if old & stat.S_IXUSR else old | (old & 0o444) >> 2
    return old & ~0o111 if old & stat.S_IXUSR else old


def _keep_owner(handle: int, name: str, file: int) -> None:
    status = os.stat(name, dir_fd=handle, follow_symlinks=False)
    mine = os.fstat(file)
    if (status.st_uid, status.st_gid) != (mine.st_uid, mine.st_gid):
        with contextlib.suppress(PermissionError):  # somebody else's file in a folder of ours
            os.fchown(file, status.st_uid, status.st_gid)


def _set_aside(handle: int, name: str, second: str) -> None:
    try:
        os.link(name, second, src_dir_fd=handle, dst_dir_fd=handle, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        content = read_at(handle, name)  # a file system without second names
        mode = stat.S_IMODE(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)
        write_at(handle, second, content, mode)


def _rename(root: Path, journal: Journal) -> None:
    for step in journal.plan.steps:
        folder, _, name = step.path.rpartition("/")
        with open_folder(root, folder) as handle:
            if step.new_sha256 is None:
                os.unlink(name, dir_fd=handle)
            elif step.old_sha256 is None:
                _appear(handle, step, name)
            else:
                os.rename(step.new_name, name, src_dir_fd=handle, dst_dir_fd=handle)
            sync_folder(handle)


def _appear(handle: int, step: Step, name: str) -> None:
    """
    A new file takes its name only if nobody has it.
    """
    try:
        os.link(step.new_name, name, src_dir_fd=handle, dst_dir_fd=handle, follow_symlinks=False)
    except FileExistsError:
        raise _stale(step.path) from None
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.rename(step.new_name, name, src_dir_fd=handle, dst_dir_fd=handle)
        return
    os.unlink(step.new_name, dir_fd=handle)


def _stale(path: str) -> PatchConflict:
    what = f"{shown(path)} is not what the edit was made for; make it again"
    return PatchConflict("patch.stale", what, detail={"path": shown(path)})


@contextlib.contextmanager
def _explained(root: Path) -> Iterator[None]:
    """
    What the system refuses, by the contract of errors.
    """
    try:
        yield
    except OSError as error:
        raise _as_error(error, root) from error


def _as_error(error: OSError, root: Path) -> VisionCodeError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return LimitExceeded("disk.full", f"no space left to edit {root}; nothing was changed")
    return Denied("file.readonly", f"cannot edit {root}: {error.strerror}; nothing was changed")
