"""
Like items are alike: repeated regions of one shape settle on one annotation at each place, by weighted vote.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from vision_code.draft.page import Page
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

# Two items may differ with reason; among three, the odd one out is more often an error.
MIN_ITEMS = 3

_Meaning = tuple[object, ...]


def agree(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where items of one repeated group and one shape say the same at the same place.

    States (checked, current) and names stay each item's own.
    """
    agreed = dict(draft)
    for items in _like_items(page, draft).values():
        if len(items) < MIN_ITEMS:
            continue
        for same_place in zip(*(item.walk() for item in items), strict=True):
            _vote(agreed, same_place)
    return agreed


def _like_items(page: Page, draft: Draft) -> dict[tuple[int, tuple[RegionKind, ...]], list[Region]]:
    groups: dict[tuple[int, tuple[RegionKind, ...]], list[Region]] = defaultdict(list)
    for node in page.nodes:
        if node.repeat is not None:
            groups[node.repeat, _shape(node)].append(node)
        if node.kind is RegionKind.TABLE and draft[node.id].role is not Role.TABLE:  # a list in columns
            for row in node.children:
                if row.children:
                    groups[-node.id, _shape(row)].append(row)
    return groups


def _shape(node: Region) -> tuple[RegionKind, ...]:
    return tuple(inner.kind for inner in node.walk())


def _vote(agreed: dict[int, Annotation], same_place: tuple[Region, ...]) -> None:
    votes: dict[_Meaning, float] = defaultdict(float)
    for region in same_place:
        votes[_meaning(agreed[region.id])] += agreed[region.id].confidence
    winner = max(votes, key=lambda meaning: votes[meaning])
    model = next(agreed[region.id] for region in same_place if _meaning(agreed[region.id]) == winner)
    for region in same_place:
        own = agreed[region.id]
        if _meaning(own) != winner:
            agreed[region.id] = replace(model, name=own.name, checked=False, confidence=model.confidence / 2)


def _meaning(annotation: Annotation) -> _Meaning:
    return annotation.role, annotation.level, annotation.link
