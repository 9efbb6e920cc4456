"""
What the client tells of its documents: pygls has taken it in when it comes here.
"""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server import Server


def did_open(server: Server, params: types.DidOpenTextDocumentParams) -> None:
    """
    `textDocument/didOpen`.
    """
    server.diagnostics.check(params.text_document.uri, server.client)


def did_change(server: Server, params: types.DidChangeTextDocumentParams) -> None:
    """
    `textDocument/didChange`.
    """
    server.diagnostics.check(params.text_document.uri, server.client)


def did_close(server: Server, params: types.DidCloseTextDocumentParams) -> None:
    """
    `textDocument/didClose`.
    """
    server.diagnostics.clear(params.text_document.uri, server.client)
