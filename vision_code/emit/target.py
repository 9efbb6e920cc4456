"""
The targets that a tree can be emitted to, and the files that come out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath

from vision_code.emit.outline import Outline


class Target(StrEnum):
    """
    Framework and styling of the emitted code.
    """

    HTML = "html"
    HTML_CSS = "html-css"
    REACT = "react"
    VUE = "vue"
    SVELTE = "svelte"


#: One line a target, for help texts.
TARGETS: dict[Target, str] = {
    Target.HTML: "one HTML file with Tailwind classes and their CSS inlined; renders offline as it stands",
    Target.HTML_CSS: "one HTML file with semantic class names and plain CSS",
    Target.REACT: "React function component in TypeScript with Tailwind classes",
    Target.VUE: "Vue single-file component (script setup, TypeScript) with Tailwind classes",
    Target.SVELTE: "Svelte 5 component in TypeScript with Tailwind classes",
}


@dataclass(frozen=True, slots=True)
class OutputFile:
    """
    One emitted file.

    Attributes:
        path: Where it goes, relative to the folder of the component.
        content: What it holds; text is UTF-8 with a newline at the end.
        outline: What its elements were made from; of main files only.
    """

    path: PurePosixPath
    content: bytes
    outline: Outline | None = field(default=None, repr=False, compare=False)


def text_file(path: str, lines: list[str], outline: Outline | None = None) -> OutputFile:
    """
    A UTF-8 file of ``lines``.
    """
    return OutputFile(PurePosixPath(path), ("\n".join(lines) + "\n").encode(), outline)
