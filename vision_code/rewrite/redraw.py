"""
A component that the road drew, put into the file of the component that is there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from vision_code.emit import OutputFile
from vision_code.pipeline import Component, Options
from vision_code.rewrite.languages import indentation_of, language_of
from vision_code.rewrite.renew import Rewritten
from vision_code.rewrite.tokens import NO_MESSAGES, Messages

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


def redraw(
    drawn: Component, options: Options, old: str, path: str, languages: Sequence[Messages] = (NO_MESSAGES,)
) -> Redrawn:
    """
    Args:
        drawn: Of the target that the file is written in.
        options: That it was drawn with.
        old: What the file holds, lines ended by line feeds.
        path: Of the file, for its ending, its name and messages.
        languages: Texts of the project's catalogues, by their keys, for each language; the picture says which counts.

    Raises:
        InputRejected: ``rewrite.*``.
    """
    language = language_of(path)
    assert language is not None
    typed, indent = language.is_typed(old, path), indentation_of(old)
    style = replace(
        options.style,
        typed=options.style.typed if typed is None else typed,
        indent=options.style.indent if indent is None else indent,
    )
    # Items written one by one are known again where items of a loop are not; a loop is better where that gains nothing.
    styles = [style, replace(style, loops=False)] if language.takes_data(old, path) else [replace(style, loops=False)]
    trials = [drawn.called(options.name, drawn.tree.name, replace(options, style=each)) for each in styles]
    messages = _spoken(languages, old, trials[-1].files[0].content.decode())
    found = [language.rewrite(old, trial.files[0].content.decode(), path, messages) for trial in trials]
    best = max(range(len(found)), key=lambda number: (found[number].pairs, -number))
    component, rewritten = trials[best], found[best]
    # Believed only where the file still holds the elements that were drawn.
    outline = component.files[0].outline
    main = OutputFile(PurePosixPath(PurePosixPath(path).name), rewritten.text.encode(), outline)
    files = (main, *_used(component.files[1:], rewritten.text))
    return Redrawn(path=path, component=component, rewritten=rewritten, files=files)


def _spoken(languages: Sequence[Messages], old: str, drawn: str) -> Messages:
    """
    The messages of the old file, in the language that has most of them in the picture.
    """
    quoted, words = set(re.split("[\"'`]", old)), " ".join(html.unescape(drawn).split())
    used = [{key: text for key, text in each.items() if key in quoted} for each in languages]
    return max(used, key=lambda each: sum(text in words for text in each.values()), default=NO_MESSAGES)


def _used(files: tuple[OutputFile, ...], text: str) -> Iterator[OutputFile]:
    for file in files:
        if file.path.suffix == ".css":
            if any(name in text for name in _THEME_NAME.findall(file.content.decode())):
                yield file
        elif file.path.as_posix() in text:
            yield file
