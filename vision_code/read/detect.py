"""
Where lines of text are: tiles of the picture through the detection network, boxes from its probability map.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.read.models import DETECTOR, session

#: Rows per tile and rows shared with the next. As accurate as whole viewports, and two cores can share one viewport.
TILE_PX = 544
OVERLAP_PX = 48
#: First pass. .75 finds as much as 1.0 on ordinary text at 60 % of the cost; below .6 accuracy drops sharply.
COARSE_SCALE = 0.75
#: Boxes under this height come from text of 9…12 px, where scale 1.0 finds more (.988 against .962).
SMALL_TEXT_PX = 14.0

#: A line on the border between two tiles is boxed a little differently by each: both may have it, one of the two is
#: kept. Without this slack such a line is lost when each tile sees its centre on the other's side.
_BORDER_SLACK_PX = 8.0
_SAME_LINE_IOU = 0.4

_PROBABILITY = 0.3
_BOX_SCORE = 0.5
_UNCLIP = 1.6
_MIN_SIDE_PX = 3
_MIN_LINE_PX = 18.0


@dataclass(frozen=True, slots=True)
class _Tile:
    top: int
    bottom: int
    own_top: float
    own_bottom: float


def find_text(pixels: NDArray[np.uint8], workers: Executor) -> list[Box]:
    """
    Axis-aligned boxes around lines of text, with the margin that the recogniser likes.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        workers: Runs the tiles.
    """
    tiles = _tiles(pixels.shape[0])

    def both_passes(tile: _Tile) -> list[Box]:
        boxes = _detect(pixels, tile, COARSE_SCALE)
        if boxes and float(np.percentile([b.h for b in boxes], 25)) < SMALL_TEXT_PX:
            return _detect(pixels, tile, 1.0)
        return boxes

    run: Callable[[_Tile], list[Box]] = both_passes
    kept: list[Box] = []
    above: list[Box] = []
    for boxes in workers.map(run, tiles):
        above = [box for box in boxes if not any(box.iou(other) > _SAME_LINE_IOU for other in above)]
        kept += above
    return kept


def _tiles(height: int) -> list[_Tile]:
    """
    Tiles that cover the height; each owns the boxes whose centre lies in its half of the shared rows, or just beyond.
    """
    tiles = []
    top = 0
    while True:
        bottom = min(height, top + TILE_PX)
        last = bottom == height
        own_top = 0.0 if top == 0 else top + OVERLAP_PX / 2 - _BORDER_SLACK_PX
        own_bottom = float(height) if last else bottom - OVERLAP_PX / 2 + _BORDER_SLACK_PX
        tiles.append(_Tile(top, bottom, own_top, own_bottom))
        if last:
            return tiles
        top = bottom - OVERLAP_PX


def _detect(pixels: NDArray[np.uint8], tile: _Tile, scale: float) -> list[Box]:
    crop = pixels[tile.top : tile.bottom]
    probability = _probability(crop, scale)
    boxes = _boxes(probability, scale, crop.shape[1], crop.shape[0])
    shifted = [Box(b.x, b.y + tile.top, b.w, b.h) for b in boxes]
    return [b for b in shifted if tile.own_top <= b.center_y < tile.own_bottom]


def _probability(crop: NDArray[np.uint8], scale: float) -> NDArray[np.float32]:
    """
    Text probability per pixel of the scaled crop: [H·scale, W·scale] float32.
    """
    height, width = max(1, round(crop.shape[0] * scale)), max(1, round(crop.shape[1] * scale))
    small = cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA) if scale != 1.0 else crop
    # The network halves five times; edge pixels are repeated so that the padding is no edge of its own.
    small = cv2.copyMakeBorder(small, 0, -height % 32, 0, -width % 32, cv2.BORDER_REPLICATE)
    blob = cv2.dnn.blobFromImage(small, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)
    (output,) = session(DETECTOR).run(None, {"x": blob})
    result: NDArray[np.float32] = output[0, 0, :height, :width]
    return result


def _boxes(probability: NDArray[np.float32], scale: float, width: int, height: int) -> list[Box]:
    """
    Connected areas of text, grown by area·1.6/perimeter as in DB (https://arxiv.org/abs/1911.08947, §3.3).
    """
    mask = (probability > _PROBABILITY).astype(np.uint8)
    joined = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    inside = np.bincount(labels.ravel(), weights=mask.ravel(), minlength=count)
    total = np.bincount(labels.ravel(), weights=(mask * probability).ravel(), minlength=count)
    boxes = []
    stats += np.array([1, 1, -2, -2, 0], stats.dtype)  # what dilation added
    for index, (x, y, w, h, _) in enumerate(stats[1:].tolist(), start=1):
        if max(w, h) < _MIN_SIDE_PX or total[index] < _BOX_SCORE * inside[index]:
            continue
        grow = (w + 1) * (h + 1) * _UNCLIP / (2 * (w + h + 2)) + 1
        # Small text may leave a mere thread in the map: a line is never lower than its letters with their margin.
        grow_y = max(grow, (_MIN_LINE_PX * scale - h) / 2)
        left, top = max(0.0, (x - grow_y) / scale), max(0.0, (y - grow_y) / scale)
        right, bottom = min(width, (x + w + grow_y) / scale), min(height, (y + h + grow_y) / scale)
        boxes.append(Box(left, top, right - left, bottom - top))
    return boxes
