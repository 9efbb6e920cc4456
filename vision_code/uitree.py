"""
The typed tree that every target is emitted from: HTML elements by meaning, styles as typed CSS values in px.

`assemble` writes it, `emit` prints it; neither Tailwind class names nor framework syntax occur here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from vision_code.geometry import Color
from vision_code.observation import FontFamily, Gradient, Shadow, Side, Typeface

Unit = Literal["px", "%", "fr", "auto", "vh"]


@dataclass(frozen=True, slots=True)
class Length:
    """
    A CSS length; ``fr`` is used in grid tracks only, ``auto`` ignores ``value``.
    """

    value: float
    unit: Unit = "px"


AUTO = Length(0, "auto")
FULL = Length(100, "%")
SCREEN = Length(100, "vh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """
    Margin, padding or inset of the four sides; None leaves a side unset.
    """

    top: Length | None = None
    right: Length | None = None
    bottom: Length | None = None
    left: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """
    ``count`` grid columns: ``minmax(min, max)``; with ``auto_fill`` as many as fit (``repeat(auto-fill, …)``).
    """

    count: int = 1
    min: Length = Length(0)
    max: Length = Length(1, "fr")
    auto_fill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderEdge:
    """
    Border of one side.
    """

    width_px: float
    color: Color
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """
    CSS properties of one element; None means "not set". Numbers without a unit in the name are px.
    """

    display: Literal["block", "flex", "grid", "inline", "inline-block", "inline-flex", "none"] | None = None
    direction: Literal["row", "column"] | None = None
    wrap: bool | None = None
    justify: Literal["start", "center", "end", "between", "around", "evenly"] | None = None
    align: Literal["start", "center", "end", "stretch", "baseline"] | None = None
    align_self: Literal["start", "center", "end", "stretch"] | None = None
    row_gap: float | None = None
    column_gap: float | None = None
    columns: tuple[Track, ...] | None = None
    grow: float | None = None
    shrink: float | None = None
    basis: Length | None = None
    width: Length | None = None
    min_width: Length | None = None
    max_width: Length | None = None
    height: Length | None = None
    min_height: Length | None = None
    aspect_ratio: float | None = None
    margin: Edges | None = None
    padding: Edges | None = None
    position: Literal["relative", "absolute"] | None = None
    inset: Edges | None = None
    z_index: int | None = None
    overflow: Literal["hidden", "auto", "visible"] | None = None
    background: Color | None = None
    gradient: Gradient | None = None
    border_top: BorderEdge | None = None
    border_right: BorderEdge | None = None
    border_bottom: BorderEdge | None = None
    border_left: BorderEdge | None = None
    radius: float | None = None
    rounded: Side | None = None  # the side whose corners have the radius; None: all
    shadow: Shadow | None = None
    color: Color | None = None
    placeholder_color: Color | None = None
    font_size: float | None = None
    font_weight: int | None = None
    font_family: FontFamily | None = None
    line_height: float | None = None
    letter_spacing: float | None = None
    text_align: Literal["left", "center", "right"] | None = None
    italic: bool | None = None
    underline: bool | None = None
    nowrap: bool | None = None
    object_fit: Literal["cover", "contain", "fill"] | None = None
    list_marker: Literal["none", "disc", "decimal"] | None = None
    vertical_align: Literal["top", "middle", "baseline"] | None = None


#: Overrides that hold *below* a Tailwind breakpoint (``max-lg`` = narrower than 1024 px).
Below = Literal["sm", "md", "lg", "xl", "2xl"]
BREAKPOINT_PX: dict[Below, int] = {"sm": 640, "md": 768, "lg": 1024, "xl": 1280, "2xl": 1536}
Overrides = tuple[tuple[Below, Style], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """
    A run of text inside an element. Spaces are significant; ``break_after`` is a ``<br>``.
    """

    text: str
    break_after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """
    One HTML element.

    Attributes:
        tag: HTML tag name in lower case, chosen by meaning (``a``, ``button``, ``h2``, ``nav``, ``ul``, ``td`` …).
        attrs: HTML attributes in order (``href``, ``alt``, ``type``, ``placeholder``, ``for``, ``aria-label`` …).
            An ``img``'s ``src`` is the ``Asset.name``; emitters turn it into a path or import.
        below: Overrides for narrower viewports, widest breakpoint first.
        repeat: All children with the same number are instances of one component: same structure, other data.
        region: ``Region.id`` it came from, None for elements that assemble added.
        component: Good name for the component or list this is ("PricingCard"), empty when it is not worth one.
    """

    tag: str
    style: Style = field(default_factory=Style)
    attrs: tuple[tuple[str, str], ...] = ()
    children: tuple[Element | Text, ...] = ()
    below: tuple[tuple[Below, Style], ...] = ()
    repeat: int | None = None
    region: int | None = None
    component: str = ""

    @property
    def shows_as_target(self) -> bool:
        """
        Whether it shows, where it is hidden below a breakpoint, while the page's address names it: it has an id for
        links to lead to.
        """
        return any(name == "id" for name, _ in self.attrs) and any(s.display == "none" for _, s in self.below)

    def walk(self) -> Iterator[Element]:
        """
        This element and all elements below it, in document order.
        """
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """
    A crop of the screenshot that the page shows.

    Attributes:
        name: File name with extension, unique in the tree ("hero-photo.png").
        png: Encoded file.
        width_px, height_px: Size in CSS pixels.
    """

    name: str
    png: bytes
    width_px: float
    height_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UITree:
    """
    A whole component or page.

    Attributes:
        root: Outermost element. Its style carries the page's background, font and text colour.
        title: Human title ("Sign in"), from the first heading.
        name: Component name in PascalCase ("SignIn").
        is_page: True for a whole page (root is ``body``), False for an element shot.
        width_px: Width of the screenshot in CSS pixels.
        typefaces: What its font families are set in, where it is not the usual face.
    """

    root: Element
    assets: tuple[Asset, ...]
    title: str
    name: str
    is_page: bool
    width_px: float
    height_px: float
    typefaces: tuple[Typeface, ...] = ()
