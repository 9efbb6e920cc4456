"""
What a line of text says: its crop through the recognition network, decoded to characters with positions.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.models import RECOGNISER, alphabet, session

#: Input height of the network; one output step covers 8 columns.
CROP_HEIGHT_PX = 48
STEP_PX = 8


@dataclass(frozen=True, slots=True)
class Character:
    """
    One decoded character, the x of its centre in pixels of the picture, its probability.
    """

    text: str
    x: float
    confidence: float


def recognise(pixels: NDArray[np.uint8], box: Box) -> list[Character]:
    """
    Characters of the line inside ``box``, left to right; empty when nothing was read.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    left, top = int(box.x), int(box.y)
    crop = pixels[top : max(top + 1, round(box.bottom)), left : max(left + 1, round(box.right))]
    zoom = CROP_HEIGHT_PX / crop.shape[0]
    width = max(STEP_PX, round(crop.shape[1] * zoom))
    blob = np.zeros((1, 3, CROP_HEIGHT_PX, width + -width % STEP_PX), np.float32)
    scaled = cv2.resize(crop, (width, CROP_HEIGHT_PX), interpolation=cv2.INTER_LINEAR)
    # BGR, −1…1, zero padding: as the network was trained.
    blob[0, :, :, :width] = (scaled[:, :, ::-1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    (output,) = session(RECOGNISER).run(None, {"x": blob})
    return _greedy(output[0], left, crop.shape[1] / width)


def _greedy(probabilities: NDArray[np.float32], left: float, px_per_column: float) -> list[Character]:
    """
    Best path of CTC: drop repeats, then blanks. Source: https://www.cs.toronto.edu/~graves/icml_2006.pdf §3.2.
    """
    classes = probabilities.argmax(axis=1)
    letters = alphabet()
    characters = []
    step = 0
    while step < len(classes):
        end = step + 1
        while end < len(classes) and classes[end] == classes[step]:
            end += 1
        if classes[step] != 0:
            confidence = float(probabilities[step:end, classes[step]].max())
            x = left + (step + end) / 2 * STEP_PX * px_per_column
            characters.append(Character(letters[classes[step]], x, confidence))
        step = end
    return characters
