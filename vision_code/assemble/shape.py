"""
What kind of box a region is for layout: does it stretch, hug its words, or keep a fixed size.
"""

from __future__ import annotations

from vision_code.assemble.context import Context
from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import Box, bounding
from vision_code.observation import PictureKind
from vision_code.region import FIELD_ROLES, Region, RegionKind, Role

#: Controls are no higher than this; a larger surface with words in it is a card.
CONTROL_PX = 72.0
#: A line of text with this much more room on its right than on its left stands on a panel, not on a button.
PANEL_PX = 32.0
#: Buttons hug their words with at most this padding; wider ones fill what they stand in.
MAX_PADDING_PX = 72.0
#: Photos and surfaces narrower than this keep their size; wider ones scale with the page.
FIXED_PX = 200.0
#: A single line this long would wrap on a phone: its box takes part in sharing out the width.
LONG_LINE_PX = 420.0
#: A picture behind other things has their edges within this.
BACKDROP_PX = 3.0
#: Corners with smaller radii than this, px, hide nothing.
MIN_CUT_PX = 3.0

CONTROL_ROLES = frozenset({Role.CHECKBOX, Role.RADIO, Role.SWITCH, Role.SLIDER, Role.PROGRESSBAR})


def is_field(region: Region, context: Context) -> bool:
    """
    Whether a region becomes an input, select or textarea.
    """
    return context.role(region) in FIELD_ROLES


def is_control(region: Region, context: Context) -> bool:
    """
    Whether a surface hugs its words: a button, badge or chip.
    """
    if region.surface is None or region.box.h > CONTROL_PX or is_field(region, context):
        return False
    leaves = [leaf for leaf in region.walk() if leaf.is_leaf]
    texts = [leaf for leaf in leaves if leaf.kind is RegionKind.TEXT]
    if any(len(rows_of(leaf.lines)) > 1 for leaf in texts) or (region.kind is RegionKind.COLUMN and len(leaves) > 1):
        return False
    inks = [_ink(leaf) for leaf in leaves]
    if inks and max(ink.right for ink in inks) - min(ink.x for ink in inks) > LONG_LINE_PX:
        return False  # a sentence on a panel
    left = min(ink.x for ink in inks) - region.box.x
    right = region.box.right - max(ink.right for ink in inks)
    if right > 4 * max(left, 0.0) + PANEL_PX or min(left, right) > MAX_PADDING_PX:
        return False
    return len(leaves) <= 4 and bool(leaves) and region.kind is not RegionKind.SHAPE


def _ink(leaf: Region) -> Box:
    return bounding(line.box for line in leaf.lines) if leaf.lines else leaf.box


def is_flexible(region: Region, context: Context) -> bool:
    """
    Whether a region takes a share of the width rather than a width of its own.
    """
    if is_field(region, context):
        return region.box.w > FIXED_PX
    if is_control(region, context):
        return False
    if region.kind is RegionKind.TEXT and region.surface is None:
        return len(rows_of(region.lines)) > 1 or region.box.w > LONG_LINE_PX
    if region.kind is RegionKind.PICTURE:
        photo = region.picture is not None and region.picture.kind is PictureKind.PHOTO
        return photo and region.box.w > FIXED_PX
    if region.kind is RegionKind.SHAPE or region.surface is not None:
        return region.box.w > FIXED_PX and not is_upright(region)
    if region.kind in {RegionKind.GRID, RegionKind.TABLE}:
        return region.box.w > FIXED_PX
    return any(is_flexible(child, context) for child in region.children)


def is_solid(region: Region) -> bool:
    """
    Whether a region shows its edges: it has a surface, or is a photo.
    """
    photo = region.picture is not None and region.picture.kind is PictureKind.PHOTO
    return region.surface is not None or photo


def is_upright(region: Region) -> bool:
    """
    Whether this is a vertical rule.
    """
    return region.kind is RegionKind.SHAPE and region.box.w <= 3 < region.box.h


def is_rule(region: Region) -> bool:
    """
    Whether this is a horizontal rule.
    """
    return region.kind is RegionKind.SHAPE and region.box.h <= 3 < region.box.w


def cuts_corners(region: Region) -> bool:
    """
    Whether something with square corners lies in the round corners of a surface: the head of a card, a first row.
    """
    surface = region.surface
    if surface is None or surface.radius_px < MIN_CUT_PX:
        return False
    inner = surface.box.inset(surface.border.width_px if surface.border else 0.0)
    near = 0.2 * surface.radius_px
    corners = [
        Box(x, y, 0.0, 0.0) for x in (inner.x + near, inner.right - near) for y in (inner.y + near, inner.bottom - near)
    ]
    filled = [
        part.surface
        for part in region.walk()
        if part is not region and part.surface is not None and part.surface.fill not in (None, surface.fill)
    ]
    return any(rect.radius_px < MIN_CUT_PX and rect.box.contains(point) for rect in filled for point in corners)


def has_backdrop(region: Region) -> bool:
    """
    Whether things lie on a picture as large as all of them together.
    """
    if region.kind is not RegionKind.STACK:
        return False
    back = region.children[0]
    sides = zip(_edges(back), _edges(region), strict=True)
    return back.kind is RegionKind.PICTURE and all(abs(a - b) <= BACKDROP_PX for a, b in sides)


def _edges(region: Region) -> tuple[float, float, float, float]:
    return region.box.x, region.box.y, region.box.right, region.box.bottom
