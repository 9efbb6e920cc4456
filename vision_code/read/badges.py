"""
Boxes of text in badges, cut to the letters in each: the detector takes outlined pills for letters, joins those that
stand close, and finds more of the page than of a small badge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.flat import modal
from vision_code.read.ink import contrast, ink_box
from vision_code.read.rows import cut_out

#: How far around a box an outline is looked for.
_REACH_PX = 10
#: Distance from what the badges lie on.
_MIN_CONTRAST = 12
#: Badges are so high, and so many times as wide.
_HEIGHT_PX, _RATIO = (14, 40), 1.4
#: An outline covers at most this share of what it encloses; what is as high as this share of a filled badge may be a
#: letter beside it; round corners leave at least this share of the lines just inside the edges.
_RING_SHARE, _PEER_SHARE, _SIDE_SHARE = 0.45, 0.7, 0.5
#: Letters keep this distance from the edge, and take this share of the width.
_PADDING_PX, _LETTERS_SHARE = 2, 0.35
#: A filling with dark letters covers this share of its box and has one colour on this share of itself; letters differ
#: from it by so much.
_SOLID_SHARE, _PLAIN_SHARE, _LETTER_CONTRAST = 0.85, 0.5, 48
#: Room around letters that recognition likes.
_MARGIN_PX = 3.0
#: Narrower parts hold no word.
_MIN_PART = 0.5


def within_badges(pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """
    The boxes, those with badges in them in as many parts, each within its badge; and the fillings without an edge among
    the badges, which may be the grounds of words in a sentence.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    parts, grounds = list[Box](), list[Box]()
    for box in boxes:
        badges = _badges_in(pixels, box)
        # Right behind a ground in a sentence stands a sign; of an edge, its shadow stays.
        taken = [(b.box.inset(-_PADDING_PX) if b.has_edge else b.box, b.letters) for b in badges]
        parts += cut_out(box, taken, _MIN_PART)
        grounds += [badge.box for badge in badges if not badge.has_edge]
    return parts, grounds


@dataclass(frozen=True, slots=True)
class _Badge:
    box: Box
    letters: Box
    has_edge: bool


def _badges_in(pixels: NDArray[np.uint8], box: Box) -> list[_Badge]:
    """
    The badges whose edges a box reaches over, from left to right, each with the box of its letters.
    """
    left, top = max(0, int(box.x) - _REACH_PX), max(0, int(box.y) - _REACH_PX)
    crop = pixels[top : round(box.bottom) + _REACH_PX, left : round(box.right) + _REACH_PX]
    if min(crop.shape[:2]) < _HEIGHT_PX[0]:
        return []
    ground, _ = modal(np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]]))
    ink = contrast(crop, ground) > _MIN_CONTRAST
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    found = []
    for number, (x, y, w, h, _) in enumerate(stats.tolist()):
        touches = x == 0 or y == 0 or x + w == ink.shape[1] or y + h == ink.shape[0]
        badge = Box(left + x, top + y, w, h)
        if number == 0 or touches or not _is_badge_size(badge) or not _reaches_over(box, badge):
            continue
        part = labels[y : y + h, x : x + w] == number
        letters, has_edge = _letters_in_outline(part, ink[y : y + h, x : x + w]), True
        if letters is None:
            letters, has_edge = _dark_letters_on_filling(part, crop[y : y + h, x : x + w])
        if letters is None and not _has_peers(number, stats):
            letters, has_edge = _letters_on_filling(part), True
        if letters is not None:
            letters = replace(letters, x=badge.x + letters.x, y=badge.y + letters.y).inset(-_MARGIN_PX)
            found.append(_Badge(badge, letters, has_edge))
    return sorted(found, key=lambda each: each.box.x)


def _is_badge_size(box: Box) -> bool:
    return _HEIGHT_PX[0] <= box.h <= _HEIGHT_PX[1] and box.w >= _RATIO * box.h


def _reaches_over(box: Box, badge: Box) -> bool:
    shared = box.intersection_area(badge)
    return shared > 0 and not badge.inset(_MARGIN_PX).contains(box) and badge.y <= box.center_y <= badge.bottom


def _has_peers(number: int, stats: NDArray[np.integer | np.floating]) -> bool:
    """
    Whether other components are about as high, and no badges: joined letters of a headline have holes as well.
    """
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    peers = (heights >= _PEER_SHARE * stats[number, cv2.CC_STAT_HEIGHT]) & (widths < _RATIO * heights)
    return bool(peers.any())


def _letters_in_outline(ring: NDArray[np.bool_], ink: NDArray[np.bool_]) -> Box | None:
    """
    The box of the letters that a closed line goes around; None when the component is no such line.
    """
    filled = _filled(ring)
    if ring.sum() > _RING_SHARE * filled.sum() or not _has_sides(filled):
        return None
    return _box_of(filled & ~ring & ink)


def _letters_on_filling(part: NDArray[np.bool_]) -> Box | None:
    """
    The box of the light letters in a filled component, which are holes in it; None when it is none.
    """
    return _box_of(_filled(part) & ~part) if _has_sides(part) else None


def _dark_letters_on_filling(part: NDArray[np.bool_], crop: NDArray[np.uint8]) -> tuple[Box | None, bool]:
    """
    The box of the letters on a component of another colour than its ground, a grey button's, and whether it has an edge
    of yet another colour; None when it is none.
    """
    if part.mean() < _SOLID_SHARE:
        return None, False
    fill, share = modal(crop[part])
    if share < _PLAIN_SHARE:
        return None, False
    letters = contrast(crop, fill) > _LETTER_CONTRAST
    inside = np.zeros_like(letters)
    inside[_PADDING_PX + 1 : -_PADDING_PX - 1, _PADDING_PX + 1 : -_PADDING_PX - 1] = True
    middle = slice(crop.shape[1] // 4, crop.shape[1] - crop.shape[1] // 4)
    edge = contrast(crop[[0, -1], middle], fill) > _MIN_CONTRAST
    return _box_of(letters & inside), bool(edge.mean() >= _SIDE_SHARE)


def _filled(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    outside = np.pad(part.astype(np.uint8), 1)
    cv2.floodFill(outside, None, (0, 0), (2,))
    filled: NDArray[np.bool_] = outside[1:-1, 1:-1] != 2
    return filled


def _has_sides(filled: NDArray[np.bool_]) -> bool:
    """
    Whether the lines just inside the box run along most of it, as round corners leave them.
    """
    depth = _PADDING_PX
    sides = (filled[depth], filled[-1 - depth], filled[:, depth], filled[:, -1 - depth])
    return min(float(side.mean()) for side in sides) >= _SIDE_SHARE


def _box_of(letters: NDArray[np.bool_]) -> Box | None:
    box = ink_box(letters)
    if box is None:
        return None
    height, width = letters.shape
    room = min(box.x, box.y, width - box.right, height - box.bottom)
    return box if room > _PADDING_PX and box.w >= _LETTERS_SHARE * width else None
