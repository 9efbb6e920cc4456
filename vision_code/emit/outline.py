"""
What the elements of a main file were made from, in the order in which they stand there.

Counted and not searched for: whoever reads the file as its language does finds the same elements in the same order,
also after a formatter laid it out anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vision_code.emit.nodes import Each, Node, Tag, When


@dataclass(frozen=True, slots=True)
class Part:
    """
    One element.

    Attributes:
        name: Of its tag.
        regions: Ids of the regions of the picture that it draws; an element of a loop draws one for each entry.
    """

    name: str
    regions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """
    The markup and the data of a main file.

    Attributes:
        elements: Of the markup, each before those in it; the file has no others between them.
        entries: Of each constant that loops go over, by its name: ids of the regions that each entry draws.
    """

    elements: tuple[Part, ...]
    entries: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...] = ()


def parts(node: Node) -> Iterator[Part]:
    """
    The elements of ``node``, each before those in it.
    """
    if isinstance(node, Each | When):
        yield from parts(node.body)
    elif isinstance(node, Tag):
        yield Part(node.name, node.regions)
        for child in node.children:
            yield from parts(child)
