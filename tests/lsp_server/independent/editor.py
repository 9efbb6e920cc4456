"""
An editor that nobody here wrote: pytest-lsp's client, which reads every message in lsprotocol's types, and pygls'
documents, which find the places of an edit. Only what a user does is added.
"""

from __future__ import annotations

import asyncio
import base64
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest_lsp
from lsprotocol import types
from lsprotocol.converters import get_converter
from PIL import Image, ImageDraw, ImageFont
from pygls.exceptions import JsonRpcException
from pygls.workspace import PositionCodec, TextDocument

from tests.lsp_server.editor import ROOT
from tests.lsp_server.editors import EDITORS

PREVIEW = "visionCode/preview"
#: The road without model and browser: a second instead of several.
QUICK = {"engine": "none", "verify": False}
#: For whatever is waited for; a busy machine starts an engine in ten seconds.
DEADLINE_S = 120.0


def server_config() -> pytest_lsp.ClientServerConfig:
    """
    How the server is started; its environment is the module's to set.
    """
    return pytest_lsp.ClientServerConfig(server_command=[sys.executable, "-P", "-m", "lsp_server"])


def environment(engine: dict[str, str], state: Path) -> dict[str, str]:
    """
    Of a server that uses the engine of all tests and remembers what it made in ``state``. It has no screen.
    """
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return {**without, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(state), **engine}


class Refused(Exception):
    """
    A request was answered with an error.
    """

    def __init__(self, error: JsonRpcException) -> None:
        super().__init__(error.message)
        self.code = error.code
        data = plain(error.data)
        self.kind: str = data["kind"]
        self.detail: dict[str, object] = data["detail"]


