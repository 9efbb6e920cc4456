"""
Centred columns of limited width: what keeps them off the edges of narrower screens.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.narrow import merged
from vision_code.uitree import AUTO, FULL, Below, Edges, Element, Length, Overrides, Style

#: Narrower pictures are components or phone screens: they fill what they are put into.
PAGE_PX = 700.0
#: Padding that a container keeps on narrow screens, px.
SIDE_PX = 16.0
#: Columns narrower than this share of the picture have room beside them at two thirds of it.
LEAST_SHARE = 0.6
#: Widths that the most common framework gives its container from a screen's width on, its newest version first.
#: Source: Bootstrap 5 `$container-max-widths`; version 4 has no 1320.
WIDEST_PX = ((1400, (1320.0, 1140.0)), (1200, (1140.0,)), (992, (960.0,)))
#: Padding inside Bootstrap's containers: gutters of version 5 and 4, and its larger spacing utilities.
GUTTERS_PX = (0.0, 12.0, 15.0, 24.0, 48.0)
STEP_TOLERANCE_PX = 3.0
#: Tags whose inside belongs to them alone.
_CLOSED = frozenset({"a", "button", "img", "input", "select", "textarea"})


def stepped(width: float, screen: float, padding: float) -> Overrides:
    """
    Narrower containers on narrower screens, where the width is one of the steps of the most common framework.

    Source: Bootstrap 5 `$container-max-widths`: 1320 px from screens of 1400 px on, 1140 from 1200, 960 from 992, 720
    from 768, 540 from 576; less the padding of its gutter and spacing utilities on both sides.

    Args:
        width: Of the content, px.
        screen: Width of the picture, px.
        padding: What the element adds to the content's width, px on both sides together.
    """
    candidates = next((widths for least, widths in WIDEST_PX if screen >= least), ())
    own = next((one for one in candidates if any(_is_step(width, one, gutter) for gutter in GUTTERS_PX)), None)
    if own is None:
        return ()
    gutter = min(24.0, (own - width) / 2)
    steps: dict[Below, float] = {"2xl": 1140.0, "lg": 720.0, "md": 540.0, "sm": 640.0}
    limits = {name: step - 2 * gutter + padding for name, step in steps.items() if step < own}
    return tuple((name, Style(max_width=Length(limit))) for name, limit in limits.items())


def _is_step(width: float, step: float, gutter: float) -> bool:
    return abs(step - 2 * gutter - width) <= STEP_TOLERANCE_PX


def settle_containers(element: Element, screen: float) -> Element:
    """
    The tree with padding in bare centred columns that would touch the edges, and narrower steps for cards as well.

    Args:
        screen: Width of the picture, px.
    """
    children = tuple(settle_containers(c, screen) if isinstance(c, Element) else c for c in element.children)
    element = replace(element, children=children)
    width = _limit(element.style)
    if width is None or width < LEAST_SHARE * screen or any(style.max_width for _, style in element.below):
        return element
    padding = 0.0
    if _is_bare(element.style):
        padding = _sides(element.style)
        if not padding and element.tag not in _CLOSED:
            padding = 2 * SIDE_PX
            element = _padded(element, width + padding)
            width += padding
    return replace(element, below=merged(element.below, stepped(width - padding, screen, padding)))


def _limit(style: Style) -> float | None:
    """
    Largest width, px, of a centred column; None for everything else.
    """
    margin, limit = style.margin, style.max_width
    centred = margin is not None and margin.left == AUTO and margin.right == AUTO
    return limit.value if centred and style.width == FULL and limit is not None and limit.unit == "px" else None


def _is_bare(style: Style) -> bool:
    shows = (style.background, style.gradient, style.border_left, style.border_right, style.shadow)
    return all(value is None for value in shows)


def _sides(style: Style) -> float:
    sides = (style.padding.left, style.padding.right) if style.padding else ()
    return sum(side.value for side in sides if side is not None and side.unit == "px")


def _padded(element: Element, width: float) -> Element:
    side = Length(SIDE_PX)
    padding = replace(element.style.padding or Edges(), left=side, right=side)
    return replace(element, style=replace(element.style, max_width=Length(width), padding=padding))
