"""
Lossy pictures: flat areas made flat again, so that their shapes can be found.

JPEG and WebP work on blocks. A block within a flat area comes out in one colour; where an edge or a letter crosses it,
brightness rings by some levels, and colour, kept for every second pixel only, runs over the edge. So each pixel gets
the flat colour that is found around its block and has its brightness.
"""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.read.flat import components, pack, steps, unpack

_Kind = TypeVar("_Kind", bound=np.generic)

#: A picture is noisy when this share of all neighbours differs by 1…6 levels; rendered pages stay below .05, their
#: gradients and shadows included.
_NOISY_SHARE = 0.04
_NOISE_LEVELS = 6
#: Blocks of JPEG; those of WebP's prediction are as large or half as large.
_BLOCK_PX = 8
#: Brightness is smoothed where it rings (this far, by so many levels); around a pixel of an area it is then the same
#: but for this.
_SMOOTH_PX, _SMOOTH_LEVELS, _EVEN_LEVELS = 5, 8, 2
#: Areas have at least so many pixels and this thickness (what runs along an edge is thinner), and no more deviation of
#: their brightness than this, or they are gradients.
_MIN_AREA_PX, _MIN_THICK_PX, _MOST_DEVIATION = 40, 2.0, 2.5
#: A flat colour is meant only where a block and its eight neighbours have so many pixels of it.
_MIN_NEAR_PX = 16
#: What is near no flat colour is smoothed: diameter in px, levels, deviation in px.
_SMOOTHING = 5, 14, 3
#: Colours this close are one with noise; more of them than this are a photograph's.
_SAME_LEVELS, _MOST_COLORS = 2, 192
#: How far brightness rings, and how far colour runs over an edge, in levels; colour counts this much in between.
_RINGING, _RUNNING, _COLOR_WEIGHT = 12.0, 70.0, 0.2


def is_noisy(pixels: NDArray[np.uint8]) -> bool:
    """
    Whether a picture went through lossy compression.
    """
    if min(pixels.shape[:2]) < 2:
        return False
    across = steps(pixels, 1)
    flat = across == 0
    faint = (across > 0) & (across <= _NOISE_LEVELS)
    edges = across > 48
    near_edges = cv2.dilate(edges.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    beside = near_edges & ~edges
    if flat.mean() < 0.2 or not beside.any():  # a photograph, or nothing drawn at all
        return False
    return bool(faint[beside].mean() > 5 * _NOISY_SHARE and faint.mean() > _NOISY_SHARE)


def calm(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """
    The picture with pixels that are noise around a flat colour set to it: [H, W, 3] uint8.
    """
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((0, -height % _BLOCK_PX), (0, -width % _BLOCK_PX), (0, 0)), "edge")
    parts = np.asarray(cv2.cvtColor(padded, cv2.COLOR_RGB2YCrCb), np.uint8)
    exact, light = _blocks(_areas(padded)[..., None])[..., 0], _blocks(parts).astype(np.float32)
    result = _blocks(np.asarray(cv2.bilateralFilter(padded, *_SMOOTHING), np.uint8))
    nearest = np.full(exact.shape, np.inf, np.float32)
    shape = padded.shape[0] // _BLOCK_PX, padded.shape[1] // _BLOCK_PX
    for color in _flat_colors(exact):
        there = _near(exact, color, shape)
        own = cv2.cvtColor(np.array([[unpack(color)]], np.uint8), cv2.COLOR_RGB2YCrCb)[0, 0].astype(np.float32)
        off = np.abs(light[there] - own)
        hue = off[..., 1:].max(axis=2)
        distance = off[..., 0] + _COLOR_WEIGHT * hue
        closer = (off[..., 0] <= _RINGING) & (hue <= _RUNNING) & (distance < nearest[there])
        at = np.flatnonzero(there)[:, None], np.arange(exact.shape[1])[None]
        rows, columns = (np.broadcast_to(index, closer.shape)[closer] for index in at)
        nearest[rows, columns] = distance[closer]
        result[rows, columns] = unpack(color)
    return np.ascontiguousarray(_whole(result, padded.shape)[:height, :width])


def _areas(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """
    The packed colour of the flat area that each pixel lies in, 0 outside of such: [H, W].
    """
    light = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    smooth = cv2.bilateralFilter(light, _SMOOTH_PX, _SMOOTH_LEVELS, _SMOOTH_PX / 2)
    around = np.ones((3, 3), np.uint8)
    even = cv2.subtract(cv2.dilate(smooth, around), cv2.erode(smooth, around)) <= _EVEN_LEVELS
    found = components(np.repeat(smooth[..., None], 3, axis=2), _EVEN_LEVELS, even)
    labels = found.labels.ravel()
    longest = np.maximum(found.right - found.left, found.bottom - found.top)
    large = even.ravel()[found.seed] & (found.area >= _MIN_AREA_PX) & (found.area >= _MIN_THICK_PX * longest)
    values = smooth.ravel().astype(np.float64)
    mean = np.bincount(labels, values) / found.area
    large &= np.bincount(labels, values * values) / found.area - mean * mean <= _MOST_DEVIATION**2
    colors = np.zeros(large.size, np.uint32)
    inside = np.flatnonzero(large[labels])
    packed = pack(pixels).ravel()[inside]
    pairs, counts = np.unique(labels[inside].astype(np.uint64) << np.uint64(32) | packed, return_counts=True)
    owner, value = (pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    order = np.argsort(counts, kind="stable")  # the most frequent is written last
    colors[owner[order]] = value[order]
    return colors[found.labels]


def _flat_colors(exact: NDArray[np.uint32]) -> list[int]:
    """
    The packed colours of flat areas, the most frequent first, without those that are one of them with noise.
    """
    colors, counts = np.unique(exact[exact > 0], return_counts=True)
    chosen: list[int] = []
    seen = np.empty((0, 3), np.int16)
    for index in np.argsort(-counts, kind="stable").tolist():
        color = np.array(unpack(int(colors[index])), np.int16)
        if len(seen) and int(np.abs(seen - color).max(axis=1).min()) <= _SAME_LEVELS:
            continue
        chosen.append(int(colors[index]))
        seen = np.vstack([seen, color])
        if len(chosen) == _MOST_COLORS:
            break
    return chosen


def _near(exact: NDArray[np.uint32], color: int, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """
    The blocks around which a colour is found: [B].
    """
    counts = (exact == color).sum(axis=1).reshape(shape).astype(np.float32)
    around = cv2.boxFilter(counts, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(around.ravel() >= _MIN_NEAR_PX)


def _blocks(pixels: NDArray[_Kind]) -> NDArray[_Kind]:
    """
    [H, W, C] as [blocks, pixels of a block, C].
    """
    height, width, channels = pixels.shape
    cut = pixels.reshape(height // _BLOCK_PX, _BLOCK_PX, width // _BLOCK_PX, _BLOCK_PX, channels)
    return np.ascontiguousarray(cut.swapaxes(1, 2)).reshape(-1, _BLOCK_PX * _BLOCK_PX, channels)


def _whole(blocks: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    height, width, channels = shape
    cut = blocks.reshape(height // _BLOCK_PX, width // _BLOCK_PX, _BLOCK_PX, _BLOCK_PX, channels)
    return cut.swapaxes(1, 2).reshape(shape)
