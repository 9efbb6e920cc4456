"""
`textDocument/completion`: keys and values of a project's settings file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from lsprotocol import types

from lsp_server.diagnostics import is_pyproject, is_settings_file
from lsp_server.documents import Document
from lsp_server.positions import Codec
from lsp_server.server import Server

#: What begins a value; keys are asked for by typing letters.
TRIGGERS = ['"', "'", "="]

Items = list[types.CompletionItem]


def completion(server: Server, params: types.CompletionParams) -> Items | Coroutine[object, object, Items]:
    """
    What may be typed; nothing in any other document.
    """
    document = server.workspace.document(params.text_document.uri)
    if document is None or not document.in_step or not is_settings_file(document.uri):
        return []
    return asyncio.to_thread(_items, document, params.position, server.client.codec)


def _items(document: Document, position: types.Position, codec: Codec) -> Items:
    from vision_code.project.files import MAX_FILE_BYTES
    from vision_code.project.settings import complete

    text = document.source
    if len(text) > MAX_FILE_BYTES:
        return []
    items = []
    for each in complete(text, codec.index_of(text, position), pyproject=is_pyproject(document.uri)):
        label = each.text.removesuffix(" = ")
        # Editors compare with what stands there already: with its quote, where it has one.
        quote = text[each.span.start : each.span.start + 1]
        typed = quote if each.span.start < each.span.end and quote in ("'", '"') else ""
        items.append(
            types.CompletionItem(
                label,
                kind=types.CompletionItemKind.Property if each.text != label else types.CompletionItemKind.Value,
                detail=each.about,
                filter_text=f"{typed}{label.strip(chr(34))}{typed}",
                text_edit=types.TextEdit(codec.range_of(text, *each.span), each.text),
            )
        )
    return items
