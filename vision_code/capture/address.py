"""
The address of a page to capture: which are taken, and how they are shown.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vision_code.errors import Denied, InputRejected

MAX_URL_CHARS = 4096
_SHOWN_CHARS = 120


def checked_address(url: str, folder: Path) -> str | Path:
    """
    An address on the network as it was given, or the path of a page in ``folder``.

    Raises:
        InputRejected: ``url.denied``: another scheme, or no address; ``input.missing``.
        Denied: ``path.remote``, ``path.outside``.
    """
    if len(url) > MAX_URL_CHARS or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in url):
        raise _denied("an address has no spaces and at most 4096 characters")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise _denied("that is no address") from error
    if parts.scheme in ("http", "https"):
        if not host:
            raise _denied("the address names no host")
        return url
    if parts.scheme != "file":
        raise _denied("only http:, https: and file: addresses are captured" + _hint(url, parts.scheme, folder))
    if parts.netloc not in ("", "localhost"):
        raise Denied("path.remote", "the address names a file of another machine")
    return _inside(unquote(parts.path), folder)


def shown(url: str) -> str:
    """
    An address for a message: without user, password, query and fragment, which may hold secrets.
    """
    parts = urlsplit(url)
    plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    return plain if len(plain) <= _SHOWN_CHARS else f"{plain[:_SHOWN_CHARS]}…"


def _denied(reason: str) -> InputRejected:
    return InputRejected("url.denied", reason)


def _hint(url: str, scheme: str, folder: Path) -> str:
    if scheme and not url[len(scheme) + 1 :][:1].isdigit():
        return ""
    with contextlib.suppress(OSError, ValueError):
        page = folder / url
        if page.is_file():
            return f"; write {page.resolve().as_uri()} for the file"
    return "; begin it with https:// or http://"


def _inside(name: str, folder: Path) -> Path:
    from vision_code.input import file_status

    path = Path(name)
    try:
        real = path.resolve()
        inside = real.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError) as error:  # NUL, a loop of links
        raise InputRejected("input.missing", "the address names no file") from error
    if not inside:
        raise Denied("path.outside", "a file: page is captured only inside the current folder")
    file_status(real)
    return real
