"""
What differs between the languages that markup is written in, as far as carrying something over is concerned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """
    Attributes:
        kept: Names of attributes that say what an element does, besides those that HTML has for it.
        invisible: Tags of components that draw nothing themselves.
        names: How attributes are written, where HTML writes them otherwise.
        closes_itself: Whether an element without an end tag has a slash, and any element may be one.
        dots: How a text is written that would stand alone on its line as dots, which looks like something left out.
    """

    kept: re.Pattern[str]
    invisible: re.Pattern[str]
    dots: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    closes_itself: bool = True

    def written(self, name: str) -> str:
        """
        How an attribute is written.
        """
        return self.names.get(name, name)


#: Entities that a browser reads as the same dots.
DOTS_AS_ENTITIES = {"...": "..&#46;", "…": "&hellip;"}
