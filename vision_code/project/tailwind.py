"""
Tailwind in a project: its major version and the tokens of its theme, as far as they can be read without running code.

Sources: Tailwind CSS 4, "Theme variables"; Tailwind CSS 3, "Theme configuration".
"""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf
from typing import TypeAlias

from vision_code.geometry import Color
from vision_code.project.aliases import config_module
from vision_code.project.css_color import parse_color
from vision_code.project.css_theme import Sheet, first_of_each, read_sheet, substituted
from vision_code.project.files import Files
from vision_code.project.found import Found
from vision_code.project.literals import Literal, Unread, member, read_default_export
from vision_code.project.made import is_theme_of_ours
from vision_code.project.packages import Package

Kind: TypeAlias = OneOf["color", "font", "spacing", "radius", "shadow", "text", "breakpoint"]
#: Namespace of the theme variables of version 4, and key of the configuration of version 3.
_KINDS: dict[Kind, str] = {
    "color": "colors",
    "font": "fontFamily",
    "spacing": "spacing",
    "radius": "borderRadius",
    "shadow": "boxShadow",
    "text": "fontSize",
    "breakpoint": "screens",
}
_MAX_SHEETS = 60
_MAX_DEPTH = 6
_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Token:
    """
    A name of the project's theme.

    Attributes:
        name: As classes use it: ``brand-500`` in ``bg-brand-500``.
        value: CSS value, custom properties in place where they are known.
        file: Where it is defined.
    """

    kind: Kind
    name: str
    value: str
    file: Path

    @property
    def color(self) -> Color | None:
        """
        The colour that it is, None for what is transparent or no colour.
        """
        return parse_color(self.value) if self.kind == "color" else None


@dataclass(frozen=True, slots=True)
class Tailwind:
    """
    Tailwind as a project uses it.

    Attributes:
        unread: What of the theme only running its code would tell: the file and the key.
    """

    major: Found[int]
    tokens: tuple[Token, ...] = ()
    unread: tuple[str, ...] = ()


def tailwind_of(files: Files, packages: Sequence[Package], sources: Sequence[Path]) -> Tailwind | None:
    """
    Tailwind in a package, None when it is not used.

    Args:
        packages: The package and those around it.
        sources: Files of the package.
    """
    sheets = _sheets(files, sources)
    config = next((found for package in packages if (found := config_module(files, package.folder, _CONFIG))), None)
    major = _major(files, packages, sheets, config)
    if major is None:
        return None
    tokens = list(_theme_variables(sheets))
    root = first_of_each(pair for sheet in sheets.values() for pair in sheet.root.items())
    unread: list[str] = []
    named = [Path(os.path.normpath(path.parent / name)) for path, sheet in sheets.items() for name in sheet.configs]
    for path in dict.fromkeys([*([config] if config and major.value < 4 else []), *named]):
        text = files.text(path)
        if text is not None:
            _read_config(files.shown(path), path, text, root, tokens, unread)
    first: dict[tuple[Kind, str], Token] = {}
    for token in tokens:
        first.setdefault((token.kind, token.name), token)
    return Tailwind(major, tuple(first.values()), tuple(unread))


_CONFIG = "tailwind.config"


def _sheets(files: Files, sources: Sequence[Path]) -> dict[Path, Sheet]:
    found: dict[Path, Sheet] = {}
    for path in [path for path in sources if path.suffix in (".css", ".scss")][:_MAX_SHEETS]:
        text = files.text(path)
        if text is not None and not is_theme_of_ours(text):
            found[path] = read_sheet(text)
    return found


def _major(
    files: Files, packages: Sequence[Package], sheets: dict[Path, Sheet], config: Path | None
) -> Found[int] | None:
    for package in packages:
        number = package.major("tailwindcss")
        if number is not None and package.manifest is not None:
            return Found(number, f"{files.shown(package.manifest)} depends on tailwindcss {number}")
    for path, sheet in sheets.items():
        if sheet.loads is not None:
            return Found(sheet.loads, f"{files.shown(path)} loads it as version {sheet.loads} is loaded")
    for package in packages:
        for name in ("@tailwindcss/vite", "@tailwindcss/postcss", "@tailwindcss/cli"):
            if name in package.dependencies and package.manifest is not None:
                return Found(4, f"{files.shown(package.manifest)} depends on {name}")
    if config is not None:
        return Found(3, f"{files.shown(config)} is there")
    return None


def _theme_variables(sheets: dict[Path, Sheet]) -> Iterator[Token]:
    known = first_of_each(pair for sheet in sheets.values() for pair in (*sheet.root.items(), *sheet.theme.items()))
    for path, sheet in sheets.items():
        for name, value in sheet.theme.items():
            for kind in _KINDS:
                token = name.removeprefix(f"{kind}-")
                # "--color-*: initial" is no token, and "--text-lg--line-height" belongs to another.
                if token != name and "--" not in token and value != "initial":
                    yield Token(kind, token, substituted(value, known), path)


def _read_config(
    shown: str, path: Path, text: str, root: dict[str, str], tokens: list[Token], unread: list[str]
) -> None:
    """
    Add the tokens of a version 3 configuration, and what cannot be read of it.
    """
    config = read_default_export(text)
    if isinstance(config, Unread):
        unread.append(f"{shown}: what it exports is computed")
        return
    for kind, key in _KINDS.items():
        for place in (("theme", key), ("theme", "extend", key)):
            value = member(config, *place)
            for name, each in _flat(value, 0):
                if isinstance(each, str):
                    tokens.append(Token(kind, name, substituted(each, root), path))
                else:
                    spelled = ".".join((*place, *([name] if name else [])))
                    unread.append(f"{shown}: {spelled} ({' '.join(each.source.split())[:_MAX_SHOWN]})")


def _flat(value: Literal, depth: int) -> Iterator[tuple[str, str | Unread]]:
    """
    Names and values of nested tokens: ``{brand: {DEFAULT: …, 500: …}}`` is ``brand`` and ``brand-500``.
    """
    if isinstance(value, str | Unread):
        yield "", value
    elif isinstance(value, list):  # a font's fallbacks, a text size with its line height
        words = [each for each in value if isinstance(each, str)]
        if words:
            yield "", ", ".join(words)
    elif isinstance(value, dict) and depth < _MAX_DEPTH:
        for key, each in value.items():
            for name, inner in _flat(each, depth + 1):
                yield "-".join(part for part in ("" if key == "DEFAULT" else key, name) if part), inner
