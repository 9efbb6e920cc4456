"""
Facts about a region in its page that rules and prompt both look at: parents, body type, nearness to edges, own surface.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from vision_code.divide.listings import is_listing
from vision_code.geometry import Box, Color
from vision_code.observation import Observation, Rect, TextLine, TextStyle
from vision_code.region import Draft, Region, RegionKind

# A default for pages without text: the browser's own.
BROWSER_FONT_PX = 16.0
# Chroma (max − min channel) from which a colour reads as "coloured" rather than grey; Tailwind's slate greys reach 34.
COLOURED_CHROMA = 60
# A red leads its other channels by this much.
RED_LEAD = 60
# Boxes with up to so many letters, no larger than this, are avatars and counters.
BADGE_LETTERS, BADGE_PX = 3, 64.0
# Type from this ratio on is larger on purpose; below it the measurement of size may err.
LARGE = 1.12


@dataclass(frozen=True)
class Page:
    """
    A region tree with what is known about the page as a whole.

    Attributes:
        nodes: Every region in pre-order, so ``nodes[region.id]`` is the region.
        parents: Parent id of each region; the root's is None.
    """

    observation: Observation
    root: Region
    nodes: tuple[Region, ...]
    parents: tuple[int | None, ...]

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """
        Number of ancestors of each region.
        """
        depths: list[int] = []
        for parent in self.parents:
            depths.append(0 if parent is None else depths[parent] + 1)
        return tuple(depths)

    @cached_property
    def body_size_px(self) -> float:
        """
        Font size that most letters of the page have.
        """
        sizes: Counter[float] = Counter()
        for line in self.observation.lines:
            sizes[round(line.style.size_px)] += len(line.text)
        return sizes.most_common(1)[0][0] if sizes else BROWSER_FONT_PX

    @cached_property
    def is_typewritten(self) -> bool:
        """
        Whether nearly all of the page is monospaced, so that such a face says nothing.
        """
        return is_listing(self.observation.lines)

    @cached_property
    def body_color(self) -> Color:
        """
        Ink colour that most letters of the page have.
        """
        colors: Counter[Color] = Counter()
        for line in self.observation.lines:
            colors[_coarse(line.style.color)] += len(line.text)
        return colors.most_common(1)[0][0] if colors else Color(0, 0, 0)

    @cached_property
    def large_sizes(self) -> tuple[tuple[int, int], ...]:
        """
        Font sizes above the body's, largest first, each with the id of the first line that has it.
        """
        first: dict[int, int] = {}
        for line in self.observation.lines:
            size = round(line.style.size_px)
            if size >= LARGE * self.body_size_px and not any(abs(size - known) <= 1 for known in first):
                first[size] = line.id
        return tuple(sorted(first.items(), reverse=True))

    def parent(self, region: Region) -> Region | None:
        """
        The region around ``region``.
        """
        parent = self.parents[region.id]
        return None if parent is None else self.nodes[parent]

    def ancestors(self, region: Region) -> list[Region]:
        """
        The regions around ``region``, nearest first.
        """
        found: list[Region] = []
        above = self.parent(region)
        while above is not None:
            found.append(above)
            above = self.parent(above)
        return found

    def own_surface(self, region: Region) -> Rect | None:
        """
        The rectangle behind this region alone: its own, or that of a parent that holds nothing else.
        """
        if region.surface is not None:
            return region.surface
        parent = self.parent(region)
        if parent is not None and len(parent.children) == 1:
            return parent.surface
        return None


def survey(observation: Observation, root: Region) -> Page:
    """
    Index the tree under ``root`` once for all later questions.
    """
    nodes = tuple(root.walk())
    parents: list[int | None] = [None] * len(nodes)
    for node in nodes:
        for child in node.children:
            parents[child.id] = node.id
    return Page(observation, root, nodes, tuple(parents))


def dominant_style(lines: tuple[TextLine, ...]) -> TextStyle:
    """
    Style of the line with the most letters.
    """
    return max(lines, key=lambda line: len(line.text)).style


def is_reddish(color: Color) -> bool:
    """
    Whether a colour is a red: red small print is an error message, a price or code more often than a link.
    """
    return color.r - max(color.g, color.b) >= RED_LEAD


def is_in_pressed(page: Page, draft: Draft, region: Region) -> bool:
    """
    Whether a region is pressed, or stands in what is: nothing in there is a link or button again.
    """
    return any(draft[around.id].is_pressed for around in (region, *page.ancestors(region)))


def leaves(region: Region) -> list[Region]:
    """
    The leaves under ``region`` in reading order; a leaf is its own only one.
    """
    return [node for node in region.walk() if node.is_leaf]


def is_text(region: Region) -> bool:
    """
    Whether this is a leaf of words.
    """
    return region.kind is RegionKind.TEXT and bool(region.lines)


def is_badge(region: Region) -> bool:
    """
    Whether a text stands in the middle of a small box that is about square: initials, a number, one letter. Such boxes
    are as large as they were made, whatever is in them.
    """
    surface = region.surface
    if surface is None or len(region.lines) != 1 or len(region.text) > BADGE_LETTERS:
        return False
    box, ink = surface.box, region.lines[0].box
    middle = max(abs(ink.center_x - box.center_x), abs(ink.center_y - box.center_y)) <= 0.12 * box.h
    return middle and is_small_square(box)


def is_small_square(box: Box) -> bool:
    """
    Whether a box is of the size and proportions of an avatar, a counter or a tick box.
    """
    return max(box.w, box.h) <= BADGE_PX and abs(box.w - box.h) <= 0.15 * max(box.w, box.h)


def _coarse(color: Color) -> Color:
    # 16 steps a channel: anti-aliasing moves the measured ink of equal text by a few units.
    return Color(*(min(255, (channel + 8) // 16 * 16) for channel in color))
