"""
Italics: letters whose upright strokes line up only after shearing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Slant of oblique and italic faces as a share of the height: 12° is .21, Times Italic's 15.5° .28.
_SHEAR = 0.23
#: Upright strokes must be this much sharper after shearing; serif and sans text alike stay below 1 when upright.
_GAIN = 1.08
#: Words lower than this or with fewer letters show no slant.
_MIN_HEIGHT_PX = 7
_MIN_LETTERS = 3


def is_italic(words: Sequence[tuple[str, NDArray[np.float32]]]) -> bool:
    """
    Whether a line is slanted.

    Args:
        words: Text and ink coverage [h, w] of each word.
    """
    upright = slanted = 0.0
    for text, amount in words:
        if len(text) >= _MIN_LETTERS and amount.shape[0] >= _MIN_HEIGHT_PX:
            upright += _sharpness(amount, 0.0)
            slanted += _sharpness(amount, _SHEAR)
    return slanted > _GAIN * upright > 0


def _sharpness(amount: NDArray[np.float32], shear: float) -> float:
    """
    Sum of squared differences between neighbouring column sums, the rows shifted along the slant.
    """
    height, width = amount.shape
    total = np.zeros(width + round(shear * height) + 1, np.float32)
    for row in range(height):
        shift = round(shear * row)  # the top leans to the right: lower rows move to the right to meet it
        total[shift : shift + width] += amount[row]
    return float((np.diff(total) ** 2).sum())
