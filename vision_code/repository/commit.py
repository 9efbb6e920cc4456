"""
A commit as a tree to stage edits against. It is read from the object store: no checkout, so no filter, no hook, and the
user's index, stash, branches and files stay as they are.

GitPython finds the commit and what it says, in Python, from its own object store; contents come from one hardened
``git cat-file`` a request, because its pure Python packs take seconds on large repositories.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.edits import Entry
from vision_code.edits.text import MAX_FILE_BYTES
from vision_code.edits.tree import SUBMODULE, folders_of
from vision_code.errors import InputRejected, LimitExceeded
from vision_code.repository.git import Git, git_program

if TYPE_CHECKING:
    from git import Repo

_MAX_PATHS = 500_000


@dataclass(frozen=True)
class Commit:
    """
    Attributes:
        git: Of its repository.
        sha: Its whole name.
        subject: The first line of its message.
        author: Who made it.
    """

    git: Git
    sha: str
    subject: str
    author: str

    def entry(self, path: str) -> Entry | None:
        """
        As in `vision_code.edits.Tree`.
        """
        found = self._blobs.get(path)
        if found is None:
            return None
        mode, blob = found
        if mode == SUBMODULE:
            return Entry(b"", mode)
        size = int(self.git.run("cat-file", "-s", blob))
        if size > MAX_FILE_BYTES:
            raise LimitExceeded("file.too_large", f"{path}: {size:,} bytes, limit {MAX_FILE_BYTES:,}")
        return Entry(self.git.run("cat-file", "blob", blob), mode)

    def paths(self) -> Collection[str]:
        """
        As in `vision_code.edits.Tree`.
        """
        return self._blobs.keys()

    def names(self, folder: str) -> Collection[str]:
        """
        As in `vision_code.edits.Tree`.
        """
        return self._folders.get(folder, ())

    def is_file(self, path: str) -> bool:
        """
        As in `vision_code.edits.Tree`.
        """
        return path in self._blobs

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        return folders_of(self._blobs)

    @cached_property
    def _blobs(self) -> dict[str, tuple[int, str]]:
        """
        Path → mode and object. Names that are not UTF-8 are left out: nobody can mean them.
        """
        listed = self.git.run("ls-tree", "-r", "-z", "--full-tree", self.sha)
        blobs = {}
        for line in listed.split(b"\0")[:-1]:
            facts, _, raw = line.partition(b"\t")
            mode, _, blob = facts.decode().split(" ")
            try:
                blobs[raw.decode()] = (int(mode, 8), blob)
            except UnicodeDecodeError:
                continue
            if len(blobs) > _MAX_PATHS:
                raise LimitExceeded("repository.too_large", f"the commit holds more than {_MAX_PATHS:,} files")
        return blobs


def repository_top(folder: Path) -> Path | None:
    """
    The working tree that ``folder`` lies in; None if it lies in none. Nothing of the repository is run.
    """
    if not Path(folder).is_dir():
        raise InputRejected("repository.missing", f"{folder} is no folder")
    top = Git(folder).run("rev-parse", "--show-toplevel", fails=True).decode("utf-8", "surrogateescape").strip("\n")
    return Path(top) if top else None


def open_commit(folder: Path, revision: str = "HEAD") -> Commit:
    """
    A commit of the repository whose top is ``folder``.

    Raises:
        InputRejected: ``repository.missing``, ``repository.revision``.
    """
    top = repository_top(folder)
    if top is None or Path(os.path.realpath(folder)) != Path(os.path.realpath(top)):
        raise InputRejected("repository.missing", f"{folder} is not the top of a git repository")
    repo = _repo(top)
    try:
        if revision.startswith("-"):
            raise ValueError(revision)
        commit = repo.commit(revision)
        subject, author = str(commit.summary), str(commit.author.name or "")
        sha = commit.hexsha
    except Exception as error:  # GitPython raises anything from KeyError to its own classes
        what = f"{revision[:80]!r} is no commit of this repository"
        raise InputRejected("repository.revision", what) from error
    finally:
        repo.close()
    return Commit(Git(top), sha, subject, author)


def _repo(top: Path) -> Repo:
    # Importing GitPython looks for git and asks for its version.
    os.environ.setdefault("GIT_PYTHON_GIT_EXECUTABLE", git_program())
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git import Repo
    from gitdb import GitDB

    # Its own object store reads files; the other one would run git with the repository's settings.
    return Repo(top, odbt=GitDB, search_parent_directories=False, expand_vars=False)
