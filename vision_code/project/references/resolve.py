"""
Which file a picture's name means: addresses as a browser and modules as a bundler would follow them, never outside.

Sources: RFC 3986 (query, fragment, percent-encoding); Vite, Next.js, Nuxt and SvelteKit on their folders of files that
are served as they are (``public``, ``static``).
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from vision_code.project.aliases import Alias
from vision_code.project.files import Files
from vision_code.project.references.mention import Mention

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")
#: Folders whose content a server offers at ``/``.
_SERVED = ("public", "static")


@dataclass(frozen=True, slots=True)
class Resolver:
    """
    Turns names into files.

    Attributes:
        folder: Of the document.
        package: The folder of the package that it belongs to.
    """

    files: Files
    folder: Path
    package: Path
    aliases: tuple[Alias, ...]

    def resolve(self, mention: Mention) -> tuple[Path, bool] | None:
        """
        The file that is meant, and whether it is there; None for what is remote, no file's name, or outside the root.
        """
        if _REMOTE.match(mention.name) or "\0" in mention.name:
            return None
        is_module = mention.kind == "import"
        name = re.split(r"\?" if is_module else r"[?#]", mention.name, maxsplit=1)[0]
        # Addresses are encoded and module names are not, but people mix the two up.
        spelled, otherwise = (name, unquote(name)) if is_module else (unquote(name), name)
        paths = self._inside(spelled, is_module)
        there = next((path for path in (*paths, *self._inside(otherwise, is_module)) if self.files.is_file(path)), None)
        if there is not None:
            return there, True
        # What is not there and could be any package's file is no file of the project.
        named = not is_module or any(alias.prefix and alias.resolve(spelled) for alias in self.aliases)
        return (paths[0], False) if paths and (named or spelled.startswith((".", "/"))) else None

    def _inside(self, name: str, is_module: bool) -> list[Path]:
        paths = (Path(os.path.normpath(path)) for path in self._paths(name, is_module=is_module))
        return [path for path in paths if self.files.inside(path)]

    def _paths(self, name: str, *, is_module: bool) -> Iterator[Path]:
        if name.startswith("/"):
            below = name.lstrip("/")
            yield from (self.package / served / below for served in _SERVED if self._serves(served))
            yield from (self.package / below, self.files.root / below)
            return
        is_relative = name.startswith(("./", "../"))
        # Bundlers take "~" in front of a name in CSS for "this is a module".
        for spelled in () if is_relative else (name, name.removeprefix("~")):
            for alias in self.aliases:
                if alias.prefix or is_module:
                    yield from alias.resolve(spelled)
        if is_relative or not is_module:
            yield self.folder / name

    def _serves(self, served: str) -> bool:
        return self.files.is_folder(self.package / served)
