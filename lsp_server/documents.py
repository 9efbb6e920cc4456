"""
The documents that are open in the editor, as the editor has them. Files on disk are looked at elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lsp_server.errors import invalid_params
from lsp_server.positions import MAX_NUMBER, Encoding, Position, index_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    One state of an open document.

    Attributes:
        uri: As the client spells it.
        in_step: False once a change could not be followed: no edit is made for it until its whole text came again.
    """

    uri: str
    language_id: str
    version: int
    text: str
    in_step: bool = True


class Documents:
    """
    All open documents by URI.
    """

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(self._open.values())

    def __len__(self) -> int:
        return len(self._open)

    def get(self, uri: str) -> Document | None:
        """
        The document as it is now.
        """
        return self._open.get(uri)

    def opened(self, document: Document) -> None:
        """
        `textDocument/didOpen`; opened once more, it is what it is now said to be.
        """
        self._open[document.uri] = document

    def closed(self, uri: str) -> None:
        """
        `textDocument/didClose`.
        """
        self._open.pop(uri, None)

    def changed(self, uri: str, version: int, changes: list[object], encoding: Encoding) -> str:
        """
        `textDocument/didChange`: all changes or none.

        Returns:
            What is wrong with them, in one line; empty when they were made.
        """
        before = self._open.get(uri)
        if before is None:
            return "change of a document that is not open"
        if version <= before.version:
            return f"change to version {version} of a document at version {before.version}"
        text, in_step = before.text, before.in_step
        for change in changes:
            try:
                text, whole = _apply(text, change, encoding)
            except ValueError as error:
                self._open[uri] = replace(before, in_step=False)
                return f"change that cannot be made: {error}"
            in_step = in_step or whole
        self._open[uri] = replace(before, version=version, text=text, in_step=in_step)
        return "" if in_step else "change of a document that fell out of step"


def _apply(text: str, change: object, encoding: Encoding) -> tuple[str, bool]:
    """
    The text after one change, and whether that was the whole text.

    Raises:
        ValueError: The change is malformed.
    """
    if not isinstance(change, dict) or not isinstance(change.get("text"), str):
        raise ValueError("no text")
    if change.get("range") is None:
        return change["text"], True
    start, end = range_of(change["range"])
    first, last = index_of(text, start, encoding), index_of(text, end, encoding)
    return text[:first] + change["text"] + text[last:], False


def range_of(content: object) -> tuple[Position, Position]:
    """
    Start and end of an LSP range.

    Raises:
        ValueError: It is malformed or reversed.
    """
    if not isinstance(content, Mapping):
        raise ValueError("no range")
    start, end = position_at(content.get("start")), position_at(content.get("end"))
    if end < start:
        raise ValueError("a reversed range")
    return start, end


def position_at(content: object) -> Position:
    """
    An LSP position.

    Raises:
        ValueError: It is malformed.
    """
    if not isinstance(content, Mapping):
        raise ValueError("no position")
    numbers = content.get("line"), content.get("character")
    if not all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= MAX_NUMBER for n in numbers):
        raise ValueError("a position that is no position")
    line, character = numbers
    assert isinstance(line, int)
    assert isinstance(character, int)
    return Position(line, character)


def document_at(documents: Documents, params: Mapping[str, object]) -> Document | None:
    """
    The open document that a request is about.

    Raises:
        ResponseError: InvalidParams: it names none.
    """
    identifier = params.get("textDocument")
    uri = identifier.get("uri") if isinstance(identifier, dict) else None
    if not isinstance(uri, str):
        raise invalid_params("textDocument", "must have a uri")
    return documents.get(uri)


def document_of(item: object) -> Document:
    """
    A `TextDocumentItem`.

    Raises:
        ResponseError: InvalidParams naming the field.
    """
    if not isinstance(item, Mapping):
        raise invalid_params("textDocument", "must be an object")
    uri, version, text = item.get("uri"), item.get("version"), item.get("text")
    if not isinstance(uri, str) or not isinstance(text, str) or not isinstance(version, int):
        raise invalid_params("textDocument", "must have uri, version and text")
    language = item.get("languageId")
    return Document(uri=uri, language_id=language if isinstance(language, str) else "", version=version, text=text)
