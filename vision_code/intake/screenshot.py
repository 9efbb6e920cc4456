"""
The picture as everything downstream sees it, and the one way to get it: bounded, decoded in a child, sRGB on white.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision_code.errors import InputRejected, LimitExceeded
from vision_code.input import file_status, read_file
from vision_code.picture_header import MAX_ENCODED_BYTES, MAX_PIXELS, MAX_SIDE_PX, Format, sniff, webp_size

DECODE_TIMEOUT_S = 10.0

#: Part of every hash: raise it when the same bytes would decode to other pixels.
_DECODE_VERSION = b"vision-code/decode/1\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """
    A decoded picture.

    Attributes:
        pixels: [height, width, 3] uint8, sRGB, transparent parts over white; read-only.
        sha256: Hex digest over the encoded bytes and the decode settings (a cache key).
        format: ``PNG``, ``JPEG``, ``WEBP``, ``GIF`` or ``BMP``.
        notes: What a person may want to know (``first frame of an animation``, ``truncated_tail``).
        dpi: Dots per inch that a PNG claims; None when it claims nothing.
    """

    pixels: NDArray[np.uint8]
    sha256: str
    format: str
    notes: tuple[str, ...] = ()
    dpi: float | None = None


def open_screenshot(path: Path | None, data: bytes | None = None) -> Screenshot:
    """
    Read, check and decode one picture.

    Args:
        path: File to read; may be None when ``data`` is given.
        data: Encoded bytes, used instead of the file.

    Raises:
        InputRejected: ``input.missing``, ``input.directory``, ``input.unreadable``, ``image.format``,
            ``image.corrupt``, ``image.too_large``.
        LimitExceeded: ``image.decoder_died``, ``image.timeout``.
        ValueError: Neither ``path`` nor ``data`` was given.
    """
    if data is None:
        if path is None:
            raise ValueError("open_screenshot() needs a path or data")
        data = _read(path)
    if len(data) > MAX_ENCODED_BYTES:
        raise _encoded_too_large(len(data))
    kind = sniff(data)
    if kind is None:
        raise InputRejected("image.format", "not a PNG, JPEG, WebP, GIF or BMP file")
    if kind == "WEBP" and (size := webp_size(data)) is not None:
        _check_size(*size)
    header, rows = _decode(data, kind)
    pixels = np.frombuffer(rows, np.uint8).reshape(header["height"], header["width"], 3)
    digest = hashlib.sha256(_DECODE_VERSION + data).hexdigest()
    return Screenshot(pixels=pixels, sha256=digest, format=kind, notes=tuple(header["notes"]), dpi=header["dpi"])


def _read(path: Path) -> bytes:
    size_bytes = file_status(path).st_size
    if size_bytes > MAX_ENCODED_BYTES:
        raise _encoded_too_large(size_bytes)
    return read_file(path)


def _encoded_too_large(size_bytes: int) -> InputRejected:
    limit = MAX_ENCODED_BYTES / 2**20
    return InputRejected(
        "image.too_large",
        f"{size_bytes / 2**20:.1f} MiB encoded, limit {limit:.1f} MiB",
        detail={"size_bytes": size_bytes, "limit_bytes": MAX_ENCODED_BYTES},
    )


def _check_size(width: int, height: int) -> None:
    if width * height <= MAX_PIXELS and max(width, height) <= MAX_SIDE_PX:
        return
    megapixels = width * height / 1e6
    if width * height > MAX_PIXELS:
        message = f"{width}x{height} ({megapixels:.1f} MP), limit {MAX_PIXELS / 1e6:.1f} MP"
    else:
        message = f"{width}x{height}, limit {MAX_SIDE_PX} pixels a side"
    raise InputRejected("image.too_large", message, detail={"width": width, "height": height})


def _decode(data: bytes, kind: Format) -> tuple[dict[str, Any], bytes]:
    """
    Run the child on ``data``; its header and the raw rows.
    """
    command = [
        *(sys.executable, "-I", "-S", str(Path(__file__).with_name("decoder.py"))),
        *(_pillow_folder(), kind, str(MAX_PIXELS), str(MAX_SIDE_PX)),
    ]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and script; the picture goes in as bytes
            command, input=data, capture_output=True, timeout=DECODE_TIMEOUT_S, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise LimitExceeded("image.timeout", f"decoding took longer than {DECODE_TIMEOUT_S:g} s") from error
    if child.returncode != 0:
        cause = f"signal {-child.returncode}" if child.returncode < 0 else f"exit {child.returncode}"
        raise LimitExceeded("image.decoder_died", f"the decoder process ended early ({cause})")
    line, _, rows = child.stdout.partition(b"\n")
    header: dict[str, Any] = json.loads(line)
    match header.get("error"):
        case "too_large":
            _check_size(header["width"], header["height"])
        case "memory":
            raise LimitExceeded("image.decoder_died", "the decoder process ran out of its memory limit")
        case "corrupt":
            raise InputRejected("image.corrupt", "data ends or breaks before the last row")
    return header, rows


def _pillow_folder() -> str:
    spec = importlib.util.find_spec("PIL")
    if spec is None or spec.origin is None:
        raise ImportError("Pillow is not installed")
    return str(Path(spec.origin).parent.parent)
