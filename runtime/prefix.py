"""
Which sequences of a batch begin alike, so that their beginning is computed once; torch-free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

# Below this, copying cache rows and the extra pass cost more than they save.
SHORTEST_SHARED = 32

Key = tuple[int, int]


@dataclass(slots=True)
class Group:
    """
    Sequences with a common beginning.

    Args:
        prefix: The beginning.
        members: Indices into what was grouped, the first one computes for all.
    """

    prefix: Sequence[Key]
    members: list[int] = field(default_factory=list)


def shared_prefixes(keys: Sequence[Sequence[Key]]) -> list[Group]:
    """
    Find groups of two or more.

    Args:
        keys: One row per sequence: each token with what tells it from an equal one (a picture's identity).

    Returns:
        Groups; every prefix is shorter than each member, so that every member has something left to feed.
    """
    groups: list[Group] = []
    for index, row in enumerate(keys):
        for group in groups:
            shared = _common(group.prefix, row[:-1])
            # A group gives up at most half of its prefix to take one more in.
            if shared >= max(SHORTEST_SHARED, len(group.prefix) // 2):
                group.prefix = group.prefix[:shared]
                group.members.append(index)
                break
        else:
            groups.append(Group(row[:-1], [index]))
    return [group for group in groups if len(group.members) > 1]


def _common(left: Sequence[Key], right: Sequence[Key]) -> int:
    for place, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return place
    return min(len(left), len(right))
