"""
Pictures that a document refers to: the command that turns one into a component, and what hovering over it shows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.documents import Document
from lsp_server.server import Server
from lsp_server.uris import path_of, uri_of
from vision_code.errors import VisionCodeError

if TYPE_CHECKING:
    from vision_code.project.references import Reference

ACTION_TITLE = "Turn this picture into a component"
COMPONENT_COMMAND = "visionCode.server.component"


async def picture_commands(server: Server, document: Document, where: types.Range) -> list[types.Command]:
    """
    One command for each picture in the range. Nothing is made before it is chosen.
    """
    codec, text = server.client.codec, document.source
    first, last = (codec.index_of(text, position) for position in (where.start, where.end))
    found = [
        reference
        for reference in await _references(server, document)
        if reference.exists and reference.span.start <= last and first <= reference.span.end
    ]
    commands = []
    for reference in found:
        options = {"image": uri_of(reference.path), "folder": uri_of(path_of(document.uri).parent)}
        title = ACTION_TITLE if len(found) == 1 else f"{ACTION_TITLE}: {reference.path.name}"
        commands.append(types.Command(title, COMPONENT_COMMAND, arguments=[options]))
    return commands


def hover(server: Server, params: types.HoverParams) -> Coroutine[object, object, types.Hover | None]:
    """
    `textDocument/hover`: size of the picture, and what intake would do with it. Told from its header alone.
    """
    return _hovered(server, server.workspace.document(params.text_document.uri), params.position)


async def _hovered(server: Server, document: Document | None, position: types.Position) -> types.Hover | None:
    if document is None:
        return None
    codec, text = server.client.codec, document.source
    index = codec.index_of(text, position)
    for reference in await _references(server, document):
        if reference.span.start <= index <= reference.span.end:
            told = await asyncio.to_thread(_told, reference)
            # Plain text: a file's name is a stranger's words.
            contents = types.MarkupContent(types.MarkupKind.PlainText, told)
            return types.Hover(contents, codec.range_of(text, *reference.span))
    return None


def _told(reference: Reference) -> str:
    from vision_code.input import file_status
    from vision_code.picture_header import HEADER_BYTES, MAX_ENCODED_BYTES, picture_header

    name = reference.path.name
    try:
        size_bytes = file_status(reference.path).st_size
        with reference.path.open("rb") as file:
            header = picture_header(file.read(HEADER_BYTES))
    except VisionCodeError as error:
        return f"{name}: {error.message.removeprefix(str(reference.path)).strip()}"
    except OSError:
        return f"{name}: cannot be read"
    if header is None:
        return f"{name}: not a PNG, JPEG, WebP, GIF or BMP file"
    facts = f"{name}: {header.format}, {header.width} × {header.height} px, {_size(size_bytes)}"
    refused = header.refused_because
    if size_bytes > MAX_ENCODED_BYTES:
        refused = f"{_size(size_bytes)}, limit {_size(MAX_ENCODED_BYTES)}"
    if refused:
        return f"{facts}\nCannot become a component: {refused}"
    return f"{facts}\nCan become a component (code action “{ACTION_TITLE}”)"


def _size(num_bytes: int) -> str:
    return f"{num_bytes / 2**20:.1f} MiB" if num_bytes >= 2**20 else f"{num_bytes / 2**10:.1f} KiB"


async def _references(server: Server, document: Document) -> tuple[Reference, ...]:
    """
    Of a document in the workspace; of any other there are none.
    """
    try:
        path = server.workspace.readable(document.uri)
    except VisionCodeError:
        return ()
    root = server.workspace.root_of(path)
    return await asyncio.to_thread(_scanned, document, path, root)


def _scanned(document: Document, path: Path, root: Path) -> tuple[Reference, ...]:
    from vision_code.project.references import references

    return references(document.source, path, root=root, language=document.language_id or "")
