"""
How the components that are there already are named, placed and written.

Knows nothing of formatters: what a configuration says is asked elsewhere, and counts for more.
"""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from vision_code.project.files import Files
from vision_code.project.found import Found
from vision_code.project.style import CodeStyle

Naming: TypeAlias = Literal["pascal", "kebab", "camel", "snake"]
Layout: TypeAlias = Literal["flat", "folder", "index"]
T = TypeVar("T")

#: Nearest ones that are read: more change no majority.
_MAX_READ = 24
_NAMINGS: dict[Naming, re.Pattern[str]] = {
    "pascal": re.compile(r"[A-Z][A-Za-z0-9]*"),
    "kebab": re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+"),
    "camel": re.compile(r"[a-z]+[a-z0-9]*[A-Z][A-Za-z0-9]*"),
    "snake": re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+"),
}
_LOWER = re.compile(r"[a-z][a-z0-9]*")
#: Named by a framework's router or a tool, not by a person's taste. Sources: Next.js "File conventions", SvelteKit
#: "Routing", Nuxt "Directory structure".
_GIVEN_NAMES = frozenset({
    "index", "main", "app", "page", "layout", "template", "loading", "error", "not-found", "global-error", "route",
    "default", "root", "entry-client", "entry-server", "entry.client", "entry.server",
})  # fmt: skip
_NOT_COMPONENTS = re.compile(r"\.(?:test|spec|stories|story|config|d|server|client)$")
_ROUTES = frozenset({"pages", "routes", "app", "views", "layouts"})
_DEFAULT_EXPORT = re.compile(r"^export\s+default\b|^export\s*\{[^}]*\bas\s+default\b", re.M)
_NAMED_EXPORT = re.compile(r"^export\s+(?:async\s+)?(?:function|const|class)\s+[A-Z]|^export\s*\{\s*[A-Z]", re.M)
_IMPORT = re.compile(r"^[ \t]*(?:import|export)\b[^;\n'\"]*(['\"])[^'\"\n]+['\"]([;]?)[ \t]*$", re.M)
_INDENTED = re.compile(r"^\S[^\n]*[{(\[>][ \t]*\n(\t| {1,8})(?=\S)", re.M)
_TYPED = re.compile(r"<script[^>]*\blang=[\"']?tsx?\b")
_UNTYPED = re.compile(r"<script(?![^>]*\blang=)[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """
    What the components have in common; each is None where nothing tells.

    Attributes:
        naming: Of their files (or folders, where the file is an ``index``).
        layout: ``flat`` (Card.tsx), ``folder`` (Card/Card.tsx) or ``index`` (Card/index.tsx).
        export: How a React component leaves its file.
        language: Of their scripts.
        folder: Where most of them live.
        style: How their scripts are written.
    """

    naming: Found[Naming] | None
    layout: Found[Layout] | None
    export: Found[Literal["default", "named"]] | None
    language: Found[Literal["ts", "js"]] | None
    folder: Found[Path] | None
    style: CodeStyle


def neighbours_of(files: Files, sources: Iterable[Path], endings: Sequence[str], near: Path) -> Neighbours:
    """
    Look at the components of a package, those nearest to a folder first.

    Args:
        sources: Files of the package.
        endings: Of components.
        near: The folder.
    """
    found = [path for path in sources if path.suffix in endings and not _NOT_COMPONENTS.search(path.stem)]
    components = sorted(found, key=lambda path: _distance(path.parent, near))  # stable: from the top where it is equal
    named = [path for path in components if _own_name(path)]
    sample = named[:_MAX_READ]
    texts = [text for path in (sample or components[:_MAX_READ]) if (text := files.text(path)) is not None]
    return Neighbours(
        naming=_majority((_naming(_own_name(path)) for path in sample), "files"),
        layout=_majority((_layout(path) for path in sample), "components"),
        export=_majority(map(_export, texts), "components") if ".tsx" in endings else None,
        language=_language(components[:_MAX_READ], texts),
        folder=_folder(files, named, near),
        style=_style(texts),
    )


def _distance(folder: Path, near: Path) -> int:
    """
    Steps between two folders.
    """
    return len(Path(os.path.relpath(folder, near)).parts)


def _own_name(path: Path) -> str:
    """
    The name that a person gave a component; empty when a router or a tool did.
    """
    if path.stem == "index":
        name = path.parent.name
        return "" if name in _ROUTES or _ROUTES & set(path.parts[-3:-2]) else name
    return "" if path.stem.lower() in _GIVEN_NAMES or path.stem.startswith(("+", "_", "[", "(")) else path.stem


def _naming(name: str) -> Naming | None:
    for naming, pattern in _NAMINGS.items():
        if pattern.fullmatch(name):
            return naming
    # One word in lower case fits all but Pascal case; the shadcn way to name files is the commonest of them.
    return "kebab" if _LOWER.fullmatch(name) else None


def _layout(path: Path) -> Layout:
    if path.stem == "index":
        return "index"
    return "folder" if path.stem.lower() == path.parent.name.lower() else "flat"


def _export(text: str) -> Literal["default", "named"] | None:
    if _DEFAULT_EXPORT.search(text):
        return "default"
    return "named" if _NAMED_EXPORT.search(text) else None


def _language(components: Sequence[Path], texts: Sequence[str]) -> Found[Literal["ts", "js"]] | None:
    by_ending: dict[str, Literal["ts", "js"]] = {".tsx": "ts", ".jsx": "js"}
    said = [by_ending.get(path.suffix) for path in components]
    said += ["ts" if _TYPED.search(text) else "js" if _UNTYPED.search(text) else None for text in texts]
    return _majority(said, "components")


def _majority(votes: Iterable[T | None], what: str) -> Found[T] | None:
    counts = Counter(vote for vote in votes if vote is not None)
    if not counts:
        return None
    (value, number), total = counts.most_common(1)[0], counts.total()
    return Found(value, f"{number} of {total} {what} near")


def _folder(files: Files, named: Sequence[Path], near: Path) -> Found[Path] | None:
    """
    A folder called ``components`` before others, the nearest before further ones; never a router's.
    """
    counts: Counter[Path] = Counter()
    for path in named:
        folder = path.parent if _layout(path) == "flat" else path.parent.parent
        within = [each for each in (folder, *folder.parents) if each.name.lower() == "components"]
        if within and within[-1].is_relative_to(files.root):
            counts[within[-1]] += 1000
        elif not _ROUTES & {part.lower() for part in folder.relative_to(files.root).parts}:
            counts[folder] += 1
    if not counts:
        return None
    best = max(counts, key=lambda folder: (counts[folder] >= 1000, -_distance(folder, near), counts[folder]))
    number = counts[best] // 1000 or counts[best]
    return Found(best, f"{files.shown(best)} holds {number} component{'' if number == 1 else 's'}")


def _style(texts: Sequence[str]) -> CodeStyle:
    imports = [found.groups() for text in texts for found in _IMPORT.finditer(text)]
    indents = [found[1] for text in texts for found in _INDENTED.finditer(text)]
    quotes: dict[str, Literal["double", "single"]] = {'"': "double", "'": "single"}
    return CodeStyle(
        semicolons=_majority((end == ";" for _, end in imports), "imports"),
        quotes=_majority((quotes[quote] for quote, _ in imports), "imports"),
        indent=_majority(indents, "blocks"),
    )
