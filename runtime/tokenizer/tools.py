"""
Tool declarations as the TypeScript text that K2.5 was trained on; torch-free.

Source: Kimi K2.5 ``tool_declaration_ts.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

Schema = Mapping[str, object]

_CONSTRAINTS: Mapping[str, tuple[str, ...]] = {
    "string": ("maxLength", "minLength", "pattern"),
    "number": ("maximum", "minimum"),
    "integer": ("maximum", "minimum"),
    "array": ("maxItems", "minItems"),
}
_PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


class _Unsupported(Exception):
    """
    A schema that the TypeScript text has no form for; JSON is used instead.
    """


def tools_text(tools: Sequence[Mapping[str, object]]) -> str:
    """
    Declare tools.

    Args:
        tools: OpenAI-style declarations.

    Returns:
        TypeScript, or compact JSON when a schema has no TypeScript form.
    """
    ordered = cast("list[Schema]", [_sorted(tool) for tool in tools])
    try:
        functions = [_function(cast("Schema", t["function"])) for t in ordered if _is_function(t)]
    except (_Unsupported, RecursionError, KeyError, TypeError):
        return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False)
    return "# Tools\n\n## functions\nnamespace functions {\n" + "\n".join(functions) + "\n}\n"


def _sorted(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(v) for v in value] if isinstance(value, list | tuple) else value


def _is_function(tool: Schema) -> bool:
    return tool.get("type") == "function" and bool(tool.get("function"))


def _function(function: Schema) -> str:
    parameters = cast("Schema", function.get("parameters") or {})
    interfaces = _Interfaces(parameters)
    body = _object(parameters, interfaces, "")
    parts = [
        *interfaces.declared(body),
        _comment(str(function.get("description") or ""), ""),
        f"type {function['name']} = (_: {body}) => any;",
    ]
    return "\n".join(part for part in parts if part)


class _Interfaces:
    """
    Named types that a function's schema refers to, declared in the schema's order when used.

    Args:
        root: The parameters.
    """

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._definitions = cast("Mapping[str, Schema]", root.get("$defs") or {})
        self._used: set[str] = set()
        self._uses_root = False

    def name(self, reference: str) -> str:
        """
        The type that ``$ref`` stands for.
        """
        if reference == "#":
            self._uses_root = True
            return "parameters"
        name = reference.removeprefix("#/$defs/")
        if name not in self._definitions:
            raise _Unsupported(reference)
        self._used.add(name)
        return name

    def declared(self, root_body: str) -> list[str]:
        """
        Declarations of everything used, including what the declarations themselves use.
        """
        bodies: dict[str, str] = {}
        while missing := self._used - set(bodies):
            for name in missing:
                bodies[name] = _object(self._definitions[name], self, "")
        first = [f"interface parameters {root_body}"] if self._uses_root else []
        return first + [f"interface {name} {bodies[name]}" for name in self._definitions if name in bodies]


def _object(schema: Schema, interfaces: _Interfaces, indent: str) -> str:
    inner = indent + "  "
    properties = cast("Mapping[str, object]", schema.get("properties") or {})
    required = set(cast("list[str]", schema.get("required") or []))
    names = sorted(n for n in properties if n in required) + sorted(n for n in properties if n not in required)
    fields = [_field(name, properties[name], name in required, interfaces, inner) for name in names]
    extra = schema.get("additionalProperties")
    if extra is not None:
        kind = {True: "any", False: "never"}[extra] if isinstance(extra, bool) else _type(extra, interfaces, inner)
        fields.append(f"{inner}[k: string]: {kind}")
    return "{\n" + ",\n".join(fields) + "\n" + indent + "}" if fields else "{}"


def _field(name: str, schema: object, required: bool, interfaces: _Interfaces, indent: str) -> str:
    comment = _notes(schema, indent) if isinstance(schema, Mapping) else ""
    line = f"{indent}{name}{'' if required else '?'}: {_type(schema, interfaces, indent)}"
    return f"{comment}\n{line}" if comment else line


def _comment(text: str, indent: str) -> str:
    return "\n".join(f"{indent}// {line}" if line else "" for line in text.split("\n")) if text else ""


def _notes(schema: Schema, indent: str) -> str:
    """
    Description, constraints and default, one kind per line.
    """
    lines = [_comment(str(schema.get("description") or ""), indent)]
    keys = _CONSTRAINTS.get(str(schema.get("type")), ())
    if limits := ", ".join(f"{key}: {schema[key]}" for key in keys if key in schema):
        lines.append(f"{indent}// {limits}")
    if "default" in schema:
        default = schema["default"]
        lines.append(f"{indent}// Default: {json.dumps(default) if isinstance(default, str) else repr(default)}")
    return "\n".join(line for line in lines if line)


def _type(schema: object, interfaces: _Interfaces, indent: str) -> str:
    if schema is True or schema == {}:
        return "any"
    if schema is False:
        return "null"
    if not isinstance(schema, Mapping):
        raise _Unsupported(repr(schema)[:80])
    if "$ref" in schema:
        return interfaces.name(str(schema["$ref"]))
    if "anyOf" in schema:
        return " | ".join(_type(option, interfaces, indent) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f'"{value}"' if isinstance(value, str) else repr(value) for value in schema["enum"])
    kind = schema.get("type")
    if isinstance(kind, list):
        generic = {"object": "{}", "array": "Array<any>"}
        return " | ".join(generic.get(one) or _plain(one) for one in kind)
    if kind == "array":
        return _array(schema.get("items", {}), interfaces, indent)
    return _object(schema, interfaces, indent) if kind == "object" else _plain(kind)


def _plain(kind: object) -> str:
    if kind not in _PLAIN:
        raise _Unsupported(repr(kind)[:80])
    return _PLAIN[str(kind)]


def _array(items: object, interfaces: _Interfaces, indent: str) -> str:
    inner = indent + "  "
    comment = _notes(items, inner) if isinstance(items, Mapping) else ""
    if not comment:
        return f"Array<{_type(items, interfaces, indent)}>"
    return f"Array<\n{comment}\n{inner}{_type(items, interfaces, inner)}\n{indent}>"
