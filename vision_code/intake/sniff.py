"""
Which of the accepted formats some bytes are, told from their first bytes alone.
"""

from __future__ import annotations

from typing import Literal

Format = Literal["PNG", "JPEG", "WEBP", "GIF", "BMP"]

#: Shortest prefix that tells a BMP from text that happens to begin with "BM": file header + DIB header length.
_BMP_HEADER_BYTES = 18
#: Lengths of the DIB headers in use. Source: https://learn.microsoft.com/windows/win32/gdi/bitmap-header-types
_DIB_HEADER_BYTES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def sniff(data: bytes) -> Format | None:
    """
    The format of ``data`` by its signature, None when it is none of the five.

    Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:2] == b"BM" and len(data) >= _BMP_HEADER_BYTES:
        return "BMP" if int.from_bytes(data[14:18], "little") in _DIB_HEADER_BYTES else None
    return None


def webp_size(data: bytes) -> tuple[int, int] | None:
    """
    Width and height that a WebP header declares; None when it declares none.

    Needed because opening a WebP already allocates its whole canvas.
    Source: https://developers.google.com/speed/webp/docs/riff_container and RFC 9649.
    """
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None
