"""
The documents that are open in the editor, as the editor has them. Files on disk are looked at elsewhere.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import cast
from urllib.parse import unquote

import pygls.workspace
from lsprotocol import types

from lsp_server.positions import Codec, lines_of


class Document(pygls.workspace.TextDocument):
    """
    One state of an open document: what is changed is a copy, because threads and requests under way still read it.

    Attributes:
        in_step: False once a change could not be followed: no edit is made for it until its whole text came again.
    """

    in_step = True

    @property
    def lines(self) -> Sequence[str]:
        """
        With their ends, which `str.splitlines` sees where no editor does.
        """
        return lines_of(self.source)

    def changed(self, version: int, changes: Sequence[types.TextDocumentContentChangeEvent]) -> Document:
        """
        The next state, with all changes.

        Raises:
            ValueError: One of them cannot be made.
        """
        document = copy.copy(self)
        document.version = version
        for change in changes:
            if not isinstance(change, types.TextDocumentContentChangePartial):
                document.in_step = True
            elif change.range.end < change.range.start:
                raise ValueError("a reversed range")
            document.apply_change(change)
        return document


class Documents(pygls.workspace.Workspace):
    """
    All open documents and the folders, as pygls keeps them.

    Args:
        folders: As the client named them.
    """

    def __init__(self, folders: Sequence[types.WorkspaceFolder], codec: Codec) -> None:
        super().__init__(None, types.TextDocumentSyncKind.Incremental, folders)
        self._position_codec = codec

    def _create_text_document(
        self, doc_uri: str, source: str | None = None, version: int | None = None, language_id: str | None = None
    ) -> Document:
        return Document(doc_uri, source, version, language_id, position_codec=self._position_codec)

    @property
    def text_documents(self) -> dict[str, Document]:
        """
        By URI, decoded.
        """
        return cast("dict[str, Document]", self._text_documents)

    def document(self, uri: str) -> Document | None:
        """
        The open document as it is now.
        """
        return self.text_documents.get(unquote(uri))

    def follow(self, params: types.DidChangeTextDocumentParams) -> str:
        """
        `textDocument/didChange`: all changes or none.

        Returns:
            What is wrong with them, in one line; empty when they were made.
        """
        uri, version = params.text_document.uri, params.text_document.version
        before = self.document(uri)
        if before is None:
            return "change of a document that is not open"
        if before.version is not None and version <= before.version:
            return f"change to version {version} of a document at version {before.version}"
        try:
            after = before.changed(version, params.content_changes)
        except ValueError as error:
            self.lose(uri)
            return f"change that cannot be made: {error}"
        self._text_documents[unquote(uri)] = after
        return "" if after.in_step else "change of a document that fell out of step"

    def lose(self, uri: str) -> None:
        """
        A change of a document could not be read: what the editor has is not known any more.
        """
        before = self.document(uri)
        if before is not None:
            lost = copy.copy(before)
            lost.in_step = False
            self._text_documents[unquote(uri)] = lost
