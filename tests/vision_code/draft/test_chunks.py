"""
Cutting into chunks: nothing asked twice, nothing forgotten, nothing too long.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from vision_code.draft.chunks import MAX_REGIONS, cut
from vision_code.draft.page import survey
from vision_code.region import Region


def _grow(text, rng: Random, depth: int) -> Region:
    from vision_code.geometry import bounding
    from vision_code.region import RegionKind

    if depth == 0 or rng.random() < 0.3:
        return text("some words", rng.randint(0, 900), rng.randint(0, 700))
    children = tuple(_grow(text, rng, depth - 1) for _ in range(rng.randint(1, 6)))
    return Region(id=0, kind=RegionKind.COLUMN, box=bounding(c.box for c in children), children=children)


@pytest.mark.parametrize("seed", range(8))
def test_every_region_is_asked_for_exactly_once(text, tree, seed: int) -> None:
    rng = Random(seed)
    observation, root = tree([_grow(text, rng, 4) for _ in range(rng.randint(0, 9))])
    chunks = cut(survey(observation, root))
    asked = Counter(region_id for chunk in chunks for region_id in chunk.asked)
    assert asked == Counter(node.id for node in root.walk())


@pytest.mark.parametrize("seed", range(8))
def test_chunks_stay_short_and_children_come_first(text, tree, seed: int) -> None:
    rng = Random(seed)
    observation, root = tree([_grow(text, rng, 4) for _ in range(12)])
    for chunk in cut(survey(observation, root)):
        assert len(chunk.regions) <= MAX_REGIONS
        places = {region.id: n for n, region in enumerate(chunk.regions)}
        for region in chunk.regions:
            inside = [places[child.id] for child in region.children if child.id in places]
            assert all(place < places[region.id] for place in inside)
