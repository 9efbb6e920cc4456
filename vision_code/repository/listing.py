"""
Which files of a folder belong to a repository: what git tracks, and what it would track if asked to.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vision_code.errors import VisionCodeError
from vision_code.repository.git import Git


def listed(folder: Path) -> Iterator[str]:
    """
    Names below ``folder``, relative to it: tracked files, and new ones that are not ignored. A tracked one may be gone,
    one in conflict comes once a side.

    Git is asked for both at once: what it tracks is known long before it has walked the folder for the others.

    Yields:
        Nothing where git cannot tell: it is not installed, there is no repository, or all of the folder is ignored.
    """
    git = Git(folder)
    with ThreadPoolExecutor(2) as asking:
        tracked = asking.submit(git.run, "ls-files", "-z", "--cached", fails=True)
        others = asking.submit(git.run, "ls-files", "-z", "--others", "--exclude-standard", fails=True)
        try:
            for answer in (tracked, others):
                names = answer.result().decode("utf-8", "surrogateescape").split("\0")
                yield from (name for name in names if name and name[-1] != "/")  # else a repository of its own
        except VisionCodeError:
            return
