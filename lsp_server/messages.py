"""
JSON-RPC messages: from the bytes of a body to the object of a message, or to the reason why it is none.

Source: https://www.jsonrpc.org/specification and Language Server Protocol 3.17, "Abstract Message".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from lsp_server.errors import ErrorCode, ResponseError

MAX_DEPTH = 128

Id = int | str
Message = dict[str, Any]
"""
The object of a request (``id`` and ``method``), a notification (``method``) or a response (``id`` and ``result`` or
``error``), whose envelope is what JSON-RPC says.
"""


@dataclass(frozen=True, slots=True)
class Invalid:
    """
    A body that is no message, and the answer that it gets; ``id`` is None where it has none that could be echoed.
    """

    id: Id | None
    error: ResponseError


def parse(body: bytes) -> Message | Invalid:
    """
    Read one body. Never raises, whatever the bytes are.
    """
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
        if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _depth_exceeds(content, MAX_DEPTH):
            return _unreadable(f"nested deeper than {MAX_DEPTH} levels")
    except UnicodeDecodeError:
        return _unreadable("not UTF-8")
    except RecursionError:
        return _unreadable(f"nested deeper than {MAX_DEPTH} levels")
    except ValueError:  # also integers of more digits than Python takes
        return _unreadable("not JSON")
    return _message(content)


def _message(content: object) -> Message | Invalid:
    if not isinstance(content, dict):
        return _invalid(None, "a message must be an object; batches are not part of LSP")
    raw_id = content.get("id")
    message_id = (
        raw_id if isinstance(raw_id, str) or (isinstance(raw_id, int) and not isinstance(raw_id, bool)) else None
    )
    if content.get("jsonrpc") != "2.0":
        return _invalid(message_id, 'jsonrpc must be "2.0"')
    if "method" not in content:
        is_response = "id" in content and ("result" in content or "error" in content)
        return content if is_response else _invalid(message_id, "method is missing")
    if not isinstance(content["method"], str):
        return _invalid(message_id, "method must be a string")
    if "id" in content and message_id is None:
        return _invalid(None, "id must be a string or an integer")
    return content


def _invalid(message_id: Id | None, reason: str) -> Invalid:
    return Invalid(message_id, ResponseError(ErrorCode.INVALID_REQUEST, "lsp.invalid_request", reason))


def _unreadable(reason: str) -> Invalid:
    return Invalid(None, ResponseError(ErrorCode.PARSE_ERROR, "lsp.parse", reason))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth_exceeds(content: object, limit: int) -> bool:
    level = [content]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
