"""
Everything there is to know about a project before a component is added to it, each answer with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vision_code.project.aliases import Alias, aliases_of
from vision_code.project.files import Files
from vision_code.project.formatter import Formatter, editor_style, formatter_of
from vision_code.project.found import Found
from vision_code.project.framework import ENDINGS, Framework, framework_of
from vision_code.project.libraries import libraries_of
from vision_code.project.neighbours import Layout, Naming, Neighbours, neighbours_of
from vision_code.project.packages import Package, package_of, packages_upward
from vision_code.project.style import CodeStyle
from vision_code.project.tailwind import Tailwind, tailwind_of
from vision_code.project.walk import source_files

_ALL_ENDINGS = tuple(ending for endings in ENDINGS.values() for ending in endings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """
    What is known of a project; None, or empty, where nothing tells.

    Attributes:
        root: The workspace, links followed.
        package: The folder of the package: the nearest ``package.json`` upward.
        folder: The folder that was asked about.
        framework: Its framework, and the target that its components are.
        language: Of its scripts.
        tailwind: Its major version and its theme.
        libraries: Component libraries, shadcn/ui first.
        aliases: What path aliases stand for.
        naming: Of component files.
        layout: ``flat`` (Card.tsx), ``folder`` (Card/Card.tsx) or ``index`` (Card/index.tsx).
        export: How a React component leaves its file.
        components: The folder where most components live.
        formatter: Prettier, Biome or dprint.
        style: How scripts are written: as the formatter, the editor configuration or else the neighbours have it.
    """

    root: Path
    package: Path
    folder: Path
    framework: Found[Framework]
    language: Found[Literal["ts", "js"]] | None
    tailwind: Tailwind | None
    libraries: tuple[Found[str], ...]
    aliases: tuple[Alias, ...]
    naming: Found[Naming] | None
    layout: Found[Layout] | None
    export: Found[Literal["default", "named"]] | None
    components: Found[Path] | None
    formatter: Formatter | None
    style: CodeStyle

    @property
    def target(self) -> str:
        """
        The target of `vision_code.emit` that a component is written in here; ``html`` where there is none.
        """
        return self.framework.value.target or "html"


def sense(root: Path, place: Path) -> Project:
    """
    Look at the project that ``place`` belongs to. Nothing is run, nothing outside ``root`` is read, nothing is raised
    for files that are missing, broken or hostile.

    Args:
        root: The workspace: the upper bound of every search.
        place: A document (which need not exist) or folder in it.
    """
    files = Files.below(root)
    place = files.real(place)
    folder = place if files.is_folder(place) else place.parent
    package = package_of(files, folder)
    packages = packages_upward(files, package)
    # Without a package the workspace may be anything, a home folder even: only what lies at hand belongs together.
    sources = source_files(files, folder if package.manifest is None else package.folder)
    framework = framework_of(files, packages, sources, place)
    endings = ENDINGS.get(framework.value.target, _ALL_ENDINGS)
    neighbours = neighbours_of(files, sources, endings, folder if folder.is_relative_to(files.root) else files.root)
    formatter = formatter_of(files, package, packages)
    told = formatter.style if formatter is not None else CodeStyle()
    return Project(
        root=files.root,
        package=package.folder,
        folder=folder,
        framework=framework,
        language=_language(files, packages, neighbours),
        tailwind=tailwind_of(files, packages, sources),
        libraries=libraries_of(files, packages, sources),
        aliases=aliases_of(files, package),
        naming=neighbours.naming,
        layout=neighbours.layout,
        export=neighbours.export,
        components=neighbours.folder,
        formatter=formatter,
        style=told.or_else(editor_style(files, package)).or_else(neighbours.style),
    )


def _language(files: Files, packages: Sequence[Package], neighbours: Neighbours) -> Found[Literal["ts", "js"]] | None:
    if neighbours.language is not None or not packages:
        return neighbours.language
    for package in packages:
        for name in ("tsconfig.json", "tsconfig.app.json"):
            if files.is_file(package.folder / name):
                return Found("ts", f"{files.shown(package.folder / name)} is there")
        if "typescript" in package.dependencies and package.manifest is not None:
            return Found("ts", f"{files.shown(package.manifest)} depends on typescript")
    return Found("js", "no tsconfig.json, and no package depends on typescript")


def explain(project: Project) -> tuple[str, ...]:
    """
    What was found and why, a line each, for people.
    """
    return tuple(f"{what} {value} ({because})" for what, value, because in _answers(project))


def _answers(project: Project) -> Iterator[tuple[str, str, str]]:
    yield "framework", project.framework.value.name, project.framework.because
    if project.language is not None:
        yield "language", {"ts": "TypeScript", "js": "JavaScript"}[project.language.value], project.language.because
    if project.tailwind is not None:
        major = project.tailwind.major
        yield "tailwind", f"{major.value}, {len(project.tailwind.tokens)} tokens", major.because
        for unread in project.tailwind.unread:
            yield "tailwind", "theme not read", unread
    for library in project.libraries:
        yield "library", library.value, library.because
    for alias in project.aliases:
        yield "alias", alias.prefix or "(bare names)", _shown(project, alias.evidence)
    for what, naming in (("naming", project.naming), ("layout", project.layout), ("export", project.export)):
        if naming is not None:
            yield what, naming.value, naming.because
    if project.components is not None:
        yield "components", _shown(project, project.components.value), project.components.because
    if project.formatter is not None:
        config = project.formatter.config
        yield "formatter", project.formatter.name, _shown(project, config) if config else "among the dependencies"


def _shown(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix() if path.is_relative_to(project.root) else path.as_posix()
