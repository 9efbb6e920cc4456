"""
Draws a comparison for people: picture, rendering and difference side by side, the worst regions outlined.
"""

from __future__ import annotations

import numpy as np

from vision_code.compare.fidelity import Fidelity
from vision_code.compare.reference import at_css_scale
from vision_code.geometry import Box
from vision_code.render.facts import Pixels

_GAP_PX = 16
_GAP_GREY = 128
_OUTLINE = (220, 38, 38)
_OUTLINE_PX = 3
#: Smallest scale of a high-density screen; less is a candidate that is wider than it should be.
_DEVICE_SCALE = 1.25


def side_by_side(reference_pixels: Pixels, candidate_pixels: Pixels, fidelity: Fidelity) -> Pixels:
    """
    Picture | rendering | difference, all in one picture as high as the taller page.

    Args:
        reference_pixels, candidate_pixels: uint8 [H, W, 3]; a reference in device pixels (at least 1.25 times as wide)
            is reduced to the candidate's scale.
        fidelity: Its ``worst`` regions are outlined in the first and the last part.

    Returns:
        uint8 [max H, sum of widths + gaps, 3].
    """
    scale = reference_pixels.shape[1] / candidate_pixels.shape[1]
    if scale >= _DEVICE_SCALE:
        reference_pixels = at_css_scale(reference_pixels, scale)
    height = max(reference_pixels.shape[0], candidate_pixels.shape[0])
    width = reference_pixels.shape[1]
    left, right = _fitted(reference_pixels, height, width), _fitted(candidate_pixels, height, width)
    difference = 255 - np.abs(left.astype(np.int16) - right.astype(np.int16)).astype(np.uint8)
    for finding in fidelity.worst:
        _outline(left, finding.box)
        _outline(difference, finding.box)
    gap = np.full((height, _GAP_PX, 3), _GAP_GREY, dtype=np.uint8)
    return np.hstack([left, gap, right, gap, difference])


def _fitted(pixels: Pixels, height: int, width: int) -> Pixels:
    """
    A copy on a grey canvas of the given size, cut where it is wider.
    """
    canvas = np.full((height, width, 3), _GAP_GREY, dtype=np.uint8)
    shared = min(width, pixels.shape[1])
    canvas[: pixels.shape[0], :shared] = pixels[:, :shared]
    return canvas


def _outline(canvas: Pixels, box: Box) -> None:
    height, width = canvas.shape[:2]
    x, y = max(0, int(box.x)), max(0, int(box.y))
    right, bottom = min(width, int(box.right)), min(height, int(box.bottom))
    if right - x <= 2 * _OUTLINE_PX or bottom - y <= 2 * _OUTLINE_PX:
        return
    canvas[y : y + _OUTLINE_PX, x:right] = _OUTLINE
    canvas[bottom - _OUTLINE_PX : bottom, x:right] = _OUTLINE
    canvas[y:bottom, x : x + _OUTLINE_PX] = _OUTLINE
    canvas[y:bottom, right - _OUTLINE_PX : right] = _OUTLINE
