"""
How a line of text looks: size, weight, colour, baseline, from its ink.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import TextLine, TextStyle, Word
from vision_code.read.ink import INK_SHARE, contrast, coverage
from vision_code.read.raw import RawLine

_TALL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789bdfhklt!?()[]{}/|\\\"'&%$#@")
_DEEP = frozenset("gjpqy()[]{}/|\\,;@QJ")


def measure_line(pixels: NDArray[np.uint8], raw: RawLine, background: Color, number: int) -> TextLine:
    """
    A raw line with its look.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        background: Flat colour behind the text.
    """
    crop = _crop(pixels, raw.box)
    amount = coverage(crop, background)
    letters = raw.text.replace(" ", "")
    tall, deep = bool(_TALL & set(letters)), bool(set("gjpqy") & set(letters))
    size = raw.box.h / ((0.73 if tall else 0.53) + (0.21 if deep else 0.0))
    style = TextStyle(size_px=round(size * 2) / 2, weight=_weight(amount, size), color=_color(crop, background))
    baseline = raw.box.bottom - (0.21 * size if deep else 0.0)
    words = tuple(Word(text=w.text, box=w.box) for w in raw.words)
    return TextLine(
        id=number,
        text=raw.text,
        box=raw.box,
        words=words,
        style=style,
        baseline_y=baseline,
        background=background,
        confidence=raw.confidence,
    )


def _crop(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    return pixels[int(box.y) : round(box.bottom), int(box.x) : round(box.right)]


def _weight(amount: NDArray[np.float32], size_px: float) -> int:
    """
    Stroke width (ink area over half the horizontal edge length) against size: normal .13, bold .18.
    """
    edges = float(np.abs(np.diff(amount, axis=1)).sum()) / 2
    stroke = float(amount.sum()) / max(edges, 1.0) / max(size_px, 1.0)
    return 700 if stroke > 0.154 else 400


def _color(crop: NDArray[np.uint8], background: Color) -> Color:
    distance = contrast(crop, background)
    ink = distance > INK_SHARE * float(np.percentile(distance, 98.5)) if distance.size else np.zeros((0, 0), bool)
    if not ink.any():
        return background
    strong = distance >= np.percentile(distance[ink], 85)
    r, g, b = np.median(crop[strong], axis=0).astype(int).tolist()
    return Color(r, g, b)
