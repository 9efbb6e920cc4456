"""
From JSON to lsprotocol's types, exactly, and what to say of a message that does not fit them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache
from typing import Any

import attrs
import cattrs
from cattrs.cols import is_sequence, list_structure_factory
from lsprotocol import converters
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from lsp_server.errors import ResponseError, invalid_params
from lsp_server.messages import Message


@cache
def converter() -> cattrs.Converter:
    """
    lsprotocol's, but exact in what is a number, text, truth or a list, and with our own messages as they came: pygls
    makes tuples of them, in which the names of fields get lost. One a process: it writes its code as it goes.
    """
    exact = converters.get_converter()
    for kind in (str, int, bool):
        exact.register_structure_hook(kind, _exact)
    exact.register_structure_hook_factory(is_sequence, lambda kind: _list_only(list_structure_factory(kind, exact)))
    for message in (JsonRPCRequestMessage, JsonRPCNotification, JsonRPCResponseMessage):
        exact.register_structure_hook(message, _as_it_came)
    return exact


def _exact(value: object, kind: type) -> object:
    """
    The hook of a type is also that of the protocol's enumerations, which are made of numbers and texts.
    """
    if issubclass(kind, Enum):
        return kind(_same(value, int if issubclass(kind, int) else str))
    return _same(value, kind)


def _same(value: object, kind: type) -> object:
    if type(value) is not kind:
        raise TypeError
    return value


def _list_only(structured: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def structure(value: object, kind: Any) -> Any:
        return structured(_same(value, list), kind)

    return structure


def _as_it_came(content: Message, kind: type[Any]) -> Any:
    message = kind(**{field.name: content.get(field.name) for field in attrs.fields(kind)})
    if getattr(message, "params", ...) is None:
        message.params = {}
    return message


def misfit(error: BaseException | None) -> ResponseError:
    """
    What in a message does not fit its type.
    """
    found = cattrs.transform_error(error)[0] if isinstance(error, cattrs.BaseValidationError) else ""
    reason, _, path = found.partition(" @ $.params.")
    head, *others = path.partition(".")[0].split("_")
    field = head + "".join(each.capitalize() for each in others) or "params"
    if reason == "required field missing":
        return invalid_params(field, "is missing, or something in it", "params.missing")
    return invalid_params(field, "is not what the protocol says", "params.wrong")
