"""
How columns fold on narrower screens.

Where pages do: 144 rows of columns of the tuning pages, and those of 50 other sites (of `training/sites.toml`), in
pictures 1280 and 1440 px wide, looked up in the same pages at two thirds of that, a vote each site. Four columns go to
two (tuning 21 of 23 rows; elsewhere half of the sites); three stay as often as they fold; halves stay, but beside a
side menu, which leaves them less room, nine sites of thirteen fold them; a narrow column beside a long one stays, high
or not (10 of 12), and so do fields (25 of 29) and bare pictures (7 of 8).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from vision_code.assemble.context import Context
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind
from vision_code.uitree import Overrides, Style, Track

#: Columns up to this width beside a much wider one are sidebars: designers fix them.
SIDEBAR_PX = 340.0
#: A column this high beside another runs along the page.
TALL_PX = 360.0
#: Rows narrower than this hold small print and fold later than the content of the page.
CONTENT_PX = 600.0
#: Grids have so many columns at least.
MIN_COLUMNS = 3
#: Fields with their labels are at most so high, cards at least so.
FIELD_PX, CARD_PX = 80.0, 240.0
#: Boxes of a grid differ less than this in height, px, bars of a chart more.
BAR_STEP_PX = 4.0
#: Contents list so many titles of the text at least, and no more other words; titles are this much larger.
LEAST_LISTED, TITLE_RATIO = 2, 1.15
#: The content of a page stands so much farther from one of its edges when a side menu is there.
MENU_PX = 160.0


def stacking(columns: Sequence[Region], gap: float, context: Context, *, is_grid: bool = False) -> Overrides:
    """
    How columns fold on narrower screens: four, and those of a grid, to two, others one below the other; sidebars stay
    until phones, and so do pictures without words, which only shrink.

    Args:
        is_grid: Several rows of things stand in the columns.
    """
    boxes = [context.box(column) for column in columns]
    rows = gap or 16.0
    count, total = len(boxes), sum(box.w for box in boxes)
    if _has_sidebar(boxes):
        return (("sm", Style(columns=(Track(),), row_gap=rows)),)
    half = Style(columns=(Track(count=(count + 1) // 2),), row_gap=rows)
    if _are_bars(columns, boxes):
        return ()
    if all(column.kind is RegionKind.PICTURE for column in columns):
        return (("sm", half),)
    if count >= 4 or (count >= MIN_COLUMNS and is_grid):
        return (("lg", half), ("sm", Style(columns=(Track(),))))
    halves = count == 2 and abs(boxes[0].w - boxes[1].w) <= 0.1 * total
    high = max(box.h for box in boxes)
    early = high >= CARD_PX and _is_beside_menu(boxes, context.observation.width_px) if halves else high > FIELD_PX
    return (("lg" if early and total >= CONTENT_PX else "md", Style(columns=(Track(),), row_gap=rows)),)


def lists_contents(columns: Sequence[Region]) -> bool:
    """
    Whether the last of several columns is the contents of a page: what it lists are titles, in larger type, of the
    columns before it. On narrower screens documentation hides it, for nothing is lost; it would take a third of the
    text's room.
    """
    *before, last = columns
    titles: dict[str, float] = {}
    for leaf in chain.from_iterable(column.walk() for column in before):
        if leaf.lines:
            words = leaf.text.casefold()
            titles[words] = max(leaf.lines[0].style.size_px, titles.get(words, 0.0))
    entries = [leaf for leaf in last.walk() if leaf.lines]
    found = sum(titles.get(e.text.casefold(), 0.0) >= TITLE_RATIO * e.lines[0].style.size_px for e in entries)
    bare = all(leaf.surface is None or leaf.surface.is_rule for leaf in last.walk())
    return bare and last.box.w <= SIDEBAR_PX and found >= LEAST_LISTED and 2 * found >= len(entries)


def _are_bars(columns: Sequence[Region], boxes: Sequence[Box]) -> bool:
    """
    Whether the columns are those of a chart: bare boxes of unlike height, which only get narrower.
    """
    heights = [box.h for box in boxes]
    bare = all(column.kind is RegionKind.SHAPE for column in columns)
    return bare and len(boxes) >= MIN_COLUMNS and max(heights) - min(heights) > BAR_STEP_PX


def _has_sidebar(boxes: Sequence[Box]) -> bool:
    widest, high = max(box.w for box in boxes), max(box.h for box in boxes)
    return high >= TALL_PX and any(box.w <= SIDEBAR_PX and widest >= 2.5 * box.w for box in (boxes[0], boxes[-1]))


def _is_beside_menu(boxes: Sequence[Box], page_px: float) -> bool:
    return abs(boxes[0].x - (page_px - boxes[-1].right)) >= MENU_PX
