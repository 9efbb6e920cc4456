"""
The room a region is laid out in, and what comes out of laying it out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from vision_code.region import Region
from vision_code.uitree import Element, Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """
    Where a region's border box may stand, and what its ancestors forbid.

    Attributes:
        left, right: Horizontal span that the parent offers, pixels of the picture.
        hugs: The parent sizes the element by its content (an item of a row): single lines must not wrap.
        phrasing: Inside a button or label, where only phrasing elements may stand.
        linked: Inside a link or button: no links within.
        in_list: The parent is a list, the element becomes its item.
        marked: The list draws a bullet or number for each item.
    """

    left: float
    right: float
    hugs: bool = False
    phrasing: bool = False
    linked: bool = False
    in_list: bool = False
    marked: bool = False

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Built:
    """
    An element and the height, px, that it takes when laid out at the design width.
    """

    element: Element
    height: float

    def styled(self, **changes: object) -> Built:
        """
        The same with some style fields changed.
        """
        return Built(replace(self.element, style=restyled(self.element.style, changes)), self.height)


Build = Callable[[Region, Frame], Built]


def restyled(style: Style, changes: Mapping[str, object]) -> Style:
    """
    ``style`` with the named fields changed.
    """
    return replace(style, **changes)  # type: ignore[arg-type]  # field names are checked by dataclasses at run time


def set_fields(style: Style) -> dict[str, object]:
    """
    The fields of ``style`` that say something, by name.
    """
    return {name: getattr(style, name) for name in Style.__slots__ if getattr(style, name) is not None}
