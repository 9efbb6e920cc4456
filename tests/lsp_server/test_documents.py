"""
Text in memory equals the editor's text: lines, units, versions. Held against an editor that counts by encoding.
"""

from __future__ import annotations

import random

import pytest
from lsprotocol.types import Position, PositionEncodingKind

from lsp_server.documents import Document
from lsp_server.positions import Codec, lines_of
from lsp_server.server import Server
from tests.lsp_server.editor import index_of as editors_index_of
from tests.lsp_server.pipeless import started, tell

ENCODINGS = [kind.value for kind in PositionEncodingKind]

#: Everything that some library takes for a line end and no editor does, all line ends, and characters of 1 to 4 bytes.
_PIECES = ["a", "é", "漢", "😀", "\f", "\v", "\x1c", "\x85", "\u2028", "\u2029", "\n", "\r\n", "\r", "\ufeff", " "]
NUM_EDITS = 3000


def test_only_three_things_end_a_line() -> None:
    text = "a\fb\x85c\u2028d\ne\r\nf\rg"
    assert lines_of(text) == ["a\fb\x85c\u2028d\n", "e\r\n", "f\r", "g"]
    assert (lines_of(""), lines_of("a\n")) == ([""], ["a\n", ""])


def _opened(text: str, encoding: str, version: int = 0) -> Server:
    server = started(lambda _: None, {"capabilities": {"general": {"positionEncodings": [encoding]}}})
    item = {"uri": "file:///u%20v", "languageId": "", "version": version, "text": text}
    tell(server, "textDocument/didOpen", {"textDocument": item})
    return server


def _change(server: Server, version: object, changes: object) -> Document:
    document = {"uri": "file:///u%20v", "version": version}
    tell(server, "textDocument/didChange", {"textDocument": document, "contentChanges": changes})
    found = server.workspace.document("file:///u%20v")
    assert found is not None
    return found


def _json(position: Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_edits_land_where_the_editor_makes_them(encoding: str) -> None:
    random_, codec = random.Random(encoding), Codec(encoding)
    text = "\ufeffone\ntwo"
    server = _opened(text, encoding)
    for version in range(1, NUM_EDITS):
        if len(text) > 200:
            text = text[:20]
            changes: list[object] = [{"text": text}]
        else:
            # A place inside CR LF is none: no editor has its caret there.
            places = [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n"]
            first, last = sorted(random_.choices(places, k=2))
            new = "".join(random_.choices(_PIECES, k=random_.randrange(4)))
            start, end = (_json(codec.position_of(text, index)) for index in (first, last))
            assert editors_index_of(text, start, encoding) == first
            assert editors_index_of(text, end, encoding) == last
            changes = [{"range": {"start": start, "end": end}, "text": new}]
            text = text[:first] + new + text[last:]
        assert _change(server, version, changes).source == text


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_beyond_the_end_are_clamped(encoding: str) -> None:
    text, codec = "a😀\r\nb", Codec(encoding)
    assert codec.index_of(text, Position(0, 99)) == 2
    assert codec.index_of(text, Position(9, 0)) == len(text)
    assert codec.index_of(text, Position(1, 99)) == len(text)
    assert codec.index_of("😀", Position(1, 0)) == 1
    assert codec.end_of(text) == Position(1, 1)
    assert codec.end_of("a\n") == Position(1, 0)
    assert codec.end_of("") == Position(0, 0)


def test_a_position_inside_a_character_is_before_it() -> None:
    assert Codec("utf-16").index_of("a😀b", Position(0, 2)) == 1
    assert Codec("utf-8").index_of("a😀b", Position(0, 3)) == 1


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        (1, [{"text": "x"}]),
        (0, [{"text": "x"}]),
        (2, [{"range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 1}}, "text": ""}]),
        (2, [{"range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 1}}, "text": ""}]),
        (2, [{"range": {"start": {"line": "0", "character": 0}, "end": {"line": 0, "character": True}}, "text": ""}]),
        (
            2,
            [{"range": {"start": {"line": 2**31, "character": 0}, "end": {"line": 2**31, "character": 0}}, "text": ""}],
        ),
        (2, [{"text": "y"}, {"range": 1, "text": "x"}]),
        (2, [{"text": 1}]),
        (2, {"text": "x"}),
        (2, ["x"]),
    ],
)
def test_what_cannot_be_followed_changes_nothing(version: int, changes: object) -> None:
    server = _opened("abc", "utf-16", version=1)
    document = _change(server, version, changes)
    assert (document.source, document.version) == ("abc", 1)
    # A malformed change: no edit is made for the document until its whole text came again.
    assert document.in_step == (version < 2)
    before = document
    document = _change(server, 2, [{"text": "new"}])
    assert (document.source, document.version, document.in_step) == ("new", 2, True)
    # Whoever has looked at a state keeps it.
    assert before.source == "abc"
    tell(server, "textDocument/didChange", {"textDocument": {"uri": "file:///other", "version": 1}})
    assert server.workspace.document("file:///other") is None