class IndependentEditor:
    """
    What a user has in front of him.

    Attributes:
        edits: As they were asked for, whether they were applied or not.
        previews: As they came.
        answer: Takes the place of applying the edits.
    """

    def __init__(self, client: pytest_lsp.LanguageClient) -> None:
        self.client = client
        self.documents: dict[str, TextDocument] = {}
        self.edits: list[types.WorkspaceEdit] = []
        self.previews: list[dict[str, Any]] = []
        self.answer: Callable[[], types.ApplyWorkspaceEditResult] | None = None
        self.encoding: types.PositionEncodingKind | str = "utf-16"

        @client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.edits.append(params.edit)
            return self.answer() if self.answer is not None else self.apply(params.edit)

        @client.feature(PREVIEW)
        def preview(params: Any) -> None:
            self.previews.append(plain(params))

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            return None

        @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
        def refresh(params: None) -> None:
            return None

    async def start(
        self, capabilities: types.ClientCapabilities, *folders: Path, options: object = None
    ) -> types.InitializeResult:
        """
        Open folders.
        """
        opened = [types.WorkspaceFolder(uri=folder.as_uri(), name=folder.name) for folder in folders]
        hello = await self.client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                workspace_folders=opened,
                initialization_options=options,  # type: ignore[arg-type]
            )
        )
        self.encoding = hello.capabilities.position_encoding or "utf-16"
        return hello

    async def ask(self, name: str, options: object, *, by: str = "request", id_: str | None = None) -> Any:
        """
        The result of one of the custom requests, sent as such or as a command.

        Raises:
            Refused: It is an error.
        """
        method, params = f"visionCode/{name}", options
        if by == "command":
            method = types.WORKSPACE_EXECUTE_COMMAND
            params = types.ExecuteCommandParams(command=f"visionCode.server.{name}", arguments=[options])
        try:
            async with asyncio.timeout(DEADLINE_S):
                return plain(await self.client.protocol.send_request_async(method, params, id_))
        except JsonRpcException as error:
            raise Refused(error) from error

    async def refusal(self, name: str, options: object, **more: Any) -> Refused:
        """
        Of a request that must not succeed.
        """
        try:
            result = await self.ask(name, options, **more)
        except Refused as error:
            return error
        raise AssertionError(result)

    async def stage(self, token: str, words: str) -> None:
        """
        Wait for the progress report that says ``words``.
        """
        async with asyncio.timeout(DEADLINE_S):
            while not any(words in (value.message or "") for value in self.progress(token)[1:]):
                await self.client.wait_for_notification(types.PROGRESS)

    def watch(self, token: str) -> str:
        """
        A progress token of the client's.
        """
        self.client.progress_reports[token] = []
        return token

    def progress(self, token: str) -> Sequence[Any]:
        """
        What was reported with a token so far, begin and end included.
        """
        return self.client.progress_reports[token]

    def open(self, uri: str, text: str) -> None:
        """
        Open a document that holds ``text``, whatever its file holds.
        """
        self._hold(uri, text, 1)
        item = types.TextDocumentItem(uri=uri, language_id="", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def type(self, uri: str, text: str) -> None:
        """
        Replace the text of an open document.
        """
        version = (self.documents[uri].version or 0) + 1
        self._hold(uri, text, version)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version=version, uri=uri),
                [types.TextDocumentContentChangeWholeDocument(text=text)],
            )
        )

    def text(self, uri: str) -> str:
        """
        Of an open document, or of a file.
        """
        if uri in self.documents:
            return self.documents[uri].source
        return _path(uri).read_bytes().decode()

    def place(self, uri: str, words: str) -> types.Position:
        """
        Where ``words`` begin in an open document, as this client counts.
        """
        document = self.documents[uri]
        return document.client_position_at_offset(document.source.index(words))

    def at(self, uri: str, words: str) -> tuple[types.TextDocumentIdentifier, types.Position]:
        """
        The same, as parameters of a request about one place.
        """
        return types.TextDocumentIdentifier(uri), self.place(uri, words)

    def covered(self, uri: str, range_: types.Range) -> str:
        """
        The text in a range that the server named.
        """
        return str(self.documents[uri].text_in_client_range(range_))

    def apply(self, edit: types.WorkspaceEdit) -> types.ApplyWorkspaceEditResult:
        """
        All of an edit, or nothing when one of its versions is not the current one.
        """
        changes = edit.document_changes or [
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri), edits)
            for uri, edits in (edit.changes or {}).items()
        ]
        texts = [change for change in changes if isinstance(change, types.TextDocumentEdit)]
        for change in texts:
            wanted, open_ = change.text_document.version, self.documents.get(change.text_document.uri)
            if wanted is not None and (open_ is None or open_.version != wanted):
                return types.ApplyWorkspaceEditResult(applied=False, failure_reason="the document changed")
        for change in changes:
            match change:
                case types.CreateFile(uri=uri):
                    _path(uri).touch()
                case types.DeleteFile(uri=uri):
                    _path(uri).unlink()
                case types.TextDocumentEdit():
                    self._edit(change)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _edit(self, change: types.TextDocumentEdit) -> None:
        uri = change.text_document.uri
        if uri not in self.documents:
            self.open(uri, self.text(uri))
        document = self.documents[uri]
        # All ranges are of the text before; the last one first leaves the others where they are.
        for edit in sorted(change.edits, key=lambda edit: edit.range.start, reverse=True):
            assert isinstance(edit, types.TextEdit | types.AnnotatedTextEdit)
            document.apply_change(types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text))
        self.type(uri, document.source)

    def _hold(self, uri: str, text: str, version: int) -> None:
        codec = PositionCodec(encoding=self.encoding)
        self.documents[uri] = TextDocument(uri, text, version, position_codec=codec)

    async def leave(self) -> int | None:
        """
        `shutdown`, `exit`, and the exit code.
        """
        await self.client.shutdown_session()
        assert self.client._server is not None
        return self.client._server.returncode


def capabilities_of(name: str, encoding: str | None = None) -> types.ClientCapabilities:
    """
    What an editor says it can, captured by its users or, for Helix, by us.
    """
    if name in EDITORS:
        said = get_converter().structure(EDITORS[name], types.ClientCapabilities)
    else:
        said = pytest_lsp.client_capabilities(name)
    if encoding is not None:
        said.general = types.GeneralClientCapabilities(position_encodings=["utf-7", encoding])
    return said


def picture_of(words: str) -> str:
    """
    The smallest picture with words in it, as data.
    """
    shot = Image.new("RGB", (120, 48), "white")
    ImageDraw.Draw(shot).text((12, 12), words, "#111827", ImageFont.load_default(20))
    content = io.BytesIO()
    shot.save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def plain(value: Any) -> Any:
    """
    pygls reads what has no type of the protocol as nested named tuples: the same as dictionaries.
    """
    if hasattr(value, "_asdict"):
        return {name: plain(each) for name, each in value._asdict().items()}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def _path(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))
