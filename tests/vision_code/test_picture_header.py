"""
Size and format from the first bytes, held against a decoder.
"""

from __future__ import annotations

import io

import pytest
from PIL import Image

from vision_code.picture_header import HEADER_BYTES, Header, picture_header


@pytest.mark.parametrize("size", [(1, 1), (37, 300), (1025, 3)])
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("PNG", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("JPEG", {"exif": b"Exif\0\0" + bytes(60000)}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0"}),
    ],
)
def test_the_size_is_the_decoders(name: str, more: dict[str, object], size: tuple[int, int]) -> None:
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, name, **more)
    data = written.getvalue()
    assert picture_header(data[:HEADER_BYTES]) == Header(format=name, width=size[0], height=size[1])
    for cut in range(0, len(data), 1 + len(data) // 200):
        picture_header(data[:cut])  # never raises


def test_what_intake_would_refuse_is_told() -> None:
    assert Header(format="PNG", width=8000, height=5000).refused_because == ""
    assert Header(format="PNG", width=8000, height=5001).refused_because == "40.0 MP, limit 40.0 MP"
    assert Header(format="PNG", width=16385, height=1).refused_because == "16385 pixels, limit 16384 a side"
    assert Header(format="PNG", width=0, height=1).refused_because == "it has no pixels"
