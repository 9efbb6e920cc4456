"""
The button that sends a form: its only one, or the one that stands out.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.geometry import Color, chroma, color_distance
from vision_code.region import Draft, Region, Role
from vision_code.uitree import Element

#: A ground this far from what it lies on stands out.
STANDS_OUT = 60

_FORMS = frozenset({Role.FORM, Role.SEARCH})


def submit_ids(root: Region, draft: Draft, background: Color) -> frozenset[int]:
    """
    Regions of the buttons that send the forms of a draft, at most one a form.
    """
    found: set[int] = set()
    for form in root.walk():
        if form.id not in draft or draft[form.id].role not in _FORMS:
            continue
        buttons = [
            (node, ground)
            for node, ground in _with_grounds(form, background)
            if node.id in draft and draft[node.id].role is Role.BUTTON
        ]
        strong = [node for node, ground in buttons if _distance(node, ground) >= STANDS_OUT]
        if strong:
            found.add(max(strong, key=lambda node: (_colour(node), node.id)).id)
        elif len(buttons) == 1:
            found.add(buttons[0][0].id)
    return frozenset(found)


def with_submits(element: Element, buttons: frozenset[int], *, in_form: bool = False) -> Element:
    """
    The tree with buttons of those regions that send the form they stand in.
    """
    inside = in_form or element.tag == "form"
    if inside and element.tag == "button" and element.region in buttons:
        attrs = tuple((name, "submit") if name == "type" else (name, value) for name, value in element.attrs)
        element = replace(element, attrs=attrs)
    children = (with_submits(c, buttons, in_form=inside) if isinstance(c, Element) else c for c in element.children)
    return replace(element, children=tuple(children))


def _with_grounds(region: Region, ground: Color) -> list[tuple[Region, Color]]:
    """
    All regions, each with the colour that it lies on.
    """
    own = region.surface.fill if region.surface is not None and region.surface.fill is not None else ground
    return [(region, ground), *(pair for child in region.children for pair in _with_grounds(child, own))]


def _distance(button: Region, ground: Color) -> float:
    fill = button.surface.fill if button.surface is not None else None
    return 0.0 if fill is None else color_distance(fill, ground)


def _colour(button: Region) -> float:
    fill = button.surface.fill if button.surface is not None else None
    return 0.0 if fill is None else chroma(fill)
