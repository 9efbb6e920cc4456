"""
Pictures of an observation, for people: boxes over the screenshot, the palette as a strip.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.intake import Screenshot
from vision_code.observation import Observation

_LINE = (220, 38, 38)
_RECT = (37, 99, 235)
_PICTURE = (22, 163, 74)
_SWATCH_PX = 64


def draw(screenshot: Screenshot, observation: Observation) -> NDArray[np.uint8]:
    """
    The screenshot with text lines in red, rectangles in blue, pictures in green: [H, W, 3] uint8.
    """
    canvas = screenshot.pixels.copy()
    for rect in observation.rects:
        _outline(canvas, rect.box, observation.scale, _RECT)
    for picture in observation.pictures:
        _outline(canvas, picture.box, observation.scale, _PICTURE)
    for line in observation.lines:
        _outline(canvas, line.box, observation.scale, _LINE)
    return canvas


def _outline(canvas: NDArray[np.uint8], box: Box, scale: float, color: tuple[int, int, int]) -> None:
    top_left = (round(box.x * scale), round(box.y * scale))
    bottom_right = (round(box.right * scale) - 1, round(box.bottom * scale) - 1)
    cv2.rectangle(canvas, top_left, bottom_right, color, 1)


def draw_palette(observation: Observation) -> NDArray[np.uint8]:
    """
    One square a colour, most area first: [64, 64·n, 3] uint8.
    """
    colors = observation.palette or (observation.background,)
    strip = np.empty((_SWATCH_PX, _SWATCH_PX * len(colors), 3), np.uint8)
    for index, color in enumerate(colors):
        strip[:, index * _SWATCH_PX : (index + 1) * _SWATCH_PX] = color
    return strip
