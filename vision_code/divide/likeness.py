"""
When two regions are instances of one thing: same structure, same look, about the same size.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from vision_code.divide.extent import extent
from vision_code.observation import BOLD_WEIGHT, Rect
from vision_code.region import Region, RegionKind

#: Share of children (in order) that must match for two containers to be alike: a card may lack its badge.
CHILDREN_SHARE = 0.6
#: Sizes within this factor or this many pixels are the same design size.
SIZE_FACTOR = 1.15
SIZE_SLACK_PX = 3.0
#: Largest side of what leads a step or an entry, and how far from square it may be.
DISC_PX, DISC_SLACK = 48.0, 0.15
#: Largest side of the arrow of an entry that opens a menu.
ARROW_PX = 16.0


def alike(a: Region, b: Region, *, depth: int = 3) -> bool:
    """
    Whether two regions look like instances of one component; words and their number are free.
    """
    if (a.surface is None) != (b.surface is None):
        return False
    if a.surface is not None and b.surface is not None and not _like_surfaces(a.surface, b.surface):
        return False
    if a.kind is not b.kind and not (_is_box(a) and _is_box(b)):
        return False
    if a.kind is RegionKind.TEXT and b.kind is RegionKind.TEXT:
        return _like_text(a, b)
    if a.is_leaf and b.is_leaf:
        return _near(a.box.w, b.box.w, 1.5) and _near(a.box.h, b.box.h, 1.5)
    return _like_children(a, b, depth)


def same_pattern(a: Region, b: Region) -> bool:
    """
    Whether two bare containers hold the same sequence of things: heading and text, label and field, disc and step.
    """
    if [_glyph(c) for c in a.children] == [_glyph(c) for c in b.children]:
        return True
    led = bool(a.children and b.children) and _is_disc(a.children[0]) and _is_disc(b.children[0])
    return led and [_step_glyph(c) for c in a.children[1:]] == [_step_glyph(c) for c in b.children[1:]]


def _is_disc(region: Region) -> bool:
    """
    Whether a region is small and about square: an icon, a digit in a circle, a tick in a disc.
    """
    box = region.surface.box if region.surface is not None else region.box
    boxed = region.surface is not None or region.kind is RegionKind.PICTURE
    return boxed and max(box.w, box.h) <= DISC_PX and abs(box.w - box.h) <= DISC_SLACK * box.w


def _step_glyph(region: Region) -> str:
    """
    As `_glyph`, but the current one of several words may be bold.
    """
    return _glyph(region).replace("b", "") if region.kind is RegionKind.TEXT else _glyph(region)


def like_boxes(a: Region, b: Region) -> bool:
    """
    Whether two regions are surfaces of one width and look: the columns of a board, however full each is.
    """
    if a.surface is None or b.surface is None or RegionKind.SHAPE in (a.kind, b.kind):
        return False
    level = abs(a.box.w - b.box.w) <= SIZE_SLACK_PX and abs(a.box.y - b.box.y) <= SIZE_SLACK_PX
    return level and a.surface.fill == b.surface.fill and _like_surfaces(a.surface, b.surface)


def _is_box(region: Region) -> bool:
    return region.kind in {RegionKind.COLUMN, RegionKind.ROW, RegionKind.STACK, RegionKind.GRID}


def _near(a: float, b: float, factor: float = SIZE_FACTOR) -> bool:
    return abs(a - b) <= SIZE_SLACK_PX or max(a, b) <= factor * min(a, b)


def _like_surfaces(a: Rect, b: Rect) -> bool:
    if a.is_rule or b.is_rule:
        return a.is_rule and b.is_rule
    same_side = _near(a.box.w, b.box.w, 1.06) or _near(a.box.h, b.box.h, 1.1)
    return same_side and (_near(a.radius_px, b.radius_px, 1.5) or a.radius_px + b.radius_px > 24)


def _like_text(a: Region, b: Region) -> bool:
    p, q = a.lines[0].style, b.lines[0].style
    return _near(p.size_px, q.size_px, 1.1) and abs(p.weight - q.weight) < 200


def _like_children(a: Region, b: Region, depth: int) -> bool:
    if depth == 0:
        return True
    if not a.children or not b.children:
        return not a.children and not b.children
    p, q = [_glyph(c) for c in a.children], [_glyph(c) for c in b.children]
    if p == q or (a.kind is RegionKind.ROW and b.kind is RegionKind.ROW and _entry(a) == _entry(b)):
        return True
    return SequenceMatcher(None, p, q, autojunk=False).ratio() >= CHILDREN_SHARE


def _entry(row: Region) -> list[str]:
    """
    What an entry of a menu holds, without the arrow at its end.
    """
    parts = _opened(row)
    arrow = parts[-1]
    ends = len(parts) > 1 and parts[-2].kind is RegionKind.TEXT and arrow.kind is RegionKind.PICTURE
    return [_glyph(part) for part in (parts[:-1] if ends and max(arrow.box.w, arrow.box.h) <= ARROW_PX else parts)]


def _opened(row: Region) -> list[Region]:
    bare = [child.kind is RegionKind.ROW and child.surface is None for child in row.children]
    return [
        part for child, opens in zip(row.children, bare, strict=True) for part in (_opened(child) if opens else [child])
    ]


def _glyph(region: Region) -> str:
    """
    A child in one word, coarse enough to survive measuring noise.
    """
    box = extent(region)
    if region.kind is RegionKind.TEXT:
        style = region.lines[0].style
        bold = "b" if style.weight >= BOLD_WEIGHT else ""
        return f"t{round(style.size_px / 3)}{bold}{'s' if region.surface else ''}"
    if region.kind is RegionKind.PICTURE:
        return "p" if max(box.w, box.h) > 64 else "i"
    if region.kind is RegionKind.SHAPE:
        return "rule" if region.surface is not None and region.surface.is_rule else "shape"
    return f"box{'s' if region.surface else ''}"
