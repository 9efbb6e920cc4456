"""
What the files of one component are called: after its main file, so that many components can live in one folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vision_code.emit.names import words_of
from vision_code.uitree import UITree

#: What would mean something else in an address, an import or a string.
_NOT_PLAIN = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class FileNames:
    """
    The names that go into a component's code.

    Attributes:
        main: Main file, without its ending.
        assets: Folder of the pictures, relative to the main file.
        theme: Theme file of the framework targets, beside the main file.
        prefix: First part of the theme's colour names, which all components of an app share a space with.
    """

    main: str
    assets: str
    theme: str
    prefix: str


def file_names(main: str, tree: UITree) -> FileNames:
    """
    The names of a component whose main file is called ``main`` (without ending; any name a file may have).
    """
    plain = _NOT_PLAIN.sub("-", main).strip("-.") or tree.name or "component"
    prefix = "-".join(words_of(plain) or words_of(tree.name)) or "component"
    return FileNames(main=main, assets=f"assets/{plain}", theme=f"{plain}.theme.css", prefix=prefix)
