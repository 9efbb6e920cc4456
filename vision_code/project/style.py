"""
How code is written in a project: what its formatter is told, else what its files do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal

from vision_code.project.found import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeStyle:
    """
    Each is None where nothing tells.

    Attributes:
        semicolons: Whether statements of a script end with one.
        quotes: Of strings in scripts; attributes keep double ones.
        indent: One level: spaces, or a tab.
        width: Characters of the longest line.
    """

    semicolons: Found[bool] | None = None
    quotes: Found[Literal["double", "single"]] | None = None
    indent: Found[str] | None = None
    width: Found[int] | None = None

    def or_else(self, other: CodeStyle) -> CodeStyle:
        """
        This style, with ``other`` for what it leaves open.
        """
        missing = {each.name: getattr(other, each.name) for each in fields(self) if getattr(self, each.name) is None}
        return replace(self, **missing)
