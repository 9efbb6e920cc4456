"""
The Tailwind classes of an element: all rows of the table, in the order that Tailwind's own formatter sorts them.
"""

from __future__ import annotations

from dataclasses import dataclass

from vision_code.emit.box_utilities import box, flex, padding, placement
from vision_code.emit.paint_utilities import background, borders, flow, placeholder, shadow, type_
from vision_code.emit.theme import Theme
from vision_code.emit.utility import Utility
from vision_code.uitree import Below, Element, Style


@dataclass(frozen=True, slots=True)
class StyleClass:
    """
    A utility, perhaps only below a breakpoint, there perhaps not while a link leads to the element, or only for the
    placeholder of a field.
    """

    utility: Utility
    below: Below | None = None
    unless_target: bool = False
    of_placeholder: bool = False

    @property
    def token(self) -> str:
        """
        The class as it stands in the markup: "px-4", "max-lg:hidden", "max-lg:not-target:hidden",
        "placeholder:text-gray-500".
        """
        if self.of_placeholder:
            return f"placeholder:{self.utility.token}"
        unless = "not-target:" if self.unless_target else ""
        return f"max-{self.below}:{unless}{self.utility.token}" if self.below else self.utility.token


def utilities(style: Style, theme: Theme) -> list[Utility]:
    """
    Every utility of one style, in formatter order.
    """
    return [
        *placement(style),
        *box(style),
        *flex(style),
        *flow(style),
        *borders(style, theme),
        *background(style, theme),
        *padding(style),
        *type_(style, theme),
        *shadow(style),
    ]


def style_classes(element: Element, theme: Theme) -> tuple[StyleClass, ...]:
    """
    The classes of an element, those for narrower viewports last.
    """
    found = [StyleClass(utility) for utility in utilities(element.style, theme)]
    found += [StyleClass(utility, of_placeholder=True) for utility in placeholder(element.style, theme)]
    for below, style in element.below:
        unless_target = element.shows_as_target and style.display == "none"
        found += [StyleClass(utility, below, unless_target) for utility in utilities(style, theme)]
    return tuple(found)
