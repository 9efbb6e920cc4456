"""
Where the windows of one user meet: a folder that only the user can open, in it a lock and a socket.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from vision_code import __version__

if sys.platform != "win32":
    import fcntl

#: Of a socket's path; the system takes 107 bytes on Linux, 103 on macOS.
MAX_PATH_BYTES = 100


@dataclass(frozen=True, slots=True)
class Meeting:
    """
    One place: for one user, one version of this program and one interpreter.
    """

    socket: Path
    lock: Path


def meeting() -> Meeting:
    """
    The place, its folder made.

    Raises:
        OSError: There can be none here: another user's folder is in the way, or the system has no such sockets.
    """
    if sys.platform == "win32":
        raise OSError("no private sockets on this system")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if runtime and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    folder = base / f"vision-code-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise OSError("the folder for the engine's socket is open to others")
    who = "\n".join((__version__, sys.executable, str(Path(__file__).resolve())))
    name = hashlib.sha256(who.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    place = Meeting(folder / f"{name}.sock", folder / f"{name}.lock")
    if len(os.fsencode(place.socket)) > MAX_PATH_BYTES:
        raise OSError("the path of the engine's socket would be too long")
    return place


def try_lock(path: Path) -> int | None:
    """
    The lock's descriptor, to be closed; None while another process holds it.

    Raises:
        OSError: It cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_ours(peer: socket.socket) -> bool:
    """
    Whether the other side runs as the same user; where the system does not tell, the folder's mode must do.
    """
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return bool(user == os.getuid())
