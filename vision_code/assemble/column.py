"""
Things one below the other: gaps carried against the laid-out position, each child placed across the column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vision_code.assemble.context import Context
from vision_code.assemble.frame import Build, Built, Frame
from vision_code.assemble.paint import rule_edge
from vision_code.assemble.shape import has_backdrop, is_control, is_field, is_flexible, is_rule
from vision_code.design_scale import snap_size, snap_spacing
from vision_code.region import Region, RegionKind, Role
from vision_code.uitree import AUTO, FULL, Edges, Element, Length, Style, Text

#: Edges within this coincide.
ALIGN_PX = 3.0
#: Gaps that were made alike scatter by this.
NOISE_PX = 2.0
#: Up to here even room on both sides is a margin; more comes from a maximum width.
MARGIN_PX = 64.0
#: Padding of boxes whose content is narrow and centred.
SIDE_PX = 16.0
#: Tags that browsers lay out inline: as children of a plain block they would not stand on lines of their own.
INLINE_TAGS = frozenset({"a", "span", "button", "img", "label", "input", "select", "code", "textarea"})
#: A border and the box that it belongs to are no further apart.
TOUCH_PX = 1.5
#: What begins this far above its surface stands on its edge; less is measuring noise.
RAISED_PX = 4.0
#: Tags that keep their own width when stretched: only an explicit width makes them fill their parent.
REPLACED_TAGS = frozenset({"img", "input", "select", "textarea"})


@dataclass(frozen=True, slots=True)
class Stacked:
    """
    Children of a column with the style that their parent needs for them, and where the last one ends.
    """

    children: tuple[Element, ...]
    style: Style
    bottom: float


def stack_children(
    regions: Sequence[Region], frame: Frame, start: float, context: Context, build: Build, *, flows: bool = False
) -> Stacked:
    """
    Lays children out from ``start`` downwards; each gap makes up for the rounding of those before.

    Args:
        flows: The parent stays a block (of an entry with a marker), so every gap is a margin.
    """
    cursor, gaps, placed = start, list[float](), list[Element]()
    dividers = _dividers(regions, frame, context)
    for index, region in enumerate(regions):
        if placed and _is_edge_of(region, regions[index - 1], frame) and placed[-1].tag not in REPLACED_TAGS | {"hr"}:
            placed[-1] = _underlined(placed[-1], region)
            cursor += max(1.0, round(region.box.h))
            continue
        target = context.box(region).y
        gap = snap_spacing(target - cursor) if placed else 0.0
        if gap < 0:
            gap = 0.0 if gap > -3 else float(round(gap))
        if gap >= 0 and index in dividers and _is_plain_row(regions[index - 1], placed[-1]):
            placed[-1] = _underlined(placed[-1], region, room=gap)
            cursor += gap + max(1.0, round(region.box.h))
            continue
        built = across(region, build(region, frame), frame, context)
        if built.element.tag == "span" and region.kind is RegionKind.TEXT and not frame.phrasing:
            built = Built(replace(built.element, tag="p"), built.height)  # on a line of its own
        gaps.append(gap)
        placed.append(built.element)
        cursor += gap + built.height
    style, margins = (Style(), gaps[1:]) if flows else share_gaps(gaps[1:])
    children = [placed[0], *(pushed(e, top=m) for e, m in zip(placed[1:], margins, strict=True))]
    if flows:
        return Stacked(tuple(_as_block(child) for child in children), style, cursor)
    stretched = all(child.style.align_self is None and child.tag not in INLINE_TAGS for child in children)
    if not stretched or style.row_gap is not None:
        style = replace(style, display="flex", direction="column")
    return Stacked(tuple(children), style, cursor)


def _as_block(element: Element) -> Element:
    inline = element.tag in INLINE_TAGS and element.style.display is None
    return replace(element, style=replace(element.style, display="block")) if inline else element


def _is_edge_of(rule: Region, above: Region, frame: Frame) -> bool:
    """
    Whether a rule is the lower border of what stands right above it: as wide, and touching.
    """
    if not is_rule(rule) or rule.surface is None or rule.surface.fill is None or above.surface is None:
        return False
    touches = abs(rule.box.y - above.box.bottom) <= TOUCH_PX
    wide = abs(rule.box.x - above.box.x) <= ALIGN_PX and abs(rule.box.right - above.box.right) <= ALIGN_PX
    return touches and wide and not (above.surface.border and "b" in above.surface.border.sides)


def _dividers(regions: Sequence[Region], frame: Frame, context: Context) -> frozenset[int]:
    """
    Positions of lines of one look across the column, each below a row of a list; empty when there are fewer than two.
    """
    found = [
        index
        for index, region in enumerate(regions)
        if index and is_rule(region) and region.surface is not None and region.surface.fill is not None
        if max(abs(region.box.x - frame.left), abs(region.box.right - frame.right)) <= ALIGN_PX
        if context.role(region) is not Role.SEPARATOR and not is_rule(regions[index - 1])
    ]
    return frozenset(found) if len(found) > 1 else frozenset()


def _is_plain_row(region: Region, element: Element) -> bool:
    """
    Whether a line below a laid out region can be its border: it stretches, and has no ground or edge of its own.
    """
    style = element.style
    bare = region.surface is None and style.border_bottom is None and style.padding is None
    stretches = style.align_self is None and style.width is None and style.max_width is None and style.margin is None
    return bare and stretches and bool(region.children) and element.tag not in INLINE_TAGS | REPLACED_TAGS


def _underlined(element: Element, rule: Region, room: float = 0.0) -> Element:
    """
    The element with a rule as its lower border, ``room`` px below its content.
    """
    assert rule.surface is not None
    style = replace(element.style, border_bottom=rule_edge(rule.surface))
    return replace(element, style=replace(style, padding=Edges(bottom=Length(room))) if room else style)


def share_gaps(gaps: Sequence[float]) -> tuple[Style, list[float]]:
    """
    The gap that the parent gives all children, and what remains as a margin of each.
    """
    if not gaps:
        return Style(), []
    common, times = Counter(gaps).most_common(1)[0]
    if common > 0 and times >= max(2, 0.6 * len(gaps)) and common <= min(gaps):
        return Style(row_gap=common), [gap - common for gap in gaps]
    if len(set(gaps)) == 1 and common > 0:
        return Style(row_gap=common), [0.0] * len(gaps)
    if 0 < max(gaps) - min(gaps) <= NOISE_PX < min(gaps):
        return Style(row_gap=_mean_gap(gaps)), [0.0] * len(gaps)
    return Style(), list(gaps)


def _mean_gap(gaps: Sequence[float]) -> float:
    """
    One gap in place of several: on the scale, unless the last child would then stand elsewhere.
    """
    mean = sum(gaps) / len(gaps)
    snapped = snap_spacing(mean)
    return snapped if abs(snapped - mean) * len(gaps) <= NOISE_PX else float(round(mean))


def pushed(element: Element, *, top: float) -> Element:
    """
    The element that far below what stands before it, whatever margin it had there.
    """
    if not top:
        return element
    margin = element.style.margin or Edges()
    return replace(element, style=replace(element.style, margin=replace(margin, top=Length(top))))


def raised(built: Built, above_px: float, *, beside: bool = False) -> Built:
    """
    A surface whose content begins so far above its upper edge, like cards on the edge of a band.

    Args:
        beside: The children stand beside each other, so that each of them is raised.
    """
    if above_px < RAISED_PX:
        return built
    above_px = snap_spacing(above_px)
    style = built.element.style
    if style.display is None:  # between blocks the margin would lift the surface itself
        style = replace(style, display="flex", direction="column")
    lifted = built.element.children if beside else built.element.children[:1]
    children = (*(_lifted(child, above_px) for child in lifted), *built.element.children[len(lifted) :])
    return Built(replace(built.element, style=style, children=children), built.height - above_px)


def _lifted(child: Element | Text, px: float) -> Element | Text:
    return child if isinstance(child, Text) else pushed(child, top=top_margin_px(child) - px)


def top_margin_px(element: Element) -> float:
    """
    Its upper margin, 0 where it has none in px.
    """
    margin = element.style.margin
    return margin.top.value if margin is not None and margin.top is not None and margin.top.unit == "px" else 0.0


def across(region: Region, built: Built, frame: Frame, context: Context) -> Built:
    """
    Horizontal place of one child of a column: stretched, or at the start, centre or end with its own width.
    """
    box = context.box(region)
    left, right = box.x - frame.left, frame.right - box.right
    if region.surface is None and region.kind is not RegionKind.PICTURE:
        within = min(left, right) >= -ALIGN_PX
        if not within or not has_backdrop(region):
            return built
    style = built.element.style
    if (is_rule(region) or min(left, right) >= -ALIGN_PX) and max(left, right) <= ALIGN_PX:
        return built
    side = "center" if abs(left - right) <= 2 * ALIGN_PX else "end" if right <= ALIGN_PX < left else "start"
    margin = _indent(left) if side == "start" else None
    if side == "start" and left > MARGIN_PX and right < left:
        side, margin = "end", Edges(right=Length(snap_spacing(max(0.0, right))))
    hugs = is_control(region, context) or (style.width is not None and style.width.unit == "px")
    if hugs:
        return built.styled(align_self=side, margin=margin or style.margin)
    if is_field(region, context) or is_flexible(region, context) or box.w > 96:
        away = replace(margin or Edges(), left=AUTO)
        sides = {"center": Edges(left=AUTO, right=AUTO), "end": away, "start": margin}[side]
        if side == "center" and left <= MARGIN_PX and built.element.tag not in REPLACED_TAGS:
            even = Length(snap_spacing((left + right) / 2))
            return built.styled(width=None, max_width=None, margin=Edges(left=even, right=even))
        limit = style.max_width or Length(snap_size(box.w))
        whole = FULL if side != "start" or built.element.tag in REPLACED_TAGS else style.width
        return built.styled(width=whole, max_width=limit, margin=sides or style.margin)
    return built.styled(align_self=side, margin=margin or style.margin)


def _indent(left: float) -> Edges | None:
    return Edges(left=Length(snap_spacing(left))) if left > ALIGN_PX else None


def content_padding(regions: Sequence[Region], left: float, right: float, context: Context) -> tuple[float, float]:
    """
    Left and right padding of a box with inner edges ``left`` and ``right`` around a column of regions.

    The left padding shows in the picture; text is ragged on the right, so there the same padding is taken.
    """
    boxes = [context.box(region) for region in regions]
    pad_left = max(0.0, min(box.x for box in boxes) - left)
    pad_right = max(0.0, right - max(box.right for box in boxes))
    loose = pad_left > MARGIN_PX and abs(pad_left - pad_right) <= 2 * ALIGN_PX
    if loose and all(_is_centred(box.center_x, left, right) for box in boxes):
        return SIDE_PX, SIDE_PX
    if pad_right <= pad_left + 2:
        if pad_left - pad_right > 8 and all(_is_centred(context.box(r).center_x, left, right) for r in regions):
            return pad_right, pad_right
        return pad_left, pad_right
    return pad_left, pad_left


def _is_centred(x: float, left: float, right: float) -> bool:
    return abs(x - (left + right) / 2) <= 2 * ALIGN_PX
