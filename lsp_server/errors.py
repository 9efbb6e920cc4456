"""
What a request that fails is answered: the project's kinds in LSP's codes. The one mapping table of this package.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from enum import IntEnum

from pygls.exceptions import JsonRpcException

from lsp_server.log import where
from vision_code.errors import VisionCodeError


class ErrorCode(IntEnum):
    """
    Source: Language Server Protocol 3.17, "ErrorCodes".
    """

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    SERVER_NOT_INITIALIZED = -32002
    REQUEST_CANCELLED = -32800
    CONTENT_MODIFIED = -32801
    REQUEST_FAILED = -32803


#: Kinds that mean something else than "the request failed".
_CODES = {
    "edit.stale": ErrorCode.CONTENT_MODIFIED,
    "engine.unknown": ErrorCode.INVALID_PARAMS,
    "internal": ErrorCode.INTERNAL_ERROR,
}


class ResponseError(JsonRpcException):
    """
    The error of one answer, whose message begins with its kind.

    Args:
        kind: Dotted kind, ``data.kind`` of the answer.
        message: One line without the kind: no file contents, no addresses, no paths outside the workspace.
        detail: Machine-readable fields, ``data.detail``.
        retry: Whether the same request may succeed later.
    """

    def __init__(
        self,
        code: ErrorCode,
        kind: str,
        message: str,
        *,
        detail: Mapping[str, object] | None = None,
        retry: bool = False,
    ) -> None:
        data = {"kind": kind, "detail": dict(detail or {}), "retry": retry}
        super().__init__(f"{kind}: {message}", int(code), data)
        self.kind = kind


def invalid_params(field: str, reason: str, kind: str = "params.invalid") -> ResponseError:
    """
    An argument is wrong; the message begins with the field's name.
    """
    return ResponseError(ErrorCode.INVALID_PARAMS, kind, f"`{field}` {reason}", detail={"field": field})


def request_failed(kind: str, message: str, *, retry: bool = False) -> ResponseError:
    """
    The request was understood and cannot be done.
    """
    return ResponseError(_CODES.get(kind, ErrorCode.REQUEST_FAILED), kind, message, retry=retry)


def answer_for(error: BaseException) -> tuple[ResponseError, str]:
    """
    The answer to a request whose handler raised, and a line for the local log (empty when the answer says all).

    A bug of ours is answered by a crash id: the exception's own text may hold paths or contents.
    """
    if isinstance(error, ResponseError):
        return error, ""
    if isinstance(error, asyncio.CancelledError):
        return ResponseError(ErrorCode.REQUEST_CANCELLED, "request.cancelled", "cancelled by the client"), ""
    if isinstance(error, VisionCodeError):
        code = _CODES.get(error.kind, ErrorCode.REQUEST_FAILED)
        return ResponseError(code, error.kind, error.message, detail=error.detail, retry=error.retry), ""
    crash = secrets.token_hex(4)
    return ResponseError(ErrorCode.INTERNAL_ERROR, "internal", f"crash {crash}"), f"crash {crash}: {where(error)}"
