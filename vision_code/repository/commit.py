"""
A commit as a tree to stage edits against. It is read from the object store: no checkout, so no filter, no hook, and the
user's index, stash, branches and files stay as they are.

GitPython reads what a commit says (authors, encodings, messages), under our settings of git. Its own object store in
Python, which would run nothing at all, is deprecated for its faults.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vision_code.edits import Entry
from vision_code.edits.text import MAX_FILE_BYTES
from vision_code.edits.tree import SUBMODULE, folders_of
from vision_code.errors import InputRejected, LimitExceeded
from vision_code.repository.git import Git, git_program

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
        found = self.blobs.get(path)
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
        return self.blobs.keys()

    def names(self, folder: str) -> Collection[str]:
        """
        As in `vision_code.edits.Tree`.
        """
        return self._folders.get(folder, ())

    def is_file(self, path: str) -> bool:
        """
        As in `vision_code.edits.Tree`.
        """
        return path in self.blobs

    @cached_property
    def _folders(self) -> dict[str, set[str]]:
        return folders_of(self.blobs)

    @cached_property
    def blobs(self) -> dict[str, tuple[int, str]]:
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
    git = Git(top)
    named = f"{revision}^{{commit}}"
    sha = b"" if "\0" in named else git.run("rev-parse", "--verify", "--quiet", "--end-of-options", named, fails=True)
    if not sha or revision.startswith("-") or revision != revision.strip():
        raise InputRejected("repository.revision", f"{revision[:80]!r} is no commit of this repository")
    return _told(git, sha.decode().strip())


def _told(git: Git, sha: str) -> Commit:
    # Importing GitPython looks for git and asks for its version.
    os.environ.setdefault("GIT_PYTHON_GIT_EXECUTABLE", git_program())
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git import Repo

    with Repo(git.folder, search_parent_directories=False, expand_vars=False) as repo:
        # It reads objects by ``git cat-file``: with our settings, like everything else.
        repo.git.update_environment(**git.environment)
        commit = repo.commit(sha)
        return Commit(git, sha, str(commit.summary), str(commit.author.name or ""))
