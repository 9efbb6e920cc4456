"""
Cards that hang over the lower edge of a band, as the prices of a page over its opening: in the flow below it, and not
laid over it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from vision_code.divide.extent import extent
from vision_code.geometry import Box, bounding
from vision_code.paint_order import CARD_PX
from vision_code.region import Region, RegionKind

Arrange = Callable[[Sequence[Region]], Region]

#: A band takes this share of the width of all.
BAND_SHARE = 0.95
#: Bands touch within this.
LEVEL_PX = 8.0
#: Two bands one below the other overlap by this share of the upper one at most: one of them has a curved edge.
SHARED_SHARE = 0.1


def hung(items: Sequence[Region], arrange: Arrange) -> Region | None:
    """
    A band, and below it what hangs over its lower edge; with the band below them both, where there is one, as the first
    of that. None when the items are not such.
    """
    whole = bounding(extent(item) for item in items)
    bands = sorted((item for item in items if _is_band(item, whole.w)), key=lambda band: band.box.y)
    if not bands:
        return None
    upper = bands[0]
    over = [item for item in items if item is not upper and _hangs(item, upper)]
    others = [band for band in bands[1:] if not _is_among(band, over)]
    cards = [item for item in items if not _is_among(item, (upper, *others))]
    if not over or len(others) > 1 or not all(_is_among(card, over) or _sits(card, over, upper) for card in cards):
        return None
    if not others:
        return _column(upper, arrange(cards))
    lower = others[0]
    below = upper.box.bottom - SHARED_SHARE * upper.box.h <= lower.box.y <= upper.box.bottom + LEVEL_PX
    if not below or any(extent(card).bottom > lower.box.bottom for card in cards):
        return None
    return _column(upper, replace(lower, kind=RegionKind.COLUMN, lines=(), children=(arrange(cards), *_content(lower))))


def _content(band: Region) -> tuple[Region, ...]:
    """
    What stands in a band, one below the other.
    """
    if band.kind is RegionKind.COLUMN or not (band.children or band.lines):
        return band.children
    bare = replace(band, surface=None)
    return (replace(bare, box=extent(bare)),)


def _column(*children: Region) -> Region:
    return Region(id=0, kind=RegionKind.COLUMN, box=bounding(child.box for child in children), children=children)


def _is_band(item: Region, width: float) -> bool:
    is_large = item.box.w >= BAND_SHARE * width and item.box.h >= CARD_PX
    return is_large and item.surface is not None and item.kind is not RegionKind.PICTURE


def _hangs(card: Region, band: Region) -> bool:
    """
    Whether something lies across the lower edge of a band, clear of all that stands in the band.
    """
    box = extent(card)
    return box.h >= CARD_PX and box.hangs_over(band.box) and _is_clear(box, band)


def _sits(item: Region, cards: Sequence[Region], band: Region) -> bool:
    """
    Whether something lies on one of the cards, clear of all that stands in the band.
    """
    box = extent(item)
    return any(extent(card).intersection_area(box) > 0 for card in cards) and _is_clear(box, band)


def _is_among(item: Region, items: Sequence[Region]) -> bool:
    return any(item is each for each in items)


def _is_clear(box: Box, band: Region) -> bool:
    leaves = (leaf for part in _content(band) for leaf in part.walk() if leaf.is_leaf)
    return not any(extent(leaf).intersection_area(box) > 0 for leaf in leaves)
