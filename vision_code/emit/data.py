"""
The data of repeated items: typed records, and how they are written in TypeScript.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from vision_code.emit.nodes import Ref
from vision_code.emit.script_style import ScriptStyle

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
        regions: Ids of the regions of the picture that each entry draws; of a nested collection none are told.
        is_declared: Whether an earlier collection declares the same type.
    """

    name: str
    type_name: str
    fields: list[Field]
    entries: list[Datum]
    nested: list[Collection] = field(default_factory=list)
    regions: list[tuple[int, ...]] = field(default_factory=list)
    is_declared: bool = False

    @property
    def shape(self) -> list[tuple[str, str, bool]]:
        """
        Its fields without their values: collections of equal shape can share a type.
        """
        return [(each.name, each.type, each.is_optional) for each in self.fields]


def type_lines(collection: Collection, style: ScriptStyle) -> list[str]:
    """
    Type declarations of a collection, those it uses first; none in a script without types.
    """
    if not style.typed:
        return []
    lines = [line for nested in collection.nested for line in type_lines(nested, style)]
    if not collection.fields or collection.is_declared:
        return lines
    body = [f"  {each.name}{'?' if each.is_optional else ''}: {each.type}{style.end}" for each in collection.fields]
    return [*lines, f"type {collection.type_name} = {{", *body, f"}}{style.end}", ""]


def const_lines(collection: Collection, style: ScriptStyle) -> list[str]:
    """
    The array as a constant.
    """
    entries = [line for entry in collection.entries for line in _with_comma(_datum(entry, _LINE_WIDTH - 3, style))]
    declared = f"{collection.name}: {collection.type_name}[]" if style.typed else collection.name
    head = f"const {declared} = ["
    flat = head + ", ".join(line.removesuffix(",") for line in entries) + f"]{style.end}"
    if not collection.fields and len(flat) <= _LINE_WIDTH:
        return [flat]
    return [head, *(f"  {line}" for line in entries), f"]{style.end}"]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]


def _datum(value: Datum, width: int, style: ScriptStyle) -> list[str]:
    """
    Lines of one value; objects and arrays on one line where they fit.
    """
    if isinstance(value, Ref):
        return [value.path]
    if isinstance(value, str):
        return [style.string(value)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return _group("[", "]", [("", entry) for entry in value], width, style)
    assert isinstance(value, dict), value
    return _group("{", "}", [(f"{key}: ", entry) for key, entry in value.items() if entry is not None], width, style)


def _group(start: str, end: str, parts: list[tuple[str, Datum]], width: int, style: ScriptStyle) -> list[str]:
    printed: list[list[str]] = []
    for prefix, value in parts:
        lines = _datum(value, width - 2 - len(prefix), style)
        printed.append([prefix + lines[0], *lines[1:]])
    pad = " " if start == "{" else ""
    flat = f"{start}{pad}{', '.join(lines[0] for lines in printed)}{pad}{end}"
    fits = all(len(lines) == 1 for lines in printed) and len(flat) + 1 <= width
    if fits and (start == "[" or len(parts) <= _FIELDS_ON_A_LINE):
        return [flat]
    return [start, *(f"  {line}" for lines in printed for line in _with_comma(lines)), end]
