"""
Text recognition from picture to raw lines: detection and recognition spread over two threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.badges import within_badges
from vision_code.read.detect import find_text
from vision_code.read.framed import within_frames
from vision_code.read.lineink import trim
from vision_code.read.lookalikes import without_lookalikes
from vision_code.read.raw import RawLine
from vision_code.read.recognise import recognise
from vision_code.read.rejoin import rejoined
from vision_code.read.rows import apart, one_line_each
from vision_code.read.words import build_lines

WORKERS = 2

#: Readings of at most two characters below this are icons 31 times in 34.
_SHORT_TEXT_CONFIDENCE = 0.8
#: No real line of 368 measured had a mean character confidence below this.
_CONFIDENCE = 0.6


def read_text(pixels: NDArray[np.uint8]) -> list[RawLine]:
    """
    All lines of text, from top to bottom, then left to right.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    with ThreadPoolExecutor(WORKERS) as workers:
        boxes = one_line_each(pixels, find_text(pixels, workers))
        boxes, grounds = within_badges(pixels, apart(within_frames(pixels, boxes)))
        boxes.sort(key=lambda b: -b.w / max(1.0, b.h))  # dearest first: both threads finish together

        def one(box: Box) -> list[RawLine]:
            line = trim(pixels, box)
            return build_lines(pixels, line, recognise(pixels, line))

        lines = [line for found in workers.map(one, boxes) for line in found]
    kept = without_lookalikes(pixels, rejoined([line for line in lines if _is_text(line)], grounds))
    return sorted(kept, key=lambda line: (line.box.y, line.box.x))


def _is_text(line: RawLine) -> bool:
    """
    Whether a reading is trusted: low confidence and icon look-alikes go.
    """
    if len(line.text) <= 2:
        return line.confidence >= _SHORT_TEXT_CONFIDENCE
    return line.confidence >= _CONFIDENCE
