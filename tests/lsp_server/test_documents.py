"""
Text in memory equals the editor's text: lines, units, versions. Held against an editor that counts by encoding.
"""

from __future__ import annotations

import random

import pytest

from lsp_server.documents import Document, Documents
from lsp_server.positions import Encoding, Position, end_of, index_of, line_starts, position_of
from tests.lsp_server.editor import index_of as editors_index_of

#: Everything that some library takes for a line end and no editor does, all line ends, and characters of 1 to 4 bytes.
_PIECES = ["a", "é", "漢", "😀", "\f", "\v", "\x1c", "\x85", "\u2028", "\u2029", "\n", "\r\n", "\r", "\ufeff", " "]
NUM_EDITS = 3000


def test_only_three_things_end_a_line() -> None:
    assert line_starts("a\fb\x85c\u2028d\ne\r\nf\rg") == [0, 8, 11, 13]


@pytest.mark.parametrize("encoding", list(Encoding))
def test_edits_land_where_the_editor_makes_them(encoding: Encoding) -> None:
    random_ = random.Random(encoding.value)
    documents, text = Documents(), "\ufeffone\ntwo"
    documents.opened(Document(uri="u", language_id="", version=0, text=text))
    for version in range(1, NUM_EDITS):
        if len(text) > 200:
            text = text[:20]
            changes: list[object] = [{"text": text}]
        else:
            # A place inside CR LF is none: no editor has its caret there.
            places = [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n"]
            first, last = sorted(random_.choices(places, k=2))
            new = "".join(random_.choices(_PIECES, k=random_.randrange(4)))
            start, end = (position_of(text, index, encoding) for index in (first, last))
            assert editors_index_of(text, start.as_json(), encoding.value) == first
            assert editors_index_of(text, end.as_json(), encoding.value) == last
            changes = [{"range": {"start": start.as_json(), "end": end.as_json()}, "text": new}]
            text = text[:first] + new + text[last:]
        assert documents.changed("u", version, changes, encoding) == ""
        document = documents.get("u")
        assert document is not None
        assert document.text == text


@pytest.mark.parametrize("encoding", list(Encoding))
def test_positions_beyond_the_end_are_clamped(encoding: Encoding) -> None:
    text = "a😀\r\nb"
    assert index_of(text, Position(0, 99), encoding) == 2
    assert index_of(text, Position(9, 0), encoding) == len(text)
    assert end_of(text, encoding) == Position(1, 1)
    assert end_of("a\n", encoding) == Position(1, 0)
    assert end_of("", encoding) == Position(0, 0)


def test_a_position_inside_a_character_is_before_it() -> None:
    assert index_of("a😀b", Position(0, 2), Encoding.UTF_16) == 1
    assert index_of("a😀b", Position(0, 3), Encoding.UTF_8) == 1


@pytest.mark.parametrize(
    ("version", "changes"),
    [
        (1, [{"text": "x"}]),
        (0, [{"text": "x"}]),
        (2, [{"range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 1}}, "text": ""}]),
        (2, [{"range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 1}}, "text": ""}]),
        (
            2,
            [{"range": {"start": {"line": 2**31, "character": 0}, "end": {"line": 2**31, "character": 0}}, "text": ""}],
        ),
        (2, [{"text": "y"}, {"range": 1, "text": "x"}]),
        (2, [{"text": 1}]),
        (2, ["x"]),
    ],
)
def test_what_cannot_be_followed_changes_nothing(version: int, changes: list[object]) -> None:
    documents = Documents()
    documents.opened(Document(uri="u", language_id="", version=1, text="abc"))
    assert documents.changed("u", version, changes, Encoding.UTF_16)
    document = documents.get("u")
    assert document is not None
    assert (document.text, document.version) == ("abc", 1)
    # A malformed change: no edit is made for the document until its whole text came again.
    if version == 2:
        assert not document.in_step
        assert documents.changed("u", 2, [{"text": "new"}], Encoding.UTF_16) == ""
        document = documents.get("u")
        assert document is not None
        assert document.in_step
    assert documents.changed("not open", 1, [{"text": ""}], Encoding.UTF_16)
