"""
The files of a repository that may be shown to an engine: plain, text, inside, and none that looks like a secret.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vision_code.project.files import Files, read_plain

#: Larger files are generated or data; nobody edits them by hand.
MAX_FILE_BYTES = 1024 * 1024
MAX_FILES = 200_000
_SKIPPED_FOLDERS = frozenset({
    ".git", ".hg", ".svn", "node_modules", "bower_components", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".next", ".nuxt", ".svelte-kit", ".turbo", ".cache", "coverage",
})  # fmt: skip
#: Names of files that hold keys more often than code; they never enter a prompt.
_SECRET = (
    ".env", ".env.*", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk", "id_rsa*",
    "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc", ".npmrc", ".pypirc", ".yarnrc*", ".htpasswd",
    ".pgpass", ".my.cnf", ".git-credentials", "credentials", "credentials.*", "secrets", "secrets.*", "secret.*",
    "*.secret", "*.tfvars", "*.tfstate", "kubeconfig", ".dockercfg", "service-account*.json", "*.gpg", "*.asc",
)  # fmt: skip
_SECRET_NAME = re.compile("|".join(fnmatch.translate(pattern) for pattern in _SECRET))
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
    *folders, name = path.lower().split("/")
    if not _SECRET_FOLDERS.isdisjoint(folders):
        return True
    return _SECRET_NAME.match(name) is not None and not name.endswith((".example", ".sample", ".template"))


#: A file that became a pipe must not block; a link may lead anywhere.


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
            paths: Of the files that belong to the repository; without them the folder is walked, generated folders
                left out.
        """
        root = Path(os.path.realpath(root))
        found = paths if paths is not None else tuple(_walked(root))
        kept = sorted(path for path in found if _readable_name(path))
        return cls(root, tuple(kept[:MAX_FILES]))

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
    return path.rpartition(".")[2].lower() not in _BINARY and ".." not in path.split("/") and not is_secret(path)


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
                        if entry.name not in _SKIPPED_FOLDERS:
                            waiting.append(f"{name}/")
                    elif entry.is_file(follow_symlinks=False):
                        count += 1
                        yield name
        except OSError:
            continue
