"""
Cutting a region tree into groups small enough for one sequence: every region is asked for in exactly one group.
"""

from __future__ import annotations

from dataclasses import dataclass

from vision_code.draft.page import Page
from vision_code.geometry import Box, bounding
from vision_code.region import Region

# 44 lines of about 18 tokens and 64 picture tokens stay below 1,024 positions, the length trained on.
MAX_REGIONS = 44
# How many children of a big container are shown beside it, so that it can be told from them.
SHOWN_CHILDREN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """
    One group of regions.

    Attributes:
        regions: In post-order (children before their container): the order of the lines.
        asked: Ids of the regions whose label is wanted here; the others are shown as context.
        box: The part of the page that the picture shows.
    """

    regions: tuple[Region, ...]
    asked: frozenset[int]
    box: Box


def cut(page: Page) -> list[Chunk]:
    """
    Groups of at most ``MAX_REGIONS`` regions: whole subtrees side by side first, then the containers too big for one.
    """
    sizes = _subtree_sizes(page)
    units = _units(page.root, sizes)
    chunks = [_whole(group) for group in _packed(units, sizes)]
    return chunks + [_skeleton(group) for group in _big_containers(page, sizes)]


def _subtree_sizes(page: Page) -> list[int]:
    sizes = [1] * len(page.nodes)
    for node in reversed(page.nodes):
        sizes[node.id] += sum(sizes[child.id] for child in node.children)
    return sizes


def _units(root: Region, sizes: list[int]) -> list[Region]:
    if sizes[root.id] <= MAX_REGIONS:
        return [root]
    return [unit for child in root.children for unit in _units(child, sizes)]


def _packed(units: list[Region], sizes: list[int]) -> list[list[Region]]:
    groups: list[list[Region]] = []
    room = 0
    for unit in units:
        if sizes[unit.id] > room:
            groups.append([])
            room = MAX_REGIONS
        groups[-1].append(unit)
        room -= sizes[unit.id]
    return groups


def _whole(units: list[Region]) -> Chunk:
    regions = tuple(region for unit in units for region in post_order(unit))
    return Chunk(
        regions=regions,
        asked=frozenset(region.id for region in regions),
        box=bounding(unit.box for unit in units),
    )


def _big_containers(page: Page, sizes: list[int]) -> list[list[Region]]:
    big = [node for node in post_order(page.root) if sizes[node.id] > MAX_REGIONS]
    groups: list[list[Region]] = []
    room = 0
    for node in big:
        need = 1 + min(SHOWN_CHILDREN, len(node.children))
        if need > room:
            groups.append([])
            room = MAX_REGIONS
        groups[-1].append(node)
        room -= need
    return groups


def _skeleton(containers: list[Region]) -> Chunk:
    asked = frozenset(node.id for node in containers)
    regions: list[Region] = []
    for node in containers:
        regions += [child for child in node.children[:SHOWN_CHILDREN] if child.id not in asked]
        regions.append(node)
    return Chunk(regions=tuple(regions), asked=asked, box=bounding(node.box for node in containers))


def post_order(region: Region) -> list[Region]:
    """
    The regions under ``region``, children before their container, ``region`` last.
    """
    return [node for child in region.children for node in post_order(child)] + [region]
