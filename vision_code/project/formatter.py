"""
The formatter of a project, and what its configuration asks for. It is never run here.

Sources: Prettier, "Configuration File" and "Options"; Biome, "Configuration"; dprint, "TypeScript plugin";
EditorConfig specification 0.17.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vision_code.project.aliases import config_module
from vision_code.project.files import Files
from vision_code.project.found import Found
from vision_code.project.literals import Literal, Unread, member, read_default_export, read_json
from vision_code.project.packages import Package, folders_upward
from vision_code.project.style import CodeStyle
from vision_code.project.toml_places import load_toml

_BIOME = ("biome.json", "biome.jsonc", ".biome.json", ".biome.jsonc")
_DPRINT = ("dprint.json", "dprint.jsonc", ".dprint.json", ".dprint.jsonc")
_PRETTIER = (".prettierrc", ".prettierrc.json", ".prettierrc.json5", ".prettierrc.yaml", ".prettierrc.yml")
_YAML_LINE = re.compile(r"^([A-Za-z]+):[ \t]*+([^\n#]*)", re.M)
#: A wider indentation or line is a mistake, not a wish.
_MAX_INDENT, _MAX_WIDTH = 16, 1000
_EDITOR_SECTION = re.compile(r"^\s*\[(.*)\]\s*$")
_EDITOR_PAIR = re.compile(r"^\s*([a-z_]+)\s*=\s*(\S+)", re.I)
#: Sections of EditorConfig that speak of scripts.
_OURS = re.compile(r"\*$|.*\b(?:tsx|jsx|ts|js|vue|svelte)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatter:
    """
    A formatter that a project uses.

    Attributes:
        name: ``prettier``, ``biome`` or ``dprint``.
        config: Its configuration; None when it only is among the dependencies.
        style: What it is told, its own defaults for the rest.
    """

    name: str
    config: Path | None
    style: CodeStyle


def formatter_of(files: Files, package: Package, packages: Sequence[Package]) -> Formatter | None:
    """
    The formatter nearest to a package.
    """
    for folder in folders_upward(files, package.folder):
        for name, path, options in _configurations(files, folder):
            return Formatter(name=name, config=path, style=_STYLES[name](options, files.shown(path)))
    for each in packages:
        for dependency, name in (("prettier", "prettier"), ("@biomejs/biome", "biome")):
            if dependency in each.dependencies and each.manifest is not None:
                style = _STYLES[name]({}, f"{files.shown(each.manifest)} depends on {dependency}")
                return Formatter(name=name, config=None, style=style)
    return None


def editor_style(files: Files, package: Package) -> CodeStyle:
    """
    The indentation that ``.editorconfig`` asks for.
    """
    for folder in folders_upward(files, package.folder):
        text = files.text(folder / ".editorconfig")
        if text is not None:
            return _indented(_editor_options(text), files.shown(folder / ".editorconfig"))
    return CodeStyle()


def _configurations(files: Files, folder: Path) -> Iterator[tuple[str, Path, Literal]]:
    for name, names in (("biome", _BIOME), ("dprint", _DPRINT)):
        for path in (folder / each for each in names):
            if (text := files.text(path)) is not None:
                yield name, path, read_json(text)
    for path in (folder / each for each in _PRETTIER):
        if (text := files.text(path)) is not None:
            value = read_json(text)
            yield "prettier", path, _yaml(text) if isinstance(value, Unread) else value
    toml = folder / ".prettierrc.toml"
    if (text := files.text(toml)) is not None:
        yield "prettier", toml, _toml(text)
    for stem in (".prettierrc", "prettier.config"):
        module = config_module(files, folder, stem)
        if module is not None:
            yield "prettier", module, read_default_export(files.text(module) or "")
    manifest = folder / "package.json"
    options = member(read_json(files.text(manifest) or ""), "prettier")
    if isinstance(options, dict | str):  # a name means a shared configuration: that of a package
        yield "prettier", manifest, options


def _yaml(text: str) -> dict[str, Literal]:
    """
    The pairs at the left edge of a YAML text: all that matters here.
    """
    words: Mapping[str, Literal] = {"true": True, "false": False}
    found: dict[str, Literal] = {}
    for name, value in _YAML_LINE.findall(text):
        plain = value.strip().strip("'\"")
        found[name] = words.get(plain, float(plain) if plain.isascii() and plain.isdigit() else plain)
    return found


def _toml(text: str) -> dict[str, Literal]:
    try:
        return {name: value for name, value in load_toml(text).items() if isinstance(value, str | bool | int)}
    except ValueError:
        return {}


def _prettier(options: Literal, shown: str) -> CodeStyle:
    if isinstance(options, str | Unread):
        return CodeStyle()
    tabs, spaces = member(options, "useTabs"), member(options, "tabWidth")
    return CodeStyle(
        semicolons=Found(member(options, "semi") is not False, shown),
        quotes=Found("single" if member(options, "singleQuote") is True else "double", shown),
        # Where it is told nothing of this, it asks the editor configuration.
        indent=_indent(shown, tabs is True, spaces) if tabs is not None or spaces is not None else None,
        width=_width(member(options, "printWidth"), 80, shown),
    )


def _biome(options: Literal, shown: str) -> CodeStyle:
    if isinstance(options, Unread):
        return CodeStyle()

    def asked(name: str) -> Literal:
        own = member(options, "javascript", "formatter", name)
        return member(options, "formatter", name) if own is None else own

    return CodeStyle(
        semicolons=Found(asked("semicolons") != "asNeeded", shown),
        quotes=Found("single" if asked("quoteStyle") == "single" else "double", shown),
        indent=_indent(shown, asked("indentStyle") != "space", asked("indentWidth")),
        width=_width(asked("lineWidth"), 80, shown),
    )


def _dprint(options: Literal, shown: str) -> CodeStyle:
    if isinstance(options, Unread):
        return CodeStyle()

    def asked(name: str) -> Literal:
        own = member(options, "typescript", name)
        return member(options, name) if own is None else own

    width = asked("indentWidth")
    return CodeStyle(
        semicolons=Found(asked("semiColons") != "asi", shown),
        quotes=Found("single" if asked("quoteStyle") in ("alwaysSingle", "preferSingle") else "double", shown),
        indent=_indent(shown, asked("useTabs") is True, 4.0 if width is None else width),
        width=_width(asked("lineWidth"), 120, shown),
    )


_STYLES = {"prettier": _prettier, "biome": _biome, "dprint": _dprint}


def _indent(shown: str, tabs: bool, width: Literal) -> Found[str]:
    number = int(width) if isinstance(width, float | int) and 1 <= width <= _MAX_INDENT else 2
    return Found("\t" if tabs else " " * number, shown)


def _width(value: Literal, default: int, shown: str) -> Found[int]:
    return Found(int(value) if isinstance(value, float | int) and 20 <= value <= _MAX_WIDTH else default, shown)


def _editor_options(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    counts = False
    for line in text.splitlines():
        if section := _EDITOR_SECTION.match(line):
            counts = _OURS.match(section[1]) is not None
        elif counts and (pair := _EDITOR_PAIR.match(line)):
            found[pair[1].lower()] = pair[2].lower()
    return found


def _indented(options: Mapping[str, str], shown: str) -> CodeStyle:
    style, size = options.get("indent_style"), options.get("indent_size", "")
    if style == "tab":
        return CodeStyle(indent=Found("\t", shown))
    number = float(size) if size.isascii() and size.isdigit() else None
    return CodeStyle(indent=_indent(shown, False, number)) if style == "space" or number is not None else CodeStyle()
