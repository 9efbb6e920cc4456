"""
`visionCode/upload`: a picture in pieces, for clients whose pipe should not be held up by one large message.
"""

from __future__ import annotations

from typing import cast

from lsp_server.errors import invalid_params
from lsp_server.fields import FLAG, Field, take, text
from lsp_server.images import base64_bytes
from lsp_server.server import Params, Server
from lsp_server.uploads import MAX_PIECE_BYTES

MAX_PIECE_CHARS = (MAX_PIECE_BYTES + 2) // 3 * 4

FIELDS = (
    Field("image", text(200), None),
    Field("data", text(MAX_PIECE_CHARS)),
    Field("last", FLAG, False),
)


def upload(server: Server, params: Params) -> object:
    """
    Take the next piece; without ``image`` it is the first one.

    Raises:
        ResponseError: InvalidParams naming the field; ``upload.complete``.
        InputRejected: ``upload.unknown``.
        LimitExceeded: ``upload.too_large``.
    """
    options = take(params, FIELDS)
    piece = base64_bytes(cast("str", options["data"]))
    if piece is None:
        raise invalid_params("data", "holds no valid base64")
    name = cast("str | None", options["image"]) or server.uploads.begin()
    held = server.uploads.add(name, piece, last=cast("bool", options["last"]))
    return {"image": name, "bytes": len(held.content), "complete": held.complete}
