"""
Icons that were read as a character: a lone glyph whose shape no font explains.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision_code.read.fit import WordShape, line_costs
from vision_code.read.flat import modal
from vision_code.read.ink import coverage
from vision_code.read.raw import RawLine

#: Cost (see `fit`) above which no face at any size explains a lone glyph; letters and digits stay under 6.
_MAX_COST = 7.0
#: Symbols that pages do write alone, as text: close, plus, arrows, separators, currency, marks.
_SYMBOLS = frozenset("×+-–—→←›‹»«•·?!&%#@/|<>:*✓")
#: A page with fewer characters of this kind does not use the script: the one it seems to have is an icon.
_MIN_SCRIPT = 3
_FIRST_CJK = "\u2e80"


def without_lookalikes(pixels: NDArray[np.uint8], lines: Sequence[RawLine]) -> list[RawLine]:
    """
    The lines without lone glyphs that are icons.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    cjk = sum(c >= _FIRST_CJK for line in lines if len(line.text) > 1 for c in line.text)
    return [line for line in lines if len(line.text) > 1 or _is_glyph(pixels, line, cjk >= _MIN_SCRIPT)]


def _is_glyph(pixels: NDArray[np.uint8], line: RawLine, has_cjk: bool) -> bool:
    if line.text >= _FIRST_CJK:
        return has_cjk
    if not line.text.isalnum() and line.text not in _SYMBOLS:
        return False
    box = line.box
    crop = pixels[int(box.y) : round(box.bottom), int(box.x) : round(box.right)]
    frame = pixels[max(0, int(box.y) - 2) : round(box.bottom) + 2, max(0, int(box.x) - 2) : round(box.right) + 2]
    area = float(coverage(crop, modal(frame)[0]).sum())
    costs = line_costs([WordShape(line.text, box.w, box.h, area)])
    return costs is not None and float(costs.min()) <= _MAX_COST
