"""
Pictures without the text that lies over them: what is cut out as an asset must not show the words a second time.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.intake import Screenshot
from vision_code.observation import Observation
from vision_code.read.ink import ink_over_photo
from vision_code.read.mask import MARGIN_PX, surround, without_text

#: Over a photograph the letters are filled from their surround, with so much around them as context.
_CONTEXT_PX = 8
_GROW_PX = 5
_PAINT_COVERAGE = 0.2


def erase_text(screenshot: Screenshot, observation: Observation) -> NDArray[np.uint8]:
    """
    The screenshot with every line of the observation painted over by what lies behind it: [H, W, 3] uint8.

    Args:
        observation: Read from this screenshot; text that belongs to a picture is not among its lines and stays.
    """
    scale = observation.scale
    boxes = [Box(b.x * scale, b.y * scale, b.w * scale, b.h * scale) for b in (line.box for line in observation.lines)]
    around = [surround(screenshot.pixels, box) for box in boxes]
    clean = without_text(screenshot.pixels, list(zip(boxes, around, strict=True)))
    for box, behind in zip(boxes, around, strict=True):
        if behind is None:
            _fill_letters(clean, box)
    return clean


def _fill_letters(pixels: NDArray[np.uint8], box: Box) -> None:
    grown = box.inset(-MARGIN_PX - _CONTEXT_PX)
    rows = slice(max(0, int(grown.y)), min(pixels.shape[0], round(grown.bottom)))
    columns = slice(max(0, int(grown.x)), min(pixels.shape[1], round(grown.right)))
    patch = pixels[rows, columns]
    inner = np.zeros(patch.shape[:2], bool)
    inner[_CONTEXT_PX:-_CONTEXT_PX, _CONTEXT_PX:-_CONTEXT_PX] = True
    middle = patch[_CONTEXT_PX:-_CONTEXT_PX, _CONTEXT_PX:-_CONTEXT_PX]
    found = ink_over_photo(middle, MARGIN_PX)
    letters: NDArray[np.uint8] = np.zeros(patch.shape[:2], np.uint8)
    if found is not None:
        letters[_CONTEXT_PX:-_CONTEXT_PX, _CONTEXT_PX:-_CONTEXT_PX] = found.coverage(middle) > _PAINT_COVERAGE
        letters = np.asarray(cv2.dilate(letters, np.ones((_GROW_PX, _GROW_PX), np.uint8)), np.uint8)
    else:
        letters[inner] = 1
    patch[:] = cv2.inpaint(np.ascontiguousarray(patch), letters, 3, cv2.INPAINT_TELEA)
