"""
Looks of an element: surface to background, border, radius and shadow; measured type to text style.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.design_scale import PILL_RADIUS_PX
from vision_code.geometry import Box
from vision_code.observation import Rect, TextStyle
from vision_code.region import Region
from vision_code.uitree import BorderEdge, Style

#: Letter spacing below this is measuring noise.
MIN_TRACKING_PX = 0.2
#: Controls and pictures of people whose radius is this share of the shorter side, measured to half a pixel, are round.
ROUND_SHARE, ROUND_SLACK_PX = 0.48, 0.5
#: Larger boxes with so large a radius were drawn with this radius.
MAX_ROUND_PX = 160.0


def surface_style(rect: Rect | None, style: Style) -> Style:
    """
    ``style`` with the paint of a rectangle added.
    """
    if rect is None:
        return style
    edge = (
        BorderEdge(width_px=rect.border.width_px, color=rect.border.color, dashed=rect.border.dashed)
        if (rect.border)
        else None
    )
    sides = rect.border.sides if rect.border else ""
    cap = rect.cap
    return replace(
        style,
        background=rect.fill if rect.gradient is None else None,
        gradient=rect.gradient,
        border_top=edge if "t" in sides else None,
        border_right=edge if "r" in sides else None,
        border_bottom=edge if "b" in sides else None,
        border_left=edge if "l" in sides else None,
        radius=corner(rect.radius_px, rect.box) if cap is None else round(cap.radius_px),
        rounded=None if cap is None else cap.side,
        shadow=rect.shadow,
    )


def rule_edge(rule: Rect) -> BorderEdge:
    """
    A thin filled rectangle as one side of a border.
    """
    assert rule.fill is not None
    return BorderEdge(width_px=max(1.0, round(rule.box.h)), color=rule.fill)


def corner(radius_px: float, box: Box) -> float | None:
    """
    The radius of a box, px: as large as it gets for circles and pills, None for square corners.
    """
    short = min(box.w, box.h)
    if radius_px > 0 and ROUND_SHARE * short - ROUND_SLACK_PX <= radius_px and short <= MAX_ROUND_PX:
        return PILL_RADIUS_PX
    return round(radius_px) or None


def border_width(rect: Rect | None, side: str) -> float:
    """
    Width of the border on one side (``t``, ``r``, ``b`` or ``l``), px.
    """
    return rect.border.width_px if rect is not None and rect.border and side in rect.border.sides else 0.0


def text_style(region: Region, context: Context, style: Style) -> Style:
    """
    ``style`` with the type of a TEXT region added.
    """
    look = region.lines[0].style
    spacing = look.letter_spacing_px if abs(look.letter_spacing_px) >= MIN_TRACKING_PX else None
    return replace(
        style,
        color=look.color,
        font_size=context.metrics.size[region.id],
        font_weight=look.weight,
        font_family=look.family,
        line_height=context.metrics.leading[region.id],
        letter_spacing=spacing,
        italic=look.italic or None,
        underline=look.underline or None,
    )


def run_style(look: TextStyle, base: TextStyle) -> Style:
    """
    What a run of words must say to differ from the text around it as measured.

    Another font, or a smaller one, sits at another height in a line of the same ``line-height``, and the line grows by
    the difference (CSS 2.2 §10.8: each inline box has half of its own leading above and below); without leading of its
    own it does not.
    """
    smaller = look.size_px < base.size_px - 1
    return Style(
        line_height=float(round(look.size_px)) if smaller or look.family is not base.family else None,
        color=look.color if look.color != base.color else None,
        font_weight=look.weight if look.weight != base.weight else None,
        font_family=look.family if look.family is not base.family else None,
        font_size=round(look.size_px) if abs(look.size_px - base.size_px) > 1 else None,
        italic=True if look.italic and not base.italic else None,
        underline=True if look.underline and not base.underline else None,
    )
