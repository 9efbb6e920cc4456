"""
What is wrong with a project's settings file, told while it is typed and taken back when it is closed.
"""

from __future__ import annotations

import asyncio

from lsp_server.client import Client
from lsp_server.connection import Connection
from lsp_server.documents import Document, Documents
from lsp_server.positions import Encoding, position_of
from lsp_server.uris import path_of
from vision_code.errors import VisionCodeError

SOURCE = "vision-code"
_ERROR, _WARNING = 1, 2


class Diagnostics:
    """
    The checks that are under way, one a document.

    Args:
        documents: Open in the editor: their text is checked, not what lies on disk.
    """

    def __init__(self, connection: Connection, documents: Documents) -> None:
        self._connection = connection
        self._documents = documents
        self._checking: dict[str, asyncio.Task[None]] = {}

    def check(self, uri: str, client: Client) -> None:
        """
        A document was opened or changed: should it be a settings file, say what is wrong with it.
        """
        # While one state is checked, the next waits: only the newest is ever told of.
        if client.diagnostics and is_settings_file(uri) and uri not in self._checking:
            self._checking[uri] = asyncio.get_running_loop().create_task(self._check(uri, client.encoding))

    def clear(self, uri: str, client: Client) -> None:
        """
        A document was closed: nothing is wrong with what nobody looks at.
        """
        if client.diagnostics and is_settings_file(uri):
            self._connection.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})

    async def _check(self, uri: str, encoding: Encoding) -> None:
        checked: Document | None = None
        try:
            while (document := self._documents.get(uri)) is not None and document is not checked:
                checked = document
                found = await asyncio.to_thread(_diagnostics, document, encoding)
                if self._documents.get(uri) is document and document.in_step:
                    params = {"uri": uri, "version": document.version, "diagnostics": found}
                    self._connection.notify("textDocument/publishDiagnostics", params)
        finally:
            del self._checking[uri]


def is_settings_file(uri: str) -> bool:
    """
    Whether a document is a file that may hold a project's settings, going by its name.
    """
    if not uri.endswith(".toml"):
        return False
    from vision_code.project.settings import FILE_NAME, PYPROJECT

    try:
        return path_of(uri).name in (FILE_NAME, PYPROJECT)
    except VisionCodeError:
        return False


def is_pyproject(uri: str) -> bool:
    """
    Whether a settings file holds those of other tools as well.
    """
    from vision_code.project.settings import PYPROJECT

    return path_of(uri).name == PYPROJECT


def _diagnostics(document: Document, encoding: Encoding) -> list[dict[str, object]]:
    from vision_code.project.files import MAX_FILE_BYTES
    from vision_code.project.settings import parse_settings

    if len(document.text) > MAX_FILE_BYTES:  # nobody reads it for settings either
        return []
    # A byte order mark is no part of TOML, and editors do not agree whether it is one of the text.
    text = " " + document.text[1:] if document.text.startswith("\ufeff") else document.text
    _, problems = parse_settings(text, pyproject=is_pyproject(document.uri))
    found: list[dict[str, object]] = []
    for problem in problems:
        start, end = (position_of(document.text, at, encoding).as_json() for at in problem.span)
        severity = _ERROR if problem.is_error else _WARNING
        where = {"range": {"start": start, "end": end}, "severity": severity}
        found.append({**where, "code": problem.kind, "source": SOURCE, "message": problem.message})
    return found
