"""
File URIs and paths: only local files, and only inside the workspace.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from vision_code.errors import Denied

_WINDOWS = os.name == "nt"


def path_of(uri: str) -> Path:
    """
    The path that a file URI names; decoded once.

    Raises:
        Denied: ``path.scheme``, ``path.remote``, ``path.control_char``.
    """
    try:
        parts = urlsplit(uri)
        path = unquote(parts.path, errors="strict")
    except ValueError as error:
        raise Denied("path.control_char", "the URI names no file") from error
    if parts.scheme.lower() != "file":
        raise Denied("path.scheme", f"only file: URIs are read, this one is {(parts.scheme or 'no URI')[:20]!r}")
    if parts.netloc not in ("", "localhost"):
        raise Denied("path.remote", "the URI names a file of another machine")
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in path):
        raise Denied("path.control_char", "the URI holds control characters")
    if _WINDOWS:
        path = path.lstrip("/")
    if not Path(path).is_absolute():
        raise Denied("path.scheme", "the URI names no absolute path")
    return Path(path)


def uri_of(path: Path) -> str:
    """
    The file URI of an absolute path.
    """
    plain = path.as_posix()
    return "file://" + quote(plain if plain.startswith("/") else f"/{plain}", safe="/-._~!$&'()*+,;=@")


def inside(path: Path, folders: Sequence[Path]) -> Path:
    """
    ``path`` with its links followed, when it lies in one of the workspace's folders.

    Raises:
        Denied: ``path.outside``, ``path.loop``.
    """
    try:
        real = path.resolve()
        roots = [folder.resolve() for folder in folders]
    except (OSError, RuntimeError) as error:
        raise Denied("path.loop", "the path cannot be followed") from error
    if not any(real.is_relative_to(root) for root in roots):
        raise Denied("path.outside", "the file lies outside the workspace's folders")
    return real
