"""
A picture of the region tree over the screenshot, for people.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision_code.region import Region, RegionKind

#: Colours by kind, RGB.
KIND_RGB: dict[RegionKind, tuple[int, int, int]] = {
    RegionKind.COLUMN: (37, 99, 235),
    RegionKind.ROW: (22, 163, 74),
    RegionKind.GRID: (147, 51, 234),
    RegionKind.TABLE: (219, 39, 119),
    RegionKind.STACK: (220, 38, 38),
    RegionKind.TEXT: (100, 116, 139),
    RegionKind.PICTURE: (234, 88, 12),
    RegionKind.SHAPE: (202, 138, 4),
}
#: How far the screenshot fades so that the frames stand out.
FADE = 0.55


def draw(pixels: NDArray[np.uint8], root: Region) -> NDArray[np.uint8]:
    """
    The screenshot, faded, with a frame around every region: one colour a kind, containers inset by depth.

    Args:
        pixels: [height, width, 3] uint8 RGB, at one pixel per CSS pixel.
        root: Tree of that screenshot.

    Returns:
        [height, width, 3] uint8 RGB.
    """
    import cv2

    canvas = (pixels.astype(np.float32) * (1 - FADE) + 255 * FADE).astype(np.uint8)

    def frame(region: Region, depth: int) -> None:
        for child in region.children:
            frame(child, depth + 1)
        box = region.box
        corner = (round(box.x), round(box.y))
        cv2.rectangle(canvas, corner, (round(box.right) - 1, round(box.bottom) - 1), KIND_RGB[region.kind], 1)
        if region.children or region.repeat is not None:
            label = f"{region.id}" + (f" r{region.repeat}" if region.repeat is not None else "")
            place = (corner[0] + 2 + 14 * (depth % 4), corner[1] + 9)
            cv2.putText(canvas, label, place, cv2.FONT_HERSHEY_SIMPLEX, 0.32, KIND_RGB[region.kind], 1, cv2.LINE_AA)

    frame(root, 0)
    return canvas
