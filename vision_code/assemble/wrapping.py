"""
Where a paragraph wraps: the widths at which its words break into the lines that the picture shows.
"""

from __future__ import annotations

import math

from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import bounding
from vision_code.region import Region

#: Width of a space, em: 0.25-0.28 in most fonts.
SPACE_EM = 0.27
#: Ink is narrower than the advance widths by side bearings.
BEARING_EM = 0.08


def wrap_range(region: Region) -> tuple[float, float]:
    """
    Smallest and largest content width, px, at which a TEXT region breaks as pictured; (0, inf) for a single line.
    """
    rows = rows_of(region.lines)
    size = region.lines[0].style.size_px
    boxes = [bounding(line.box for line in row) for row in rows]
    low = max(box.w for box in boxes) + BEARING_EM * size
    high = math.inf
    for box, following in zip(boxes, rows[1:], strict=False):
        first = following[0]
        word = first.words[0].box.w if first.words else first.box.w * len(first.text.split()[0]) / len(first.text)
        high = min(high, box.w + SPACE_EM * size + word)
    return (low, max(high, low + 1)) if len(rows) > 1 else (0.0, math.inf)
