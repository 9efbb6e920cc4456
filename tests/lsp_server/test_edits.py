"""
The table of what is sent to clients that lack something, row by row, for five real editors and for poorer ones.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lsp_server.client import Client, resolve_client
from lsp_server.conversion import converter
from lsp_server.edits import Change, in_line_ends_of, text_edits, workspace_edit
from lsp_server.errors import ResponseError
from lsp_server.positions import Codec
from lsp_server.workspace import FileState
from tests.lsp_server.editor import index_of
from tests.lsp_server.editors import EDITORS

CLIENTS = {name: resolve_client({"capabilities": capabilities}) for name, capabilities in EDITORS.items()}


def _change(name: str, before: str | None, version: int | None = None) -> Change:
    path = Path("/w") / name
    return Change(before=FileState(path=path, uri=path.as_uri(), text=before, version=version), text="new\n")


NEW, OPEN, BLANK = _change("a.html", None), _change("b.html", "old 😀", 3), _change("c.html", "\n", 1)


def test_what_five_editors_can_is_understood() -> None:
    assert {
        "vscode-1.65": Client(
            apply_edit=True,
            document_changes=True,
            can_create=True,
            can_delete=True,
            change_annotations=True,
            work_done_progress=True,
            show_document=True,
            code_action_literals=True,
            diagnostics=True,
            configuration=True,
            configuration_changes=True,
            lens_refresh=True,
        ),
        # It applies document changes without declaring them.
        "neovim-0.7": replace(CLIENTS["neovim-0.11"], show_document=False, encoding="utf-16"),
        "neovim-0.11": replace(
            CLIENTS["vscode-1.65"],
            change_annotations=False,
            encoding="utf-8",
            configuration=False,
            configuration_changes=False,
            lens_refresh=False,
        ),
        "eglot-29.1": replace(CLIENTS["neovim-0.7"], can_create=False, can_delete=False, encoding="utf-32"),
        "helix-25.01": replace(CLIENTS["neovim-0.7"], encoding="utf-8"),
    } == CLIENTS


@pytest.mark.parametrize("capabilities", [None, 1, [], {"workspace": 3}, {"general": {"positionEncodings": "utf-8"}}])
def test_capabilities_of_wrong_types_count_as_missing(capabilities: object) -> None:
    assert resolve_client({"capabilities": capabilities, "clientInfo": 4, "processId": True}) == Client()


@pytest.mark.parametrize("name", [name for name in EDITORS if name != "eglot-29.1"])
def test_a_new_file_is_created_and_filled_in_one_edit(name: str) -> None:
    assert _edit([NEW], CLIENTS[name]) == {
        "documentChanges": [
            {"kind": "create", "uri": "file:///w/a.html", "options": {"overwrite": False, "ignoreIfExists": True}},
            {
                "textDocument": {"uri": "file:///w/a.html", "version": None},
                "edits": [{"range": _range(0, 0), "newText": "new\n"}],
            },
        ]
    }


@pytest.mark.parametrize(("name", "units"), [("vscode-1.65", 6), ("neovim-0.11", 8), ("eglot-29.1", 5)])
def test_an_open_document_is_replaced_at_its_version_in_the_clients_units(name: str, units: int) -> None:
    edit = _edit([OPEN], CLIENTS[name])
    operations = edit["documentChanges"]
    assert isinstance(operations, list)
    (operation,) = operations
    assert operation["textDocument"] == {"uri": "file:///w/b.html", "version": 3}
    assert operation["edits"][0]["range"] == _range(0, units)


def test_confirmation_is_asked_for_overwriting_only_and_only_where_it_can_be() -> None:
    edit = _edit([NEW, OPEN, BLANK], CLIENTS["vscode-1.65"])
    operations = edit["documentChanges"]
    assert isinstance(operations, list)
    marked = [op["textDocument"]["uri"] for op in operations if op.get("edits", [{}])[0].get("annotationId")]
    assert marked == ["file:///w/b.html"]
    annotations = edit["changeAnnotations"]
    assert isinstance(annotations, dict)
    assert annotations["overwrite"]["needsConfirmation"]
    assert "changeAnnotations" not in _edit([NEW, BLANK], CLIENTS["vscode-1.65"])
    assert "changeAnnotations" not in _edit([OPEN], CLIENTS["neovim-0.7"])


def test_a_client_that_cannot_create_gets_what_is_open_and_is_told_the_rest() -> None:
    assert "documentChanges" in _edit([BLANK], CLIENTS["eglot-29.1"])
    with pytest.raises(ResponseError, match=r"edit\.capability: .* create a\.html"):
        _edit([NEW], CLIENTS["eglot-29.1"])


def test_a_client_without_document_changes_gets_plain_ones() -> None:
    assert _edit([BLANK], Client(apply_edit=True)) == {
        "changes": {"file:///w/c.html": [{"range": {"start": _at(0, 0), "end": _at(1, 0)}, "newText": "new\n"}]}
    }


def test_new_lines_end_like_their_neighbours() -> None:
    assert in_line_ends_of(None, "a\nb\n") == "a\nb\n"
    assert in_line_ends_of("x\n", "a\nb\n") == "a\nb\n"
    assert in_line_ends_of("x\r\ny", "a\nb\n") == "a\r\nb\r\n"
    assert in_line_ends_of("x\ry", "a\nb\n") == "a\rb\r"


def _edit(changes: list[Change], client: Client) -> dict[str, Any]:
    """
    As the client gets it.
    """
    content: dict[str, Any] = converter().unstructure(workspace_edit(changes, client))
    return content


def _at(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def _range(line: int, character: int) -> dict[str, object]:
    return {"start": _at(0, 0), "end": _at(line, character)}


def test_a_file_that_goes_is_asked_about_first_where_that_can_be() -> None:
    gone = replace(OPEN, text=None)
    edit = _edit([gone], CLIENTS["vscode-1.65"])
    options = {"recursive": False, "ignoreIfNotExists": True}
    delete = {"kind": "delete", "uri": "file:///w/b.html", "options": options}
    assert edit["documentChanges"] == [{**delete, "annotationId": "delete"}]
    assert _edit([gone], CLIENTS["neovim-0.11"]) == {"documentChanges": [delete]}
    with pytest.raises(ResponseError, match=r"edit\.capability: .* delete b\.html"):
        _edit([gone], CLIENTS["eglot-29.1"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("seed", range(40))
def test_line_edits_make_the_new_text_and_touch_no_line_that_stays(seed: int, encoding: str) -> None:
    chance = random.Random(seed)
    end = chance.choice(["\n", "\r\n", "\r"])
    old = [chance.choice(["a", "😀 b", "\u2028c", "d\f", ""]) for _ in range(chance.randrange(1, 30))]
    new = [line for line in old if chance.random() < 0.8]
    for _ in range(chance.randrange(4)):
        new.insert(chance.randrange(len(new) + 1), f"new {chance.random()}")
    before, after = (end.join(lines) + chance.choice(["", end]) for lines in (old, new))
    path = Path("/w/a.txt")
    state = FileState(path=path, uri=path.as_uri(), text=before, version=1)
    edits = converter().unstructure(text_edits(Change(before=state, text=after, ours=True), Codec(encoding)))
    text, at = "", 0
    for edit in edits:
        start, stop = (index_of(before, dict(edit["range"])[side], encoding) for side in ("start", "end"))
        text, at = text + before[at:start] + str(edit["newText"]), stop
    assert text + before[at:] == after
    added = [line for line in new if line.startswith("new ")]
    assert sum(str(edit["newText"]).count("new ") for edit in edits) >= len(added)
    if before == after:
        assert edits == []


def test_two_large_texts_without_a_line_in_common_are_compared_at_once() -> None:
    path = Path("/w/a.txt")
    state = FileState(path=path, uri=path.as_uri(), text="x\n" * 200_000, version=1)
    change = Change(before=state, text="head\n" + "y\n" * 200_000, ours=True)
    assert len(text_edits(change, Codec("utf-16"))) == 1
