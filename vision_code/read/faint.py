"""
Faint words on a pale bar across the page: white on almost white, over a photograph that shows through.

The networks read what differs by a hundred levels, not by eight: such bars are stretched to full contrast, and the
words measured there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import TextLine, TextStyle
from vision_code.read.raw import RawLine

#: Bars have so many rows …
_MIN_PX, _MAX_PX = 32, 200
#: … of which each has this share of its pixels within so many levels of the bar's colour, …
_PALE_SHARE, _PALE_LEVELS = 0.95, 30
#: … and on this share of them something shows that differs by so many levels.
_SEEN_SHARE, _SEEN_LEVELS = 0.01, 3
#: A bar ends, above and below, with the picture or with a step of so many levels on this share of its width.
_STEP_LEVELS, _STEP_SHARE = 20, 0.6
#: Every so manyth column tells of a row.
_STRIDE = 16
#: What differs most is stretched to so many levels from the middle grey that the bar's colour becomes.
_MIDDLE, _REACH = 128.0, 110.0
#: Of eight levels, thin letters lack one or two of white and of black.
_SOFT_LEVELS = 2.5
#: Only what is read this surely is taken, and no single letters.
_SURE, _LETTERS = 0.95, 3


@dataclass(frozen=True, slots=True)
class Bar:
    """
    Rows [top, bottom) of a picture across all its width, their colour, and by how much their contrast is stretched.
    """

    top: int
    bottom: int
    ground: Color
    gain: float

    def stretched(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """
        The bar at full contrast: [bottom - top, W, 3] uint8.
        """
        away = pixels[self.top : self.bottom].astype(np.float32) - np.array(self.ground, np.float32)
        result: NDArray[np.uint8] = np.clip(_MIDDLE + self.gain * away, 0, 255).astype(np.uint8)
        return result

    def color(self, stretched: Color) -> Color:
        """
        What a colour of the stretched bar is in the picture.
        """
        values = np.array(self.ground, np.float32) + (np.array(stretched, np.float32) - _MIDDLE) / self.gain
        values[values >= 255 - _SOFT_LEVELS] = 255.0
        values[values <= _SOFT_LEVELS] = 0.0
        r, g, b = np.rint(values).astype(int).tolist()
        return Color(r, g, b)

    def paint(self, pixels: NDArray[np.uint8]) -> None:
        """
        Make the bar one colour, but for what is not pale on it.
        """
        part = pixels[self.top : self.bottom]
        away = np.abs(part.astype(np.int16) - np.array(self.ground, np.int16)).max(axis=2)
        part[away <= _PALE_LEVELS] = self.ground


def find_bars(pixels: NDArray[np.uint8], lines: Sequence[RawLine]) -> list[Bar]:
    """
    The pale bars of a picture without a line that is read, in which something shows.

    Args:
        pixels: [H, W, 3] uint8 RGB.
    """
    columns = pixels[:, ::_STRIDE]
    usual = np.median(columns, axis=1).astype(np.int16)
    pale = (np.abs(columns - usual[:, None]).max(axis=2) <= _PALE_LEVELS).mean(axis=1) >= _PALE_SHARE
    same = np.abs(np.diff(usual, axis=0)).max(axis=1) <= _SEEN_LEVELS
    edges = np.flatnonzero(~(pale[1:] & pale[:-1] & same)) + 1
    bounds = [0, *edges.tolist(), len(pixels)]
    runs = ((top, bottom) for top, bottom in pairwise(bounds))
    found = (
        _bar(columns, top, bottom)
        for top, bottom in runs
        if _MIN_PX <= bottom - top <= _MAX_PX
        and not any(line.box.y < bottom and line.box.bottom > top for line in lines)
        and _is_step(columns, top)
        and _is_step(columns, bottom)
    )
    return [bar for bar in found if bar is not None]


def _is_step(columns: NDArray[np.uint8], row: int) -> bool:
    if row in (0, len(columns)):
        return True
    step = np.abs(columns[row].astype(np.int16) - columns[row - 1]).max(axis=1)
    return bool((step >= _STEP_LEVELS).mean() >= _STEP_SHARE)


def _bar(columns: NDArray[np.uint8], top: int, bottom: int) -> Bar | None:
    part = columns[top:bottom]
    r, g, b = np.median(part.reshape(-1, 3), axis=0).astype(int).tolist()
    away = np.abs(part.astype(np.int16) - np.array((r, g, b), np.int16)).max(axis=2)
    seen = away[away >= _SEEN_LEVELS]
    if seen.size < _SEEN_SHARE * away.size:
        return None
    return Bar(top, bottom, Color(r, g, b), _REACH / float(np.percentile(seen, 50)))


def read_bars(pixels: NDArray[np.uint8], bars: Sequence[Bar]) -> list[RawLine]:
    """
    The lines of text on the bars, in pixels of the picture.
    """
    from vision_code.read.ocr import read_text  # onnxruntime: only where text is recognised

    found: list[RawLine] = []
    for bar in bars:
        lines = read_text(bar.stretched(pixels))
        sure = (line for line in lines if line.confidence >= _SURE and len(line.text) >= _LETTERS)
        found += [_moved(line, float(bar.top)) for line in sure]
    return found


def with_bars(pixels: NDArray[np.uint8], bars: Sequence[Bar]) -> NDArray[np.uint8]:
    """
    The picture with its bars at full contrast: [H, W, 3] uint8, the same array without any.
    """
    if not bars:
        return pixels
    vivid = pixels.copy()
    for bar in bars:
        vivid[bar.top : bar.bottom] = bar.stretched(pixels)
    return vivid


def bar_of(box: Box, bars: Sequence[Bar]) -> Bar | None:
    """
    The bar that a line lies on.
    """
    return next((bar for bar in bars if bar.top <= box.y and box.bottom <= bar.bottom), None)


def faded(line: TextLine, bar: Bar) -> TextLine:
    """
    A line that was measured at full contrast, in the colours of the picture.
    """

    def style(own: TextStyle) -> TextStyle:
        return replace(own, color=bar.color(own.color))

    words = tuple(replace(word, style=None if word.style is None else style(word.style)) for word in line.words)
    return replace(line, words=words, style=style(line.style), background=bar.ground)


def _moved(line: RawLine, down: float) -> RawLine:
    words = tuple(replace(word, box=replace(word.box, y=word.box.y + down)) for word in line.words)
    return replace(line, box=replace(line.box, y=line.box.y + down), words=words)
