"""
What is neither text nor rectangle: photographs, illustrations, charts, icons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import Picture, PictureKind, Rect, TextLine
from vision_code.read.expected import unexplained
from vision_code.read.flat import modal
from vision_code.read.grounds import find_grounds
from vision_code.read.ink import contrast, ink_color, photo_ink

#: Ink closer than this belongs to one picture: the parts of an icon.
_JOIN_PX = 5
#: Smaller or fewer pixels are noise: a corner measured badly, a speck.
_MIN_SIDE_PX = 4
_MIN_INK_PX = 10
#: Bullets of small print are specks, too, of as many pixels at least.
_MIN_SPECK_PX, _LEAST_SPECK_INK_PX = 2, 4
#: Icons are at most this big and have few colours; what is smaller still is one whatever its colours.
_ICON_PX = 72
_SURE_ICON_PX = 24
_ICON_COLORS = 4
#: Shapes up to this size may be parts of an icon: they are when other ink lies this close, on this share of the ring.
_PART_PX = 48
_NEAR_PX = 3
_NEAR_SHARE = 0.04
#: Below this density and with text on it, a cluster is a frame or a curve around other things, no picture.
_SPARSE = 0.06
#: A picture over this share of a box and flush with two opposite sides of it is all of the box: a photograph's corner
#: may be as even as a fill.
_WHOLE_SHARE, _FLUSH_PX = 0.8, 1.0
#: A line belongs to a picture when this share of its box lies in it.
_OWNED_SHARE = 0.6
#: Pictures from this width and height on can be the backdrop of live text, when it is read this surely.
_BACKDROP_PX = (400, 200)
_BACKDROP_CONFIDENCE = 0.93


@dataclass(frozen=True, slots=True)
class Found:
    """
    Pictures, and the rectangles that are not part of one.

    Attributes:
        left: [H, W] bool: the pixels that no rectangle explains, those of the pictures among them.
        specks: What is too small for a picture; ids go on behind those of the pictures.
    """

    pictures: list[Picture]
    rects: list[Rect]
    left: NDArray[np.bool_]
    specks: list[Picture]


def find_pictures(clean: NDArray[np.uint8], rects: Sequence[Rect], background: Color, texts: Sequence[Box]) -> Found:
    """
    Regions that the page's colour and the rectangles do not explain; the rectangles, with those that show only there.

    Args:
        clean: [H, W, 3] uint8 without text.
        rects: From large to small; those that prove to be parts of pictures are dropped.
        texts: Boxes of the lines with a flat surround.
    """
    left = unexplained(clean, rects, background)
    whole = [r for r in rects if not _is_icon_part(r, rects, left, texts)]
    if len(whole) != len(rects):
        left = unexplained(clean, whole, background)
    boxes = [b for b in _clusters(left) if not _is_sparse(b, left, texts)]
    grounds = find_grounds(clean, whole, background, texts, boxes)
    if grounds:
        whole = sorted([*whole, *grounds], key=lambda rect: -rect.box.area)
        left = unexplained(clean, whole, background)
        boxes = [b for b in _clusters(left) if not _is_sparse(b, left, texts)]
    kept = [r for r in whole if not _inside_picture(r, boxes, texts) and not _is_part_of_photo(r, boxes)]
    if len(kept) != len(whole):
        left = unexplained(clean, kept, background)
        boxes = [b for b in _clusters(left) if not _is_sparse(b, left, texts)]
    pictures = [_picture(clean, left, box, number) for number, box in enumerate(boxes)]
    specks = [_picture(clean, left, box, len(pictures) + number) for number, box in enumerate(_specks(left))]
    return Found(pictures, kept, left, specks)


def _clusters(left: NDArray[np.bool_]) -> list[Box]:
    """
    Boxes around ink that hangs together; overlapping ones are joined.
    """
    ink = left.astype(np.uint8)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((_JOIN_PX, _JOIN_PX), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    amounts = np.bincount(labels.ravel(), weights=left.ravel(), minlength=count)
    boxes = [
        Box(float(x), float(y), float(w), float(h))
        for (x, y, w, h, _), amount in zip(stats[1:].tolist(), amounts[1:].tolist(), strict=True)
        if max(w, h) >= _MIN_SIDE_PX and min(w, h) >= 2 and amount >= _MIN_INK_PX
    ]
    return sorted(_joined(boxes), key=lambda b: (b.y, b.x))


def _specks(left: NDArray[np.bool_]) -> list[Box]:
    """
    Boxes around solid dots that are too small for pictures and have no ink near.
    """
    ink = left.astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    w, h, amount = (stats[:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    small = (np.minimum(w, h) >= _MIN_SPECK_PX) & (np.maximum(w, h) <= _MIN_SIDE_PX)
    dots = stats[small & (amount >= _LEAST_SPECK_INK_PX) & (amount < _MIN_INK_PX)]
    sums = cv2.integral(ink)  # photographs have thousands of dots
    height, width = left.shape
    x0, y0 = np.maximum(dots[:, 0] - _JOIN_PX, 0), np.maximum(dots[:, 1] - _JOIN_PX, 0)
    x1 = np.minimum(dots[:, 0] + dots[:, 2] + _JOIN_PX, width)
    y1 = np.minimum(dots[:, 1] + dots[:, 3] + _JOIN_PX, height)
    around = sums[y1, x1] - sums[y0, x1] - sums[y1, x0] + sums[y0, x0]
    alone = dots[around == dots[:, cv2.CC_STAT_AREA]]
    return [Box(float(x), float(y), float(w), float(h)) for x, y, w, h, _ in alone.tolist()]


def _joined(boxes: list[Box]) -> list[Box]:
    """
    Boxes of which none overlaps another.
    """
    done: list[Box] = []
    for box in sorted(boxes, key=lambda b: -b.area):
        current = box
        while True:
            touching = [b for b in done if b.intersection_area(current) > 0]
            if not touching:
                break
            for other in touching:
                done.remove(other)
                current = current.union(other)
        done.append(current)
    return done


def _count(left: NDArray[np.bool_], box: Box) -> int:
    rows = slice(max(0, round(box.y)), max(0, round(box.bottom)))
    return int(left[rows, max(0, round(box.x)) : max(0, round(box.right))].sum())


def _is_icon_part(rect: Rect, rects: Sequence[Rect], left: NDArray[np.bool_], texts: Sequence[Box]) -> bool:
    """
    Whether a small shape without text has other ink or a like shape right beside it.
    """
    box = rect.box
    if max(box.w, box.h) > _PART_PX or any(box.intersection_area(t) > 0 for t in texts):
        return False
    outer = box.inset(-_NEAR_PX)
    ring = _count(left, outer) - _count(left, box)
    if ring > _NEAR_SHARE * (outer.area - box.area):
        return True
    return any(_is_twin(rect, other) for other in rects)


def _is_twin(rect: Rect, other: Rect) -> bool:
    """
    Whether two bars or dots of one colour lie so close that they form one sign (menu, list, dots).
    """
    if other is rect or other.fill != rect.fill or max(other.box.w, other.box.h) > _PART_PX:
        return False
    if other.border is not None or rect.border is not None or other.box.contains(rect.box):
        return False
    reach = 2 * min(rect.box.w, rect.box.h) + 1
    return rect.box.inset(-reach).intersection_area(other.box) > 0 and min(rect.box.w, rect.box.h) <= 8


def _is_sparse(box: Box, left: NDArray[np.bool_], texts: Sequence[Box]) -> bool:
    inside = sum(box.intersection_area(t) > 0.5 * t.area for t in texts)
    return inside >= 2 and _count(left, box) < _SPARSE * box.area


def _inside_picture(rect: Rect, boxes: Sequence[Box], texts: Sequence[Box]) -> bool:
    """
    Whether a shape is a part of a picture: inside its box and without text of its own.
    """
    if any(rect.box.contains(t, 1.0) for t in texts):
        return False
    return any(b.intersection_area(rect.box) > 0.9 * rect.box.area and rect.box.area < 0.9 * b.area for b in boxes)


def _is_part_of_photo(rect: Rect, boxes: Sequence[Box]) -> bool:
    """
    Whether a large plain box is the even part of a photograph that shows over nearly all of it.
    """
    box = rect.box
    if box.w < _BACKDROP_PX[0] or box.h < _BACKDROP_PX[1] or rect.border is not None or rect.radius_px:
        return False
    return any(
        box.contains(b, _FLUSH_PX)
        and b.area >= _WHOLE_SHARE * box.area
        and (abs(b.w - box.w) <= 2 * _FLUSH_PX or abs(b.h - box.h) <= 2 * _FLUSH_PX)
        for b in boxes
    )


def _picture(clean: NDArray[np.uint8], left: NDArray[np.bool_], box: Box, number: int) -> Picture:
    x, y, right, bottom = round(box.x), round(box.y), round(box.right), round(box.bottom)
    part, ink = clean[y:bottom, x:right], left[y:bottom, x:right]
    behind = _behind(clean, x, y, right, bottom)
    largest = max(box.w, box.h)
    icon = largest <= _SURE_ICON_PX or (largest <= _ICON_PX and _has_few_colors(part[ink]))
    r, g, b = part.reshape(-1, 3).mean(axis=0).astype(int).tolist()
    main = ink_color(part[ink], contrast(part[ink][None], behind)[0]) if icon else None
    return Picture(
        id=number,
        kind=PictureKind.ICON if icon else PictureKind.PHOTO,
        box=box,
        color=main or Color(r, g, b),
        background=behind,
    )


def _has_few_colors(ink: NDArray[np.uint8]) -> bool:
    """
    Whether at most four coarse colours (32 levels a channel) make up nine tenths of the ink.
    """
    coarse = (ink // 32).astype(np.int32)
    counts = np.bincount(coarse[:, 0] * 64 + coarse[:, 1] * 8 + coarse[:, 2], minlength=512)
    return bool(np.sort(counts)[-_ICON_COLORS:].sum() >= 0.75 * len(ink))


def _behind(clean: NDArray[np.uint8], x: int, y: int, right: int, bottom: int) -> Color:
    """
    Most frequent colour of the frame, 2 px wide, around a box.
    """
    y0, x0 = max(0, y - 2), max(0, x - 2)
    outer = clean[y0 : bottom + 2, x0 : right + 2]
    frame = [outer[:2], outer[-2:], outer[:, :2], outer[:, -2:]]
    return modal(np.concatenate([side.reshape(-1, 3) for side in frame]))[0]


def claim_text(
    pixels: NDArray[np.uint8], pictures: Sequence[Picture], lines: Sequence[TextLine]
) -> tuple[list[Picture], set[int]]:
    """
    Words that stay pixels: given to the picture most of their box lies in.

    Clear text of one colour over a large picture (the headline over a photograph) is not claimed.

    Args:
        lines: Those that lie over something uneven.

    Returns:
        The pictures with their text, and the ids of the lines that a picture has.
    """
    owned: dict[int, list[TextLine]] = {}
    for line in lines:
        owner = next((p for p in pictures if p.box.intersection_area(line.box) > _OWNED_SHARE * line.box.area), None)
        if owner is not None and not _stays_text(pixels, owner, line):
            owned.setdefault(owner.id, []).append(line)
    texts = {number: " ".join(line.text for line in members) for number, members in owned.items()}
    claimed = {line.id for members in owned.values() for line in members}
    return [replace(p, text=texts.get(p.id, "")) for p in pictures], claimed


def _stays_text(pixels: NDArray[np.uint8], picture: Picture, line: TextLine) -> bool:
    if picture.box.w < _BACKDROP_PX[0] or picture.box.h < _BACKDROP_PX[1] or line.confidence < _BACKDROP_CONFIDENCE:
        return False
    return photo_ink(pixels, line.box, [word.box for word in line.words]) is not None
