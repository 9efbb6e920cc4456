"""
The package that a folder belongs to: the nearest ``package.json`` upward, never above the workspace.

Source of the fields: npm documentation, "package.json".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vision_code.project.files import Files
from vision_code.project.literals import read_json

_MAJOR = re.compile(r"(?:npm:[^@]+@)?[\^~>=v\s]*(\d{1,4})(?=$|[.\s|x*-])")
_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """
    One package of the workspace.

    Attributes:
        folder: Where its ``package.json`` lies; the workspace itself when there is none.
        manifest: That file, None when there is none.
        dependencies: Version range of everything it depends on, also for development and as a peer.
    """

    folder: Path
    manifest: Path | None
    dependencies: Mapping[str, str] = field(default_factory=dict)

    def major(self, name: str) -> int | None:
        """
        Major version of a dependency, None when it is none or its range does not tell (``workspace:*``, ``latest``).
        """
        found = _MAJOR.match(self.dependencies.get(name, ""))
        return int(found[1]) if found else None


def package_of(files: Files, folder: Path) -> Package:
    """
    The package that ``folder`` belongs to.
    """
    for place in folders_upward(files, folder):
        manifest = place / "package.json"
        if files.is_file(manifest):
            return Package(folder=place, manifest=manifest, dependencies=_dependencies(files.text(manifest)))
    return Package(folder=files.root, manifest=None)


def packages_upward(files: Files, package: Package) -> tuple[Package, ...]:
    """
    ``package`` and those around it: a monorepo keeps tools and their configuration in its root.
    """
    found = [package]
    while found[-1].manifest is not None and found[-1].folder != files.root:
        found.append(package_of(files, found[-1].folder.parent))
    return tuple(each for each in found if each.manifest is not None)


def folders_upward(files: Files, folder: Path) -> tuple[Path, ...]:
    """
    ``folder`` and those above it, up to the root; only the root when ``folder`` lies outside of it.
    """
    if not folder.is_relative_to(files.root) or not files.inside(folder):
        return (files.root,)
    return (folder, *(above for above in folder.parents if above.is_relative_to(files.root)))


def _dependencies(text: str | None) -> dict[str, str]:
    manifest = read_json(text) if text is not None else None
    if not isinstance(manifest, dict):
        return {}
    groups = [manifest.get(name) for name in reversed(_DEPENDENCIES)]
    return {
        name: version
        for group in groups
        if isinstance(group, dict)
        for name, version in group.items()
        if isinstance(version, str)
    }
