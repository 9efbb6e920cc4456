"""
Drawings that were read in pieces: logos and illustrations on the page's own ground.
"""

from __future__ import annotations

from vision_code.region import Region, RegionKind

#: Of wordless groups this high and wide that repeat nothing, 15 of 21 (on 118 pages of documentation and templates) are
#: one drawing; of lower ones (rows of icons, ticks beside bars) 3 of 18.
DRAWING_MIN_PX = 64.0
#: Repeated things thinner than this are pieces as well, like the dots of a line: icons and marks are larger.
SPECK_PX = 12.0


def is_drawing(region: Region) -> bool:
    """
    Whether a group is the pieces of one picture.
    """
    if (
        not region.id
        or region.is_leaf
        or region.surface is not None
        or min(region.box.w, region.box.h) < DRAWING_MIN_PX
    ):
        return False
    inner = list(region.walk())
    if any(part.kind is RegionKind.TEXT or (part.repeat is not None and not _is_speck(part)) for part in inner):
        return False
    return any(part.kind is RegionKind.PICTURE for part in inner)


def _is_speck(region: Region) -> bool:
    return min(region.box.w, region.box.h) < SPECK_PX
