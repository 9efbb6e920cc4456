"""
Items that overlap: true overlays become stacks, interlocked ones are parted where they overlap least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vision_code.divide.extent import extent
from vision_code.divide.hanging import hung
from vision_code.geometry import Box, bounding
from vision_code.region import Region, RegionKind

Arrange = Callable[[Sequence[Region]], Region]

#: An item lies over another when it covers this share of the smaller of the two; less is noise or a tight fit.
OVERLAY_SHARE = 0.2


def pull_apart(items: Sequence[Region], arrange: Arrange) -> Region | list[Region]:
    """
    Resolves items (at least two) that no straight line parts.

    Returns:
        Fewer items to go on with (overlapping ones stacked), or a finished region.
    """
    clusters = _overlay_clusters(items)
    if len(clusters) == 1 and len(items) > 1:
        return stack(clusters[0], arrange)
    if len(clusters) < len(items):
        return [cluster[0] if len(cluster) == 1 else stack(cluster, arrange) for cluster in clusters]
    return _force(items, arrange)


def stack(cluster: Sequence[Region], arrange: Arrange) -> Region:
    """
    The largest item as base, the others over it in reading order; a band with what hangs over its edge is none.
    """
    if (column := hung(cluster, arrange)) is not None:
        return column
    base = max(cluster, key=lambda item: extent(item).area)
    over = [item for item in cluster if item is not base]
    over.sort(key=lambda item: (extent(item).y, extent(item).x))
    if base.kind is RegionKind.PICTURE and len(over) > 1:
        over = [arrange(over)]
    return Region(
        id=0,
        kind=RegionKind.STACK,
        box=bounding(item.box for item in [base, *over]),
        children=(base, *over),
    )


def _overlay_clusters(items: Sequence[Region]) -> list[list[Region]]:
    owner = list(range(len(items)))

    def root(i: int) -> int:
        while owner[i] != i:
            i = owner[i]
        return i

    boxes = [extent(item) for item in items]
    for i, a in enumerate(boxes):
        for j in range(i + 1, len(boxes)):
            if _overlays(a, boxes[j]):
                owner[root(j)] = root(i)
    groups: dict[int, list[Region]] = {}
    for i, item in enumerate(items):
        groups.setdefault(root(i), []).append(item)
    return list(groups.values())


def _overlays(a: Box, b: Box) -> bool:
    shared = a.intersection_area(b)
    return shared > OVERLAY_SHARE * max(1e-6, min(a.area, b.area))


def _force(items: Sequence[Region], arrange: Arrange) -> Region:
    """
    The cut, in either direction, that the fewest pixels cross.
    """
    best: tuple[float, RegionKind, list[Region], list[Region]] | None = None
    for kind in (RegionKind.COLUMN, RegionKind.ROW):
        vertical = kind is RegionKind.COLUMN
        ordered = sorted(items, key=lambda item: _middle(extent(item), vertical))
        for i in range(1, len(ordered)):
            before, after = ordered[:i], ordered[i:]
            depth = max(_end(extent(r), vertical) for r in before) - min(_start(extent(r), vertical) for r in after)
            if best is None or depth < best[0]:
                best = (depth, kind, before, after)
    assert best is not None
    _, kind, before, after = best
    children = (arrange(before), arrange(after))
    return Region(id=0, kind=kind, box=bounding(child.box for child in children), children=children)


def _middle(box: Box, vertical: bool) -> float:
    return box.center_y if vertical else box.center_x


def _start(box: Box, vertical: bool) -> float:
    return box.y if vertical else box.x


def _end(box: Box, vertical: bool) -> float:
    return box.bottom if vertical else box.right
