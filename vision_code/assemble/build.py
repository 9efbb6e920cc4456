"""
The walk over the region tree: each region to an element, its content box to a column, row, grid, table or stack.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.assemble import fields, leaves
from vision_code.assemble.column import content_padding, raised, stack_children
from vision_code.assemble.context import Context
from vision_code.assemble.frame import Built, Frame
from vision_code.assemble.grid import lay_grid
from vision_code.assemble.naming import name_of
from vision_code.assemble.narrow import merged
from vision_code.assemble.overlay import lay_stack
from vision_code.assemble.paint import border_width, surface_style
from vision_code.assemble.parting import parted
from vision_code.assemble.row import lay_row
from vision_code.assemble.semantics import as_item, as_marked_item, as_menu, container_tag, is_menu_bar
from vision_code.assemble.shape import FIXED_PX, cuts_corners, is_control, is_field, is_flexible
from vision_code.assemble.table import lay_table
from vision_code.design_scale import snap_spacing
from vision_code.divide.entries import with_numbers_said
from vision_code.draft.field_rules import is_empty_text_area
from vision_code.region import Region, RegionKind, Role
from vision_code.uitree import FULL, Edges, Element, Length, Style

ALIGN_PX = 3.0
#: So much more room on one side of a column is for wide screens: there is nothing in it.
ONE_SIDED_PX, COLUMN_PX = 160.0, 240.0
#: More room before a row than this share of its box is left over by what stands at the other end.
PUSHED_SHARE = 0.25
#: Rows with more free room than this on both sides are centred, not padded.
CENTRED_PX = 48.0


class Builder:
    """
    Builds elements for regions in one context.
    """

    def __init__(self, context: Context) -> None:
        self.context = context

    def build(self, region: Region, frame: Frame) -> Built:
        """
        The element of a region, laid out in ``frame``; a list item when the frame asks for one.
        """
        inner = replace(frame, in_list=False, marked=False)
        built = self._build(region, inner)
        if frame.in_list:
            drawn = region.kind is RegionKind.SHAPE
            built = as_marked_item(built) if frame.marked else as_item(built, drawn=drawn)
        name = name_of(self.context.annotation(region).name) if region.repeat is not None and region.children else ""
        return Built(replace(built.element, repeat=region.repeat, component=name), built.height)

    def _build(self, region: Region, frame: Frame) -> Built:
        context = self.context
        role = context.role(region)
        if is_field(region, context) and (region.kind is not RegionKind.PICTURE or is_empty_text_area(region)):
            return fields.field(region, frame, context)
        if role in {Role.CHECKBOX, Role.RADIO} and region.surface is not None:
            return fields.tick(region, context)
        if role is Role.IMG and region.children and not region.has_words:
            return leaves.cut_out(region, frame, context, hint=context.annotation(region).name)
        if region.kind is RegionKind.TEXT:
            return leaves.text(region, frame, context)
        if region.kind is RegionKind.PICTURE:
            return leaves.picture(region, frame, context)
        if region.kind is RegionKind.SHAPE:
            return leaves.shape(region, frame, context)
        return self.container(region, frame)

    def container(self, region: Region, frame: Frame) -> Built:
        """
        A region with children: its surface, its padding, its content.
        """
        tag, attrs, inner = container_tag(region, frame, self.context)
        if not region.children:
            return Built(Element(tag=tag, attrs=attrs, region=region.id), region.box.h)
        built = self.content(region, inner) if region.surface is None else self._padded(region, inner)
        if is_menu_bar(region, self.context) and tag in {"nav", "aside"}:
            built = as_menu(region, built, tag, self.context)
        element = built.element
        style = surface_style(region.surface, element.style)
        if region.surface is not None and region.box.w <= FIXED_PX and not region.has_words:
            style = _sized(style, region)
        if cuts_corners(region):
            style = replace(style, overflow="hidden")
        if element.tag in {"table", "hr"}:
            tag, attrs = element.tag, element.attrs
        element = parted(region, replace(element, tag=tag, attrs=attrs, style=style, region=region.id), self.context)
        return Built(element, built.height)

    def _padded(self, region: Region, frame: Frame) -> Built:
        """
        The content of a surface with the padding that puts it where it is.
        """
        context, surface = self.context, region.surface
        assert surface is not None
        left = surface.box.x + border_width(surface, "l")
        right = surface.box.right - border_width(surface, "r")
        top = surface.box.y + border_width(surface, "t")
        bottom = surface.box.bottom - border_width(surface, "b")
        pad_left, pad_right = self._sides(region, left, right)
        boxes = [context.box(child) for child in region.children]
        start = min(box.y for box in boxes)
        if region.kind in {RegionKind.COLUMN, RegionKind.TABLE}:
            start = boxes[0].y
        pad_top = max(0.0, start - top)
        hugs = is_control(region, context)
        pad_left, pad_right = snap_spacing(pad_left), snap_spacing(pad_right)
        fills = abs(surface.box.x - frame.left) <= ALIGN_PX and abs(surface.box.right - frame.right) <= ALIGN_PX
        inner = replace(frame, left=left + pad_left, right=right - pad_right, hugs=hugs and not fills)
        built = self.content(region, inner, start)
        if built.element.style.padding is not None:  # a backdrop pads its content itself
            return built
        if region.kind in {RegionKind.COLUMN, RegionKind.ROW}:
            built = raised(built, top - start, beside=region.kind is RegionKind.ROW)
        limit = built.element.style.max_width
        if limit is not None and limit.unit == "px":  # of the content: the surface is wider by its padding
            pad_right += snap_spacing(max(0.0, inner.width - limit.value))
            built = built.styled(max_width=None)
        rest = bottom - top - built.height
        if rest > 0 and abs(rest / 2 - pad_top) <= 2.0:
            pad_top = pad_bottom = round(rest) / 2
        else:
            pad_top = snap_spacing(pad_top)
            pad_bottom = max(0.0, float(round(rest - pad_top)))
            pad_bottom = snap_spacing(pad_bottom)
        padding = Edges(top=_px(pad_top), right=_px(pad_right), bottom=_px(pad_bottom), left=_px(pad_left))
        height = pad_top + built.height + pad_bottom + surface.box.h - (bottom - top)
        style = replace(built.element.style, padding=padding)
        below = built.element.below
        if abs(pad_left - pad_right) >= ONE_SIDED_PX and inner.width >= COLUMN_PX:
            least = _px(min(pad_left, pad_right)) or Length(0)
            below = merged(below, (("lg", Style(padding=Edges(left=least, right=least))),))
        return Built(replace(built.element, style=style, below=below), height)

    def _sides(self, region: Region, left: float, right: float) -> tuple[float, float]:
        context = self.context
        if region.kind is RegionKind.COLUMN:
            return content_padding(region.children, left, right, context)
        boxes = [context.box(child) for child in region.children]
        pad_left = max(0.0, min(box.x for box in boxes) - left)
        pad_right = max(0.0, right - max(box.right for box in boxes))
        if is_control(region, context) and pad_left + pad_right < 0.8 * (right - left):
            return pad_left, pad_right
        if pad_right > pad_left:
            return pad_left, pad_left if pad_left > 0 or not is_flexible(region, context) else 0.0
        if pad_left - pad_right > 8 and region.kind is RegionKind.ROW and pad_left > PUSHED_SHARE * (right - left):
            return pad_right, pad_right
        return pad_left, pad_right

    def content(self, region: Region, frame: Frame, start: float | None = None) -> Built:
        """
        The children of a region within the span of its content box.
        """
        context = self.context
        # Inside a button or link a list is a span, and what is in it no items.
        listed = context.role(region) is Role.LIST or is_menu_bar(region, context)
        items = replace(frame, in_list=listed and not frame.phrasing)
        if region.kind is RegionKind.ROW:
            return lay_row(region, items, context, self.build)
        if region.kind is RegionKind.GRID and region.columns > 0:
            return lay_grid(region, items, context, self.build)
        if region.kind is RegionKind.STACK:
            return lay_stack(region, replace(frame, in_list=False), context, self.build)
        if region.kind is RegionKind.TABLE and context.role(region) is Role.TABLE:
            return lay_table(region, frame, context, self.build)
        return self._column(region, items, context.box(region.children[0]).y if start is None else start)

    def _column(self, region: Region, frame: Frame, start: float) -> Built:
        left, first = frame.left, min(self.context.box(child).x for child in region.children)
        marked = frame.in_list and region.is_bullet_list
        if region.first_number is not None and not marked:
            region = with_numbers_said(region)
        if marked or (frame.in_list and region.is_entry_list and first - left > ALIGN_PX):
            frame = replace(frame, left=first, marked=marked)  # the markers stand in the padding
        laid = stack_children(region.children, frame, start, self.context, self.build, flows=region.entry is not None)
        style = laid.style
        if marked:
            style = replace(style, list_marker="disc" if region.first_number is None else "decimal")
        if frame.left > left:
            style = replace(style, padding=Edges(left=_px(snap_spacing(frame.left - left))))
        element = Element(tag="div", style=style, children=laid.children, region=region.id)
        return Built(element, laid.bottom - start)


def _sized(style: Style, region: Region) -> Style:
    """
    A box that holds only drawings is as large as it was drawn: nothing in it would keep it open (bars, swatches).
    """
    return replace(style, width=Length(round(region.box.w)), max_width=FULL, height=Length(round(region.box.h)))


def _px(value: float) -> Length | None:
    return Length(value) if value else None
