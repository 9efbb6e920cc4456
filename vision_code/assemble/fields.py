"""
Form controls: text fields, selects, text areas, tick boxes, with their labels, names and placeholders.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Built, Frame
from vision_code.assemble.leaves import ALIGN_PX, line_top
from vision_code.assemble.paint import border_width, surface_style, text_style
from vision_code.design_scale import snap_size, snap_spacing
from vision_code.geometry import bounding
from vision_code.region import Region, RegionKind, Role
from vision_code.uitree import FULL, Edges, Element, Length, Style, Text

#: A field higher than this holds several lines.
AREA_PX = 72.0
#: What is typed has the contrast of a text, a suggestion less. Most pages' placeholders are between 2.5 (Tailwind's
#: gray-400 on white) and 5.7 (slate-400 on slate-800), browsers' own is 4.6; their values are 8 and more.
VALUE_CONTRAST = 6.5
#: Room behind the words in a field without a frame, whose end nothing shows.
BARE_ROOM_EM = 2.0
#: What a field says before anything is typed, whatever its colour.
_HINTS = ("add ", "choose", "enter", "e.g", "find", "filter", "search", "select", "type ", "write", "your ", "you@")
#: Names of fields that nothing is written in, above or beside.
_UNNAMED = {Role.SEARCHBOX: "Search", Role.COMBOBOX: "Choice"}


def tick(region: Region, context: Context) -> Built:
    note = context.annotation(region)
    kind = "checkbox" if note.role is Role.CHECKBOX else "radio"
    attrs: list[tuple[str, str]] = [("type", kind)]
    if region.id in context.labels:
        attrs.insert(0, ("id", context.labels[region.id]))
    elif note.name:
        attrs.append(("aria-label", note.name))
    if note.checked:
        attrs.append(("checked", "checked"))
    box = region.box
    style = Style(width=Length(round(box.w)), height=Length(round(box.h)), shrink=0)
    return Built(Element(tag="input", attrs=tuple(attrs), style=style, region=region.id), round(box.h))


def field(region: Region, frame: Frame, context: Context) -> Built:
    """
    A text field, search box, select or text area; words inside are its placeholder or value.
    """
    surface = region.surface
    box = region.box
    note = context.annotation(region)
    words = " ".join(leaf.text for leaf in region.walk() if leaf.kind is RegionKind.TEXT)
    leaves = [leaf for leaf in region.walk() if leaf.kind is RegionKind.TEXT]
    typed = note.role not in (Role.SEARCHBOX, Role.COMBOBOX) and _is_typed(leaves)
    if surface is None and region.kind is RegionKind.TEXT:  # a line high, with room behind what it says
        metrics = context.metrics
        box = replace(box, w=box.w + BARE_ROOM_EM * metrics.size[region.id], h=metrics.leading[region.id])
    style = surface_style(surface, Style(height=Length(round(box.h))))
    if leaves:
        style = text_style(leaves[0], context, style)
        style = replace(style, line_height=None)
        if note.role is not Role.COMBOBOX and not typed:
            style = replace(style, color=None, placeholder_color=style.color)
        ink = bounding(line.box for line in leaves[0].lines)
        pad = ink.x - box.x - border_width(surface, "l") - 0.06 * context.metrics.size[leaves[0].id]
        style = replace(
            style,
            padding=Edges(left=Length(snap_spacing(max(0.0, pad))), right=Length(snap_spacing(min(max(0.0, pad), 16)))),
        )
    # In a row of things with widths of their own the frame is the field itself.
    fills = not frame.hugs and abs(box.x - frame.left) <= ALIGN_PX and abs(box.right - frame.right) <= ALIGN_PX
    style = replace(style, width=FULL, max_width=None if fills else Length(snap_size(box.w)), min_width=Length(0))
    attrs: list[tuple[str, str]] = []
    if region.id in context.labels:
        attrs.append(("id", context.labels[region.id]))
    else:
        attrs.append(("aria-label", note.name or words or _UNNAMED.get(note.role, "Text")))
    if region.id in context.notes.ids:
        attrs.append(("aria-describedby", context.notes.ids[region.id]))
    if region.id in context.notes.wrong:
        attrs.append(("aria-invalid", "true"))
    if note.role is Role.COMBOBOX:
        option = (Element(tag="option", children=(Text(text=words),)),) if words else ()
        return Built(
            Element(tag="select", attrs=tuple(attrs), style=style, children=option, region=region.id), round(box.h)
        )
    if box.h > AREA_PX:
        attrs += [("placeholder", words)] if words and not typed else []
        style = replace(style, padding=_area_padding(style, leaves, box.y, surface, context))
        children = (Text(text=words),) if typed else ()
        area = Element(tag="textarea", attrs=tuple(attrs), style=style, children=children, region=region.id)
        return Built(area, round(box.h))
    attrs += [("value" if typed else "placeholder", words)] if words else []
    kind = (
        "search"
        if note.role is Role.SEARCHBOX
        else _input_type(f"{note.name} {context.labels.get(region.id, '')} {words}")
    )
    return Built(Element(tag="input", attrs=(("type", kind), *attrs), style=style, region=region.id), round(box.h))


def _is_typed(texts: list[Region]) -> bool:
    """
    Whether the words in a field are its value: as dark as text, and no hint of what to type.
    """
    if not texts:
        return False
    words = texts[0].text.lower()
    if words.startswith(_HINTS) or words.endswith(("...", "…")) or not any(c.isalnum() for c in words):
        return False
    line = texts[0].lines[0]
    dark, light = sorted((line.style.color.luminance, line.background.luminance))
    return (light + 0.05) / (dark + 0.05) >= VALUE_CONTRAST  # https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio


def _area_padding(style: Style, leaves: list[Region], top: float, surface: object, context: Context) -> Edges | None:
    if not leaves:
        return style.padding
    pad = line_top(leaves[0], context) - top
    sides = style.padding or Edges()
    return replace(sides, top=Length(snap_spacing(max(0.0, pad - 1))), bottom=Length(snap_spacing(max(0.0, pad - 1))))


def _input_type(words: str) -> str:
    """
    HTML input type that the name of a field asks for.
    """
    words = words.lower()
    if "password" in words:
        return "password"
    if "mail" in words or "@" in words:
        return "email"
    if "phone" in words:
        return "tel"
    return "text"
