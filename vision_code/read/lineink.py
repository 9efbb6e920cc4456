"""
The ink of one line of text: without neighbouring lines, without the edges of what it stands in.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.flat import modal
from vision_code.read.ink import (
    INK_SHARE,
    Background,
    contrast,
    coverage,
    gradient_behind,
    ink_over_photo,
    letters_side,
)

#: Ascenders with accents and descenders, over the x-height.
_ASCENT_SHARE = 0.8
_DESCENT_SHARE = 0.6
#: Rows with this share of the fullest row's ink belong to the x-height; the middle of capitals may dip below it.
_FULL_ROW = 0.42
_DIP_SHARE = 0.15
#: A letter of a neighbouring line is at most so many x-heights wide.
_CUT_LETTER = 2.0
#: Ink that touches the crop's side and spans this much of it is no letter.
_EDGE_SHARE = 0.8
#: The lower edge of a badge that reaches over a line from above: at most this share of the crop's height, and so many
#: times as wide as high.
_EAVES_SHARE, _EAVES_RATIO = 0.25, 2.5
#: From this coverage on there is something of a frame.
_CORNER_SHARE = 0.12
#: Share of the ink inside of a frame; what was cut off by the crop's sides is outside.
_FRAMED_SHARE = 0.9
#: Behind text on a page at least this share of the crop is within so many levels of one colour.
_FLAT_SHARE = 0.35
_SAME_LEVELS = 16
#: Over a photograph only pixels that are mostly ink are taken for it.
_UNIFORM_COVERAGE = 0.6
#: Margin above and below the ink that recognition likes, over the ink's height: letters stay large in the crop.
_MARGIN_SHARE = 0.18
_MIN_MARGIN_PX = 2
#: The part of a crop's height that is above, and below, its letters at the least.
_MARGIN_PART = 8


def line_ink(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.bool_] | None:
    """
    Which pixels of a box are letters: [h, w] bool; None over a photograph, where ink cannot be told from picture.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    crop = pixels[int(box.y) : round(box.bottom), int(box.x) : round(box.right)]
    if crop.size == 0:
        return np.zeros(crop.shape[:2], bool)
    color, _ = modal(crop)
    behind: Background = color
    if float((contrast(crop, color) <= _SAME_LEVELS).mean()) < _FLAT_SHARE:
        soft = gradient_behind(pixels, Box(box.x, box.y + 2, box.w, box.h - 4))
        if soft is None or soft.shape[1] != crop.shape[1]:
            uniform = ink_over_photo(crop, max(_MIN_MARGIN_PX, crop.shape[0] // _MARGIN_PART))
            return None if uniform is None else _own_rows(_without_edges(uniform.coverage(crop) > _UNIFORM_COVERAGE))
        behind = soft
    side = letters_side(crop, behind)
    if not side:
        return _own_rows(_without_edges(_without_frame(coverage(crop, behind))))
    letters = _own_rows(_without_edges(_without_frame(coverage(crop, behind, side))))
    others = coverage(crop, behind, -1 if side > 0 else 1) > INK_SHARE
    return letters | _within_rows(others, np.flatnonzero(letters.any(axis=1)))


def trim(pixels: NDArray[np.uint8], box: Box) -> Box:
    """
    The box with top and bottom moved to an even margin around the line's own ink.
    """
    ink = line_ink(pixels, box)
    rows = np.flatnonzero(ink.any(axis=1)) if ink is not None else np.zeros(0, int)
    if rows.size < 3:
        return box
    margin = max(_MIN_MARGIN_PX, round(_MARGIN_SHARE * rows.size))
    top = max(0, int(box.y) + int(rows[0]) - margin)
    bottom = min(pixels.shape[0], int(box.y) + int(rows[-1]) + 1 + margin)
    return Box(box.x, float(top), box.w, float(bottom - top))


def _within_rows(ink: NDArray[np.bool_], rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    """
    The parts of the ink that reach neither above nor below the given rows: a word of another colour, no photograph.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    kept = np.zeros(count, bool)
    for index, (_, y, _, h, _) in enumerate(stats[1:].tolist(), start=1):
        kept[index] = rows.size > 0 and y >= rows[0] and y + h <= rows[-1] + 1
    result: NDArray[np.bool_] = ink & kept[labels]
    return result


def _without_edges(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """
    The ink without what runs along a side of the crop: the edge of a button or field around the text.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    height, width = ink.shape
    kept = np.ones(count, bool)
    for index, (x, y, w, h, _) in enumerate(stats[1:].tolist(), start=1):
        along_x = w >= _EDGE_SHARE * width and (y == 0 or y + h == height)
        along_y = h >= _EDGE_SHARE * height and (x == 0 or x + w == width)
        kept[index] = not (along_x or along_y)
    result: NDArray[np.bool_] = ink & kept[labels]
    return result


def _without_frame(amount: NDArray[np.float32]) -> NDArray[np.bool_]:
    """
    The ink without a frame around all the rest of it: a button's or field's, whole in the crop. It has a bar on top,
    which letters that an underline joins have not.

    Args:
        amount: [h, w] 0…1, coverage.
    """
    ink: NDArray[np.bool_] = amount > INK_SHARE
    # Round corners are faint.
    _, labels, stats, _ = cv2.connectedComponentsWithStats((amount > _CORNER_SHARE).astype(np.uint8), connectivity=8)
    if len(stats) < 3:
        return ink
    widest = 1 + int(stats[1:, cv2.CC_STAT_WIDTH].argmax())
    x, y, w, h, _ = stats[widest].tolist()
    frame = labels == widest
    inside = np.zeros_like(ink)
    inside[y + 1 : y + h, x + 1 : x + w - 1] = True
    rest = ink & ~frame
    barred = frame[y : y + max(1, h // 4)].sum(axis=1).max() >= _EDGE_SHARE * w
    around = rest.any() and (rest & inside).sum() >= _FRAMED_SHARE * rest.sum()
    return rest if w > 2 * h and barred and around else ink


def _own_rows(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """
    The ink without that of the lines above and below, which a tall crop may touch.

    Rows with a good part of the fullest row's ink span the x-height (or the capitals); ascenders and descenders
    reach at most so much further.
    """
    ink = _without_eaves(ink)
    profile = ink.sum(axis=1)
    if profile.max(initial=0) == 0:
        return ink
    typical = np.sort(profile)[-min(4, len(profile))]  # an underline fills up to three rows more than letters do
    first, last = _middle_run(profile >= max(1.0, _FULL_ROW * typical), max(1, round(_DIP_SHARE * len(profile))))
    first, last = _between_blanks(profile, first, last)
    height = last - first + 1
    top = max(0, first - max(3, round(_ASCENT_SHARE * height)))
    bottom = last + 1 + max(2, round(_DESCENT_SHARE * height))
    own = _without_cut(ink, first, last)
    own[:top] = False
    own[bottom:] = False
    return own


def _without_eaves(ink: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """
    The ink without flat pieces at the crop's upper side: what hangs into the line from above, whose first row would
    count as the letters'.
    """
    if not ink[:1].any():
        return ink
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    flat = (height <= _EAVES_SHARE * ink.shape[0]) & (width >= _EAVES_RATIO * height)
    eaves = flat & (stats[:, cv2.CC_STAT_TOP] == 0)
    eaves[0] = False
    result: NDArray[np.bool_] = ink & ~eaves[labels]
    return result


def _between_blanks(profile: NDArray[np.intp], first: int, last: int) -> tuple[int, int]:
    """
    The run of rows without what blank rows part from it at the crop's sides: a row of descenders may be as full.
    """
    blank = np.flatnonzero(profile == 0)
    middle = (first + last) // 2
    if first == 0 and (above := blank[blank < middle]).size:
        first = int(above[-1]) + 1
    if last == len(profile) - 1 and (below := blank[blank > middle]).size:
        last = int(below[0]) - 1
    return first, last


def _without_cut(ink: NDArray[np.bool_], first: int, last: int) -> NDArray[np.bool_]:
    """
    The ink without what the crop's upper or lower side cuts off and what does not reach the rows between: a descender
    of the line above, the top of a letter below; nor the dots that lie as far out. What is long along the lower side
    may be the line's own rule.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    height = ink.shape[0]
    short = stats[:, cv2.CC_STAT_WIDTH] <= _CUT_LETTER * (last + 1 - first)
    start = stats[:, cv2.CC_STAT_TOP]
    end = start + stats[:, cv2.CC_STAT_HEIGHT]
    above, below = end <= first, short & (start > last)
    reach = end[above & (start == 0)].max(initial=0)
    limit = start[below & (end == height)].min(initial=height)
    foreign = (above & (end <= reach)) | (below & (start >= limit))
    result: NDArray[np.bool_] = ink & ~foreign[labels]
    return result


def _middle_run(full: NDArray[np.bool_], dip: int) -> tuple[int, int]:
    """
    First and last row of the run of full rows nearest the middle; dips of so many rows do not end a run.
    """
    rows = np.flatnonzero(full)
    parts = np.split(rows, np.flatnonzero(np.diff(rows) > dip + 1) + 1)
    middle = (len(full) - 1) / 2
    best = min(parts, key=lambda part: max(part[0] - middle, middle - part[-1], 0.0) - 0.1 * len(part))
    return int(best[0]), int(best[-1])
