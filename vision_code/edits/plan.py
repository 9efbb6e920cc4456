"""
What an apply is going to do, written down before it does anything, so that whoever starts next can take it back.

    STATE/vision-code/edits/ROOT/00012.new    being written: nothing has happened yet
                                 00012.open   files may be old or new: to be taken back
                                 00012.kept   all files are new: what was set aside is to be cleared away
                                 00012.done   over; what undo needs

A journal is a folder; each step from one state to the next is one rename, which needs no space.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vision_code.errors import PatchConflict
from vision_code.output import state_folder, write_synced

#: Finished edits that can still be undone, per root.
_KEPT_EDITS = 20
_KEPT_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One file.

    Attributes:
        path: Below the root.
        old_sha256: None: it was not there.
        new_sha256: None: it goes.
        old_mode: Permission bits; 0 if it was not there.
        offset, size: Where its old bytes lie in the journal.
        new_name, old_name: Names beside it, for the new file until it takes its place and for the old one after.
    """

    path: str
    old_sha256: str | None
    new_sha256: str | None
    old_mode: int
    offset: int
    size: int
    new_name: str
    old_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    Attributes:
        steps: One a file.
        made: Folders that are made for it, outermost first.
        emptied: Folders that may go afterwards if nothing is left in them (of an undo), innermost first.
        undoes: The journal that an undo takes back; empty otherwise.
    """

    steps: tuple[Step, ...]
    made: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Journal:
    """
    The written plan of one apply.

    Attributes:
        folder: Where it lies; its ending is its state.
        plan: What it says.
    """

    folder: Path
    plan: Plan

    @property
    def name(self) -> str:
        """
        By which people and other journals know it.
        """
        return self.folder.stem

    def old_content(self, step: Step) -> bytes:
        """
        What a file held before.
        """
        with (self.folder / "old").open("rb") as file:
            file.seek(step.offset)
            return file.read(step.size)

    def become(self, state: str) -> Journal:
        """
        The same journal in its next state, which is on the disk when this returns.
        """
        folder = self.folder.with_suffix(f".{state}")
        self.folder.rename(folder)
        sync_folder(folder.parent)
        return Journal(folder, self.plan)

    def discard(self) -> None:
        """
        Forget it.
        """
        discard(self.folder)


def discard(folder: Path) -> None:
    """
    Forget a journal, in a way that half of it is not taken for one.
    """
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder.rename(folder.with_suffix(".new")))


def journals_of(root: Path) -> Path:
    """
    The folder of a root's journals; it need not exist. Outside of the root, only the user's.
    """
    real = os.path.realpath(root)
    status = Path(real).stat()
    key = hashlib.sha256(f"{status.st_dev}:{status.st_ino}:{real}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return state_folder() / "edits" / key


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """
    One writer at a time. The lock goes with the process that holds it.

    Raises:
        PatchConflict: ``workspace.locked``.
    """
    import fcntl

    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            raise PatchConflict("workspace.locked", "another edit of this folder is under way", retry=True) from error
        yield
    finally:
        os.close(handle)


def write_journal(place: Path, plan: Plan, old: bytes) -> Journal:
    """
    Write a plan and the old bytes of its files; on the disk, and open, when this returns.
    """
    number = 1 + max((int(each.stem) for each in place.iterdir() if each.suffix and each.stem.isdigit()), default=0)
    folder = place / f"{number:05d}.new"
    folder.mkdir(mode=0o700)
    text = json.dumps(asdict(plan))
    for name, content in (("old", old), ("plan.json", text.encode())):
        write_synced(folder / name, content)
    sync_folder(folder)
    return Journal(folder, plan).become("open")


def read_journals(place: Path, state: str) -> list[Journal]:
    """
    All journals in one state, the oldest first. What cannot be read is none: its rename never happened.
    """
    found = []
    for folder in sorted(place.glob(f"*.{state}")) if place.is_dir() else ():
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            found.append(Journal(folder, _plan(json.loads((folder / "plan.json").read_bytes()))))
    return found


def _plan(fields: dict[str, Any]) -> Plan:
    return Plan(
        steps=tuple(Step(**step) for step in fields["steps"]),
        made=tuple(fields["made"]),
        emptied=tuple(fields["emptied"]),
        undoes=fields["undoes"],
    )


def prune(place: Path) -> None:
    """
    Forget the oldest finished edits beyond what is kept.
    """
    done = read_journals(place, "done")
    size = 0
    for age, journal in enumerate(reversed(done)):
        size += sum(step.size for step in journal.plan.steps)
        if age and (age >= _KEPT_EDITS or size > _KEPT_BYTES):
            journal.discard()


def sync_folder(folder: Path | int) -> None:
    """
    Names in a folder are on the disk when this returns.
    """
    if isinstance(folder, int):
        os.fsync(folder)
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
