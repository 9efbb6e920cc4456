"""
The colours of a page that matter: page, surfaces, text, icons, by how much of the picture they cover.
"""

from __future__ import annotations

from collections.abc import Sequence

from vision_code.geometry import Color, color_distance
from vision_code.observation import Picture, PictureKind, Rect, TextLine

_MAX_COLORS = 16
#: Colours closer than this are one: the more common of the two stays.
_SAME = 6
#: Share of a text line's box that is ink.
_INK_SHARE = 0.15


def build_palette(
    page: Color, page_area: float, lines: Sequence[TextLine], rects: Sequence[Rect], pictures: Sequence[Picture]
) -> tuple[Color, ...]:
    """
    At most 16 colours, most area first; photographs do not count.
    """
    areas: dict[Color, float] = {page: page_area}
    for rect in rects:
        inner = sum(r.box.area for r in rects if r.parent == rect.id)
        if rect.fill is not None:
            areas[rect.fill] = areas.get(rect.fill, 0.0) + max(0.0, rect.box.area - inner)
        if rect.border is not None:
            length = 2 * (rect.box.w + rect.box.h) * len(rect.border.sides) / 4
            areas[rect.border.color] = areas.get(rect.border.color, 0.0) + length * rect.border.width_px
    for line in lines:
        areas[line.style.color] = areas.get(line.style.color, 0.0) + _INK_SHARE * line.box.area
    for picture in pictures:
        if picture.kind is PictureKind.ICON:
            areas[picture.color] = areas.get(picture.color, 0.0) + _INK_SHARE * picture.box.area
    kept: list[Color] = []
    for color in sorted(areas, key=lambda c: -areas[c]):
        if all(color_distance(color, other) > _SAME for other in kept):
            kept.append(color)
    return tuple(kept[:_MAX_COLORS])
