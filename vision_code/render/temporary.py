"""
A temporary folder of the browser's own: short enough for its socket, and gone with it even when it was killed.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from vision_code.errors import VerificationFailed

#: A socket's path has at most 107 bytes (Linux, unix(7); 103 on macOS). "/vision-code-12345678" and then Chromium's
#: "/org.chromium.Chromium.123456/SingletonSocket" are 66 of them.
_MAX_BYTES = 103 - 66
#: Where a longer one is replaced by; every system with such sockets has it.
_SHORT = Path("/tmp")  # noqa: S108 - a folder with a random name and for this user alone is made in it


def browser_folder() -> tempfile.TemporaryDirectory[str]:
    """
    A new folder; ``cleanup()`` removes it, at the latest the end of this process does.

    Raises:
        VerificationFailed: ``render.unavailable``: none can be made.
    """
    try:
        usual = Path(tempfile.gettempdir())
        base = _SHORT if len(os.fsencode(usual)) > _MAX_BYTES and _SHORT.is_dir() else usual
        return tempfile.TemporaryDirectory(prefix="vision-code-", dir=base, ignore_cleanup_errors=True)
    except OSError as error:
        reason = f"no temporary folder can be made for the browser: {error.strerror}"
        raise VerificationFailed("render.unavailable", reason) from error
