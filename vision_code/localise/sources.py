"""
The files of a repository that may be shown to an engine: plain, text, inside, and none that looks like a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path

from vision_code.edits.folder import GENERATED_FOLDERS
from vision_code.project.files import Files, read_plain
from vision_code.repository import listed

#: Larger files are generated or data; nobody edits them by hand.
MAX_FILE_BYTES = 1024 * 1024
MAX_FILES = 200_000
#: Names of files that hold keys more often than code; they never enter a prompt.
_SECRET = frozenset({
    ".env", ".netrc", "_netrc", ".npmrc", ".pypirc", ".htpasswd", ".pgpass", ".my.cnf", ".git-credentials",
    "credentials", "secrets", "kubeconfig", ".dockercfg",
})  # fmt: skip
_SECRET_BEGINNING = re.compile(
    r"\.env\.|id_(?:rsa|dsa|ecdsa|ed25519)|\.yarnrc|credentials\.|secrets?\.|service-account.*\.json\Z"
)
_SECRET_ENDINGS = (
    ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk", ".secret", ".tfvars", ".tfstate", ".gpg",
    ".asc",
)  # fmt: skip
_NO_SECRET_ENDINGS = (".example", ".sample", ".template")
_SECRET_FOLDERS = frozenset({".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".git", "secrets", ".secrets"})
_BINARY = frozenset({
    "png", "jpg", "jpeg", "gif", "webp", "bmp", "ico", "avif", "heic", "pdf", "zip", "gz", "bz2", "xz", "zst", "7z",
    "tar", "tgz", "jar", "war", "whl", "so", "dll", "dylib", "exe", "bin", "o", "a", "class", "pyc", "pyo", "wasm",
    "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "webm", "mov", "ogg", "wav", "avi", "db", "sqlite", "sqlite3",
    "pack", "idx", "npy", "npz", "pkl", "pt", "safetensors", "onnx", "parquet", "map",
})  # fmt: skip


def is_secret(path: str) -> bool:
    """
    Whether a file's name says that it may hold keys; ``.env.example`` and its like say that they do not.
    """
    folder, _, name = path.rpartition("/")
    return _is_secret_folder(folder) or _is_secret_name(name.lower())


@lru_cache(4096)
def _is_secret_folder(folder: str) -> bool:
    return not _SECRET_FOLDERS.isdisjoint(folder.lower().split("/"))


def _is_secret_name(name: str) -> bool:
    if name in _SECRET or name.endswith(_SECRET_ENDINGS):
        return True
    return _SECRET_BEGINNING.match(name) is not None and not name.endswith(_NO_SECRET_ENDINGS)


@dataclass(frozen=True, slots=True)
class Sources:
    """
    What may be read of a repository.

    Attributes:
        root: Its folder.
        paths: Names with forward slashes, relative to the root, sorted.
        unsaved: What some of them hold in an editor, which counts instead of what lies on disk.
    """

    root: Path
    paths: tuple[str, ...]
    unsaved: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    _inside: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def below(cls, root: Path, paths: tuple[str, ...] | None = None) -> Sources:
        """
        The files below ``root``.

        Args:
            paths: Of the files that belong to it. Without them git lists what it does not ignore; where there is no
                git, the folder is walked, generated folders left out.
        """
        root = Path(os.path.realpath(root))
        found = iter(paths) if paths is not None else _found(root)
        kept = {path for path in found if _readable_name(path) and (path.isascii() or _is_text(path))}
        return cls(root, tuple(sorted(kept)[:MAX_FILES]))

    def text(self, path: str) -> str | None:
        """
        What a file holds, bad bytes replaced; None for what is not among ``paths``, binary, too large or a link.
        """
        content = self.content(path)
        return None if content is None else content.decode("utf-8", "replace")

    def content(self, path: str) -> bytes | None:
        """
        The same as bytes.
        """
        if not _readable_name(path) or not self._is_inside(path.rpartition("/")[0]):
            return None
        if (content := self.unsaved.get(path)) is None:
            content = read_plain(f"{self.root}/{path}", MAX_FILE_BYTES)
        return None if content is None or b"\0" in content[:8192] else content

    def _is_inside(self, folder: str) -> bool:
        """
        Whether a folder lies below the root, links followed; looked at once, for a tree has many files a folder.
        """
        if folder not in self._inside:
            self._inside[folder] = Files.real(self.root / folder).is_relative_to(self.root)
        return self._inside[folder]


def _readable_name(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    name = name.lower()
    return _readable_folder(folder) and name.rpartition(".")[2] not in _BINARY and not _is_secret_name(name)


@lru_cache(4096)
def _readable_folder(folder: str) -> bool:
    return ".." not in folder.split("/") and not _is_secret_folder(folder)


def _is_text(path: str) -> bool:
    """
    Whether a name can be written down: names of Linux are any bytes.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _found(root: Path) -> Iterator[str]:
    """
    What git lists, as it comes, or what lies there.
    """
    names = listed(root)
    first = next(names, None)
    return _walked(root) if first is None else chain((first,), names)


def _walked(root: Path) -> Iterator[str]:
    waiting = [""]
    count = 0
    while waiting and count < MAX_FILES:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    name = f"{folder}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in GENERATED_FOLDERS:
                            waiting.append(f"{name}/")
                    elif entry.is_file(follow_symlinks=False):
                        count += 1
                        yield name
        except OSError:
            continue
