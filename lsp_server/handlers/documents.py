"""
What the client tells of its documents and folders.
"""

from __future__ import annotations

from lsp_server.documents import document_of
from lsp_server.session import Params, Session
from lsp_server.workspace import folders_of


def did_open(session: Session, params: Params) -> None:
    """
    `textDocument/didOpen`.
    """
    document = document_of(params.get("textDocument"))
    session.documents.opened(document)
    session.diagnostics.check(document.uri, session.client)


def did_change(session: Session, params: Params) -> None:
    """
    `textDocument/didChange`; a change that cannot be followed is logged, and the document rests until it can.
    """
    document, changes = params.get("textDocument"), params.get("contentChanges")
    uri = document.get("uri") if isinstance(document, dict) else None
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(uri, str) or not isinstance(version, int) or not isinstance(changes, list):
        session.log.seldom("documents", "didChange without uri, version or contentChanges")
        return
    wrong = session.documents.changed(uri, version, changes, session.client.encoding)
    if wrong:
        session.log.seldom("documents", wrong)
    session.diagnostics.check(uri, session.client)


def did_close(session: Session, params: Params) -> None:
    """
    `textDocument/didClose`.
    """
    document = params.get("textDocument")
    uri = document.get("uri") if isinstance(document, dict) else None
    if isinstance(uri, str):
        session.documents.closed(uri)
        session.diagnostics.clear(uri, session.client)


def did_change_folders(session: Session, params: Params) -> None:
    """
    `workspace/didChangeWorkspaceFolders`.
    """
    event = params.get("event")
    if not isinstance(event, dict):
        return
    removed = folders_of(event.get("removed"))
    kept = [folder for folder in session.workspace.folders if folder not in removed]
    session.workspace.folders = [*kept, *(f for f in folders_of(event.get("added")) if f not in kept)]


def cancel_progress(session: Session, params: Params) -> None:
    """
    `window/workDoneProgress/cancel`.
    """
    session.progress.cancel(params.get("token"))
