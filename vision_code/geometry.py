"""
Boxes and colours: the two value types that every station shares.

Coordinates are pixels of the screenshot, origin top left, x right, y down; a box covers [x, x + w) × [y, y + h).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

#: What hangs over an edge lies so many px, or this share of its height, on both sides of it …
HANGING_PX, HANGING_SHARE = 24.0, 0.1
#: … and between the ends of it within this.
SIDE_SLACK_PX = 3.0


@dataclass(frozen=True, slots=True)
class Box:
    """
    An axis-aligned bounding box in pixels of the screenshot.
    """

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def center_x(self) -> float:
        return self.x + self.w / 2

    @property
    def center_y(self) -> float:
        return self.y + self.h / 2

    @property
    def area(self) -> float:
        return self.w * self.h

    def intersection_area(self, other: Box) -> float:
        """
        Area in px² that both boxes cover; 0 when they only touch.
        """
        w = min(self.right, other.right) - max(self.x, other.x)
        h = min(self.bottom, other.bottom) - max(self.y, other.y)
        return w * h if w > 0 and h > 0 else 0.0

    def iou(self, other: Box) -> float:
        """
        Intersection over union, 0…1.
        """
        shared = self.intersection_area(other)
        return shared / (self.area + other.area - shared) if shared else 0.0

    def contains(self, other: Box, slack_px: float = 0.0) -> bool:
        """
        Whether ``other`` lies inside, give or take ``slack_px`` on each side.
        """
        return (
            other.x >= self.x - slack_px
            and other.y >= self.y - slack_px
            and other.right <= self.right + slack_px
            and other.bottom <= self.bottom + slack_px
        )

    def hangs_over(self, band: Box) -> bool:
        """
        Whether this box lies across the lower edge of another and between its sides, as cards do on the edge of a band:
        a good part of it, or `HANGING_PX`, on both sides of the edge, and as much of the band above it.
        """
        reach = min(HANGING_PX, HANGING_SHARE * self.h)
        between = self.x >= band.x - SIDE_SLACK_PX and self.right <= band.right + SIDE_SLACK_PX
        return between and band.y + reach <= self.y <= band.bottom - reach and self.bottom >= band.bottom + reach

    def inset(self, px: float) -> Box:
        """
        The box shrunk by ``px`` on each side (grown when negative).
        """
        return Box(self.x + px, self.y + px, max(0.0, self.w - 2 * px), max(0.0, self.h - 2 * px))

    def union(self, other: Box) -> Box:
        """
        The smallest box around both.
        """
        return bounding([self, other])


def bounding(boxes: Iterable[Box]) -> Box:
    """
    The smallest box around all of ``boxes``.

    Raises:
        ValueError: ``boxes`` is empty.
    """
    items = list(boxes)
    if not items:
        raise ValueError("bounding() needs at least one box")
    x = min(b.x for b in items)
    y = min(b.y for b in items)
    return Box(x, y, max(b.right for b in items) - x, max(b.bottom for b in items) - y)


class Color(NamedTuple):
    """
    An opaque sRGB colour, 0…255 a channel.
    """

    r: int
    g: int
    b: int

    @property
    def hex(self) -> str:
        """
        ``#rrggbb`` in lower case.
        """
        return f"#{self.r:02x}{self.g:02x}{self.b:02x}"

    @property
    def luminance(self) -> float:
        """
        WCAG 2.2 relative luminance, 0…1. Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
        """

        def linear(channel: int) -> float:
            c = channel / 255
            return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

        return 0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)


def chroma(color: Color) -> int:
    """
    How coloured, 0 (grey) … 255 (pure): the largest channel less the smallest.
    """
    return max(color) - min(color)


def color_distance(a: Color, b: Color) -> int:
    """
    Largest difference in one channel, 0…255.
    """
    return max(abs(a.r - b.r), abs(a.g - b.g), abs(a.b - b.b))
