"""
The picture of a tree keeps the screenshot's size and shows its frames.
"""

from __future__ import annotations

import numpy as np

from vision_code.divide import draw
from vision_code.divide.draw import KIND_RGB
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind


def test_every_region_is_framed_in_the_colour_of_its_kind() -> None:
    pixels = np.full((60, 80, 3), 255, dtype=np.uint8)
    child = Region(id=1, kind=RegionKind.ROW, box=Box(10, 20, 40, 30))
    root = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 80, 60), children=(child,))

    drawn = draw(pixels, root)

    assert drawn.shape == pixels.shape
    assert tuple(drawn[49, 30]) == KIND_RGB[RegionKind.ROW]
    assert tuple(drawn[59, 40]) == KIND_RGB[RegionKind.COLUMN]
    assert (pixels == 255).all()
