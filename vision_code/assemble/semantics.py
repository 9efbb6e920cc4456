"""
Tags and attributes of containers by their role, and list items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Built, Frame
from vision_code.assemble.parting import parted
from vision_code.divide.page_numbers import is_pagination
from vision_code.draft.landmarks import MIN_ITEMS, is_link_item, is_menu
from vision_code.region import Annotation, Region, RegionKind, Role
from vision_code.uitree import AUTO, FULL, Element, Style

Attrs = tuple[tuple[str, str], ...]

_TAGS: Mapping[Role, tuple[str, Attrs]] = {
    Role.BANNER: ("header", ()),
    Role.NAVIGATION: ("nav", ()),
    Role.MAIN: ("main", ()),
    Role.COMPLEMENTARY: ("aside", ()),
    Role.CONTENTINFO: ("footer", ()),
    Role.FORM: ("form", ()),
    Role.SEARCH: ("form", (("role", "search"),)),
    Role.ARTICLE: ("article", ()),
    Role.DIALOG: ("div", (("role", "dialog"),)),
    Role.TABLIST: ("div", (("role", "tablist"),)),
}
#: Roles whose name is said: of navigations, those that a page has several of have one.
_NAMED = frozenset({Role.DIALOG, Role.FORM, Role.NAVIGATION, Role.SWITCH, Role.PROGRESSBAR, Role.SLIDER})


def container_tag(region: Region, frame: Frame, context: Context) -> tuple[str, Attrs, Frame]:
    """
    Tag and attributes of a container, and the frame for what is inside.
    """
    note = context.annotation(region)
    label: Attrs = (("aria-label", note.name),) if note.name else ()
    needed = () if region.has_words else label
    if not frame.linked and not frame.phrasing:
        if note.role is Role.BUTTON:
            attrs = (("type", "button"), *needed)
            return "button", attrs, replace(frame, phrasing=True, linked=True)
        if note.role is Role.TAB:
            return "button", (*tab_attrs(note), *needed), replace(frame, phrasing=True, linked=True)
        if note.role is Role.LINK or note.link:
            return "a", (("href", "#"), *needed), replace(frame, linked=True)
        if note.role is Role.SWITCH:
            state = (("type", "button"), ("role", "switch"), ("aria-checked", str(note.checked).lower()), *label)
            return "button", state, replace(frame, phrasing=True, linked=True)
    if frame.phrasing:
        return "span", (), frame
    if note.role is Role.PROGRESSBAR:
        share = region.children[0].box.w / region.box.w if region.children else 0.0
        value = (("role", "progressbar"), ("aria-valuenow", str(round(100 * min(1.0, share)))))
        return "div", (*value, *label), frame
    if note.role is Role.LIST and region.kind is RegionKind.STACK:  # what overlaps is no entry after another
        return "div", (), frame
    tag, attrs = _list_tag(region) if note.role is Role.LIST else _TAGS.get(note.role, ("div", ()))
    return tag, (*attrs, *(label if note.role in _NAMED else ())), frame


def tab_attrs(note: Annotation) -> Attrs:
    """
    Attributes of a tab: a button that says whether it is the chosen one.
    """
    return ("type", "button"), ("role", "tab"), ("aria-selected", str(note.checked).lower())


def _list_tag(region: Region) -> tuple[str, Attrs]:
    """
    Tag and attributes of a list: ``ol`` where it draws numbers, with the first one if that is not 1.
    """
    first = region.first_number
    if first is None:
        return "ul", ()
    return "ol", () if first == 1 else (("start", str(first)),)


def is_menu_bar(region: Region, context: Context) -> bool:
    """
    Whether a navigation, or a menu beside the page, holds its links (or page numbers) directly, so that they need a
    list of their own inside it.
    """
    role = context.role(region)
    if role is Role.COMPLEMENTARY:  # lists side by side in it are more than one menu
        links = sum(is_link_item(child, context.role) for child in region.children)
        return links >= MIN_ITEMS and is_menu(region, context.role)
    return role is Role.NAVIGATION and (is_menu(region, context.role) or is_pagination(region.children))


def as_menu(region: Region, built: Built, around: str, context: Context) -> Built:
    """
    A laid out list with its surface's padding around it moved to an element of the tag ``around``.
    """
    style = built.element.style
    tag, attrs = _list_tag(region)
    inner = replace(built.element, tag=tag, attrs=attrs, style=replace(style, padding=None), region=None)
    listed = parted(region, inner, context)
    outer = Element(tag=around, style=Style(padding=style.padding), children=(listed,), region=built.element.region)
    return Built(outer, built.height)


def as_item(built: Built, *, drawn: bool = False) -> Built:
    """
    The element as a list item: plain containers and texts become the item, links and controls are wrapped by one.

    Args:
        drawn: It is only a line between entries, which nobody shall hear of as one of them.
    """
    element = built.element
    hidden: Attrs = (("aria-hidden", "true"),) if drawn else ()
    if element.tag in {"div", "p", "span"} and not any(name == "role" for name, _ in element.attrs):
        return Built(replace(element, tag="li", attrs=(*element.attrs, *hidden)), built.height)
    style = element.style
    outer = replace(Element(tag="li").style, margin=style.margin, grow=style.grow, shrink=style.shrink)
    # Links and spans are inline: padding and background would shrink to the words.
    display = "block" if element.tag in {"a", "span"} and style.display is None else style.display
    # A button that a column stretched would shrink to its words in an item.
    width = FULL if element.tag == "button" and style.width is None and style.align_self is None else style.width
    inner = replace(element, style=replace(style, margin=None, grow=None, shrink=None, display=display, width=width))
    if style.margin is not None and AUTO in (style.margin.left, style.margin.right):  # pushed, it is as wide as it says
        outer = replace(outer, width=style.width, max_width=style.max_width)
        inner = replace(inner, style=replace(inner.style, max_width=None))
    return Built(Element(tag="li", attrs=hidden, style=outer, children=(inner,), region=element.region), built.height)


def as_marked_item(built: Built) -> Built:
    """
    The element as an item of a list with bullets or numbers: of what is laid out as a row or grid there is none in
    front, so such an element is wrapped. The item has the type of its first words, in which the marker is drawn.
    """
    element = built.element
    if element.style.display in {"flex", "grid"} and element.tag not in {"a", "button"}:
        style = element.style
        outer = Style(margin=style.margin, grow=style.grow, shrink=style.shrink)
        inner = replace(element, style=replace(style, margin=None, grow=None, shrink=None))
        item = Element(tag="li", style=outer, children=(inner,), region=element.region)
    else:
        item = as_item(built).element
    type_ = _first_type(item)
    return Built(replace(item, style=replace(item.style, **type_)), built.height)


def _first_type(item: Element) -> dict[str, Any]:
    """
    Size, leading and family of the first words of an item that says none itself.
    """
    names = ("font_size", "line_height", "font_family")
    for element in item.walk():
        style = element.style
        if style.font_size is not None:
            return {name: getattr(style, name) for name in names}
    return {}
