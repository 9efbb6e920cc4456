"""
Single digits and initials in small frames and discs, which the detector of lines overlooks: "2" of four steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color, bounding
from vision_code.observation import Border, Observation, Picture, Rect
from vision_code.read.flat import modal
from vision_code.read.ink import INK_SHARE, MIN_CONTRAST, coverage
from vision_code.read.raw import RawLine, RawWord
from vision_code.read.recognise import Character, recognise

#: Sides of such frames in CSS px; they are about square.
_MIN_PX, _MAX_PX, _SQUARE_SHARE = 14.0, 48.0, 0.15
#: What is looked at is this much of a frame's side: the square in a circle has 0.71 of it.
_HEART_SHARE = 0.58
#: A sign lies within this share of the side from the middle, and has so much of the side's height.
_CENTRED_SHARE, _LEAST_HEIGHT, _MOST_HEIGHT = 0.12, 0.25, 0.6
#: The ground of what is looked at has at least this share of it.
_GROUND_SHARE = 0.35
#: Each of the two readings must be this sure: ticks are read as 1 or V, never with more than .86.
_SURE = 0.95
_MOST_SIGNS = 2


def read_discs(pixels: NDArray[np.uint8], observation: Observation) -> list[RawLine]:
    """
    Lines of one or two signs that stand in the middle of what was taken for a picture.

    Args:
        pixels: [H, W, 3] uint8 RGB, in device pixels as the lines that are returned.
        observation: What was read from them.
    """
    found = (_read(pixels, frame) for frame in _frames(observation))
    return [line for line in found if line is not None]


def with_frames(pixels: NDArray[np.uint8], observation: Observation) -> tuple[list[Picture], list[Rect]]:
    """
    Pictures and rectangles of an observation where small frames around a sign are rectangles.

    Args:
        pixels: [H, W, 3] uint8 RGB, one pixel per CSS pixel.
    """
    inks = [line.box for line in observation.lines if len(line.text) <= _MOST_SIGNS and line.text.isalnum()]
    pictures: list[Picture] = []
    rects = list(observation.rects)
    for picture in observation.pictures:
        ink = next((ink for ink in inks if _is_centred(ink, picture.box)), None)
        if ink is None or not _is_frame(picture.box):
            pictures.append(picture)
        else:
            rects.append(_framed(pixels, picture, ink))
    return pictures, rects


def _framed(pixels: NDArray[np.uint8], picture: Picture, ink: Box) -> Rect:
    """
    The frame of a picture that is one, measured from its edges to the sign in it.
    """
    box = picture.box
    x0, y0, x1, y1 = round(box.x), round(box.y), round(box.right), round(box.bottom)
    reach = max(2, int(min(ink.x - box.x, ink.y - box.y, box.right - ink.right, box.bottom - ink.bottom)) - 1)
    middle_x, middle_y = (x0 + x1) // 2, (y0 + y1) // 2
    ways = (
        pixels[middle_y, x0 : x0 + reach],
        pixels[middle_y, x1 - reach : x1][::-1],
        pixels[y0 : y0 + reach, middle_x],
        pixels[y1 - reach : y1, middle_x][::-1],
    )
    inward = np.stack(ways).astype(np.float32)  # [4, reach, 3]
    ground = np.median(inward[:, -1], axis=0)
    away = np.abs(inward - ground).max(axis=2)
    strongest = float(away.max())
    full = np.abs(pixels[y0:y1, x0:x1].astype(np.float32) - ground).max(axis=2)
    full[int(ink.y) - y0 : round(ink.bottom) - y0, int(ink.x) - x0 : round(ink.right) - x0] = 0
    fill = Color(*ground.astype(int).tolist())
    radius = _radius(pixels[y0:y1, x0:x1], picture.background)
    if strongest < MIN_CONTRAST:
        return Rect(id=0, box=box, fill=fill, radius_px=radius)
    edge, _ = modal(pixels[y0:y1, x0:x1][full >= 0.95 * full.max()])
    width = float(np.median((away / strongest).sum(axis=1)))
    border = Border(color=edge, width_px=max(1.0, round(width * 2) / 2))
    return Rect(id=0, box=box, fill=fill, border=border, radius_px=radius)


def _radius(frame: NDArray[np.uint8], outside: Color) -> float:
    """
    Radius of the corners from how far along the diagonals the frame begins: r less r/√2.
    """
    side = min(frame.shape[:2])
    steps = np.arange(side // 2)
    corners = (frame, frame[:, ::-1], frame[::-1], frame[::-1, ::-1])
    starts = [
        int(np.argmax(np.abs(corner[steps, steps].astype(np.int16) - outside).max(axis=1) > MIN_CONTRAST))
        for corner in corners
    ]
    return float(min(side / 2, np.median(starts) / (1 - math.sqrt(0.5))))


def _frames(observation: Observation) -> list[Box]:
    """
    The small squares that are a picture, or that hold one in their middle.
    """
    frames = [picture.box for picture in observation.pictures if _is_frame(picture.box)]
    for rect in observation.rects:
        inside = [picture for picture in observation.pictures if rect.box.contains(picture.box)]
        if _is_frame(rect.box) and len(inside) == 1 and _is_centred(inside[0].box, rect.box):
            frames.append(rect.box)
    return [frame for frame in frames if not any(frame.intersection_area(line.box) for line in observation.lines)]


def _is_frame(box: Box) -> bool:
    side = max(box.w, box.h)
    return _MIN_PX <= side <= _MAX_PX and abs(box.w - box.h) <= _SQUARE_SHARE * side


def _is_centred(sign: Box, frame: Box) -> bool:
    away = max(abs(sign.center_x - frame.center_x), abs(sign.center_y - frame.center_y))
    return away <= _CENTRED_SHARE * frame.h and sign.h <= _MOST_HEIGHT * frame.h


def _read(pixels: NDArray[np.uint8], frame: Box) -> RawLine | None:
    rim = (1 - _HEART_SHARE) / 2 * min(frame.w, frame.h)
    heart = frame.inset(rim)
    x0, y0 = round(heart.x), round(heart.y)
    crop = np.ascontiguousarray(pixels[y0 : round(heart.bottom), x0 : round(heart.right)])
    if min(crop.shape[:2], default=0) < 4:
        return None
    ground, share = modal(crop)
    ink = coverage(crop, ground) > INK_SHARE
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if share < _GROUND_SHARE or rows.size == 0 or not _stands_free(ink, rows, columns):
        return None
    height = (rows[-1] - rows[0] + 1) / frame.h
    if not _LEAST_HEIGHT <= height <= _MOST_HEIGHT:
        return None
    signs = _surely(crop, ground)
    if not signs:
        return None
    box = Box(
        float(x0 + columns[0]),
        float(y0 + rows[0]),
        float(columns[-1] - columns[0] + 1),
        float(rows[-1] - rows[0] + 1),
    )
    word = RawWord(text="".join(sign.text for sign in signs), box=box)
    confidence = min(sign.confidence for sign in signs)
    return RawLine(text=word.text, box=bounding([box]), words=(word,), confidence=confidence)


def _stands_free(ink: NDArray[np.bool_], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> bool:
    """
    Whether ink touches no side, and lies in the middle.
    """
    height, width = ink.shape
    if rows[0] == 0 or columns[0] == 0 or rows[-1] == height - 1 or columns[-1] == width - 1:
        return False
    off_x = abs((columns[0] + columns[-1] + 1) / 2 - width / 2) / width
    off_y = abs((rows[0] + rows[-1] + 1) / 2 - height / 2) / height
    return bool(max(off_x, off_y) <= _CENTRED_SHARE / _HEART_SHARE)


def _surely(crop: NDArray[np.uint8], ground: Sequence[int]) -> list[Character]:
    """
    What is read as it is and with room on both sides, when both times the same is read surely.
    """
    room = crop.shape[0]
    wide = np.asarray(cv2.copyMakeBorder(crop, 0, 0, room, room, cv2.BORDER_CONSTANT, value=tuple(ground)), np.uint8)
    readings = [recognise(each, Box(0, 0, each.shape[1], each.shape[0])) for each in (crop, wide)]
    texts = {"".join(sign.text for sign in reading) for reading in readings}
    sure = all(sign.confidence >= _SURE for reading in readings for sign in reading)
    (text,) = texts if len(texts) == 1 else ("",)
    is_plain = text.isascii() and (text.isdigit() or (len(text) == _MOST_SIGNS and text.isalpha() and text.isupper()))
    return readings[0] if sure and is_plain and len(text) <= _MOST_SIGNS else []
