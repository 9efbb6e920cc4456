"""
What a stylesheet says of a Tailwind theme: ``@theme`` blocks, custom properties, and which Tailwind it loads.

Source: Tailwind CSS 4, "Theme variables", "Functions and directives"; CSS Custom Properties 1, "var()".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)
_LOADS_4 = re.compile(r"@import\s+(?:url\()?['\"]tailwindcss(?:/[\w.-]+)?['\"]")
_LOADS_3 = re.compile(r"@tailwind\s+(?:base|components|utilities)\b")
_CONFIG = re.compile(r"@config\s+['\"]([^'\"\n]+)['\"]")
_THEME = re.compile(r"@theme\b[^{};]*+\{")
_ROOT = re.compile(r"(?:^|[{},;\s])(?::root|:host|html)\s*+(?:,\s*+(?::root|:host|html)\s*+)*+\{")
_PROPERTY = re.compile(r"--([\w-]+)\s*+:\s*+([^;{}]{0,500}+)(?=[;}])")
_BRACE = re.compile(r"[{}]")
_VAR = re.compile(r"var\(\s*--([\w-]+)\s*(?:,\s*([^()]*))?\)")
_MAX_STEPS = 10


@dataclass(slots=True)
class Sheet:
    """
    What the stylesheets of a project say together.

    Attributes:
        theme: Theme variables without their hyphens (``color-brand``), as they are written.
        root: Custom properties of the whole page.
        loads: The Tailwind major that it loads, None for none.
        configs: The configuration files that it names.
    """

    theme: dict[str, str] = field(default_factory=dict)
    root: dict[str, str] = field(default_factory=dict)
    loads: int | None = None
    configs: list[str] = field(default_factory=list)


def read_sheet(text: str) -> Sheet:
    """
    Read one stylesheet; what is broken in it says nothing.
    """
    text = _COMMENT.sub(" ", text)
    loads = 4 if _LOADS_4.search(text) else 3 if _LOADS_3.search(text) else None
    return Sheet(
        theme=first_of_each(_properties(text, _THEME)),
        root=first_of_each(_properties(text, _ROOT)),
        loads=loads,
        configs=_CONFIG.findall(text),
    )


def first_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    Properties by name. The first of a name counts: what follows is mostly for the dark scheme.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def substituted(value: str, properties: Mapping[str, str]) -> str:
    """
    ``value`` with the custom properties it uses in place; those that nobody defines stay.
    """
    for _ in range(_MAX_STEPS):
        after = _VAR.sub(lambda found: properties.get(found[1], found[2] or found[0]), value)
        if after == value or len(after) > 1000:
            break
        value = after
    return " ".join(value.split())


def _properties(text: str, opening: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    at = 0
    while found := opening.search(text, at):
        depth, at = 1, found.end()
        for brace in _BRACE.finditer(text, found.end()):
            depth += 1 if brace[0] == "{" else -1
            at = brace.end()
            if not depth:
                break
        for name, value in _PROPERTY.findall(text, found.end(), at):
            yield name, value.strip()
