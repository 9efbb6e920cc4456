"""
Which files of a folder belong to a repository: what git tracks, and what it would track if asked to.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vision_code.errors import VisionCodeError
from vision_code.repository.git import Git


def listed(folder: Path) -> tuple[str, ...]:
    """
    Names below ``folder``, relative to it: tracked files, and new ones that are not ignored. A tracked one may be gone.

    Returns:
        Nothing where git cannot tell: it is not installed, there is no repository, or all of the folder is ignored.
    """
    try:
        said = Git(folder).run("ls-files", "-z", "--cached", "--others", "--exclude-standard", fails=True)
    except VisionCodeError:
        return ()
    return tuple(dict.fromkeys(_names(said)))  # a file in conflict is listed once a side


def _names(listing: bytes) -> Iterator[str]:
    for raw in listing.split(b"\0"):
        if raw and not raw.endswith(b"/"):  # a repository of its own
            yield raw.decode("utf-8", "surrogateescape")
