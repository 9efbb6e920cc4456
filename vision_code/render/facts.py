"""
What a rendered page truly is, measured in the browser: words, elements, roles, overflow, pixels.

These are facts of a DOM; what is read from pixels alone is an ``Observation``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color
from vision_code.observation import FontFamily, TextStyle, Word

#: Picture of a page: uint8 [H, W, 3], sRGB.
Pixels = NDArray[np.uint8]

#: Positions that take an element out of the flow. https://www.w3.org/TR/css-position-3/#position-property
OUT_OF_FLOW = frozenset({"absolute", "fixed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementFact:
    """
    One element of which something can be seen.

    Attributes:
        tag: Tag name in lower case.
        box: Visible part of its border box, px of the page.
        position: Computed ``position``.
        display: Computed ``display``.
        painted: It draws something itself: a background, a background picture or a border.
        parent: Index of the nearest visible ancestor in ``PageFacts.elements``, None at the top.
        classes: Class names as written.
    """

    tag: str
    box: Box
    position: str
    display: str
    painted: bool
    parent: int | None
    classes: tuple[str, ...] = ()

    @property
    def out_of_flow(self) -> bool:
        return self.position in OUT_OF_FLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNode:
    """
    One node of the browser's accessibility tree.

    Attributes:
        role: ARIA role.
        name: Accessible name, empty when it has none.
        level: Heading level, 0 for other roles.
        box: Border box of its element, px of the page.
    """

    role: str
    name: str
    box: Box
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """
    Everything measured in one rendered page.

    Attributes:
        width_px, height_px: Size of the page's picture in CSS px (height cut at ``MAX_HEIGHT_PX``).
        words: Visible words in document order, as shown (``text-transform`` applied); ``box`` is the glyphs' content
            area (font ascent to descent), ``style`` is always present.
        elements: Visible elements below ``body`` in document order.
        roles: Nodes of the accessibility tree that can be seen.
        background: Colour of the canvas.
        overflow_px: How far content reaches past the right edge of the viewport.
        title: The document's title.
    """

    width_px: int
    height_px: int
    words: tuple[Word, ...]
    elements: tuple[ElementFact, ...]
    roles: tuple[RoleNode, ...]
    background: Color
    overflow_px: float
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """
    A page's picture and its facts.

    Attributes:
        pixels: uint8 [H, W, 3]; device pixels (CSS px × ``device_scale``).
        seconds: Wall time of loading, measuring and drawing.
        notes: What a person should know: requests refused, height cut, sandbox off.
        probed: What the caller's own ``probe`` returned.
    """

    pixels: Pixels
    facts: PageFacts
    device_scale: float = 1.0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    probed: object = None


def parse(payload: Mapping[str, Any], roles: Sequence[RoleNode], max_height_px: int) -> PageFacts:
    """
    Turn what ``measure.js`` returned into typed facts.

    Args:
        payload: The object that ``measure.js`` returns.
        roles: Accessibility nodes of the same page.
        max_height_px: Limit of the page's height.
    """
    styles = [_style(look) for look in payload["looks"]]
    return PageFacts(
        width_px=int(payload["width"]),
        height_px=max(1, min(int(payload["height"]), max_height_px)),
        words=tuple(Word(text=text, box=Box(*box), style=styles[look]) for text, box, look in payload["words"]),
        elements=tuple(_element(item) for item in payload["elements"]),
        roles=tuple(roles),
        background=_opaque(payload["background"]),
        overflow_px=float(payload["overflow"]),
        title=str(payload["title"]),
    )


def _element(item: Sequence[Any]) -> ElementFact:
    tag, box, position, display, _background, painted, parent, classes = item
    return ElementFact(
        tag=tag,
        box=Box(*box),
        position=position,
        display=display,
        painted=bool(painted),
        parent=parent if parent >= 0 else None,
        classes=tuple(classes.split()),
    )


def _style(look: Sequence[Any]) -> TextStyle:
    size, weight, ink, family, italic, underline, spacing = look
    return TextStyle(
        size_px=size,
        weight=int(weight),
        color=_opaque(ink),
        family=_family(family),
        italic=bool(italic),
        underline=bool(underline),
        letter_spacing_px=spacing,
    )


def _family(css: str) -> FontFamily:
    """
    Generic family of a ``font-family`` list, by its generic keyword or the usual names.
    """
    names = css.lower()
    if "mono" in names or "courier" in names or "consol" in names:
        return FontFamily.MONO
    without_sans = names.replace("sans-serif", "")
    if "sans-serif" not in names and ("serif" in without_sans or "times" in names or "georgia" in names):
        return FontFamily.SERIF
    return FontFamily.SANS


def _opaque(rgba: Sequence[float]) -> Color:
    """
    The colour laid over white: alpha has no place in ``Color``.
    """
    alpha = rgba[3]
    r, g, b = (min(255, max(0, round(channel * alpha + 255 * (1 - alpha)))) for channel in rgba[:3])
    return Color(r, g, b)
