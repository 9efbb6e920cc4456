"""
The reader: one screenshot in, everything measured in it out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision_code.intake import Screenshot
from vision_code.observation import Observation
from vision_code.read.mask import surround, without_text
from vision_code.read.pictures import find_pictures
from vision_code.read.raw import RawLine
from vision_code.read.rects import find_rects, nest
from vision_code.read.style import measure_lines


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
    behind = [surround(pixels, line.box) for line in detected]
    clean = without_text(pixels, [(line.box, around) for line, around in zip(detected, behind, strict=True)])
    page, rects = find_rects(clean)
    flat_texts = [line.box for line, around in zip(detected, behind, strict=True) if around is not None]
    found = find_pictures(clean, rects, page, flat_texts)
    lines = measure_lines(pixels, detected, [around.color if around is not None else page for around in behind])
    return Observation(
        width_px=float(pixels.shape[1]),
        height_px=float(pixels.shape[0]),
        scale=1.0 if scale is None else scale,
        background=page,
        lines=tuple(lines),
        rects=tuple(nest(found.rects)),
        pictures=tuple(found.pictures),
        palette=(page,),
    )
