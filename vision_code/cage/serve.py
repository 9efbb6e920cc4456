"""
A repository's own development server in the cage, asked from outside by one socket.
"""

from __future__ import annotations

import http.client
import os
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vision_code.cage import relay
from vision_code.cage.commands import OUT, TestCommand
from vision_code.cage.run import Cage
from vision_code.edits import Staged
from vision_code.errors import EngineUnavailable, UsageError

#: A development server compiles before it answers.
START_S = 90.0
ANSWER_S = 20.0
MAX_ANSWER_BYTES = 32 * 2**20
_SOCKET = "socket"

#: Path with its query → body and type; None where the server has nothing.
Ask = Callable[[str], tuple[bytes, str] | None]


@dataclass(frozen=True, slots=True)
class PageAddress:
    """
    Where in the cage the page is.

    Attributes:
        target: Path and query.
    """

    port: int
    target: str


def page_address(url: str) -> PageAddress:
    """
    Raises:
        UsageError: ``usage.page_url``: it is no address of this machine.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme != "http" or parts.hostname not in ("localhost", "127.0.0.1") or port is None:
        raise UsageError("usage.page_url", f"--page-url {url[:80]}: give http://localhost:PORT/path of --serve-cmd")
    return PageAddress(port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def serving_cage(folder: Path, installed: Path, command: str, port: int, *, walls: bool) -> Cage:
    """
    The cage that `served` starts servers in; see `Cage`.
    """
    code = Path(relay.__file__).read_text(encoding="utf-8")
    interpreter = os.path.realpath(sys.executable)
    argv = (interpreter, "-I", "-S", "-c", code, str(port), f"{OUT}/{_SOCKET}", command)
    return Cage(folder, installed, TestCommand(name="serve", argv=argv, report="none"), walls=walls)


@contextmanager
def served(cage: Cage, staged: Staged | None, page: PageAddress) -> Iterator[Ask]:
    """
    The server with a candidate's changes, ready to answer; gone afterwards.

    Raises:
        EngineUnavailable: ``serve.timeout``: it did not answer for the page in time; ``serve.ended``.
    """
    with cage.serving(staged) as (out, process):
        limit = time.monotonic() + START_S
        while _answer(out, page.port, page.target) is None:
            if process.poll() is not None:
                raise EngineUnavailable("serve.ended", "--serve-cmd ended before it served the page")
            if time.monotonic() > limit:
                raise EngineUnavailable("serve.timeout", f"--serve-cmd did not serve the page within {START_S:g} s")
            time.sleep(0.2)
        yield lambda target: _answer(out, page.port, target)


def _answer(out: Path, port: int, target: str) -> tuple[bytes, str] | None:
    connection = http.client.HTTPConnection("localhost", port, timeout=ANSWER_S)
    watch = None
    try:
        connection.sock = _connected(out)
        # An answer of one byte now and then never meets the timeout of a single read.
        watch = threading.Timer(ANSWER_S, connection.sock.shutdown, [socket.SHUT_RDWR])
        watch.daemon = True
        watch.start()
        connection.request("GET", target, headers={"Accept": "*/*", "Connection": "close"})
        answer = connection.getresponse()
        body = answer.read(MAX_ANSWER_BYTES + 1)
        if answer.status != http.client.OK or len(body) > MAX_ANSWER_BYTES:
            return None
        return body, answer.headers.get("Content-Type") or "application/octet-stream"
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _connected(out: Path) -> socket.socket:
    """
    What lies there is the cage's to choose: only a socket is connected to, never what a link leads to.
    """
    handle = os.open(out / _SOCKET, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if not stat.S_ISSOCK(os.fstat(handle).st_mode):
            raise OSError("no socket")
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ANSWER_S)
        try:
            connection.connect(f"/proc/self/fd/{handle}")
        except OSError:
            connection.close()
            raise
        return connection
    finally:
        os.close(handle)
