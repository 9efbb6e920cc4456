"""
Where CSS puts things: line heights, line boxes and the layout box of every region, in pixels of the picture.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from vision_code.assemble.pitch import line_pitches
from vision_code.assemble.table_rows import row_edges
from vision_code.design_scale import DEFAULT_LEADING_PX, FONT_SIZE_PX, snap_font_size
from vision_code.divide.extent import extent, line_extent
from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import Box, bounding
from vision_code.observation import FontFamily
from vision_code.region import Region, RegionKind

#: (ascent - descent) / 2 of the fonts that the written pages name first and a Linux browser finds (Liberation Sans,
#: Serif, Mono: hhea tables 0.905/0.212, 0.891/0.216, 0.833/0.300): the baseline lies this far below the line's middle.
BASELINE_EM: Mapping[FontFamily, float] = {FontFamily.SANS: 0.3465, FontFamily.SERIF: 0.3375, FontFamily.MONO: 0.2665}
#: A line of text is never set tighter than this many font sizes.
MIN_LEADING_EM = 1.0
#: Sizes measured on instances of one component scatter by so much.
SIZE_NOISE_PX = 1.0
#: Left side bearing of a letter, em: ink starts this far right of its box.
BEARING_EM = 0.06


@dataclass(frozen=True, slots=True)
class Metrics:
    """
    Layout of every region, by ``Region.id``.

    Attributes:
        boxes: CSS border boxes; text blocks count with whole line boxes.
        leading: Line height of TEXT regions, px.
        size: Font size of TEXT regions on the type scale, px.
    """

    boxes: Mapping[int, Box]
    leading: Mapping[int, float]
    size: Mapping[int, float]


def measure(root: Region, tables: AbstractSet[int] = frozenset()) -> Metrics:
    """
    The layout boxes of a whole tree.

    Args:
        tables: Ids of the regions that become tables: their outer rows have padding outside of their words.
    """
    texts = [region for region in root.walk() if region.kind is RegionKind.TEXT]
    size = {region.id: snap_font_size(region.lines[0].style.size_px) for region in texts}
    for region in root.walk():
        size |= _alike(region, size)
    rooms = _rooms(root, texts)
    leading = {r.id: _leading(size[r.id], rooms[r.id]) for r in texts} | line_pitches(texts, size)
    boxes: dict[int, Box] = {}
    _boxes(root, size, leading, boxes, tables)
    return Metrics(boxes, leading, size)


def _alike(region: Region, size: Mapping[int, float]) -> dict[int, float]:
    """
    One font size for the same text of all instances of a component, where they differ by measuring noise: what follows
    from it, like their line height, is the same then.
    """
    groups: defaultdict[int, list[list[int]]] = defaultdict(list)
    for child in region.children:
        if child.repeat is not None:
            groups[child.repeat].append([text.id for text in child.walk() if text.kind is RegionKind.TEXT])
    common: dict[int, float] = {}
    for instances in groups.values():
        if len({len(texts) for texts in instances}) > 1:
            continue
        for texts in zip(*instances, strict=True):
            sizes = [size[text] for text in texts]
            if max(sizes) - min(sizes) <= SIZE_NOISE_PX:
                common |= dict.fromkeys(texts, Counter(sizes).most_common(1)[0][0])
    return common


def _leading(size: float, room: float) -> float:
    """
    The scale's own line height of a line, as far as there is room.
    """
    names = [name for name, px in FONT_SIZE_PX.items() if abs(px - size) < 0.5]
    usual = DEFAULT_LEADING_PX[names[0]] if names else float(round(size * (1.5 if size <= 20 else 1.2)))
    return max(min(usual, float(int(size + room))), float(round(MIN_LEADING_EM * size)))


def _rooms(root: Region, texts: list[Region]) -> dict[int, float]:
    """
    By how much each text's line box may exceed the font size before it meets a neighbour or the edge of its surface.
    """
    leaves = [region for region in root.walk() if region.is_leaf]
    boxes = [extent(leaf) if leaf.kind is not RegionKind.TEXT else _em_box(leaf) for leaf in leaves]
    grid = np.array([[b.x, b.y, b.right, b.bottom] for b in boxes], dtype=np.float64).reshape(-1, 4)
    shares = np.array([0.5 if leaf.kind is RegionKind.TEXT and leaf.surface is None else 1.0 for leaf in leaves])
    edges = _surface_edges(root)
    rooms: dict[int, float] = {}
    for region in texts:
        own = _em_box(region)
        beside = (grid[:, 2] > own.x) & (grid[:, 0] < own.right)
        above = own.y - grid[:, 3]
        below = grid[:, 1] - own.bottom
        gaps = [float(np.min((gap * shares)[beside & (gap > -0.4 * own.h)], initial=1e3)) for gap in (above, below)]
        top, bottom = edges[region.id]
        gaps += [own.y - top, bottom - own.bottom]
        rooms[region.id] = 2 * max(0.0, min(gaps))
    return rooms


def _em_box(region: Region) -> Box:
    return bounding(line_extent(line) for line in region.lines)


def _surface_edges(root: Region) -> dict[int, tuple[float, float]]:
    """
    Top and bottom of the innermost surface around each region (its own counts), inside its border.
    """
    edges: dict[int, tuple[float, float]] = {}

    def visit(region: Region, top: float, bottom: float) -> None:
        if region.surface is not None:
            width = region.surface.border.width_px if region.surface.border else 0.0
            top, bottom = region.surface.box.y + width, region.surface.box.bottom - width
        edges[region.id] = (top, bottom)
        for child in region.children:
            visit(child, top, bottom)

    visit(root, root.box.y, root.box.bottom)
    return edges


def _boxes(
    region: Region,
    size: Mapping[int, float],
    leading: Mapping[int, float],
    boxes: dict[int, Box],
    tables: AbstractSet[int],
) -> None:
    for child in region.children:
        _boxes(child, size, leading, boxes, tables)
    if region.kind is RegionKind.COLUMN:
        _part_tables(region.children, boxes, tables)
    if region.surface is not None:
        boxes[region.id] = region.surface.box
    elif region.kind is RegionKind.TEXT:
        boxes[region.id] = text_box(region, size[region.id], leading[region.id])
    elif region.children:
        around = bounding(boxes[child.id] for child in region.children)
        if region.id in tables and region.kind is RegionKind.TABLE:
            top, *_, bottom = row_edges(region, boxes)
            top, bottom = min(top, around.y), max(bottom, around.bottom)
            around = Box(around.x, top, around.w, bottom - top)
        boxes[region.id] = around
    else:
        boxes[region.id] = region.box


def _part_tables(children: Sequence[Region], boxes: dict[int, Box], tables: AbstractSet[int]) -> None:
    """
    The room outside of the words of a table's first and last row ends where the things above and below it begin.
    """
    for child in children:
        if child.id not in tables or child.kind is not RegionKind.TABLE or child.surface is not None:
            continue
        box = boxes[child.id]
        others = [boxes[other.id] for other in children if other is not child]
        top = max([box.y, *(b.bottom for b in others if b.bottom <= child.box.y + 1)])
        bottom = min([box.bottom, *(b.y for b in others if b.y >= child.box.bottom - 1)])
        if top < bottom:
            boxes[child.id] = Box(box.x, top, box.w, bottom - top)


def text_box(region: Region, size: float, leading: float) -> Box:
    """
    The CSS box around a text block: n line boxes high, from its letters' boxes left to right.
    """
    rows = rows_of(region.lines)
    first = rows[0][0]
    middle = first.baseline_y - BASELINE_EM[first.style.family] * size
    ink = bounding(line.box for line in region.lines)
    bearing = BEARING_EM * size
    return Box(ink.x - bearing, middle - leading / 2, ink.w + 2 * bearing, leading * len(rows))
