"""
Which folder is the workspace when nobody says so, as on the command line.
"""

from __future__ import annotations

import os
from pathlib import Path

_MARKS = ("package.json", "vision-code.toml", "pyproject.toml")


def workspace_of(folder: Path) -> Path:
    """
    The nearest folder upward that is a repository; without one the nearest that is a project; else ``folder`` itself.

    The search ends at folders that belong to another user: in a shared folder like ``/tmp`` anybody can put a file.
    """
    folder = Path(os.path.realpath(folder))
    above = [folder, *folder.parents]
    there = next((index for index, place in enumerate(above) if place.is_dir()), len(above))
    owned = above[there : there + _own(above[there:])]
    for marks in ((".git",), _MARKS):
        for place in owned:
            if any((place / mark).exists() for mark in marks):
                return place
    return folder


def _own(places: list[Path]) -> int:
    """
    How many of the folders, from the first, belong to the user who owns the first.
    """
    owners = [_owner(place) for place in places]
    return next((index for index, owner in enumerate(owners) if owner != owners[0]), len(owners))


def _owner(place: Path) -> int:
    try:
        return place.stat().st_uid
    except OSError:
        return -1
