"""
Leaves: text blocks, pictures, shapes and form controls as elements.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Built, Frame, restyled, set_fields
from vision_code.assemble.link_lines import is_link_line, laid_in_line, link_line
from vision_code.assemble.links import plain_first
from vision_code.assemble.listing import is_output, listing, look_of
from vision_code.assemble.metrics import text_box
from vision_code.assemble.paint import border_width, corner, rule_edge, surface_style, text_style
from vision_code.assemble.semantics import tab_attrs
from vision_code.assemble.shape import FIXED_PX, is_control, is_rule
from vision_code.assemble.text import Content, content, numbered_link, text_tag, unlinked_number
from vision_code.assemble.wrapping import wrap_range
from vision_code.design_scale import snap_size, snap_spacing
from vision_code.divide.paragraphs import rows_of
from vision_code.draft.page import is_badge
from vision_code.geometry import Box, bounding
from vision_code.observation import PictureKind, Rect
from vision_code.region import ACTION_ROLES, Annotation, Region, Role
from vision_code.uitree import AUTO, FULL, Edges, Element, Length, Style

#: Left edges, centres and right edges within this are aligned; ink boxes carry side bearings of a pixel or two.
ALIGN_PX = 3.0
#: A single line using more than this share of its room is kept from wrapping: fonts differ by a few per cent.
TIGHT_SHARE = 0.9
#: An image in a box is in its middle when the room on two sides differs by this at most.
OFF_CENTRE_PX = 8.0
#: Indents up to this are the padding of the box around: a paragraph keeps as much on its right.
MAX_INDENT_PX = 48.0
#: A line further from the left than this, and nearer to the right, is placed from the right.
FAR_PX = 160.0
#: A room this near to the widths at which the words wrap as pictured is the room they had: fonts differ.
ROOM_SLACK = 0.06
#: Bars and rules up to this width are drawn so wide by design; longer ones end where their parent does.
SMALL_SHAPE_PX = 96.0
#: Labels, menu items and buttons of up to so many letters stay on one line whatever the width.
LABEL_LETTERS = 28
#: Wider lines must be able to wrap, or they reach past the edge of a phone: headings of large type.
PHONE_PX = 320.0
#: A single text on a band of its own may be the band.
BAND_TAGS = {Role.BANNER: "header", Role.CONTENTINFO: "footer"}


def text(region: Region, frame: Frame, context: Context) -> Built:
    """
    A TEXT leaf: plain text, heading, link, button, badge.
    """
    role = context.role(region)
    linked = frame.linked or role in ACTION_ROLES
    coded = role is Role.CODE and len(rows_of(region.lines)) > 1
    linked = linked or context.annotation(region).link or role is Role.CODE
    if not linked:
        region = plain_first(region)
    broken = coded or is_output(region)
    words = listing(region, context) if broken else content(region, context, linked=linked)
    tag, attrs, words = _meaning(region, frame, context, words)
    style = text_style(_in_one_look(region) if broken else region, context, Style())
    if tag in ("p", "span") and role is Role.LINK and (number := unlinked_number(region)) is not None:
        style = replace(style, color=number.color, font_weight=number.weight, underline=number.underline or None)
    if coded:
        style = replace(style, overflow="auto", letter_spacing=None)
    if coded and tag == "code":
        tag, words = "pre", (Element(tag="code", children=words),)
    elif coded:
        style = replace(style, display="block", nowrap=True)
    rows = len(rows_of(region.lines))
    height = context.metrics.leading[region.id] * rows
    element = Element(tag=tag, attrs=attrs, style=style, children=words, region=region.id)
    if region.surface is None:
        built = Built(replace(element, style=_aligned(region, frame, context, style)), height)
    else:
        built = _padded(region, frame, context, element, height)
    if tag == "ol":
        return built.styled(**laid_in_line(built.element.style, context.metrics.size[region.id]))
    return built


def _in_one_look(typed: Region) -> Region:
    return replace(typed, lines=(replace(typed.lines[0], style=look_of(typed)), *typed.lines[1:]))


def _meaning(
    region: Region, frame: Frame, context: Context, words: Content
) -> tuple[str, tuple[tuple[str, str], ...], Content]:
    """
    Tag, attributes and children of a text by its role.
    """
    note = context.annotation(region)
    role = note.role
    if role is Role.LINK and not frame.linked and not frame.phrasing and is_link_line(region):
        tag, words = link_line(region, in_row=frame.hugs)
        return tag, (), words
    current = (("aria-current", "page"),) if note.checked else ()
    number = unlinked_number(region) if role is Role.LINK and not frame.linked and not frame.phrasing else None
    if number is not None:
        return "span" if frame.hugs else "p", (), numbered_link(region, number, current, context)
    if role is Role.TAB and not frame.linked and not frame.phrasing:
        return "button", tab_attrs(note), words
    if role is Role.LINK and not frame.linked and not frame.phrasing:
        return "a", (("href", "#"), *current), words
    if role is Role.BUTTON and not frame.linked and not frame.phrasing:
        return "button", (("type", "button"), *current), words
    if role in BAND_TAGS and not frame.linked and not frame.phrasing:
        return BAND_TAGS[role], (), words
    tag = text_tag(region, context, phrasing=frame.phrasing, in_row=frame.hugs)
    attrs: tuple[tuple[str, str], ...] = ()
    if region.id in context.notes.ids:
        return (
            "p" if tag in ("label", "span") and not frame.phrasing else tag,
            (("id", context.notes.ids[region.id]),),
            words,
        )
    if tag == "label" and region.id in context.labels:
        attrs = (("for", context.labels[region.id]),)
    elif tag == "label":
        tag = "span" if frame.hugs else "p"
    if note.link and not frame.linked and not frame.phrasing:
        words = (Element(tag="a", attrs=(("href", "#"),), children=words),)
    return tag, attrs, words


def alignment(region: Region, frame: Frame, context: Context) -> str | None:
    """
    ``center`` or ``right`` when a text stands so in its frame; None for left, where code always begins.
    """
    if context.role(region) is Role.CODE:
        return None
    box = bounding(line.box for line in region.lines)
    slack = ALIGN_PX + 0.01 * frame.width
    rows = [bounding(line.box for line in row) for row in rows_of(region.lines)]
    ragged_left = len(rows) > 1 and max(r.x for r in rows) - min(r.x for r in rows) > slack
    lefts, middles = [r.x for r in rows], [r.center_x for r in rows]
    even_middles = len(rows) > 1 and max(middles) - min(middles) + 1.5 < max(lefts) - min(lefts)
    if even_middles and abs(box.center_x - frame.middle) <= slack:
        return "center"
    if abs(box.x - frame.left) <= slack and not ragged_left:
        return None
    if len(rows) > 1 and not ragged_left and max(r.right for r in rows) - min(r.right for r in rows) > slack:
        return None
    if abs(box.center_x - frame.middle) <= slack:
        return "center"
    if ragged_left and max(r.center_x for r in rows) - min(r.center_x for r in rows) <= slack:
        return "center"
    if abs(box.right - frame.right) <= slack:
        return "right"
    return None


def _aligned(region: Region, frame: Frame, context: Context, style: Style) -> Style:
    """
    Horizontal place of a bare text in its frame: alignment, indent, width at which it wraps.
    """
    rows = rows_of(region.lines)
    box = context.box(region)
    align = alignment(region, frame, context)
    if frame.hugs and len(rows) == 1:
        if align == "center":
            style = replace(style, text_align="center")
        elif box.x - frame.left > ALIGN_PX:  # an entry of a column, further in than its captions
            style = replace(style, margin=Edges(left=Length(snap_spacing(box.x - frame.left))))
        return replace(style, nowrap=True) if len(region.text) <= LABEL_LETTERS else style
    if align:
        style = replace(style, text_align=align)  # type: ignore[arg-type]
    indent = box.x - frame.left if align is None else 0.0
    beyond = frame.right - box.right
    if len(rows) == 1 and indent > FAR_PX and ALIGN_PX < beyond < indent:
        return replace(style, text_align="right", margin=Edges(right=Length(snap_spacing(beyond))))
    room = frame.width - max(0.0, indent)
    if indent > ALIGN_PX:
        margin = Length(snap_spacing(indent))
        even = len(rows) > 1 and indent <= MAX_INDENT_PX and box.right <= frame.right - indent
        style = replace(style, margin=Edges(left=margin, right=margin if even else None))
        room -= indent if even else 0.0
    if len(rows) == 1:
        tight = TIGHT_SHARE * room < box.w <= PHONE_PX and len(region.text) <= LABEL_LETTERS
        return replace(style, nowrap=True) if tight else style
    low, high = wrap_range(region)
    if low * (1 - ROOM_SLACK) <= room < high * (1 + ROOM_SLACK):
        return style
    if context.role(region) is Role.CODE:  # never wraps
        return style
    width = snap_size((low + min(high, low * 1.12)) / 2)
    style = replace(style, max_width=Length(width))
    if align is None:
        return style
    return replace(style, margin=Edges(left=AUTO, right=AUTO if align == "center" else None))


def _padded(region: Region, frame: Frame, context: Context, element: Element, height: float) -> Built:
    """
    A text on its own surface: button, badge, field, small panel.
    """
    surface = region.surface
    assert surface is not None
    style = surface_style(surface, element.style)
    if is_badge(region):
        size = Style(display="flex", align="center", justify="center", shrink=0)
        size = replace(size, width=Length(round(surface.box.w)), height=Length(round(surface.box.h)))
        style = replace(restyled(style, set_fields(size)), line_height=None)
        return Built(replace(element, style=style, region=region.id), round(surface.box.h))
    top, right, bottom, left = (border_width(surface, side) for side in "trbl")
    ink = bounding(line.box for line in region.lines)
    bearing = context.metrics.size[region.id] * 0.06
    pad_left = ink.x - bearing - surface.box.x - left
    pad_right = surface.box.right - right - ink.right - bearing
    vertical = surface.box.h - top - bottom - height
    offset = line_top(region, context) - surface.box.y - top
    centred_y = abs(offset - vertical / 2) <= 2.0
    pad_top = vertical / 2 if centred_y else offset
    pad_bottom = vertical - pad_top
    fills = _reaches_across(surface.box, frame)
    rows = [bounding(line.box for line in row) for row in rows_of(region.lines)]
    ends = [(row.x - surface.box.x, surface.box.right - row.right) for row in rows]
    centred = all(abs(left_px - right_px) <= max(4.0, 0.04 * surface.box.w) for left_px, right_px in ends)
    hug = is_control(region, context) and (frame.hugs or not fills)
    if region.id in context.entries:
        return Built(
            replace(element, style=_entry(style, (pad_top, pad_right, pad_bottom, pad_left), frame), region=region.id),
            surface.box.h,
        )
    padding = Edges(
        top=Length(_half(pad_top)), bottom=Length(_half(pad_bottom)),
        left=Length(snap_spacing(max(0.0, (pad_left + pad_right) / 2 if centred else pad_left))) if hug or not centred
        else None,
        right=Length(snap_spacing(max(0.0, (pad_left + pad_right) / 2 if centred else pad_right))) if hug else None,
    )  # fmt: skip
    style = replace(
        style,
        padding=padding,
        text_align="center" if centred and not (hug and len(rows) == 1) else None,
        nowrap=True if hug else None,
    )
    return Built(replace(element, style=style, region=region.id), surface.box.h)


def _entry(style: Style, pads: tuple[float, float, float, float], frame: Frame) -> Style:
    """
    The box of one of several entries: padding from the left, and on the right as much as there is room for.
    """
    top, right, bottom, left = pads
    sides = [Length(snap_spacing(max(0.0, pad))) for pad in (min(left, right), left)]
    padding = Edges(top=Length(_half(top)), right=sides[0], bottom=Length(_half(bottom)), left=sides[1])
    return replace(style, padding=padding, nowrap=True if frame.hugs else None)


def _half(px: float) -> float:
    """
    A vertical padding rounded to half pixels: control heights must come out exactly.
    """
    return max(0.0, round(px * 2) / 2)


def line_top(region: Region, context: Context) -> float:
    return text_box(region, context.metrics.size[region.id], context.metrics.leading[region.id]).y


def picture(region: Region, frame: Frame, context: Context) -> Built:
    """
    A PICTURE leaf: an image, an icon, or either as a link or button.
    """
    seen = region.picture
    assert seen is not None
    note = context.annotation(region)
    box = seen.box
    decorative = note.role is Role.DECORATION
    acts = note.role in ACTION_ROLES and not frame.linked and not frame.phrasing
    name = note.name or seen.text
    alt = "" if decorative or acts or (frame.linked and not name) else name
    source = context.assets.crop(box, seen.kind, name)
    style = _sized(box, frame, scales=seen.kind is PictureKind.PHOTO)
    style = replace(style, radius=corner(seen.radius_px, box))
    image = Element(tag="img", attrs=(("src", source), ("alt", alt)), style=style, region=region.id)
    if region.surface is None and not acts and not note.link:
        return Built(image, round(box.h))
    return _framed(region, frame, context, image)


def cut_out(region: Region, frame: Frame, context: Context, *, hint: str, radius_px: float = 0.0) -> Built:
    """
    A region as one picture that scales like one: the pieces of a drawing, an empty box that stands for an image.
    """
    box = region.box
    style = replace(_sized(box, frame, scales=True), radius=corner(radius_px, box))
    attrs = (("src", context.assets.crop(box, PictureKind.PHOTO, hint)), ("alt", context.annotation(region).name))
    return Built(Element(tag="img", attrs=attrs, style=style, region=region.id), round(box.h))


def _sized(box: Box, frame: Frame, *, scales: bool) -> Style:
    """
    Size of an image: a large one that ``scales`` takes the room it has, others keep theirs.
    """
    if not scales or box.w <= FIXED_PX:
        return Style(width=Length(round(box.w)), height=Length(round(box.h)), shrink=0)
    fills = _reaches_across(box, frame) and not frame.hugs
    return Style(width=FULL, max_width=None if fills else Length(round(box.w)), height=AUTO)


def _reaches_across(box: Box, frame: Frame) -> bool:
    return abs(box.x - frame.left) <= ALIGN_PX and abs(box.right - frame.right) <= ALIGN_PX


def _framed(region: Region, frame: Frame, context: Context, image: Element) -> Built:
    """
    An image on a surface, or wrapped by the link or button that it is.
    """
    note = context.annotation(region)
    surface, inner = region.surface, context.metrics.boxes[region.id]
    tag = "span" if frame.phrasing else "div"
    attrs: tuple[tuple[str, str], ...] = ()
    if not frame.linked and not frame.phrasing:
        tag, attrs = action(note, note.name or (region.picture.text if region.picture else ""))
        tag = tag or "div"
    style = surface_style(surface, Style(display="flex", align="center", justify="center", shrink=0))
    if surface is not None:
        assert region.picture is not None
        style = _around(region.picture.box, inner, surface, frame, style)
    image = replace(image, region=None)
    return Built(Element(tag=tag, attrs=attrs, style=style, children=(image,), region=region.id), round(inner.h))


def _around(seen: Box, box: Box, surface: Rect, frame: Frame, style: Style) -> Style:
    """
    Size of the box around an image, and where in it that is: in the middle, or at one of its sides.
    """
    style = replace(style, height=Length(round(box.h)))
    if box.w <= FIXED_PX or frame.hugs:
        style = replace(style, width=Length(round(box.w)))
    else:
        limit = None if _reaches_across(box, frame) else Length(round(box.w))
        style = replace(style, width=FULL, max_width=limit, shrink=None)
    left, right = seen.x - box.x - border_width(surface, "l"), box.right - seen.right - border_width(surface, "r")
    top, bottom = seen.y - box.y - border_width(surface, "t"), box.bottom - seen.bottom - border_width(surface, "b")
    if min(left, right, top, bottom) < 0:
        return style
    padding = Edges()
    if abs(left - right) > OFF_CENTRE_PX:
        side = "left" if left < right else "right"
        padding = replace(padding, **{side: Length(snap_spacing(min(left, right)))})
        style = replace(style, justify="start" if left < right else "end")
    if abs(top - bottom) > OFF_CENTRE_PX:
        side = "top" if top < bottom else "bottom"
        padding = replace(padding, **{side: Length(snap_spacing(min(top, bottom)))})
        style = replace(style, align="start" if top < bottom else "end")
    return replace(style, padding=padding) if padding != Edges() else style


def action(note: Annotation, name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """
    Tag and attributes of something that acts without words of its own; empty tag when it does not act.
    """
    label = (("aria-label", name),) if name else ()
    if note.role is Role.BUTTON:
        return "button", (("type", "button"), *label)
    if note.role is Role.TAB:
        return "button", (*tab_attrs(note), *label)
    if note.role is Role.LINK or note.link:
        return "a", (("href", "#"), *label)
    return "", ()


def shape(region: Region, frame: Frame, context: Context) -> Built:
    """
    A SHAPE leaf: rule, bar, swatch, empty field, checkbox.
    """
    surface = region.surface
    assert surface is not None
    note = context.annotation(region)
    role = note.role
    box_is_wide = region.box.w > SMALL_SHAPE_PX and not frame.hugs
    across = _reaches_across(region.box, frame)
    if is_rule(region) and surface.fill is not None and (across or box_is_wide):
        edge = rule_edge(surface)
        tag = "hr" if role is Role.SEPARATOR and not frame.phrasing else "span" if frame.phrasing else "div"
        # In a room that hugs it nothing else would give it a width.
        style = Style(border_top=edge, width=Length(round(region.box.w)) if frame.hugs else None)
        return Built(Element(tag=tag, style=style, region=region.id), edge.width_px)
    if role is Role.IMG and not frame.phrasing:
        return cut_out(region, frame, context, hint="placeholder", radius_px=surface.radius_px)
    box = surface.box
    style = surface_style(surface, Style(height=Length(max(1.0, round(box.h)))))
    fills = _reaches_across(box, frame) and not frame.hugs
    if not fills and not box_is_wide:
        style = replace(style, width=Length(max(1.0, round(box.w))), shrink=0)
    tag, attrs = action(replace(note, link=False), note.name)
    return Built(
        Element(tag=tag or ("span" if frame.phrasing else "div"), attrs=attrs, style=style, region=region.id),
        round(box.h),
    )
