"""
A picture as a request names it: a file of the workspace, a `data:` URI, or an upload.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.errors import invalid_params
from lsp_server.server import Server
from lsp_server.uploads import MAX_PICTURE_BYTES, SCHEME

#: A picture in base64, and the words before it.
MAX_IMAGE_CHARS = MAX_PICTURE_BYTES * 4 // 3 + 200


@dataclass(frozen=True, slots=True)
class Image:
    """
    One of both is there.

    Attributes:
        path: Of a file in the workspace.
        data: Encoded bytes in base64.
    """

    path: Path | None
    data: str | None = field(repr=False)


def image_of(server: Server, uri: str) -> Image:
    """
    The picture of the field ``image``. A file from outside the workspace comes as data: only the user may pick it.

    Raises:
        ResponseError: InvalidParams.
        Denied: ``path.*``.
        InputRejected: ``input.*``, ``upload.*``.
    """
    if uri.startswith(SCHEME):
        return Image(None, base64.b64encode(server.uploads.picture(uri)).decode())
    if uri[:5].lower() == "data:":
        return Image(None, _data(uri))
    return Image(file_of(server, uri), None)


def file_of(server: Server, uri: str) -> Path:
    """
    A file of the workspace that is there and may be read.

    Raises:
        Denied: ``path.*``.
        InputRejected: ``input.*``.
    """
    from vision_code.input import file_status

    path = server.workspace.readable(uri)
    file_status(path)
    return path


def base64_bytes(content: str) -> bytes | None:
    """
    What base64 stands for; None when it is none.
    """
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None


def _data(uri: str) -> str:
    """
    The base64 in a `data:` URI (RFC 2397).
    """
    head, comma, content = uri.partition(",")
    if not comma or not head.lower().endswith(";base64"):
        raise invalid_params("image", "must be a file: URI, a data: URI in base64 or an upload")
    if base64_bytes(content) is None:
        raise invalid_params("image", "holds no valid base64")
    return content
