"""
Crops of the screenshot: cut at native resolution, named for what they show, equal ones kept once.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import PictureKind
from vision_code.uitree import Asset

_MAX_NAME = 40


@dataclass(slots=True)
class Assets:
    """
    The crops of one picture, in the order they were asked for.

    Attributes:
        pixels: [height, width, 3] uint8 RGB, ``scale`` device pixels per CSS pixel.
    """

    pixels: NDArray[np.uint8]
    scale: float
    found: list[Asset] = field(default_factory=list)
    _by_content: dict[str, str] = field(default_factory=dict)

    def crop(self, box: Box, kind: PictureKind, hint: str) -> str:
        """
        File name of the crop of ``box`` (CSS pixels).

        Args:
            hint: Words that say what it shows: the alt text, a heading near by.
        """
        height, width = self.pixels.shape[:2]
        x0, y0 = max(0, round(box.x * self.scale)), max(0, round(box.y * self.scale))
        x1, y1 = min(width, round(box.right * self.scale)), min(height, round(box.bottom * self.scale))
        cut = np.ascontiguousarray(self.pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)])
        key = hashlib.sha256(cut.tobytes() + str(cut.shape).encode()).hexdigest()
        if key not in self._by_content:
            name = self._free_name(slug(hint), kind)
            self._by_content[key] = name
            self.found.append(Asset(name=name, png=_encode(cut), width_px=box.w, height_px=box.h))
        return self._by_content[key]

    def _free_name(self, words: str, kind: PictureKind) -> str:
        prefix = "icon" if kind is PictureKind.ICON else "photo"
        stem = f"{prefix}-{words}" if words else prefix
        taken = {asset.name for asset in self.found}
        name, number = f"{stem}.png", 2
        while name in taken:
            name, number = f"{stem}-{number}.png", number + 1
        return name


def slug(text: str) -> str:
    """
    Words as a file name part: lower case, hyphens, at most 40 characters; empty when there are none.
    """
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words if len(words) <= _MAX_NAME else words[:_MAX_NAME].rsplit("-", 1)[0]


def _encode(cut: NDArray[np.uint8]) -> bytes:
    import cv2

    if cut.size == 0:
        cut = np.zeros((1, 1, 3), dtype=np.uint8)
    done, data = cv2.imencode(".png", cut[:, :, ::-1])
    assert done, "OpenCV encodes any uint8 picture"
    return bytes(data)
