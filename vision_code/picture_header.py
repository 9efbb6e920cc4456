"""
What a picture's first bytes tell without decoding it: its format, its size, and whether it would be taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["PNG", "JPEG", "WEBP", "GIF", "BMP"]

#: Limits of intake (reliability contract).
MAX_ENCODED_BYTES = 20 << 20
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 16_384
#: Where a JPEG's size stands lies behind its metadata, which may hold a thumbnail.
HEADER_BYTES = 256 << 10

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """
    What a header declares.

    Attributes:
        width, height: Pixels as they are stored, before any rotation by metadata.
    """

    format: Format
    width: int
    height: int

    @property
    def refused_because(self) -> str:
        """
        Why intake would not take such a picture; empty when it would.
        """
        if self.width < 1 or self.height < 1:
            return "it has no pixels"
        if self.width * self.height > MAX_PIXELS:
            return f"{self.width * self.height / 1e6:.1f} MP, limit {MAX_PIXELS / 1e6:.1f} MP"
        if max(self.width, self.height) > MAX_SIDE_PX:
            return f"{max(self.width, self.height)} pixels, limit {MAX_SIDE_PX} a side"
        return ""


def picture_header(data: bytes) -> Header | None:
    """
    The header of a picture from its first bytes (`HEADER_BYTES` are enough); None when they tell no format or size.

    Source: PNG specification 11.2.2, GIF89a section 18, BITMAPINFOHEADER, ITU T.81 B.2.2.
    """
    kind = sniff(data)
    size: tuple[int, int] | None = None
    match kind:
        case "PNG" if len(data) >= 24:
            size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        case "GIF" if len(data) >= 10:
            size = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
        case "BMP" if len(data) >= 26:
            size = _bmp_size(data)
        case "WEBP":
            size = webp_size(data)
        case "JPEG":
            size = _jpeg_size(data)
    return Header(format=kind, width=size[0], height=size[1]) if kind is not None and size is not None else None


def _bmp_size(data: bytes) -> tuple[int, int]:
    if int.from_bytes(data[14:18], "little") == 12:  # the oldest header: 16-bit sides
        return int.from_bytes(data[18:20], "little"), int.from_bytes(data[20:22], "little")
    # A negative height says that rows run downwards.
    return abs(int.from_bytes(data[18:22], "little", signed=True)), abs(
        int.from_bytes(data[22:26], "little", signed=True)
    )


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """
    From the first start-of-frame segment.
    """
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # tables and extensions share the range
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        elif 0xD0 <= marker <= 0xD8 or marker == 0x01:  # no length
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
