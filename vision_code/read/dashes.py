"""
Lone dashes, the sign for "nothing" in a table: bars in line with the words of a row and those of a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, color_distance
from vision_code.observation import Picture, Rect, TextLine, Word
from vision_code.read.ink import contrast, ink_color
from vision_code.read.pictures import Found

#: How high (thick) and wide the ink of hyphens, en and em dashes is, font sizes. Liberation Sans: hyphen 0.25, en dash
#: 0.56, em dash 1.0 wide, 0.07 to 0.09 thick, and the faint pixels of their edges.
_THICK_EM, _LEAST_EM, _MOST_EM = 0.14, 0.2, 1.1
_SOLID_SHARE = 0.8
_EM_DASH_EM, _EN_DASH_EM = 0.78, 0.42
#: Dashes lie so far above the baseline, give or take as much, font sizes.
_ABOVE_EM, _OFF_EM = 0.29, 0.13
#: A dash further from all other words of its row than this, font sizes, is no part of a line.
_ALONE_EM = 1.0
#: Edges of a column's words agree within this; so many of them do.
_EDGE_PX, _COLUMN = 2.5, 2
#: Ink of a dash differs from the words' by less than this: a rule is paler.
_SAME_INK = 90


def with_dashes(
    clean: NDArray[np.uint8], lines: Sequence[TextLine], found: Found
) -> tuple[list[TextLine], list[Picture], list[Rect]]:
    """
    The lines with lone dashes among them, and the pictures and rectangles that are none.

    Args:
        clean: [H, W, 3] uint8 without text.
        found: What else was seen in it.
    """
    largest = max((line.style.size_px for line in lines), default=0.0)
    bars = found.left.astype(np.uint8)
    for rect in found.rects:
        if rect.is_rule and rect.box.w <= _MOST_EM * largest:
            bars[round(rect.box.y) : round(rect.box.bottom), round(rect.box.x) : round(rect.box.right)] = 1
    count, _, stats, _ = cv2.connectedComponentsWithStats(bars, connectivity=8)
    dashes: list[TextLine] = []
    for x, y, w, h, area in stats[1:count].tolist():
        if not 2 * h < w <= _MOST_EM * largest or h > _THICK_EM * largest + 1 or area < _SOLID_SHARE * w * h:
            continue
        dash = _dash(clean, Box(float(x), float(y), float(w), float(h)), lines)
        if dash is not None:
            dashes.append(dash)

    def is_free(box: Box) -> bool:
        return not any(dash.box.contains(box, 1.0) for dash in dashes)

    together = sorted([*lines, *dashes], key=lambda line: (line.box.y, line.box.x)) if dashes else list(lines)
    pictures = [picture for picture in found.pictures if is_free(picture.box)]
    return together, pictures, [rect for rect in found.rects if is_free(rect.box)]


def _dash(clean: NDArray[np.uint8], bar: Box, lines: Sequence[TextLine]) -> TextLine | None:
    row = [line for line in lines if _is_level(bar, line)]
    if not row or any(_is_beside(bar, line) for line in lines):
        return None
    column = [line for line in lines if _is_in_column(bar, line)]
    if len(column) < _COLUMN:
        return None
    usual = median_low(line.style.weight for line in column)
    alike = [line for line in column if line.style.weight == usual]
    nearest = min(alike, key=lambda line: abs(line.box.center_y - bar.center_y))
    size = nearest.style.size_px
    like = next((line for line in row if abs(line.style.size_px - size) <= 1.0), None)
    if like is None:
        return None
    x, y, right, bottom = int(bar.x), int(bar.y), round(bar.right), round(bar.bottom)
    crop = clean[y:bottom, x:right]
    ink = ink_color(crop, contrast(crop, nearest.background))
    if ink is None or color_distance(ink, nearest.style.color) >= _SAME_INK:
        return None
    style = replace(nearest.style, underline=False, letter_spacing_px=0.0)
    text = "—" if bar.w >= _EM_DASH_EM * size else "–" if bar.w >= _EN_DASH_EM * size else "-"
    return TextLine(
        id=0,
        text=text,
        box=bar,
        words=(Word(text=text, box=bar),),
        style=style,
        baseline_y=like.baseline_y,
        background=nearest.background,
    )


def _is_level(bar: Box, line: TextLine) -> bool:
    size = line.style.size_px
    fits = bar.h <= _THICK_EM * size + 1 and _LEAST_EM * size <= bar.w <= _MOST_EM * size
    return fits and abs(line.baseline_y - _ABOVE_EM * size - bar.center_y) <= _OFF_EM * size


def _is_beside(bar: Box, line: TextLine) -> bool:
    """
    Whether a line is so near, on any side, that the bar belongs to it.
    """
    return bar.inset(-_ALONE_EM * line.style.size_px).intersection_area(line.box) > 0


def _is_in_column(bar: Box, line: TextLine) -> bool:
    box = line.box
    edges = (box.x - bar.x, box.right - bar.right, box.center_x - bar.center_x)
    return min(map(abs, edges)) <= _EDGE_PX
