"""
Path aliases: what ``@/assets/mock.png`` means here, as TypeScript, Vite, SvelteKit and Nuxt are told.

Sources: TypeScript, "Modules - Reference" (``paths``, ``baseUrl``, ``extends``); Vite, "resolve.alias"; SvelteKit,
"$lib" and ``kit.alias``; Nuxt, "alias".
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vision_code.project.files import Files
from vision_code.project.literals import Literal, Unread, member, read_default_export, read_json
from vision_code.project.packages import Package

#: A chain of configurations that extend each other ends somewhere; a cycle does not.
_MAX_CONFIGS = 12
_MODULE_ENDINGS = ("ts", "js", "mts", "mjs", "cts", "cjs")
_JOINED = re.compile(
    r"(?:path\.)?(?:resolve|join)\(\s*(?:__dirname|import\.meta\.dirname)((?:\s*,\s*['\"][^'\"]+['\"])+)\s*\)"
)
_URL = re.compile(
    r"(?:fileURLToPath\(\s*)?new URL\(\s*['\"]([^'\"]+)['\"]\s*,\s*import\.meta\.url\s*\)(?:\s*\)|\.pathname)?"
)
_QUOTED = re.compile(r"['\"]([^'\"]+)['\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """
    A first part of module names that stands for folders.

    Attributes:
        prefix: What names begin with ("@/"); empty where every bare name may be meant (``baseUrl``).
        targets: What takes its place, in the order in which they are tried: folders, or files where ``is_exact``.
        is_exact: Whether only the whole name is meant.
        evidence: The file that says so.
    """

    prefix: str
    targets: tuple[Path, ...]
    is_exact: bool
    evidence: Path

    def resolve(self, name: str) -> tuple[Path, ...]:
        """
        The paths that a module name may mean, none when it is no name of this alias.
        """
        if self.is_exact:
            return self.targets if name == self.prefix else ()
        return (
            tuple(target / name[len(self.prefix) :] for target in self.targets) if name.startswith(self.prefix) else ()
        )


def aliases_of(files: Files, package: Package) -> tuple[Alias, ...]:
    """
    The aliases of a package, the most specific first.
    """
    found = [*_typescript(files, package.folder), *_vite(files, package.folder), *_framework(files, package)]
    first: dict[tuple[str, bool], Alias] = {}
    for alias in found:
        first.setdefault((alias.prefix, alias.is_exact), alias)
    return tuple(sorted(first.values(), key=lambda alias: (not alias.is_exact, -len(alias.prefix))))


def config_module(files: Files, folder: Path, stem: str) -> Path | None:
    """
    A configuration file in JavaScript or TypeScript, whatever its ending.
    """
    paths = (folder / f"{stem}.{ending}" for ending in _MODULE_ENDINGS)
    return next((path for path in paths if files.is_file(path)), None)


def _typescript(files: Files, folder: Path) -> Iterator[Alias]:
    waiting = [folder / "tsconfig.json", folder / "jsconfig.json", folder / "tsconfig.app.json"]
    seen: set[Path] = set()
    while waiting and len(seen) < _MAX_CONFIGS:
        path = waiting.pop(0)
        text = None if path in seen else files.text(path)
        seen.add(path)
        if text is None:
            continue
        config = read_json(text)
        yield from _paths(config, path)
        extended = member(config, "extends")
        referred = member(config, "references")
        names = [*_strings(extended), *_strings([member(each, "path") for each in _list(referred)])]
        waiting += [_config_file(files, path.parent, name) for name in names if name.startswith(".")]


def _config_file(files: Files, folder: Path, name: str) -> Path:
    path = _normal(folder / name)
    if files.is_folder(path):
        return path / "tsconfig.json"
    return path if path.suffix == ".json" else path.with_name(f"{path.name}.json")


def _paths(config: Literal, file: Path) -> Iterator[Alias]:
    base = member(config, "compilerOptions", "baseUrl")
    folder = _normal(file.parent / base) if isinstance(base, str) else file.parent
    paths = member(config, "compilerOptions", "paths")
    for pattern, wanted in paths.items() if isinstance(paths, dict) else ():
        targets = _strings(wanted)
        if not targets or pattern in ("", "*") or pattern.find("*") not in (-1, len(pattern) - 1):
            continue
        yield Alias(
            prefix=pattern.removesuffix("*"),
            targets=tuple(_normal(folder / target.removesuffix("*")) for target in targets),
            is_exact=not pattern.endswith("*"),
            evidence=file,
        )
    if isinstance(base, str):
        yield Alias(prefix="", targets=(folder,), is_exact=False, evidence=file)


def _vite(files: Files, folder: Path) -> Iterator[Alias]:
    for stem, path in (("vite.config", ("resolve", "alias")), ("svelte.config", ("kit", "alias"))):
        file = config_module(files, folder, stem)
        text = files.text(file) if file else None
        if file is None or text is None:
            continue
        aliases = member(read_default_export(text), *path)
        pairs = list(aliases.items()) if isinstance(aliases, dict) else []
        pairs += [(str(member(each, "find")), member(each, "replacement")) for each in _list(aliases)]
        for name, value in pairs:
            target = _folder_in(value, folder)
            if target is not None and not name.startswith("..."):
                yield from _named(name, target, file)


def _named(name: str, target: Path, evidence: Path) -> Iterator[Alias]:
    """
    Both meanings of a bundler's alias: the name itself, and everything below it.
    """
    stem = name.removesuffix("*").removesuffix("/")
    if stem:
        yield Alias(prefix=f"{stem}/", targets=(target,), is_exact=False, evidence=evidence)


def _folder_in(value: Literal, folder: Path) -> Path | None:
    """
    The folder that a replacement means: written out, or joined from what is written out.
    """
    if isinstance(value, str):
        inner = value.removesuffix("*")
        return _normal(folder / inner.lstrip("/")) if inner else None
    if not isinstance(value, Unread):
        return None
    if joined := _JOINED.fullmatch(value.source):
        return _normal(folder.joinpath(*(part.lstrip("/") for part in _QUOTED.findall(joined[1]))))
    url = _URL.fullmatch(value.source)
    return _normal(folder / url[1].lstrip("/")) if url else None


def _framework(files: Files, package: Package) -> Iterator[Alias]:
    if package.manifest is None:
        return
    root = package.folder
    if "@sveltejs/kit" in package.dependencies:
        yield from _named("$lib", root / "src" / "lib", package.manifest)
    if "nuxt" in package.dependencies:
        source = root / "app" if files.is_folder(root / "app") else root
        for name, target in (("@", source), ("~", source), ("@@", root), ("~~", root)):
            yield from _named(name, target, package.manifest)
    if "@vue/cli-service" in package.dependencies:
        yield from _named("@", root / "src", package.manifest)


def _list(value: Literal) -> list[Literal]:
    return value if isinstance(value, list) else []


def _strings(value: Literal) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _normal(path: Path) -> Path:
    """
    Without ``.`` and ``..``; links are followed only when it is read.
    """
    return Path(os.path.normpath(path))
