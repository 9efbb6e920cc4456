"""
Pictures that a client sends in pieces before a request names one of them: few, small and soon forgotten.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from lsp_server.errors import request_failed
from vision_code.errors import InputRejected, LimitExceeded

#: How a request names one: ``upload:`` and its id.
SCHEME = "upload:"
#: Of one piece, of one picture (what `visionCode/component` takes as data), and of all that are held.
MAX_PIECE_BYTES = 1 << 20
MAX_PICTURE_BYTES = 20 << 20
MAX_HELD_BYTES = 64 << 20
MAX_UPLOADS = 8
#: Seconds that one is kept after it was last sent to or named.
MAX_AGE_S = 600.0
_ID_BYTES = 12


@dataclass(slots=True)
class Upload:
    """
    One picture on its way, or here.
    """

    content: bytearray = field(default_factory=bytearray, repr=False)
    complete: bool = False
    used: float = field(default_factory=time.monotonic)


class Uploads:
    """
    The pictures of one connection. Where there would be too many, the one that was used longest ago is forgotten.
    """

    def __init__(self) -> None:
        self._held: dict[str, Upload] = {}
        self._sweeping: asyncio.TimerHandle | None = None

    def begin(self) -> str:
        """
        The name of a new one.
        """
        if len(self._held) >= MAX_UPLOADS:
            self._forget_oldest()
        name = SCHEME + secrets.token_hex(_ID_BYTES)
        self._held[name] = Upload()
        self._sweep_later()
        return name

    def add(self, name: str, piece: bytes, *, last: bool) -> Upload:
        """
        Append a piece.

        Raises:
            InputRejected: ``upload.unknown``.
            ResponseError: ``upload.complete``.
            LimitExceeded: ``upload.too_large``: the whole upload is forgotten.
        """
        upload = self._known(name)
        if upload.complete:
            raise request_failed("upload.complete", "its last piece has come; begin another one")
        if len(upload.content) + len(piece) > MAX_PICTURE_BYTES:
            del self._held[name]
            raise LimitExceeded("upload.too_large", f"more than {MAX_PICTURE_BYTES >> 20} MiB; it was thrown away")
        upload.content += piece
        upload.complete = last
        while sum(len(each.content) for each in self._held.values()) > MAX_HELD_BYTES:
            self._forget_oldest()
        return upload

    def picture(self, name: str) -> bytes:
        """
        The encoded bytes of one that is complete; it can be named again until it is forgotten.

        Raises:
            InputRejected: ``upload.unknown``, ``upload.incomplete``.
        """
        upload = self._known(name)
        if not upload.complete:
            raise InputRejected("upload.incomplete", f"{len(upload.content)} bytes came, and none of them as the last")
        return bytes(upload.content)

    def _known(self, name: str) -> Upload:
        upload = self._held.get(name)
        if upload is None:
            message = (
                f"no such upload; they are kept for {MAX_AGE_S / 60:g} minutes, {MAX_UPLOADS} at most: send it again"
            )
            raise InputRejected("upload.unknown", message)
        upload.used = time.monotonic()
        return upload

    def _forget_oldest(self) -> None:
        del self._held[min(self._held, key=lambda name: self._held[name].used)]

    def _sweep_later(self) -> None:
        if self._held and self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(MAX_AGE_S, self._sweep)

    def _sweep(self) -> None:
        now = time.monotonic()
        self._held = {name: each for name, each in self._held.items() if now - each.used < MAX_AGE_S}
        self._sweeping = None
        self._sweep_later()
