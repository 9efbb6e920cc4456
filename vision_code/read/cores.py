"""
The boxes that an area of one colour consists of: lines stick out of it, or bars of one colour meet in an angle.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

#: Share of each side (between the corners) that must be of the area's colour. Badges and menus overlap some of it.
SIDE_SHARE = 0.75
#: An area that lines of its colour stick out of is a box all the same: when boxes of at least this size make up so much
#: of it. A circle's best box has four fifths of it.
_CORE_W_PX, _CORE_H_PX, _CORE_SHARE, _LINE_PX = 24, 8, 0.92, 4
#: Bars that meet in an angle reach so far; of a row or column less than this share is a line that sticks out.
_ANGLE_PX, _LINE_SHARE = 200, 0.02


def cores(mask: NDArray[np.bool_], area: int) -> list[tuple[slice, slice]]:
    """
    The boxes that an area of ``area`` pixels consists of but for thin lines; none when they are not nearly all of it.
    """
    if area < _CORE_W_PX * _CORE_H_PX:
        return []
    by_rows = [
        (rows, columns)
        for rows in _full_runs(mask.mean(axis=1), _CORE_H_PX)
        for columns in _full_runs(mask[rows].mean(axis=0), _CORE_W_PX)
    ]
    by_columns = [
        (rows, columns)
        for columns in _full_runs(mask.mean(axis=0), _CORE_W_PX)
        for rows in _full_runs(mask[:, columns].mean(axis=1), _CORE_H_PX)
    ]
    for boxes in (by_rows, by_columns):
        if sum(int(mask[box].sum()) for box in boxes) >= _CORE_SHARE * area and _only_lines(mask, boxes):
            return [box for box in boxes if mask[box][0].any() and mask[box][-1].any()]
    return _arms(mask)


def _arms(mask: NDArray[np.bool_]) -> list[tuple[slice, slice]]:
    """
    The two boxes of an angle: a side bar and a bar at the top or bottom in one colour. The larger is taken whole, the
    other one is what is left of it.
    """
    if min(mask.shape) < _ANGLE_PX:
        return []
    whole = np.zeros(mask.shape, np.uint8)
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    cv2.drawContours(whole, outlines, -1, 1, cv2.FILLED)  # what lies on them is a part of the bars
    full_rows, full_columns = (_full_runs(whole.mean(axis=axis), _CORE_H_PX) for axis in (1, 0))
    if len(full_rows) != 1 or len(full_columns) != 1:
        return []
    side, bar = (slice(0, mask.shape[0]), full_columns[0]), (full_rows[0], slice(0, mask.shape[1]))
    first = max(side, bar, key=lambda box: int(whole[box].sum()))
    rest = whole.copy()
    rest[first] = 0
    rows, columns = (np.flatnonzero(rest.mean(axis=axis) > _LINE_SHARE) for axis in (1, 0))
    if min(rows.size, columns.size) < _CORE_H_PX:
        return []
    second = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    covered = int(whole[first].sum()) + int(rest[second].sum())
    if rest[second].mean() < SIDE_SHARE or covered < _CORE_SHARE * whole.sum():
        return []
    return [_tight(mask, box) for box in (first, second) if mask[box].any()]


def _tight(mask: NDArray[np.bool_], box: tuple[slice, slice]) -> tuple[slice, slice]:
    """
    A box without the rows and columns at its sides that the area has nothing in.
    """
    rows, columns = (np.flatnonzero(mask[box].any(axis=axis)) + box[1 - axis].start for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _only_lines(mask: NDArray[np.bool_], boxes: Sequence[tuple[slice, slice]]) -> bool:
    """
    Whether what an area has outside of ``boxes`` is thin everywhere.
    """
    rest = mask.astype(np.uint8)
    for box in boxes:
        rest[box] = 0
    return not cv2.erode(rest, np.ones((_LINE_PX + 1, _LINE_PX + 1), np.uint8), borderValue=0).any()


def _full_runs(filled: NDArray[np.float64], least_px: int) -> list[slice]:
    """
    Runs of at least ``least_px`` rows or columns that are (nearly) filled.
    """
    full = np.concatenate(([False], filled >= SIDE_SHARE, [False]))
    changes = np.flatnonzero(full[1:] != full[:-1]).tolist()
    return [slice(a, b) for a, b in zip(changes[::2], changes[1::2], strict=True) if b - a >= least_px]
