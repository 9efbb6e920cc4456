"""
What is neither text nor rectangle: photographs, illustrations, icons.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import Picture, PictureKind, Rect
from vision_code.read.flat import modal

_TOLERANCE = 12
_JOIN_PX = 5
_MIN_SIDE_PX = 6
_ICON_PX = 64


def find_pictures(clean: NDArray[np.uint8], rects: Sequence[Rect], background: Color) -> list[Picture]:
    """
    Regions that the page background and the rectangles do not explain.

    Args:
        clean: [H, W, 3] uint8 without text.
    """
    left = _unexplained(clean, rects, background)
    joined = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((_JOIN_PX, _JOIN_PX), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for index, (x, y, w, h, _) in enumerate(stats[1:count].tolist(), start=1):
        if min(w, h) < _MIN_SIDE_PX:
            continue
        part = clean[y : y + h, x : x + w]
        mask = (labels[y : y + h, x : x + w] == index) & (left[y : y + h, x : x + w] > 0)
        if mask.sum() < 0.08 * w * h:
            continue
        kind = PictureKind.ICON if max(w, h) <= _ICON_PX else PictureKind.PHOTO
        r, g, b = np.median(part[mask], axis=0).astype(int).tolist()
        found.append(
            Picture(
                id=len(found),
                kind=kind,
                box=Box(float(x), float(y), float(w), float(h)),
                color=Color(r, g, b),
                background=_behind(clean, x, y, w, h),
            )
        )
    return found


def _unexplained(clean: NDArray[np.uint8], rects: Sequence[Rect], background: Color) -> NDArray[np.uint8]:
    expected = np.empty_like(clean)
    expected[:] = background
    for rect in rects:
        x0, y0, x1, y1 = int(rect.box.x), int(rect.box.y), int(rect.box.right), int(rect.box.bottom)
        if rect.border is not None:
            expected[y0:y1, x0:x1] = rect.border.color
            inset = int(rect.border.width_px)
            x0, y0, x1, y1 = x0 + inset, y0 + inset, x1 - inset, y1 - inset
        if rect.fill is not None:
            expected[y0:y1, x0:x1] = rect.fill
    difference = cv2.absdiff(clean, expected).max(axis=2)
    result: NDArray[np.uint8] = (difference > _TOLERANCE).astype(np.uint8)
    return result


def _behind(clean: NDArray[np.uint8], x: int, y: int, w: int, h: int) -> Color:
    y0, x0 = max(0, y - 2), max(0, x - 2)
    frame = clean[y0 : y + h + 2, x0 : x + w + 2]
    edge = np.concatenate([frame[:2].reshape(-1, 3), frame[-2:].reshape(-1, 3)])
    return modal(edge)[0]
