"""
The menu beside a page: entries one below the other under captions and between dividers are one list.

`gather` makes lists of runs of three and more like entries. In the menus of dashboards a caption, a divider or the
ground of the current entry ends such a run, so that one menu came out as a few lists with lone links between them; the
markup of such menus is one list whose captions are items of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from vision_code.divide.tables import is_flat_rule
from vision_code.geometry import bounding
from vision_code.observation import TextLine
from vision_code.region import Region, RegionKind

#: A menu beside a page is at most so wide, px, and this share of the page …
MAX_WIDTH_PX, MAX_SHARE = 320.0, 0.4
#: … and has at least so many entries, each at most so high, px.
MIN_ENTRIES, ENTRY_MAX_PX = 5, 64.0
#: Words of entries begin level within this, px, and are of one size but for this share.
LEVEL_PX, SAME_SIZE = 5.0, 0.15
#: Entries to press stand this many font sizes apart; closer ones (1.2 to 1.9 in the side bars of documentation) are an
#: index, whose captions are headings over lists.
PITCH_EM = 2.2
#: What stands further below an entry than this many usual steps belongs to something else.
WIDE_STEP = 1.6
#: More words are no caption, more letters no badge behind an entry.
CAPTION_WORDS, BADGE_LETTERS = 4, 5
#: Drawn lines are at most so high, px: one that fades towards its ends is read as a picture.
RULE_PX = 3.0
#: Entries of a menu below an entry are indented by up to this, px.
INDENT_PX = 40.0
#: A menu in the letters of `_kind`: from its first caption or entry to its last entry. Above it the name of the page
#: may stand, over a rule.
_RUN, _HEAD = re.compile(r"[ce](?:[ces-]*[es])?"), re.compile(r"[ce]-+")


def with_side_menus(region: Region, page_width: float) -> Region:
    """
    The region with the entries of each menu in it in one COLUMN.
    """
    children = tuple(with_side_menus(child, page_width) for child in region.children)
    if _may_hold_menu(region, page_width):
        children = _joined(children)
    return replace(region, children=children)


def captions(region: Region, page_width: float) -> list[Region]:
    """
    The captions right inside a region that is such a menu, and nothing else.
    """
    kinds = _menu(region.children)[1] if _may_hold_menu(region, page_width) else ""
    if len(kinds) < len(region.children):
        return []
    return [item for item, kind in zip(region.children, kinds, strict=True) if kind == "c"]


def _may_hold_menu(region: Region, page_width: float) -> bool:
    is_narrow = region.box.w <= min(MAX_WIDTH_PX, MAX_SHARE * page_width)
    return region.kind is RegionKind.COLUMN and is_narrow and not any(child.entry for child in region.children)


def _joined(children: tuple[Region, ...]) -> tuple[Region, ...]:
    flat = _opened(children)
    start, kinds = _menu(flat)
    entries = tuple(flat[start : start + len(kinds)])
    lone = {id(child) for child in children}
    # Where each entry is in a list already, the captions are headings over lists.
    if not any(kind == "e" and id(entry) in lone for kind, entry in zip(kinds, entries, strict=True)):
        return children
    if len(entries) == len(flat):
        return entries
    menu = Region(id=0, kind=RegionKind.COLUMN, box=bounding(entry.box for entry in entries), children=entries)
    return (*flat[:start], menu, *flat[start + len(kinds) :])


def _opened(children: Sequence[Region]) -> list[Region]:
    """
    The children, bare columns of lines among them opened.
    """
    opened: list[Region] = []
    for child in children:
        is_bare = child.kind is RegionKind.COLUMN and child.surface is None and not child.is_entry_list
        if is_bare and all(_line(inner) is not None or is_flat_rule(inner) for inner in child.children):
            opened.extend(child.children)
        else:
            opened.append(child)
    return opened


def _menu(items: Sequence[Region]) -> tuple[int, str]:
    """
    Where the longest run of entries, captions and rules between them begins, and their kinds; none when it is no menu.
    """
    found = [_line(item) for item in items]
    lines = [line for line in found if line is not None]
    if len(lines) < MIN_ENTRIES:
        return 0, ""
    size = median(line.style.size_px for line in lines)
    left = max((line.box.x for line in lines), key=lambda x: sum(abs(x - line.box.x) <= LEVEL_PX for line in lines))
    kinds = "".join(_kind(item, line, left, size) for item, line in zip(items, found, strict=True))
    steps = [b.baseline_y - a.baseline_y if a and b else math.inf for a, b in pairwise(found)]
    even = [step for step, pair in zip(steps, pairwise(kinds), strict=True) if pair == ("e", "e")]
    widest = WIDE_STEP * median(even) if even else math.inf
    for at, step in enumerate(steps):
        if kinds[at] in "ex" and kinds[at + 1] == "e" and step < PITCH_EM * size:
            kinds = f"{kinds[:at]}xx{kinds[at + 2 :]}"
        elif kinds[at : at + 2] == "ee" and step > widest:
            kinds = f"{kinds[: at + 1]}x{kinds[at + 2 :]}"
    runs = [match.span() for match in _RUN.finditer(kinds)]
    start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    if not start and (head := _HEAD.match(kinds)):
        start = head.end()
    menu = kinds[start:end]
    return start, menu if menu.count("e") >= MIN_ENTRIES else ""


def _kind(item: Region, line: TextLine | None, left: float, size: float) -> str:
    """
    "e" for an entry of the menu whose words begin at ``left``, "c" for a caption, "s" for a menu below an entry or an
    entry of one, "-" for a rule, "x" for anything else; ``line`` is its words.
    """
    if line is None and item.box.h <= RULE_PX:
        return "-"
    if line is None:
        below = item.kind is RegionKind.COLUMN and all(_line(child) is not None for child in item.children)
        return "s" if below and item.children else "x"
    indent, is_as_large = line.box.x - left, abs(line.style.size_px - size) <= SAME_SIZE * size
    if is_as_large and -LEVEL_PX <= indent <= INDENT_PX:
        return "e" if indent <= LEVEL_PX else "s"
    small = line.style.size_px <= size and indent <= LEVEL_PX
    return "c" if small and item.surface is None and len(line.words) <= CAPTION_WORDS else "x"


def _line(item: Region) -> TextLine | None:
    """
    The words of an entry or caption: one line, alone or in a row with an icon (some are read as a letter), an arrow or
    a badge.
    """
    if item.kind is RegionKind.TEXT:
        return item.lines[0] if len(item.lines) == 1 else None
    if item.kind is not RegionKind.ROW or item.box.h > ENTRY_MAX_PX:
        return None
    texts = sorted((leaf for leaf in item.walk() if leaf.kind is RegionKind.TEXT), key=lambda leaf: -len(leaf.text))
    if not texts or len(texts[0].lines) > 1 or any(len(other.text) > BADGE_LETTERS for other in texts[1:]):
        return None
    return texts[0].lines[0]
