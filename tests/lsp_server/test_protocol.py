"""
`PROTOCOL.md` says what the code does, and what the code sends is what the protocol's own types read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from lsp_server.client import resolve_client
from lsp_server.edits import Change, workspace_edit
from lsp_server.errors import ErrorCode
from lsp_server.features import NOTIFICATIONS
from lsp_server.fields import Field
from lsp_server.handlers import capture, compare, component, patch, refine, status, undo, upload
from lsp_server.handlers.commands import LONG, OPERATIONS, PREFIX
from lsp_server.workspace import FileState
from tests.lsp_server.editor import ROOT, Editor
from tests.lsp_server.editors import EDITORS

Start = Callable[..., Editor]
PAGE = (ROOT / "lsp_server" / "PROTOCOL.md").read_text(encoding="utf-8")
QUICK = {"engine": "none", "verify": False}
HANDLERS = [component, refine, patch, compare, capture, upload]


def _section(title: str) -> str:
    return re.split(r"^##+ ", PAGE.split(f"### `{title}`\n")[1], maxsplit=1, flags=re.M)[0]


def _rows(section: str, head: str) -> list[list[str]]:
    """
    The cells of the table under a head line.
    """
    lines = section.split(f"{head}\n")[1].splitlines()[1:]
    table = lines[: next((at for at, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


def test_every_request_and_command_is_documented_and_no_other() -> None:
    rows = _rows(PAGE, "| request | command |")
    assert rows == [[f"`visionCode/{name}`", f"`{PREFIX}{name}`"] for name in OPERATIONS]
    assert re.findall(r"^### `visionCode/(\w+)`", PAGE, re.M) == [*OPERATIONS, "preview"]


@pytest.mark.parametrize(
    "handler",
    HANDLERS,
    ids=[handler.__name__.rpartition(".")[2] for handler in HANDLERS],
)
def test_every_field_is_documented_as_it_is_checked(handler: ModuleType) -> None:
    section = _section(f"visionCode/{handler.__name__.rpartition('.')[2]}")
    documented = {row[0].strip("`"): row for row in _rows(section, "| field | type | default | meaning |")}
    assert list(documented) == [field.name for field in handler.FIELDS]
    for field in handler.FIELDS:
        _, kind, default, meaning = documented[field.name]
        assert kind.replace("\\|", "|") == field.kind.name
        assert default == _default(field) or (field.default is None and default)
        assert meaning.endswith(".")


def test_requests_without_fields_take_none() -> None:
    assert status.FIELDS == undo.FIELDS == ()


@pytest.mark.parametrize("handler", [capture, compare], ids=["capture", "compare"])
def test_the_result_is_documented(handler: ModuleType) -> None:
    name = handler.__name__.rpartition(".")[2]
    rows = _rows(_section(f"visionCode/{name}"), "| field | type | meaning |")
    assert [row[0].strip("`") for row in rows] == list(handler.RESULT)


def test_the_token_of_every_command_that_reports_progress_may_stand_beside_its_arguments() -> None:
    reporting = {handler for handler in HANDLERS if any(field.name == "workDoneToken" for field in handler.FIELDS)}
    assert set(LONG) == {f"{PREFIX}{handler.__name__.rpartition('.')[2]}" for handler in reporting}


def _default(field: Field) -> str:
    if field.required:
        return "required"
    match field.default:
        case None:
            return ""
        case bool():
            return str(field.default).lower()
        case ():
            return "[]"
        case str():
            return f'"{field.default}"'
    return str(field.default)


def test_every_setting_is_documented() -> None:
    from vision_code.project.settings import KEYS

    rows = {row[0].strip("`"): row[1] for row in _rows(PAGE, "| key | values |")}
    assert list(rows) == list(KEYS)
    for name, key in KEYS.items():
        words = [f'"{choice}"' for choice in key.choices] or ["true", "false"]
        said = ", ".join(words) if key.bounds is None else f"{key.bounds[0]}…{key.bounds[1]}".replace(".0", "")
        assert rows[name].split(";")[0] == said
    bounded = {field.name: field.kind.name.split()[-1] for field in component.FIELDS if field.name in KEYS}
    assert all(bounded[name] == rows[name] for name, key in KEYS.items() if key.bounds is not None)


def test_every_notification_of_the_client_is_documented() -> None:
    ours = [method for method in NOTIFICATIONS if method.startswith("visionCode/")]
    assert ours == ["visionCode/didChangeTrust"]
    assert all(f"`{method}`" in PAGE for method in ours)


def test_every_error_code_is_documented() -> None:
    assert {int(row[0]) for row in _rows(PAGE, "| code | when |")} == {int(code) for code in ErrorCode}


def test_results_and_previews_have_the_documented_fields(start: Start, workspace: Path) -> None:
    editor = start(workspace)

    def fields(name: str) -> set[str]:
        return {row[0].strip("`") for row in _rows(_section(name), "| field | type | meaning |")}

    options = {**QUICK, "image": (workspace / "shot.png").as_uri(), "previewToken": 1}
    assert set(editor.request("visionCode/component", {**options, "apply": False})) == fields("visionCode/component")
    assert set(editor.request("visionCode/component", options)) == fields("visionCode/component")
    preview = editor.wait_for(lambda m: m["method"] == "visionCode/preview")
    assert set(preview["params"]) == fields("visionCode/preview")
    assert set(editor.request("visionCode/upload", {"data": "AAAA"})) == fields("visionCode/upload")
    assert set(editor.request("visionCode/status", {})) == fields("visionCode/status")
    assert set(editor.request("visionCode/undo", {})) == fields("visionCode/undo")


def test_settings_are_asked_for_and_checked_in_the_protocols_types(start: Start, tmp_path: Path) -> None:
    from lsprotocol import converters, types

    converter = converters.get_converter()
    editor = start(tmp_path)
    uri = (tmp_path / "vision-code.toml").as_uri()
    editor.open(uri, "verfy = true\nengine = \n")
    params = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 9}}
    items = converter.structure(editor.request("textDocument/completion", params), list[types.CompletionItem])
    assert [item.label for item in items] == ['"embedded"', '"none"']
    told = editor.wait_for(lambda m: m["method"] == "textDocument/publishDiagnostics")
    assert converter.structure(told["params"], types.PublishDiagnosticsParams).version == 1
    asked = {
        "workspace/configuration": types.ConfigurationParams,
        "client/registerCapability": types.RegistrationParams,
    }
    assert {request["method"] for request in editor.requests} == set(asked)
    for request in editor.requests:
        converter.structure(request["params"], asked[request["method"]])


@pytest.mark.parametrize("name", list(EDITORS))
def test_edits_are_what_the_protocols_types_read(name: str) -> None:
    from lsprotocol import converters, types

    client = resolve_client({"capabilities": EDITORS[name]})
    states = [FileState(path=Path("/w/a"), uri="file:///w/a", text=text, version=2) for text in ("old", "")]
    new = [FileState(path=Path("/w/b"), uri="file:///w/b", text=None, version=None)] if client.can_create else []
    edit = workspace_edit([Change(before=state, text="new") for state in (*states, *new)], client)
    converter = converters.get_converter()
    content = converter.unstructure(edit)
    assert converter.unstructure(converter.structure(content, types.WorkspaceEdit)) == content
    assert content["documentChanges"]


def test_what_is_sent_is_what_the_protocols_types_read(start: Start, workspace: Path) -> None:
    from lsprotocol import converters, types

    converter = converters.get_converter()
    editor = start(workspace, "eglot-29.1")
    converter.structure(editor.hello, types.InitializeResult)
    uri = (workspace / "page.html").as_uri()
    editor.open(uri, "")
    converter.structure(
        editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}),
        types.Hover | None,  # type: ignore[arg-type]
    )
    options = {**QUICK, "image": (workspace / "shot.png").as_uri(), "document": uri}
    command = {"command": "visionCode.server.component", "arguments": [options], "workDoneToken": "w"}
    assert editor.request("workspace/executeCommand", command)["applied"]
    assert "Sign in" in editor.text(uri)
    (edit,) = editor.edits
    read = converter.structure(edit, types.WorkspaceEdit)
    assert read.document_changes or read.changes
    shapes = {
        "begin": types.WorkDoneProgressBegin,
        "report": types.WorkDoneProgressReport,
        "end": types.WorkDoneProgressEnd,
    }
    kinds = []
    for value in editor.progress():
        converter.structure(value, shapes[value["kind"]])
        kinds.append(value["kind"])
    assert (kinds[0], kinds[-1]) == ("begin", "end")
    asked = {"workspace/applyEdit": types.ApplyWorkspaceEditParams, "window/showDocument": types.ShowDocumentParams}
    for request in editor.requests:
        converter.structure(request["params"], asked[request["method"]])
