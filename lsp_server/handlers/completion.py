"""
`textDocument/completion`: keys and values of a project's settings file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from lsp_server.diagnostics import is_pyproject, is_settings_file
from lsp_server.documents import Document, document_at, position_at
from lsp_server.errors import invalid_params
from lsp_server.positions import Encoding, Position, index_of, position_of
from lsp_server.session import Params, Session

#: What begins a value; keys are asked for by typing letters.
TRIGGERS = ['"', "'", "="]
#: Source: Language Server Protocol 3.17, "CompletionItemKind".
_PROPERTY, _VALUE = 10, 12


def completion(session: Session, params: Params) -> object | Coroutine[object, object, object]:
    """
    What may be typed; nothing in any other document.
    """
    document = document_at(session.documents, params)
    try:
        position = position_at(params.get("position"))
    except ValueError as error:
        raise invalid_params("position", f"is {error}") from error
    if document is None or not document.in_step or not is_settings_file(document.uri):
        return []
    return asyncio.to_thread(_items, document, position, session.client.encoding)


def _items(document: Document, position: Position, encoding: Encoding) -> list[dict[str, object]]:
    from vision_code.project.files import MAX_FILE_BYTES
    from vision_code.project.settings import complete

    text = document.text
    if len(text) > MAX_FILE_BYTES:
        return []
    items: list[dict[str, object]] = []
    offset = index_of(text, position, encoding)
    for each in complete(text, offset, pyproject=is_pyproject(document.uri)):
        start, end = (position_of(text, at, encoding).as_json() for at in each.span)
        is_key = each.text.endswith(" = ")
        label = each.text.removesuffix(" = ")
        # Editors compare with what stands there already: with its quote, where it has one.
        quote = text[each.span.start : each.span.start + 1]
        typed = quote if each.span.start < each.span.end and quote in ("'", '"') else ""
        items.append(
            {
                "label": label,
                "kind": _PROPERTY if is_key else _VALUE,
                "detail": each.about,
                "filterText": f"{typed}{label.strip(chr(34))}{typed}",
                "textEdit": {"range": {"start": start, "end": end}, "newText": each.text},
            }
        )
    return items
