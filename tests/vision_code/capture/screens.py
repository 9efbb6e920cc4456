"""
A virtual screen with pixels that are known, drawn by an X11 client of a hundred lines' protocol.

Nothing of the product and nothing of its capturing library is used here.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

XVFB = shutil.which("Xvfb")
NO_XVFB = "no Xvfb on this machine (Debian: xvfb)"

Colour = tuple[int, int, int]
Rectangle = tuple[int, int, int, int, Colour]


class Screen:
    """
    An Xvfb of its own for the time of the block; ``display`` is what goes into ``DISPLAY``.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height

    def __enter__(self) -> Self:
        assert XVFB is not None
        reading, writing = os.pipe()
        size = f"{self.width}x{self.height}x24"
        command = [XVFB, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
        self._server = subprocess.Popen(
            command, pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as stream:
            number = stream.readline().strip()  # written once it takes clients
        assert number, "Xvfb did not start"
        self.display = f":{number}"
        self._client = _connected(Path(f"/tmp/.X11-unix/X{number}"))
        self._root = _handshake(self._client)
        self._ids = iter(range(self._root.first_id, self._root.first_id + 4096))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()
        self._server.terminate()
        self._server.wait(20)

    def draw(self, *rectangles: Rectangle) -> None:
        """
        Fill rectangles of the root window, which stay until others are drawn over them.
        """
        for x, y, width, height, (red, green, blue) in rectangles:
            context, pixel = next(self._ids), red << 16 | green << 8 | blue
            self._client.sendall(
                struct.pack("<BxHIIII", 55, 5, context, self._root.window, 1 << 2, pixel)  # CreateGC, foreground
                + struct.pack("<BxHIIhhHH", 70, 5, self._root.window, context, x, y, width, height)
            )
        self._wait()

    def open_window(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        """
        A window without a frame, in one colour.
        """
        window, pixel = next(self._ids), colour[0] << 16 | colour[1] << 8 | colour[2]
        values = struct.pack("<II", pixel, 1)  # background pixel, override redirect
        self._client.sendall(
            struct.pack(
                *("<BBHIIhhHHHHII", 1, 0, 10, window, self._root.window, x, y, width, height, 0, 1, 0, 1 << 1 | 1 << 9)
            )
            + values
            + struct.pack("<BxHI", 8, 2, window)  # MapWindow
        )
        self._wait()

    def set_monitor(self, name: str, area: tuple[int, int, int, int], *, primary: bool = False) -> None:
        """
        Cut a monitor out of the screen (RandR 1.5, RRSetMonitor); the whole screen stays the last monitor.
        """
        self._client.sendall(struct.pack("<BxHHxx", 98, 4, 5) + b"RANDR\0\0\0")  # QueryExtension
        opcode = _exactly(self._client, 32)[9]
        letters = name.encode().ljust((len(name) + 3) // 4 * 4, b"\0")
        self._client.sendall(struct.pack("<BBHHxx", 16, 0, 2 + len(letters) // 4, len(name)) + letters)  # InternAtom
        atom = struct.unpack("<I", _exactly(self._client, 32)[8:12])[0]
        monitor = struct.pack("<IBBHhhHHII", atom, primary, False, 0, *area, 100, 100)
        self._client.sendall(struct.pack("<BBHI", opcode, 43, 2 + len(monitor) // 4, self._root.window) + monitor)
        self._wait()

    def _wait(self) -> None:
        """
        Until all that was asked is done: the answer to GetInputFocus comes after it.
        """
        self._client.sendall(struct.pack("<BxH", 43, 1))
        while True:
            answer = _exactly(self._client, 32)
            assert answer[0] != 0, f"X11 error {answer[1]}"
            if answer[0] == 1:
                return


class _Root:
    def __init__(self, window: int, first_id: int) -> None:
        self.window, self.first_id = window, first_id


def _connected(path: Path) -> socket.socket:
    for _ in range(100):
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(str(path))
        except OSError:
            client.close()
            time.sleep(0.05)
        else:
            return client
    raise AssertionError("no connection to Xvfb")


def _exactly(client: socket.socket, length: int) -> bytes:
    content = b""
    while len(content) < length:
        more = client.recv(length - len(content))
        assert more, "Xvfb closed the connection"
        content += more
    return content


def _handshake(client: socket.socket) -> _Root:
    """
    Source: X Window System Protocol, "Connection Setup".
    """
    client.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
    head = _exactly(client, 8)
    assert head[0] == 1, "Xvfb takes no client"
    body = _exactly(client, 4 * struct.unpack("<H", head[6:8])[0])
    first_id = struct.unpack("<I", body[4:8])[0]
    vendor, formats = struct.unpack("<H", body[16:18])[0], body[21]
    roots = 32 + (vendor + 3) // 4 * 4 + 8 * formats
    return _Root(struct.unpack("<I", body[roots : roots + 4])[0], first_id)


@contextmanager
def silent_display() -> Iterator[str]:
    """
    A display that takes connections and never says a word.
    """
    place = Path("/tmp/.X11-unix")
    place.mkdir(mode=0o1777, exist_ok=True)
    number = next(n for n in range(1000 + os.getpid() % 5000, 9000) if not (place / f"X{n}").exists())
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place / f"X{number}"))
        try:
            server.listen()
            yield f":{number}"
        finally:
            (place / f"X{number}").unlink()
