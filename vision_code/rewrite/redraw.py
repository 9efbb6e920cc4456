"""
A component that the road drew, put into the file of the component that is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from vision_code.emit import OutputFile
from vision_code.pipeline import Component, Options
from vision_code.rewrite.react import Rewritten, rewrite_react

#: Of files that can be rewritten.
ENDINGS = (".tsx", ".jsx", ".js")
_THEME_NAME = re.compile(r"^\s*--[a-z]+(-[\w-]+):", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """
    Attributes:
        path: Of the file, as it was given.
        component: As it was drawn.
        rewritten: Its main file in the place of the old one.
        files: What goes with it: the rewritten file first, and of the others only those that it uses.
    """

    path: str
    component: Component
    rewritten: Rewritten
    files: tuple[OutputFile, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """
        What was kept, and what was not.
        """
        return self.rewritten.notes(self.path)


def redraw(drawn: Component, options: Options, old: str, path: str) -> Redrawn:
    """
    Args:
        drawn: Of the target that the file is written in.
        options: That it was drawn with.
        old: What the file holds, lines ended by line feeds.
        path: Of the file, for its ending, its name and messages.

    Raises:
        InputRejected: ``rewrite.*``.
    """
    # Items written one by one are known again where items of a loop are not; a loop is better where that gains nothing.
    single = replace(options, style=replace(options.style, loops=False))
    trials = (drawn, drawn.called(options.name, drawn.tree.name, single))
    found = [rewrite_react(old, trial.files[0].content.decode(), path) for trial in trials]
    best = 1 if found[1].pairs > found[0].pairs else 0
    component, rewritten = trials[best], found[best]
    # Believed only where the file still holds the elements that were drawn.
    outline = component.files[0].outline
    main = OutputFile(PurePosixPath(PurePosixPath(path).name), rewritten.text.encode(), outline)
    files = (main, *_used(component.files[1:], rewritten.text))
    return Redrawn(path=path, component=component, rewritten=rewritten, files=files)


def _used(files: tuple[OutputFile, ...], text: str) -> Iterator[OutputFile]:
    for file in files:
        if file.path.suffix == ".css":
            if any(name in text for name in _THEME_NAME.findall(file.content.decode())):
                yield file
        elif file.path.as_posix() in text:
            yield file
