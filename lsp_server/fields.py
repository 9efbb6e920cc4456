"""
The options object of a custom request: every field named, checked and bounded; what is not named is refused.

`PROTOCOL.md` documents the same tables, and a test holds it to them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lsp_server.errors import invalid_params
from lsp_server.positions import MAX_NUMBER

_REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A kind of value: how the protocol document calls it, what a wrong one is told, and the test of a right one.
    """

    name: str
    must: str
    accepts: Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """
    One field of an options object; without a default it must be given. ``null`` counts as not given.
    """

    name: str
    kind: Kind
    default: object = _REQUIRED

    @property
    def required(self) -> bool:
        """
        Whether it must be given.
        """
        return self.default is _REQUIRED


def text(max_chars: int) -> Kind:
    """
    A string that is not empty.
    """
    return Kind(
        "string",
        f"must be a string of 1 to {max_chars} characters",
        lambda value: isinstance(value, str) and 1 <= len(value) <= max_chars,
    )


def texts(most: int, max_chars: int) -> Kind:
    """
    A list of strings that are not empty.
    """
    one = text(max_chars)
    return Kind(
        f"list of {most} strings at most",
        f"must be a list of {most} strings at most, each of 1 to {max_chars} characters",
        lambda value: isinstance(value, list) and len(value) <= most and all(map(one.accepts, value)),
    )


def one_of(*words: str) -> Kind:
    """
    One of a few strings.
    """
    return Kind(
        " | ".join(f'"{word}"' for word in words),
        f"must be one of {', '.join(words)}",
        lambda value: isinstance(value, str) and value in words,
    )


def whole(lowest: int, highest: int) -> Kind:
    """
    An integer in a range.
    """
    return Kind(
        f"integer {lowest}…{highest}",
        f"must be an integer from {lowest} to {highest}",
        lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest,
    )


def number(lowest: float, highest: float) -> Kind:
    """
    A number in a range.
    """
    return Kind(
        f"number {lowest:g}…{highest:g}",
        f"must be a number from {lowest:g} to {highest:g}",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value <= highest,
    )


def integers(count: int, lowest: int, highest: int) -> Kind:
    """
    A list of so many integers in a range.
    """
    one = whole(lowest, highest)
    return Kind(
        f"list of {count} integers",
        f"must be a list of {count} integers from {lowest} to {highest}",
        lambda value: isinstance(value, list) and len(value) == count and all(map(one.accepts, value)),
    )


FLAG = Kind("boolean", "must be true or false", lambda value: isinstance(value, bool))
TOKEN = Kind(
    "integer | string",
    "must be an integer or a string",
    lambda value: isinstance(value, int | str) and not isinstance(value, bool) and len(str(value)) <= 200,
)


def _is_range(value: object) -> bool:
    number = whole(0, MAX_NUMBER)
    return isinstance(value, Mapping) and all(
        isinstance(place := value.get(side), Mapping)
        and number.accepts(place.get("line"))
        and number.accepts(place.get("character", 0))
        for side in ("start", "end")
    )


RANGE = Kind("Range", "must be a Range: start and end, each with its line", _is_range)


def take(given: object, fields: Sequence[Field]) -> dict[str, object]:
    """
    The values of all fields.

    Raises:
        ResponseError: InvalidParams naming the first field that is unknown, missing or wrong.
    """
    if not isinstance(given, Mapping):
        raise invalid_params("params", "must be an object", "params.type")
    names = [field.name for field in fields]
    for name in given:
        if name not in names:
            close = difflib.get_close_matches(str(name), names, n=1)
            hint = f"; did you mean `{close[0]}`?" if close else ""
            raise invalid_params(str(name)[:80], f"is not known{hint}", "params.unknown")
    values: dict[str, object] = {}
    for field in fields:
        value = given.get(field.name)
        if value is None:
            if field.required:
                raise invalid_params(field.name, "is missing", "params.missing")
            values[field.name] = field.default
        elif not field.kind.accepts(value):
            raise invalid_params(field.name, field.kind.must, "params.wrong")
        else:
            values[field.name] = value
    return values
