"""
The children of an element as segments: texts, single elements and runs of repeated elements; and how the segments of
several instances of one component correspond.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from vision_code.emit.build import children_break
from vision_code.uitree import Element, Text


class Unlike(Exception):
    """
    The instances have no common structure; they are written out one by one instead.
    """


@dataclass(frozen=True, slots=True)
class Run:
    """
    Siblings that are instances of one component.
    """

    elements: tuple[Element, ...]


Segment: TypeAlias = Text | Element | Run


def segments(element: Element) -> list[Segment]:
    """
    The children of ``element``: neighbours with the same repeat number form a run, where line breaks may stand between
    them; white space that does not show is left out.
    """
    if not children_break(element):
        return list(element.children)
    shown = [child for child in element.children if isinstance(child, Element) or child.text.strip()]
    found: list[Segment] = []
    for repeat, group in groupby(shown, lambda child: child.repeat if isinstance(child, Element) else None):
        members = list(group)
        elements = tuple(member for member in members if isinstance(member, Element))
        # Table cells stay apart: each column is a field of its own, named by its header.
        found += members if repeat is None or element.tag == "tr" else [Run(elements)]
    return found


def _likeness(first: Segment, second: Segment) -> int:
    """
    How well two segments correspond; 0 means not at all.
    """
    if isinstance(first, Text) or isinstance(second, Text):
        return 2 if isinstance(first, Text) and isinstance(second, Text) else 0
    if isinstance(first, Run) and isinstance(second, Run):
        return 4 if first.elements[0].tag == second.elements[0].tag else 0
    if isinstance(first, Run) or isinstance(second, Run) or first.tag != second.tag:
        return 0
    same_shape = [type(child) for child in first.children] == [type(child) for child in second.children]
    return 2 + (2 if first.style == second.style else 0) + same_shape


def columns(instances: list[list[Segment] | None]) -> list[list[Segment | None]]:
    """
    The segments of all instances side by side: one column for each segment of the longest instance, None where an
    instance lacks it (an instance that is None lacks all).

    Raises:
        Unlike: an instance has a segment that the longest one does not have.
    """
    present = [instance for instance in instances if instance is not None]
    backbone = max(present, key=len, default=[])
    rows = [[None] * len(backbone) if instance is None else _align(backbone, instance) for instance in instances]
    return [list(column) for column in zip(*rows, strict=True)]


def _align(backbone: list[Segment], instance: list[Segment]) -> list[Segment | None]:
    """
    ``instance`` spread over ``backbone``, in order, so that the sum of likenesses is largest.
    """
    rows, cols = len(backbone) + 1, len(instance) + 1
    # best[i][j]: likeness of backbone[:i] with all of instance[:j]; None where they cannot be brought together.
    best: list[list[int | None]] = [[None] * cols for _ in range(rows)]
    for i in range(rows):
        best[i][0] = 0
        for j in range(1, min(i, cols - 1) + 1):
            like = _likeness(backbone[i - 1], instance[j - 1])
            before = best[i - 1][j - 1]
            matched = before + like if like and before is not None else None
            skipped = best[i - 1][j]
            best[i][j] = max((score for score in (matched, skipped) if score is not None), default=None)
    if best[-1][-1] is None:
        raise Unlike
    return _trace(best, backbone, instance)


def _trace(best: list[list[int | None]], backbone: list[Segment], instance: list[Segment]) -> list[Segment | None]:
    placed: list[Segment | None] = [None] * len(backbone)
    j = len(instance)
    for i in range(len(backbone), 0, -1):
        if j and best[i][j] != best[i - 1][j]:
            j -= 1
            placed[i - 1] = instance[j]
    return placed
