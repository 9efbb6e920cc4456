"""
Crops of the screenshot: cut at native resolution, named for what they show, equal ones kept once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import PictureKind, TextLine
from vision_code.uitree import Asset

_MAX_NAME = 40
#: Soft edges of letters reach this far beyond their ink box.
MARGIN_PX = 4.0


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
    _erased: bool = False

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

    def erase(self, lines: Iterable[TextLine]) -> None:
        """
        Paint words out of the picture before something behind them is cropped: the page writes them itself.

        The ink (what is nearer to the text's colour than to what surrounds it, grown by its soft edge) is filled in
        from around it. Source: Telea 2004, as in OpenCV `inpaint`.
        """
        import cv2

        for line in lines:
            box = line.box.inset(-MARGIN_PX)
            x0, y0 = max(0, round(box.x * self.scale)), max(0, round(box.y * self.scale))
            x1, y1 = round(box.right * self.scale), round(box.bottom * self.scale)
            cut = self.pixels[y0:y1, x0:x1]
            if cut.size == 0:
                continue
            ink = np.abs(cut.astype(np.int16) - np.array(line.style.color, dtype=np.int16)).max(axis=2)
            around = np.abs(
                np.array(line.background, dtype=np.int16) - np.array(line.style.color, dtype=np.int16)
            ).max()
            mask = (ink < max(24, 0.6 * int(around))).astype(np.uint8)
            mask = cv2.dilate(mask, np.ones((5, 5), dtype=np.uint8))
            self._own()[y0:y1, x0:x1] = cv2.inpaint(np.ascontiguousarray(cut), mask, 3, cv2.INPAINT_TELEA)

    def erase_box(self, box: Box) -> None:
        """
        Paint a surface out of the picture behind it: each row blends from the colour on its left to that on its right.
        """
        height, width = self.pixels.shape[:2]
        x0, x1 = round((box.x - MARGIN_PX) * self.scale), round((box.right + MARGIN_PX) * self.scale)
        y0, y1 = max(0, round(box.y * self.scale)), min(height, round(box.bottom * self.scale))
        left, right = (x0 if x0 >= 0 else x1), (x1 if x1 < width else x0)
        if y1 <= y0 or x1 <= x0 or not (0 <= left < width and 0 <= right < width):
            return
        ends = self.pixels[y0:y1, [left, right]].astype(np.float32)
        x0, x1 = max(0, x0), min(width, x1)
        share = np.linspace(0, 1, x1 - x0, dtype=np.float32)[None, :, None]
        self._own()[y0:y1, x0:x1] = (ends[:, :1] * (1 - share) + ends[:, 1:] * share).astype(np.uint8)

    def _own(self) -> NDArray[np.uint8]:
        """
        The pixels, copied before they are first changed: the caller's stay as they are.
        """
        if not self._erased:
            self.pixels, self._erased = self.pixels.copy(), True
        return self.pixels

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
