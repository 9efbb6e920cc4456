"""
Progress bars: a low track that is filled from its left end.
"""

from __future__ import annotations

import re

from vision_code.region import Region, RegionKind

#: Tracks are so high (Bootstrap's are 16 px; lower ones are lines, as below a chosen tab), and this many times as long.
TRACK_MIN_PX, TRACK_MAX_PX, TRACK_RATIO = 4.0, 26.0, 4.0
#: What fills a track touches its left end and its upper and lower edges within this: borders and round ends.
EDGE_PX = 3.0
#: Several parts may fill it one after the other.
MAX_PARTS = 4
_SHARE = re.compile(r"\d{1,3} ?%")


def is_filled_bar(region: Region) -> bool:
    """
    Whether a surface without words, or with nothing but a share in per cent, is filled from the left but not over and
    over.
    """
    track = region.surface
    if track is None or track.fill is None or not region.children or len(region.children) > MAX_PARTS:
        return False
    box = region.box
    if not TRACK_MIN_PX <= box.h <= TRACK_MAX_PX or box.w < TRACK_RATIO * box.h:
        return False
    end = box.x
    for part in region.children:
        if not _fills(part) or abs(part.box.x - end) > EDGE_PX:
            return False
        if max(part.box.y - box.y, box.bottom - part.box.bottom) > EDGE_PX or part.box.h * 2 <= box.h:
            return False
        end = part.box.right
    return end <= box.right + EDGE_PX


def _fills(part: Region) -> bool:
    if part.surface is None or (part.surface.fill is None and part.surface.gradient is None):
        return False
    says_share = part.kind is RegionKind.TEXT and _SHARE.fullmatch(part.text) is not None
    return part.kind is RegionKind.SHAPE or says_share
