"""
Where a new component goes and what it is called, as its neighbours have it; nothing that exists is in its way.

Knows nothing of what is in the component.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vision_code.errors import Denied
from vision_code.project.files import Files
from vision_code.project.neighbours import Layout, Naming
from vision_code.project.sense import Project

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_LONGEST_NAME, _LONGEST_WORD = 4, 40
#: Names that Windows keeps for devices, whatever their ending.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
#: Of a name that is taken on and on.
_MAX_TRIES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """
    Where a component goes.

    Attributes:
        file: Its main file, in the workspace; nothing lies there, nor where its theme and pictures go.
        name: The component, in PascalCase.
        because: For people.
    """

    file: Path
    name: str
    because: str


def place(project: Project, name: str, target: str, folder: Path | None = None) -> Placement:
    """
    Choose a file for a new component.

    Args:
        name: What it is about, in any words ("Sign in"). It may come out of a picture: only letters and digits of it
            are used.
        target: A target of `vision_code.emit`.
        folder: Where to put it; by default where the components of the project live.

    Raises:
        Denied: ``path.outside``, the folder lies outside the workspace.
    """
    files = Files.below(project.root)
    where, because = _folder(files, project, target) if folder is None else (files.real(folder), "as asked")
    if not files.inside(where):
        raise Denied("path.outside", f"{where} lies outside the workspace {project.root}")
    is_component = target not in ("html", "html-css")
    naming = project.naming.value if is_component and project.naming else "pascal" if is_component else "kebab"
    layout = project.layout.value if is_component and project.layout else "flat"
    if is_component and project.naming:
        because = f"{because}; named like {project.naming.because}"
    for number in range(1, _MAX_TRIES):
        words = _words(name, is_component) + ([str(number)] if number > 1 else [])
        file = _file(where, _spelled(words, naming), layout, _ending(project, target))
        if not _in_the_way(file, layout):
            return Placement(file=file, name=_spelled(words, "pascal"), because=because)
    raise Denied("path.outside", f"{where} holds too many components called {_spelled(_words(name, True), naming)}")


def belongs_to(project: Project, target: str) -> bool:
    """
    Whether a component of ``target`` is one of the project's: any other lies in the folder at hand.
    """
    return target == project.target and target != "html"


def _folder(files: Files, project: Project, target: str) -> tuple[Path, str]:
    if target in ("html", "html-css"):
        return project.folder, "the folder at hand"
    if project.components is not None and target == project.target:
        return project.components.value, project.components.because
    package = project.package
    usual = {"sveltekit": "src/lib/components", "nuxt": "app/components"}.get(project.framework.value.name)
    if usual is None or not files.is_folder((package / usual).parent):
        usual = "src/components" if files.is_folder(package / "src") else "components"
    return package / usual, f"{usual} is usual"


def _words(name: str, is_component: bool) -> list[str]:
    """
    At most four words in lower case, the first of which can begin an identifier.
    """
    words = [word.lower()[:_LONGEST_WORD] for word in _WORD.findall(name)[:_LONGEST_NAME]]
    while is_component and words and words[0][0].isdigit():
        words = words[1:]
    words = words or ["component"]
    return [*words, "component"] if len(words) == 1 and words[0] in _DEVICES else words


def _spelled(words: list[str], naming: Naming) -> str:
    if naming in ("kebab", "snake"):
        return {"kebab": "-", "snake": "_"}[naming].join(words)
    capital = "".join(word.capitalize() for word in words)
    return capital if naming == "pascal" else capital[0].lower() + capital[1:]


def _ending(project: Project, target: str) -> str:
    if target == "react":
        return ".jsx" if project.language is not None and project.language.value == "js" else ".tsx"
    return {"vue": ".vue", "svelte": ".svelte"}.get(target, ".html")


def _file(where: Path, stem: str, layout: Layout, ending: str) -> Path:
    if layout == "flat":
        return where / f"{stem}{ending}"
    return where / stem / f"{'index' if layout == 'index' else stem}{ending}"


def _in_the_way(file: Path, layout: Layout) -> bool:
    """
    Whether something lies where the component, its folder, theme or pictures go, whatever its case and ending.
    """
    if layout != "flat":
        return _holds(file.parent.parent, file.parent.name)
    return _holds(file.parent, file.stem) or (file.parent / "assets" / file.stem).exists()


def _holds(folder: Path, stem: str) -> bool:
    try:
        return any(path.name.split(".", 1)[0].lower() == stem.lower() for path in folder.iterdir())
    except OSError:
        return False
