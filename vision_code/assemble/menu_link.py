"""
Menus that narrower screens hide, and the link that shows them there, without a script: a hidden menu shows while the
page's address names it, so a link to it opens it, and whatever is chosen in it leads away and closes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, count

from vision_code.assemble.frame import restyled
from vision_code.assemble.narrow import merged
from vision_code.uitree import Below, Element, Overrides, Style, Text


def free_id(page: Element, wanted: str) -> str:
    """
    The id of a menu: ``wanted``, with a number behind it where a field has that one.
    """
    taken = {value for element in page.walk() for name, value in element.attrs if name == "id"}
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(each for each in chain((wanted,), numbered) if each not in taken)


def opener(menu_id: str, below: Below, **look: object) -> Element:
    """
    The link that leads to a menu; it shows where the menu is hidden. ``look`` as `Style` has it.
    """
    style = restyled(Style(display="none"), look)
    shown = ((below, Style(display="block")),)
    return Element(tag="a", attrs=(("href", f"#{menu_id}"),), style=style, below=shown, children=(Text(text="Menu"),))


def hidden(menu: Element, menu_id: str, below: Below) -> Element:
    """
    A menu that is hidden below a breakpoint but for a link that leads to it.
    """
    hides: Overrides = ((below, Style(display="none")),)
    return replace(menu, attrs=(*menu.attrs, ("id", menu_id)), below=merged(menu.below, hides))


def is_row(element: Element) -> bool:
    """
    Whether what an element holds stands side by side, each as wide as it is.
    """
    return element.style.display == "flex" and element.style.direction != "column"


def changed(element: Element, is_it: Callable[[Element], bool], change: Callable[[Element], Element]) -> Element:
    """
    The tree with the outermost elements that a question is true of changed.
    """
    if is_it(element):
        return change(element)
    children = (changed(child, is_it, change) if isinstance(child, Element) else child for child in element.children)
    return replace(element, children=tuple(children))
