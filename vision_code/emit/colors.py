"""
Which colours a tree uses, how often and for what; near-equal ones become one, repeated ones get a name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from vision_code.emit.difference import ciede2000, lab
from vision_code.emit.palette import palette_name
from vision_code.emit.theme import Theme
from vision_code.geometry import Color, color_distance
from vision_code.uitree import BorderEdge, Element, Style, UITree

Use = Literal["text", "fill", "line"]

#: Two measured colours closer than this (CIEDE2000) are one: the eye sees no difference, antialiasing makes one.
_SAME_DE = 1.0
#: Two flat fills differ by no more than this when they are one (a shadow's far end lies over one of them).
_SAME_FILL = 2
#: A colour written at least this often is worth a name.
_NAMED_FROM_USES = 2
_PLAIN = (Color(255, 255, 255), Color(0, 0, 0))
#: Lab chroma from which a colour reads as a hue and not as a tinted grey.
_HUE_CHROMA = 28.0
#: Names for hues by Lab hue angle in degrees: the upper end of each range.
_HUES = ((10, "pink"), (45, "red"), (70, "orange"), (105, "yellow"), (170, "green"), (215, "teal"), (300, "blue"),
         (335, "violet"), (361, "pink"))  # fmt: skip
_NEUTRAL_NAMES: dict[Use, tuple[str, ...]] = {
    "text": ("ink", "muted", "subtle", "faint"),
    "line": ("line", "divider", "outline"),
    "fill": ("surface", "panel", "inset"),
}


@dataclass(slots=True)
class _Uses:
    counts: Counter[tuple[Color, Use]] = field(default_factory=Counter)

    def total(self, color: Color) -> int:
        return sum(count for (used, _), count in self.counts.items() if used == color)

    def main_use(self, color: Color) -> Use:
        """
        What the colour is mostly there for.
        """
        return max(("text", "fill", "line"), key=lambda use: self.counts[color, use])


def _style_colors(style: Style) -> Iterator[tuple[Color, Use]]:
    if style.color is not None:
        yield style.color, "text"
    if style.placeholder_color is not None:
        yield style.placeholder_color, "text"
    if style.background is not None and style.gradient is None:
        yield style.background, "fill"
    if style.gradient is not None:
        yield from ((stop.color, "fill") for stop in style.gradient.stops)
    edges = (style.border_top, style.border_right, style.border_bottom, style.border_left)
    yield from ((color, "line") for color in {edge.color for edge in edges if edge is not None and edge.width_px})


def _count(root: Element) -> _Uses:
    uses = _Uses()
    for element in root.walk():
        for style in (element.style, *(style for _, style in element.below)):
            uses.counts.update(_style_colors(style))
    return uses


def unify_colors(root: Element) -> Element:
    """
    The tree with near-equal colours made equal, each to the most used of its kind.
    """
    uses = _count(root)
    kept: list[Color] = []
    stands_for: dict[Color, Color] = {}
    for color in sorted({color for color, _ in uses.counts}, key=lambda color: (-uses.total(color), color)):
        near = next((other for other in kept if _is_one(color, other, uses)), None)
        stands_for[color] = near or color
        if near is None:
            kept.append(color)
    if all(color == near for color, near in stands_for.items()):
        return root
    return _recolor(root, lambda color: stands_for.get(color, color))


def _is_one(color: Color, other: Color, uses: _Uses) -> bool:
    """
    Whether two colours are one: fills are measured exactly, so a page a shade off white is not its white cards.
    """
    if uses.counts[color, "fill"] and uses.counts[other, "fill"]:
        return color_distance(color, other) <= _SAME_FILL
    return ciede2000(color, other) < _SAME_DE


def _recolor(element: Element, paint: Callable[[Color], Color]) -> Element:
    return replace(
        element,
        style=_recolor_style(element.style, paint),
        below=tuple((below, _recolor_style(style, paint)) for below, style in element.below),
        children=tuple(_recolor(child, paint) if isinstance(child, Element) else child for child in element.children),
    )


def _recolor_style(style: Style, paint: Callable[[Color], Color]) -> Style:
    def edge(border: BorderEdge | None) -> BorderEdge | None:
        return border and replace(border, color=paint(border.color))

    gradient = style.gradient
    return replace(
        style,
        color=style.color and paint(style.color),
        placeholder_color=style.placeholder_color and paint(style.placeholder_color),
        background=style.background and paint(style.background),
        gradient=gradient
        and replace(gradient, stops=tuple(replace(stop, color=paint(stop.color)) for stop in gradient.stops)),
        border_top=edge(style.border_top),
        border_right=edge(style.border_right),
        border_bottom=edge(style.border_bottom),
        border_left=edge(style.border_left),
    )


def theme_of(tree: UITree) -> Theme:
    """
    The tree's fonts, and names for the colours that it repeats and Tailwind has no name for.

    The most used hue is ``brand``, further hues go by their own name; greys are named for what they do: ``page``,
    ``surface``, ``ink``, ``muted``, ``line`` …
    """
    root = tree.root
    uses = _count(root)
    used = dict.fromkeys(color for color, _ in uses.counts)
    of_page = (root.style.background, root.style.color)
    repeated = [
        color
        for color in used
        if palette_name(color) is None
        and (color in of_page or uses.total(color) >= _NAMED_FROM_USES or _is_brand(color, uses))
    ]
    repeated.sort(key=lambda color: -uses.total(color))
    names: dict[Color, str] = {}
    for color in repeated:
        names[color] = _name(color, root, uses, set(names.values()))
    ordered = sorted(names, key=lambda color: (names[color] != "brand", names[color]))
    return Theme(names, {names[color]: color for color in ordered}, tree.typefaces)


def project_names(root: Element, tokens: Mapping[str, Color]) -> dict[Color, str]:
    """
    The colours of a tree that a project has names for: of equal ones the name that speaks of the colour's main use.

    White and black stay what they are: projects have a dozen names for them, and turn most of these around in the dark.
    """
    uses = _count(root)
    found: dict[Color, str] = {}
    for color in {color for color, _ in uses.counts} - set(_PLAIN):
        near = {name: each for name, token in tokens.items() if (each := ciede2000(color, token)) < _SAME_DE}
        if near:
            use = uses.main_use(color)
            found[color] = min(near, key=lambda name: (_use_of(name) != use, near[name], len(name), name))
    return found


def raw_colors(root: Element, named: Mapping[Color, str]) -> list[Color]:
    """
    The colours of a tree that neither a project nor Tailwind has a name for, the most used first.
    """
    uses = _count(root)
    raw = {color for color, _ in uses.counts if color not in named and palette_name(color) is None}
    return sorted(raw, key=lambda color: (-uses.total(color), color))


def _use_of(token: str) -> Use:
    """
    What a token's name says that it is for.
    """
    words = set(token.split("-"))
    if words & {"foreground", "text", "ink", "fg", "on", "content"}:
        return "text"
    return "line" if words & {"border", "line", "divider", "outline", "input", "ring", "stroke"} else "fill"


def _is_brand(color: Color, uses: _Uses) -> bool:
    """
    Whether a colour that occurs once is still worth a name: a filled box of a strong hue, mostly the main button.
    """
    return _chroma(color) >= _HUE_CHROMA and uses.counts[color, "fill"] > 0


def _chroma(color: Color) -> float:
    _, a, b = lab(color)
    return math.hypot(a, b)


def _name(color: Color, root: Element, uses: _Uses, taken: set[str]) -> str:
    if color == root.style.background:
        wanted: tuple[str, ...] = ("page",)
    elif _chroma(color) >= _HUE_CHROMA:
        _, a, b = lab(color)
        angle = math.degrees(math.atan2(b, a)) % 360
        wanted = ("brand", next(name for limit, name in _HUES if angle < limit))
    else:
        wanted = _NEUTRAL_NAMES[uses.main_use(color)]
        if wanted[0] == "ink" and color != root.style.color:
            wanted = wanted[1:]
    free = (name for name in wanted if name not in taken)
    return next(free, None) or next(f"{wanted[-1]}-{n}" for n in range(2, 1000) if f"{wanted[-1]}-{n}" not in taken)
