"""
The files of the workspace as they are now: in the editor where they are open, on disk where not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lsp_server.documents import Document, Documents
from lsp_server.errors import request_failed
from lsp_server.uris import inside, path_of, uri_of
from vision_code.errors import Denied, InputRejected, VisionCodeError

MAX_TEXT_BYTES = 2 << 20
#: Folders and files that something may execute or that tell others what to do: nothing is ever created there.
#: Source: the project's path rule (compared without case).
_PROTECTED = frozenset({
    ".git", ".github", ".circleci", ".vscode", ".idea", ".devcontainer", ".husky", ".cursor", ".claude", "node_modules",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """
    One file at one moment.

    Attributes:
        text: None when there is no such file.
        version: Of the open document; None when it is not open.
    """

    path: Path
    uri: str
    text: str | None = field(repr=False)
    version: int | None

    @property
    def exists(self) -> bool:
        """
        Whether there is such a file or document.
        """
        return self.text is not None

    @property
    def is_blank(self) -> bool:
        """
        Whether it exists and holds nothing but white space.
        """
        return self.text is not None and not self.text.strip("\ufeff \t\r\n")


class Workspace(Documents):
    """
    The folders that the client opened, and what may be read and made in them.
    """

    def local_folders(self) -> list[Path]:
        """
        The folders that are on this machine.
        """
        return [path for folder in self.folders.values() if (path := _local(folder.uri))]

    def roots(self) -> list[Path]:
        """
        Where files may be read and made: the folders, or, when a single file is edited, those of open documents.
        """
        documents = self.text_documents.values()
        return self.local_folders() or [path.parent for document in documents if (path := _local(document.uri))]

    def readable(self, uri: str) -> Path:
        """
        The path of a file that may be read.

        Raises:
            Denied: ``path.*``.
        """
        return inside(path_of(uri), self.roots())

    def writable(self, uri: str) -> Path:
        """
        The path of a file or folder that may be made or changed; links on the way are followed first.

        Raises:
            Denied: ``path.*``.
        """
        path = self.readable(uri)
        below = path.relative_to(self.root_of(path))
        protected = [part for part in below.parts if part.casefold() in _PROTECTED]
        if protected:
            raise Denied("path.protected", f"nothing is made in {protected[0]}")
        return path

    def root_of(self, path: Path) -> Path:
        """
        The innermost folder of the workspace that holds a path as :meth:`readable` returns it.
        """
        roots = [real for root in self.roots() if path.is_relative_to(real := _real(root))]
        return max(roots, key=lambda root: len(root.parts))

    def state_of(self, path: Path) -> FileState:
        """
        A file as it is now.

        Raises:
            InputRejected: ``input.*``, ``file.too_large``, ``file.encoding``.
            ResponseError: ``document.out_of_step``.
        """
        document = self.open_document(path)
        if document is None:
            return FileState(path=path, uri=uri_of(path), text=_text_on_disk(path), version=None)
        if not document.in_step:
            raise request_failed("document.out_of_step", "its changes could not be followed; close and open it again")
        return FileState(path=path, uri=document.uri, text=document.source, version=document.version)

    def open_below(self, folder: Path) -> dict[str, str]:
        """
        The texts of all open documents in a folder, by their path below it.

        Raises:
            ResponseError: ``document.out_of_step``.
        """
        texts = {}
        for document in self.text_documents.values():
            path = _local(document.uri)
            if path is not None and (real := _real(path)).is_relative_to(folder):
                texts[real.relative_to(folder).as_posix()] = self.state_of(real).text or ""
        return texts

    def open_document(self, path: Path) -> Document | None:
        """
        The open document of a file, however its URI is spelled.
        """
        for document in self.text_documents.values():
            local = _local(document.uri)
            if local is not None and (local == path or (local.name == path.name and _real(local) == path)):
                return document
        return None


def _local(uri: str) -> Path | None:
    try:
        return path_of(uri)
    except VisionCodeError:
        return None


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path


def _text_on_disk(path: Path) -> str | None:
    from vision_code.input import file_status, read_file

    try:
        size_bytes = file_status(path).st_size
    except InputRejected as error:
        if error.kind == "input.missing":
            return None
        raise
    if size_bytes > MAX_TEXT_BYTES:
        raise InputRejected("file.too_large", f"{path.name}: {size_bytes} bytes, limit {MAX_TEXT_BYTES}")
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputRejected("file.encoding", f"{path.name}: not valid UTF-8 at byte {error.start}") from error
