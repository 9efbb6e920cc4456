"""
The reader: one screenshot in, everything measured in it out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.intake import Screenshot
from vision_code.observation import Observation
from vision_code.read.flat import modal
from vision_code.read.mask import surround, without_text
from vision_code.read.pictures import find_pictures
from vision_code.read.raw import RawLine
from vision_code.read.rects import find_rects
from vision_code.read.style import measure_line


def read(screenshot: Screenshot, *, scale: float | None = None) -> Observation:
    """
    Measure a screenshot: text, rectangles, pictures, colours.

    Args:
        scale: Device pixels per CSS pixel; detected when None.
    """
    from vision_code.read.ocr import read_text  # onnxruntime: only where text is recognised

    return read_with_lines(screenshot.pixels, read_text(screenshot.pixels), scale=scale)


def read_with_lines(
    pixels: NDArray[np.uint8], detected: Sequence[RawLine], *, scale: float | None = None
) -> Observation:
    """
    The same with the lines of text given: everything but recognition.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        detected: Lines in pixels of the picture.
    """
    page = modal(pixels[:: max(1, pixels.shape[0] // 500)])[0]
    behind: list[Color | None] = [surround(pixels, line.box) for line in detected]
    masks: list[tuple[Box, Color | None]] = [(line.box, color) for line, color in zip(detected, behind, strict=True)]
    clean = without_text(pixels, masks)
    rects = find_rects(clean, page)
    pictures = find_pictures(clean, rects, page)
    lines = tuple(
        measure_line(pixels, raw, color or page, number)
        for number, (raw, color) in enumerate(zip(detected, behind, strict=True))
    )
    return Observation(
        width_px=float(pixels.shape[1]),
        height_px=float(pixels.shape[0]),
        scale=1.0 if scale is None else scale,
        background=page,
        lines=lines,
        rects=tuple(rects),
        pictures=tuple(pictures),
        palette=(page,),
    )
