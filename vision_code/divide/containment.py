"""
Which rectangle or picture everything lies in: the skeleton that whitespace cuts fill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box
from vision_code.observation import Observation, Picture, PictureKind, Rect, TextLine
from vision_code.paint_order import covering, upwards

#: A thing lies in a container when this share of its area does; ink sticks out of tight buttons by a pixel.
INSIDE_SHARE = 0.85
#: An icon smaller than this hosts nothing: what overlaps it lies beside it (icons in front of labels, misread boxes).
ICON_HOST_PX = 48.0
#: What lies across an edge has this share of its height on both sides of it.
SITTING_SHARE = 0.15


@dataclass(slots=True)
class Container:
    """
    The page (``host`` None), a rectangle or a picture, and what lies directly in it.
    """

    host: Rect | Picture | None
    box: Box
    lines: list[TextLine] = field(default_factory=list)
    inner: list[Container] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.inner)


def nest(observation: Observation) -> Container:
    """
    The containment tree of everything observed; the page is its root.
    """
    page = Container(None, Box(0, 0, observation.width_px, observation.height_px))
    hosts: list[Rect | Picture] = upwards([*observation.rects, *observation.pictures])
    containers = [Container(host, host.box) for host in hosts]
    corners = _corners(containers)
    cards: dict[int, list[Box]] = {}
    for card, band in covering(hosts):
        cards.setdefault(id(band), []).append(card.box)
    parents: list[int | None] = []
    for position, container in enumerate(containers):
        parent = _smallest_around(container.box, corners[:position])
        if parent is not None and any(_sits_on(container.box, card) for card in cards.get(id(hosts[parent]), ())):
            parent = parents[parent]
        parents.append(parent)
        (page if parent is None else containers[parent]).inner.append(container)
    for line in observation.lines:
        parent = _smallest_around(line.box, corners)
        (page if parent is None else containers[parent]).lines.append(line)
    return page


def _sits_on(box: Box, card: Box) -> bool:
    """
    Whether something in a band lies across the upper edge of a card that hangs over the band's lower edge: the portrait
    on a profile. It is with the card, not in the band.
    """
    reach = SITTING_SHARE * box.h
    return box.x >= card.x and box.right <= card.right and box.y + reach <= card.y <= box.bottom - reach


def _can_host(host: Rect | Picture | None) -> bool:
    if isinstance(host, Rect):
        return not host.is_rule
    if isinstance(host, Picture):
        return host.kind is PictureKind.PHOTO or min(host.box.w, host.box.h) >= ICON_HOST_PX
    return True


def _corners(containers: Sequence[Container]) -> NDArray[np.float64]:
    """
    [n, 4] float64: left, top, right, bottom; those that cannot host are moved where nothing is.
    """
    rows = [
        [c.box.x, c.box.y, c.box.right, c.box.bottom] if _can_host(c.host) else [-2.0, -2.0, -1.0, -1.0]
        for c in containers
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _smallest_around(box: Box, corners: NDArray[np.float64]) -> int | None:
    """
    The last (the order is by area, so the smallest) row of ``corners`` that holds ``box``.
    """
    if not len(corners):
        return None
    w = np.minimum(corners[:, 2], box.right) - np.maximum(corners[:, 0], box.x)
    h = np.minimum(corners[:, 3], box.bottom) - np.maximum(corners[:, 1], box.y)
    share = np.clip(w, 0, None) * np.clip(h, 0, None) / max(box.area, 1e-6)
    found = np.flatnonzero(share >= INSIDE_SHARE)
    return int(found[-1]) if len(found) else None
