"""
Flat areas of a picture: runs and connected components of (almost) equal colour.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Color

#: Neighbours this close count as one colour: the far end of a card's shadow shifts the next card by 1.
TOLERANCE = 1


def pack(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """
    [H, W, 3] uint8 RGB to [H, W] uint32: one comparison instead of three. `unpack` is the way back.
    """
    with_alpha = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2RGBA)
    packed: NDArray[np.uint32] = with_alpha.view(np.uint32)[..., 0]
    return packed


def unpack(value: int) -> Color:
    """
    Colour of a packed pixel.
    """
    r, g, b, _ = int(value).to_bytes(4, sys.byteorder)
    return Color(r, g, b)


def modal(pixels: NDArray[np.uint8]) -> tuple[Color, float]:
    """
    The most frequent exact colour of [..., 3] uint8 pixels and its share, 0…1.

    Raises:
        ValueError: There are no pixels.
    """
    values, counts = np.unique(pack(pixels.reshape(1, -1, 3)), return_counts=True)
    best = int(counts.argmax())
    return unpack(int(values[best])), float(counts[best] / counts.sum())


def steps(pixels: NDArray[np.uint8], axis: int) -> NDArray[np.uint8]:
    """
    Largest channel difference between neighbours along ``axis``: [H−1, W] or [H, W−1] uint8.
    """
    after, before = (pixels[1:], pixels[:-1]) if axis == 0 else (pixels[:, 1:], pixels[:, :-1])
    if after.size == 0:  # a picture one pixel wide or high has no neighbours
        return np.zeros(after.shape[:2], np.uint8)
    r, g, b = cv2.split(cv2.absdiff(np.ascontiguousarray(after), np.ascontiguousarray(before)))
    return np.asarray(cv2.max(cv2.max(r, g), b), np.uint8)


def run_lengths(breaks: NDArray[np.bool_]) -> NDArray[np.int32]:
    """
    For each pixel the length of the horizontal run it lies in: [H, W] int32.

    Args:
        breaks: [H, W−1], whether a run ends between two neighbours.
    """
    ids = _run_ids(breaks)
    lengths = np.bincount(ids.ravel()).astype(np.int32)
    result: NDArray[np.int32] = lengths[ids]
    return result


def _run_ids(breaks: NDArray[np.bool_]) -> NDArray[np.int32]:
    starts = np.ones((breaks.shape[0], breaks.shape[1] + 1), bool)
    starts[:, 1:] = breaks
    ids: NDArray[np.int32] = np.cumsum(starts.ravel(), dtype=np.int32).reshape(starts.shape) - 1
    return ids


@dataclass(frozen=True, slots=True)
class Components:
    """
    Connected areas (4-neighbours) of almost equal colour.

    Attributes:
        labels: [H, W] int32, component of each pixel.
        left, top, right, bottom: [N] int32, bounding boxes, ends exclusive.
        area: [N] int64, pixels.
        seed: [N] int64, flat index of one pixel of each component.
    """

    labels: NDArray[np.int32]
    left: NDArray[np.int32]
    top: NDArray[np.int32]
    right: NDArray[np.int32]
    bottom: NDArray[np.int32]
    area: NDArray[np.int64]
    seed: NDArray[np.int64]


def components(
    pixels: NDArray[np.uint8], tolerance: int = TOLERANCE, mask: NDArray[np.bool_] | None = None
) -> Components:
    """
    Label all areas: rows are cut into runs, runs that touch vertically are joined as a sparse graph.

    Args:
        pixels: [H, W, 3] uint8.
        tolerance: Largest channel difference between neighbours of one area.
        mask: [H, W]; areas do not cross its edge.
    """
    across = steps(pixels, 1) > tolerance
    down = steps(pixels, 0) <= tolerance
    if mask is not None:
        across |= mask[:, 1:] != mask[:, :-1]
        down &= mask[1:] == mask[:-1]
    ids = _run_ids(across)
    return _joined(ids, down)


def _connected(count: int, one: NDArray[np.int32], other: NDArray[np.int32]) -> tuple[int, NDArray[np.int64]]:
    """
    Number of connected parts of a graph of ``count`` nodes, and the part of each node.

    Roots are hooked onto lower ones and paths halved until no edge joins two parts (Shiloach and Vishkin 1982): three
    to five rounds on a page. scipy's is three times as fast on it (0.05 s against 0.15 s) and takes 0.6 s to import.

    Args:
        one, other: [E] nodes that an edge joins.
    """
    parent: NDArray[np.int64] = np.arange(count)
    a, b = one.astype(np.int64), other.astype(np.int64)
    while a.size:
        np.minimum.at(parent, np.maximum(a, b), np.minimum(a, b))
        while not np.array_equal(shorter := parent[parent], parent):
            parent = shorter
        a, b = parent[a], parent[b]
        apart = a != b
        a, b = a[apart], b[apart]
    roots = np.flatnonzero(parent == np.arange(count))
    return roots.size, np.searchsorted(roots, parent)


def _joined(ids: NDArray[np.int32], same: NDArray[np.bool_]) -> Components:
    """
    Components from runs (ids rise along the picture) and which pixels hang together with the one below.
    """
    width = ids.shape[1]
    count = int(ids[-1, -1]) + 1
    first = np.flatnonzero(np.diff(ids.ravel(), prepend=-1))
    ends = np.append(first[1:], ids.size)
    fresh = np.ones_like(same)  # one edge for each stretch over which two runs touch
    fresh[:, 1:] = (ids[1:, 1:] != ids[1:, :-1]) | (ids[:-1, 1:] != ids[:-1, :-1]) | ~same[:, :-1]
    chosen = same & fresh
    above, below = ids[:-1][chosen], ids[1:][chosen]
    total, of_run = _connected(count, above, below)
    row, x0 = np.divmod(first, width)
    order = np.argsort(of_run, kind="stable")
    heads = np.searchsorted(of_run[order], np.arange(total))
    return Components(
        labels=of_run.astype(np.int32)[ids],
        left=np.minimum.reduceat(x0[order], heads).astype(np.int32),
        top=np.minimum.reduceat(row[order], heads).astype(np.int32),
        right=np.maximum.reduceat((x0 + ends - first)[order], heads).astype(np.int32),
        bottom=np.maximum.reduceat(row[order], heads).astype(np.int32) + 1,
        area=np.add.reduceat((ends - first)[order], heads).astype(np.int64),
        seed=first[order][heads].astype(np.int64),
    )
