"""
What is about to be printed: markup as every target shares it, before any target's syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Ref:
    """
    A value that the data holds: ``plan.title``. ``path`` is an expression valid in every target.
    """

    path: str


@dataclass(frozen=True, slots=True)
class Choice:
    """
    A class list of which a part depends on a flag in the data.
    """

    test: Ref
    common: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Joined:
    """
    A class list of which a part stands in the data.
    """

    common: str
    ref: Ref


Value: TypeAlias = str | bool | Ref | Choice | Joined


@dataclass(frozen=True, slots=True)
class Chars:
    """
    A run of text, literal or from the data.
    """

    text: str | Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """
    An element.

    Attributes:
        attrs: Names as in HTML; ``True`` for attributes that are there or not.
        breaks: Children may stand on lines of their own: white space between them means nothing.
        block: White space at the start and end of its text means nothing.
        regions: Ids of the regions of the picture that it draws.
    """

    name: str
    attrs: tuple[tuple[str, Value], ...] = ()
    children: tuple[Node, ...] = ()
    breaks: bool = False
    block: bool = False
    regions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Each:
    """
    ``body`` once for each entry of ``items``, called ``item`` in it.

    Attributes:
        key: Expression that tells the entries apart; None when only their position does.
    """

    items: Ref
    item: str
    key: str | None
    body: Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """
    ``body`` where ``test`` holds a value.
    """

    test: Ref
    body: Tag


Node: TypeAlias = Tag | Chars | Each | When

#: Elements without an end tag. Source: HTML Living Standard, "void elements".
VOID_TAGS = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
})  # fmt: skip
