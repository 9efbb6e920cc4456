"""
Monitors and regions of the screen, in the system's own coordinates: a monitor left of the first one begins below 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vision_code.errors import UsageError

#: No desktop reaches further; X11 counts in 16 bits.
MAX_COORDINATE = 1 << 16
_REGION = re.compile(r"\s*([+-]?\d{1,6})\s*,\s*([+-]?\d{1,6})\s*,\s*([+-]?\d{1,6})\s*,\s*([+-]?\d{1,6})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Area:
    """
    A rectangle: its upper left corner, width and height.
    """

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height} at {self.x},{self.y}"

    def holds(self, other: Area) -> bool:
        """
        Whether ``other`` lies in it.
        """
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.width <= self.x + self.width
            and other.y + other.height <= self.y + self.height
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """
    One monitor.

    Attributes:
        number: What it is called here, from 1.
        name: What the system calls it; empty where it does not say.
        scale: Pixels of a picture for each unit of ``area``, measured; 2 on most monitors of a Mac.
    """

    number: int
    name: str
    area: Area
    scale: float
    primary: bool


def parse_region(text: str) -> Area:
    """
    ``X,Y,WIDTH,HEIGHT``.

    Raises:
        UsageError: ``usage.region``.
    """
    found = _REGION.fullmatch(text)
    if found is None:
        raise UsageError("usage.region", f"--region {text[:80]!r}: write four integers, X,Y,WIDTH,HEIGHT")
    return checked_region(*map(int, found.groups()))


def checked_region(x: int, y: int, width: int, height: int) -> Area:
    """
    A region with a size that can be; whether the screen reaches so far is seen when it is captured.

    Raises:
        UsageError: ``usage.region``.
    """
    if width <= 0 or height <= 0:
        raise UsageError("usage.region", f"a region of {width}x{height} is empty; width and height begin at 1")
    if max(abs(x), abs(y), width, height) > MAX_COORDINATE:
        raise UsageError("usage.region", f"a region of {width}x{height} at {x},{y} is larger than any screen")
    return Area(x, y, width, height)


def chosen_monitor(monitors: Sequence[Monitor], number: int | None) -> Monitor:
    """
    The monitor of that number; without one the primary monitor, else the first.

    Raises:
        UsageError: ``usage.monitor``.
    """
    if number is None:
        return next((monitor for monitor in monitors if monitor.primary), monitors[0])
    found = next((monitor for monitor in monitors if monitor.number == number), None)
    if found is None:
        there = "there is only monitor 1" if len(monitors) == 1 else f"choose 1 to {len(monitors)}"
        raise UsageError("usage.monitor", f"no monitor {number}: {there}")
    return found


def refuse_outside(region: Area, desktop: Area) -> None:
    """
    Raises:
        UsageError: ``usage.region``: not all of it is on the screen.
    """
    if not desktop.holds(region):
        raise UsageError("usage.region", f"the region {region} reaches past the screen, which is {desktop}")
