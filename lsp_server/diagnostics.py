"""
What is wrong with a project's settings file, told while it is typed and taken back when it is closed.
"""

from __future__ import annotations

import asyncio

from lsprotocol import types

from lsp_server.client import Client
from lsp_server.documents import Document
from lsp_server.positions import Codec
from lsp_server.protocol import Protocol
from lsp_server.uris import path_of
from vision_code.errors import VisionCodeError

SOURCE = "vision-code"


class Diagnostics:
    """
    The checks that are under way, one a document: its text in the editor is checked, not what lies on disk.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._checking: dict[str, asyncio.Task[None]] = {}

    def check(self, uri: str, client: Client) -> None:
        """
        A document was opened or changed: should it be a settings file, say what is wrong with it.
        """
        # While one state is checked, the next waits: only the newest is ever told of.
        if client.diagnostics and is_settings_file(uri) and uri not in self._checking:
            self._checking[uri] = asyncio.get_running_loop().create_task(self._check(uri, client.codec))

    def clear(self, uri: str, client: Client) -> None:
        """
        A document was closed: nothing is wrong with what nobody looks at.
        """
        if client.diagnostics and is_settings_file(uri):
            self._tell(types.PublishDiagnosticsParams(uri, []))

    def _tell(self, params: types.PublishDiagnosticsParams) -> None:
        self._protocol.notify(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    async def _check(self, uri: str, codec: Codec) -> None:
        workspace = self._protocol.workspace
        checked: Document | None = None
        try:
            while (document := workspace.document(uri)) is not None and document is not checked:
                checked = document
                found = await asyncio.to_thread(_diagnostics, document, codec)
                if workspace.document(uri) is document and document.in_step:
                    self._tell(types.PublishDiagnosticsParams(uri, found, document.version))
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


def _diagnostics(document: Document, codec: Codec) -> list[types.Diagnostic]:
    from vision_code.project.files import MAX_FILE_BYTES
    from vision_code.project.settings import parse_settings

    text = document.source
    if len(text) > MAX_FILE_BYTES:  # nobody reads it for settings either
        return []
    # A byte order mark is no part of TOML, and editors do not agree whether it is one of the text.
    bare = " " + text[1:] if text.startswith("\ufeff") else text
    _, problems = parse_settings(bare, pyproject=is_pyproject(document.uri))
    return [
        types.Diagnostic(
            codec.range_of(text, *problem.span),
            problem.message,
            severity=types.DiagnosticSeverity.Error if problem.is_error else types.DiagnosticSeverity.Warning,
            code=problem.kind,
            source=SOURCE,
        )
        for problem in problems
    ]
