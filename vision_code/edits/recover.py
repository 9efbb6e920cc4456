"""
Takes back what an apply left half done, and clears away what a finished one set aside.

May itself be killed at any moment and run again: it only looks at what is there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from pathlib import Path

from vision_code.edits.folder import open_folder, read_at, write_at
from vision_code.edits.paths import shown
from vision_code.edits.plan import Journal, Step, discard, journals_of, locked, read_journals, sync_folder
from vision_code.errors import Denied


def recover(root: Path) -> tuple[str, ...]:
    """
    Put ``root`` in order after a process was killed while it applied edits; costs nothing when there is nothing to do.

    Returns:
        What was done, one line each.

    Raises:
        PatchConflict: ``workspace.locked``, somebody is applying edits now.
    """
    place = journals_of(root)
    if not any(place.glob("*.open")) and not any(place.glob("*.kept")) and not any(place.glob("*.new")):
        return ()
    with locked(place):
        return recover_locked(place, root)


def recover_locked(place: Path, root: Path) -> tuple[str, ...]:
    """
    The same for who holds the lock.
    """
    for unfinished in place.glob("*.new"):
        discard(unfinished)
    notes = []
    for journal in reversed(read_journals(place, "open")):
        left = take_back(journal, root)
        count = len(journal.plan.steps) - len(left)
        notes.append(f"recovered: rolled back {count} files of edit {journal.name}")
        notes += [f"left as it is, because it was changed meanwhile: {shown(path)}" for path in left]
    for journal in read_journals(place, "kept"):
        clear_away(journal, root)
        notes.append(f"recovered: edit {journal.name} was complete")
    return tuple(notes)


def take_back(journal: Journal, root: Path) -> list[str]:
    """
    Every file as it was; returns those that somebody changed meanwhile, which are left alone.
    """
    left = []
    for step in reversed(journal.plan.steps):
        folder, _, name = step.path.rpartition("/")
        try:
            with open_folder(root, folder) as handle:
                if not _take_back(journal, step, handle, name):
                    left.append(step.path)
                _remove(handle, step.new_name)
                _remove(handle, step.old_name)
                sync_folder(handle)
        except FileNotFoundError:  # its folder was not made yet, or is gone
            if step.old_sha256 is not None:
                left.append(step.path)
        except Denied:
            left.append(step.path)
    _remove_folders(root, tuple(reversed(journal.plan.made)))
    journal.discard()
    return left


def clear_away(journal: Journal, root: Path) -> None:
    """
    The second names of the old files go; an undo forgets what it took back, and itself.
    """
    for step in journal.plan.steps:
        folder, _, _ = step.path.rpartition("/")
        with contextlib.suppress(FileNotFoundError, Denied), open_folder(root, folder) as handle:
            _remove(handle, step.old_name)
            _remove(handle, step.new_name)
    _remove_folders(root, journal.plan.emptied)
    if journal.plan.undoes:
        discard(journal.folder.with_name(f"{journal.plan.undoes}.done"))
        journal.discard()
    else:
        journal.become("done")


def _take_back(journal: Journal, step: Step, handle: int, name: str) -> bool:
    """
    Whether the file is as it was, now.
    """
    there = _sha256(handle, name)
    if there not in (step.new_sha256, step.old_sha256):
        return False
    if step.old_sha256 is None:
        _remove(handle, name)
    elif _sha256(handle, step.old_name) == step.old_sha256:
        if not _same_file(handle, name, step.old_name):
            os.rename(step.old_name, name, src_dir_fd=handle, dst_dir_fd=handle)
    elif there != step.old_sha256:  # somebody removed what was set aside
        _write_again(journal, step, handle, name)
    return True


def _write_again(journal: Journal, step: Step, handle: int, name: str) -> None:
    _remove(handle, step.new_name)
    write_at(handle, step.new_name, journal.old_content(step), step.old_mode)
    os.rename(step.new_name, name, src_dir_fd=handle, dst_dir_fd=handle)


def _sha256(handle: int, name: str) -> str | None:
    """
    Of a plain file; None if there is none. What is no plain file has no old and no new content, so it has none of both.
    """
    try:
        if not stat.S_ISREG(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode):
            return "no plain file"
        return hashlib.sha256(read_at(handle, name)).hexdigest()
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return "no plain file"


def _same_file(handle: int, name: str, other: str) -> bool:
    try:
        one, two = (os.stat(each, dir_fd=handle, follow_symlinks=False) for each in (name, other))
    except FileNotFoundError:
        return False
    return (one.st_dev, one.st_ino) == (two.st_dev, two.st_ino)


def _remove(handle: int, name: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(name, dir_fd=handle)


def _remove_folders(root: Path, folders: tuple[str, ...]) -> None:
    for folder in folders:
        above, _, name = folder.rpartition("/")
        with contextlib.suppress(OSError, Denied), open_folder(root, above) as handle:
            os.rmdir(name, dir_fd=handle)  # not empty: somebody else uses it
            sync_folder(handle)
