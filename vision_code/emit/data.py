"""
The data of repeated items: typed records, and how they are written in TypeScript.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypeAlias

from vision_code.emit.nodes import Ref

_LINE_WIDTH = 120
#: An entry with more fields than this is written one field a line, however short.
_FIELDS_ON_A_LINE = 5

#: A `Ref` is code (an imported picture), a list belongs to a nested collection, None is "not there".
Datum: TypeAlias = "str | bool | Ref | list[Datum] | dict[str, Datum] | None"


@dataclass(slots=True)
class Field:
    """
    One field of a record type.

    Attributes:
        values: One value an instance; None where it has none.
        type: TypeScript type.
    """

    name: str
    values: list[Datum]
    type: str

    @property
    def is_optional(self) -> bool:
        return any(value is None for value in self.values)


@dataclass(slots=True)
class Collection:
    """
    An array of records with a name.

    Attributes:
        name: Variable ("plans").
        type_name: Type of an entry ("Plan"), or a built-in type for entries that are plain values.
        fields: Empty for plain values.
        entries: The records.
        nested: Record types that its fields use.
        is_declared: Whether an earlier collection declares the same type.
    """

    name: str
    type_name: str
    fields: list[Field]
    entries: list[Datum]
    nested: list[Collection] = field(default_factory=list)
    is_declared: bool = False

    @property
    def shape(self) -> list[tuple[str, str, bool]]:
        """
        Its fields without their values: collections of equal shape can share a type.
        """
        return [(each.name, each.type, each.is_optional) for each in self.fields]


def string_literal(text: str) -> str:
    """
    A TypeScript string that is safe anywhere: in a module, in a script element, in a template.
    """
    literal = json.dumps(text, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return literal.replace("</", "\\u003c/").replace("<!--", "\\u003c!--")


def type_lines(collection: Collection) -> list[str]:
    """
    Type declarations of a collection, those it uses first.
    """
    lines = [line for nested in collection.nested for line in type_lines(nested)]
    if not collection.fields or collection.is_declared:
        return lines
    body = [f"  {each.name}{'?' if each.is_optional else ''}: {each.type};" for each in collection.fields]
    return [*lines, f"type {collection.type_name} = {{", *body, "};", ""]


def const_lines(collection: Collection) -> list[str]:
    """
    The array as a constant.
    """
    entries = [line for entry in collection.entries for line in _with_comma(_datum(entry, _LINE_WIDTH - 3))]
    head = f"const {collection.name}: {collection.type_name}[] = ["
    flat = head + ", ".join(line.removesuffix(",") for line in entries) + "];"
    if not collection.fields and len(flat) <= _LINE_WIDTH:
        return [flat]
    return [head, *(f"  {line}" for line in entries), "];"]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]


def _datum(value: Datum, width: int) -> list[str]:
    """
    Lines of one value; objects and arrays on one line where they fit.
    """
    if isinstance(value, Ref):
        return [value.path]
    if isinstance(value, str):
        return [string_literal(value)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return _group("[", "]", [("", entry) for entry in value], width)
    assert isinstance(value, dict), value
    return _group("{", "}", [(f"{key}: ", entry) for key, entry in value.items() if entry is not None], width)


def _group(start: str, end: str, parts: list[tuple[str, Datum]], width: int) -> list[str]:
    printed: list[list[str]] = []
    for prefix, value in parts:
        lines = _datum(value, width - 2 - len(prefix))
        printed.append([prefix + lines[0], *lines[1:]])
    pad = " " if start == "{" else ""
    flat = f"{start}{pad}{', '.join(lines[0] for lines in printed)}{pad}{end}"
    fits = all(len(lines) == 1 for lines in printed) and len(flat) + 1 <= width
    if fits and (start == "[" or len(parts) <= _FIELDS_ON_A_LINE):
        return [flat]
    return [start, *(f"  {line}" for lines in printed for line in _with_comma(lines)), end]
