"""
What every language's scanner finds: a picture named in a text, before anybody looks whether it is there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vision_code.project.span import Span

#: The formats that intake takes.
_PICTURE = re.compile(r"\.(?:png|jpe?g|webp|gif|bmp)(?:[?#]|$)", re.I)

Kind: TypeAlias = Literal["markup", "markdown", "import", "css"]


@dataclass(frozen=True, slots=True)
class Mention:
    """
    A picture named in a text.

    Attributes:
        kind: Element, Markdown picture, module import or CSS ``url()``.
        span: The whole construct: ``<img …>``, ``![…](…)``, ``import … from "…"``, ``url(…)``.
        path: The name in it, without quotes.
        name: What the language makes of the name: entities and escapes replaced, still an address or module name.
    """

    kind: Kind
    span: Span
    path: Span
    name: str


def names_a_picture(name: str) -> bool:
    """
    Whether an address or module name ends like a picture's.
    """
    return _PICTURE.search(name) is not None


def blank(text: str) -> str:
    """
    Spaces in place of ``text``, line ends kept: what must not be looked into keeps its length.
    """
    return "".join(letter if letter == "\n" else " " for letter in text)
