from __future__ import annotations

import json

from runtime.tokenizer.tools import tools_text


def _tool(parameters: dict[str, object] | None = None, **function: object) -> dict[str, object]:
    if parameters is not None:
        function["parameters"] = parameters
    return {"type": "function", "function": {"name": "f", **function}}


def _body(*tools: dict[str, object]) -> str:
    text = tools_text(tools)
    head, tail = "# Tools\n\n## functions\nnamespace functions {\n", "\n}\n"
    assert text.startswith(head)
    assert text.endswith(tail)
    return text[len(head) : -len(tail)]


def test_nested_objects_as_published() -> None:
    person = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name"],
    }
    tool = {
        "type": "function",
        "function": {
            "name": "create_user",
            "description": "Create a new user record.",
            "parameters": {"type": "object", "properties": {"user": person}, "required": ["user"]},
        },
    }
    assert _body(tool) == (
        "// Create a new user record.\n"
        "type create_user = (_: {\n  user: {\n    name: string,\n    age?: number\n  }\n}) => any;"
    )


def test_no_parameters_is_an_empty_object() -> None:
    assert _body(_tool()) == "type f = (_: {}) => any;"


def test_required_fields_come_first_each_part_sorted() -> None:
    fields = {name: {"type": "string"} for name in "dbca"}
    body = _body(_tool({"type": "object", "properties": fields, "required": ["d", "b"]}))
    assert body == "type f = (_: {\n  b: string,\n  d: string,\n  a?: string,\n  c?: string\n}) => any;"


def test_notes_stand_above_their_field() -> None:
    field = {"type": "string", "description": "one\n\ntwo", "minLength": 2, "maxLength": 9, "default": 'q"'}
    body = _body(_tool({"type": "object", "properties": {"x": field}}))
    assert body == (
        "type f = (_: {\n  // one\n\n  // two\n  // maxLength: 9, minLength: 2\n"
        '  // Default: "q\\""\n  x?: string\n}) => any;'
    )


def test_types() -> None:
    fields = {
        "a": {"type": "array", "items": {"type": "integer"}},
        "b": {"enum": ["x", 1, True]},
        "c": {"type": ["string", "null", "object", "array"]},
        "d": {"anyOf": [{"type": "number"}, {"type": "boolean"}]},
        "e": {},
        "g": {"type": "array", "items": {"type": "string", "description": "item"}},
    }
    body = _body(_tool({"type": "object", "properties": fields, "additionalProperties": False}))
    assert body == (
        'type f = (_: {\n  a?: Array<number>,\n  b?: "x" | 1 | True,\n  c?: string | null | {} | Array<any>,\n'
        "  d?: number | boolean,\n  e?: any,\n  g?: Array<\n    // item\n    string\n  >,\n"
        "  [k: string]: never\n}) => any;"
    )


def test_references_become_interfaces() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    parameters = {"type": "object", "properties": {"root": {"$ref": "#/$defs/Node"}}, "$defs": {"Node": node}}
    assert _body(_tool(parameters)) == ("interface Node {\n  next?: Node\n}\ntype f = (_: {\n  root?: Node\n}) => any;")


def test_what_is_no_function_is_skipped() -> None:
    assert _body({"type": "retrieval"}, _tool()) == "type f = (_: {}) => any;"


def test_schemas_without_a_form_fall_back_to_json() -> None:
    tool = _tool({"type": "object", "properties": {"x": {"type": "tensor"}}})
    text = tools_text([tool])
    assert json.loads(text) == [tool]
    assert ": " not in text
