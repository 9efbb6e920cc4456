"""
The extension's mirror of the custom protocol says what `PROTOCOL.md` says, and its settings are those of the server.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.vscode.installed import EXTENSION, ROOT

PAGE = (ROOT / "lsp_server" / "PROTOCOL.md").read_text(encoding="utf-8")
MIRROR = (EXTENSION / "src" / "protocol.ts").read_text(encoding="utf-8")
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))

#: Interface of the mirror → request or notification, and which of its tables.
TABLES = {
    "ComponentOptions": ("visionCode/component", "| field | type | default | meaning |"),
    "ComponentResult": ("visionCode/component", "| field | type | meaning |"),
    "WorstRegion": ("visionCode/component", "| of a region | type | meaning |"),
    "RefineOptions": ("visionCode/refine", "| field | type | default | meaning |"),
    "PatchOptions": ("visionCode/patch", "| field | type | default | meaning |"),
    "PatchResult": ("visionCode/patch", "| field | type | meaning |"),
    "CompareOptions": ("visionCode/compare", "| field | type | default | meaning |"),
    "CompareResult": ("visionCode/compare", "| field | type | meaning |"),
    "UploadOptions": ("visionCode/upload", "| field | type | default | meaning |"),
    "UploadResult": ("visionCode/upload", "| field | type | meaning |"),
    "CaptureOptions": ("visionCode/capture", "| field | type | default | meaning |"),
    "CaptureResult": ("visionCode/capture", "| field | type | meaning |"),
    "StatusResult": ("visionCode/status", "| field | type | meaning |"),
    "PreviewParams": ("visionCode/preview", "| field | type | meaning |"),
}
#: How the page's types are written in TypeScript.
_TYPES = (
    (r'^"auto" \| .*', '"auto" | Target'),
    (r"^integer \| string$", "Token"),
    (r"^(integer|number)\b[^|]*", "number"),
    (r"^list of \d integers$", "number[]"),
    (r"^list of (\d )?strings\b.*", "string[]"),
)


def table(name: str) -> dict[str, list[str]]:
    """
    Rows of a request's table by field.
    """
    request, head = TABLES[name]
    section = re.split(r"^##+ ", PAGE.split(f"### `{request}`\n")[1], maxsplit=1, flags=re.M)[0]
    if head not in section:
        assert "Not served by this version" in section
        pytest.skip(f"this version of the server does not serve {request}")
    lines = section.split(f"{head}\n")[1].splitlines()[1:]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines[: _length(lines)]]
    return {row[0].strip(" `"): [cell.strip().replace("\\|", "|") for cell in row[1:]] for row in rows}


def _length(lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines) if not line.startswith("|")), len(lines))


def interface(name: str) -> dict[str, str]:
    """
    Fields of an interface of the mirror with their types; optional ones end in `?`.
    """
    body = MIRROR.split(f"export interface {name} {{\n")[1].split("\n}")[0]
    return dict(re.findall(r"^  (\w+\??): (.+);$", body, re.M))


@pytest.mark.parametrize("name", list(TABLES))
def test_the_mirror_has_the_pages_fields_and_no_others(name: str) -> None:
    assert [field.rstrip("?") for field in interface(name)] == list(table(name))


@pytest.mark.parametrize("name", [name for name in TABLES if name.endswith("Options")])
def test_options_have_the_pages_types(name: str) -> None:
    documented = table(name)
    for field, written in interface(name).items():
        kind, default, _ = documented[field.rstrip("?")]
        for pattern, as_typescript in _TYPES:
            kind = re.sub(pattern, as_typescript, kind)
        assert written == kind, field
        assert field.endswith("?") == (default != "required"), field  # "required without …" may be left out


@pytest.mark.parametrize("name", [name for name in TABLES if not name.endswith("Options")])
def test_results_may_be_null_where_the_page_says_so(name: str) -> None:
    documented = table(name)
    for field, written in interface(name).items():
        assert written.endswith("| null") == documented[field][0].endswith("| null"), field


def test_the_settings_are_the_servers() -> None:
    from vision_code.project.settings import KEYS

    keys = re.search(r"KEYS = \[(.*?)\]", (EXTENSION / "src" / "server" / "settings.ts").read_text()).group(1)  # type: ignore[union-attr]
    assert json.loads(f"[{keys}]") == list(KEYS)
    properties = MANIFEST["contributes"]["configuration"]["properties"]
    for name, key in KEYS.items():
        setting = properties[f"vision-code.{name}"]
        assert setting["default"] is None, "else it would come before the project's settings file"
        if key.bounds is not None:
            assert (setting["minimum"], setting["maximum"]) == tuple(key.bounds)
    assert properties["vision-code.target"]["enum"][1:] == list(KEYS["target"].choices)


def test_settings_that_name_programs_are_not_the_projects() -> None:
    restricted = MANIFEST["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    for name in ("vision-code.engine", "vision-code.server.path", "vision-code.server.package"):
        assert MANIFEST["contributes"]["configuration"]["properties"][name]["scope"] == "machine"
        assert name in restricted


def test_no_command_has_the_name_of_a_servers() -> None:
    from lsp_server.handlers.commands import COMMANDS

    ours = [command["command"] for command in MANIFEST["contributes"]["commands"]]
    assert not {name.casefold() for name in ours} & {name.casefold() for name in COMMANDS}
    sources = (EXTENSION / "src" / "extension.ts").read_text()
    assert set(re.findall(r'command\("(\w+)"', sources)) == {name.removeprefix("vision-code.") for name in ours}


def test_the_versions_are_one() -> None:
    from vision_code import __version__

    assert MANIFEST["version"] == __version__
