"""
The outermost element: page background and type, the centred container, landmarks, title and name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from vision_code.assemble.build import Builder
from vision_code.assemble.column import across, pushed, raised, share_gaps, stack_children
from vision_code.assemble.containers import PAGE_PX, SIDE_PX, stepped
from vision_code.assemble.context import Context
from vision_code.assemble.crossaxis import stretched
from vision_code.assemble.frame import Built, Frame, restyled, set_fields
from vision_code.assemble.narrow import merged
from vision_code.assemble.paint import surface_style
from vision_code.assemble.parting import parted
from vision_code.assemble.semantics import container_tag
from vision_code.assemble.shape import has_backdrop
from vision_code.assemble.tracks import room_behind
from vision_code.design_scale import snap_spacing
from vision_code.geometry import Box
from vision_code.observation import FontFamily
from vision_code.region import Region, RegionKind, Role
from vision_code.uitree import AUTO, FULL, SCREEN, Edges, Element, Length, Style

#: Side margins up to this are padding of the page; wider ones come from a centred container.
MAX_SIDE_PX = 40.0
#: Things this share of the page's width run from edge to edge.
BLEED_SHARE = 0.97
SYMMETRY_PX = 10.0
#: Of a row in the middle, the last column's words may end this share of the left margin before, or behind, its edge.
SIDES_SHARE = 0.2
#: Higher pictures are of pages that scroll; less room than this above a band is a distance that somebody chose.
SCREEN_PX, MIN_PUSH_PX = 1300.0, 64.0


def lay_page(root: Region, context: Context, *, is_page: bool) -> Built:
    """
    The root element of a page or component.
    """
    builder = Builder(context)
    width = context.observation.width_px
    frame = Frame(left=0.0, right=width, in_list=context.role(root) is Role.LIST)
    style = _root_style(root, context)
    # A list holds its items directly: no container stands between.
    if root.kind is not RegionKind.COLUMN or not root.children or context.role(root) is Role.LIST:
        built = _bare_root(root, builder, frame, is_page=is_page)
    else:
        built = _sections(root, builder, frame, is_page=is_page)
    own = restyled(built.element.style, set_fields(style))
    if root.surface is not None:
        own = surface_style(root.surface, own)
    tag, attrs, _ = container_tag(root, frame, context)
    if not is_page:
        whole = replace(built.element, tag=tag, attrs=attrs, style=own, region=root.id)
        return Built(parted(root, whole, context), built.height)
    if tag == "div":
        return Built(replace(built.element, tag="body", attrs=(), style=own, region=root.id), built.height)
    inner = parted(root, replace(built.element, tag=tag, attrs=attrs, region=root.id), context)
    return Built(Element(tag="body", style=surface_style(root.surface, style), children=(inner,)), built.height)


def _root_style(root: Region, context: Context) -> Style:
    """
    Background, and the type that most of the text has.
    """
    lines = context.observation.lines
    style = Style(background=context.observation.background)
    if not lines:
        return style
    colors = Counter[object]()
    families = Counter[FontFamily]()
    for line in lines:
        colors[line.style.color] += len(line.text)
        families[line.style.family] += len(line.text)
    color = colors.most_common(1)[0][0]
    return replace(style, color=color, font_family=families.most_common(1)[0][0])  # type: ignore[arg-type]


def _bare_root(root: Region, builder: Builder, frame: Frame, *, is_page: bool) -> Built:
    """
    A root that is a row (sidebar and content), grid, stack or list: its own padding puts the content where it is, or,
    in the middle of a page, a container.
    """
    if not root.children:
        return Built(Element(tag="div"), root.box.h)
    context = builder.context
    if root.kind is RegionKind.STACK:
        built = builder.content(root, frame)
        if built.element.style.padding is not None:  # a backdrop pads its content itself
            return Built(built.element, root.box.h)
    boxes = [context.box(child) for child in root.children]
    top, left = max(0.0, min(b.y for b in boxes)), max(0.0, min(b.x for b in boxes))
    room = frame.right - max(b.right for b in boxes)
    right = room_behind(root, frame, context) if root.kind is RegionKind.ROW else 0.0
    right = right or min(max(0.0, room), left)
    built = builder.content(root, replace(frame, left=left, right=frame.right - right))
    bottom = max(0.0, root.box.h - top - built.height)
    in_middle = root.kind is RegionKind.ROW and context.role(root) is not Role.LIST and _is_centred(left, room, frame)
    if is_page and in_middle:
        inner = _contained(built, (left, frame.right - right), centred=True).element
        ends = Style(padding=Edges(top=_px(top), bottom=_px(bottom)))
        return Built(Element(tag="div", style=ends, children=(replace(inner, region=None),)), root.box.h)
    padding = Edges(top=_px(top), left=_px(left), right=_px(right), bottom=_px(bottom))
    if is_page and root.kind is RegionKind.ROW and root.box.h <= SCREEN_PX:
        built = _screen_high(root, built, context)
    return Built(built.styled(padding=padding).element, root.box.h)


def _is_centred(left: float, right: float, frame: Frame) -> bool:
    return left > MAX_SIDE_PX and abs(left - right) <= SIDES_SHARE * left and frame.width >= PAGE_PX


def _screen_high(root: Region, built: Built, context: Context) -> Built:
    """
    A row of which a side bar is as high as the picture: as high as the screen, and the bar stretches with it.
    """
    children = list(built.element.children)
    if len(children) != len(root.children):
        return built
    found = False
    for position, (child, region) in enumerate(zip(children, root.children, strict=True)):
        padding = child.style.padding if isinstance(child, Element) else None
        whole = region.surface is not None and context.box(region).h >= root.box.h - 2
        if isinstance(child, Element) and padding is not None and padding.bottom is not None and whole:
            children[position] = stretched(child)
            found = True
    return Built(replace(built.element, children=tuple(children)), built.height).styled(
        min_height=SCREEN if found else None
    )


def _px(value: float) -> Length | None:
    value = snap_spacing(value)
    return Length(value) if value else None


def container_span(root: Region, context: Context) -> tuple[float, float] | None:
    """
    Left and right edge of the centred column that most of the page keeps to; None when there is none.
    """
    width = context.observation.width_px
    lefts: list[float] = []
    rights: list[float] = []
    for region in _inside(root, width):
        box = context.box(region)
        lefts.append(box.x)
        rights.append(box.right)
    if not lefts:
        return None
    left = min(lefts)
    right = max(rights)
    side = min(left, width - right)
    if abs(left - (width - right)) <= SYMMETRY_PX:
        side = (left + width - right) / 2
        return side, width - side
    return (side, width - side) if side > 0 else None


def _inside(region: Region, width: float) -> list[Region]:
    """
    What lies inside full-bleed bands: the first regions on every path that do not run from edge to edge.
    """
    found: list[Region] = []
    for child in region.children:
        bleeds = child.box.w >= BLEED_SHARE * width
        if bleeds and (child.children and child.kind is not RegionKind.STACK):
            found.extend(_inside(child, width))
        elif not bleeds:
            found.append(child)
    return found


def _sections(root: Region, builder: Builder, frame: Frame, *, is_page: bool) -> Built:
    """
    The children of a page one below the other: bands from edge to edge, the rest in the container.
    """
    context = builder.context
    width = frame.width
    span = container_span(root, context) or (0.0, width)
    centred = span[0] > MAX_SIDE_PX and width >= PAGE_PX
    cursor, gaps, placed = 0.0, list[float](), list[Element]()
    for run in _runs(root.children, width):
        top = min(context.box(section).y for section in run)
        gap = snap_spacing(top - cursor)
        if gap < 0:
            gap = float(round(gap)) if placed and gap <= -3 else 0.0
        built = _run(run, builder, frame, span, centred=centred)
        gaps.append(gap)
        placed.append(built.element)
        cursor += gap + built.height
    bottom = max(0.0, root.box.h - cursor)
    if is_page and _ends_the_screen(root, gaps, bottom):
        shared, margins = share_gaps(gaps[1:-1])
        shared = replace(shared, min_height=SCREEN)
        edges = replace(placed[-1].style.margin or Edges(), top=AUTO)
        placed[-1] = replace(placed[-1], style=replace(placed[-1].style, margin=edges))
        margins = [*margins, 0.0]
    else:
        shared, margins = share_gaps(gaps[1:])
    children = [placed[0], *(pushed(e, top=m) for e, m in zip(placed[1:], margins, strict=True))]
    style = replace(shared, display="flex", direction="column", padding=Edges(top=_px(gaps[0]), bottom=_px(bottom)))
    return Built(Element(tag="div", style=style, children=tuple(children), region=root.id), root.box.h)


def _ends_the_screen(root: Region, gaps: Sequence[float], bottom: float) -> bool:
    """
    Whether the last band keeps to the screen's lower edge, whatever stands above: a tab bar, a footer under little.
    """
    last = root.children[-1]
    band = last.surface is not None and last.box.w >= BLEED_SHARE * root.box.w
    alone = len(gaps) > 1 and gaps[-1] >= MIN_PUSH_PX and gaps[-1] > 2 * max(gaps[1:-1], default=0.0)
    return band and alone and bottom <= 2 and root.box.h <= SCREEN_PX


def _runs(sections: Sequence[Region], width: float) -> list[list[Region]]:
    """
    Sections that run from edge to edge alone, those between them together.
    """
    runs: list[list[Region]] = []
    open_run = False
    for section in sections:
        bleeds = section.box.w >= BLEED_SHARE * width
        if bleeds or not open_run:
            runs.append([section])
        else:
            runs[-1].append(section)
        open_run = not bleeds
    return runs


def _run(run: Sequence[Region], builder: Builder, frame: Frame, span: tuple[float, float], *, centred: bool) -> Built:
    """
    One band, or bare sections in one container: their own centred column where they show one, else the page's.
    """
    context = builder.context
    if len(run) == 1:
        return _section(run[0], builder, frame, span, centred=centred)
    own = _own_span(run, context, frame.width)
    if own is not None and own[0] > span[0] + 16 and frame.width >= PAGE_PX:
        span, centred = own, True
    boxes = [context.box(section) for section in run]
    if min(b.x for b in boxes) < span[0] - 4 or max(b.right for b in boxes) > span[1] + 4:
        span, centred = (0.0, frame.width), False
    start = min(box.y for box in boxes)
    laid = stack_children(run, replace(frame, left=span[0], right=span[1]), start, context, builder.build)
    built = Built(Element(tag="div", style=laid.style, children=laid.children), laid.bottom - start)
    if span[0] == 0.0:
        return built
    return _contained(built, span, centred=centred)


def _own_span(run: Sequence[Region], context: Context, width: float) -> tuple[float, float] | None:
    """
    The centred column that a run of sections fills, when something other than centred words shows its edges.
    """
    boxes = [context.box(section) for section in run]
    left, right = min(b.x for b in boxes), max(b.right for b in boxes)
    anchored = any(section.kind is not RegionKind.TEXT and abs(context.box(section).x - left) <= 8 for section in run)
    if not anchored or abs(left - (width - right)) > SYMMETRY_PX:
        return None
    side = (left + width - right) / 2
    return side, width - side


def _section(section: Region, builder: Builder, frame: Frame, span: tuple[float, float], *, centred: bool) -> Built:
    """
    One child of the page in its container.
    """
    context = builder.context
    box = context.box(section)
    inside = box.x >= span[0] - 4 and box.right <= span[1] + 4
    if section.surface is not None and box.w >= BLEED_SHARE * frame.width and section.children:
        return _band(section, builder, frame, span, centred=centred)
    if not inside:
        return across(section, builder.build(section, frame), frame, context)
    inner = replace(frame, left=span[0], right=span[1])
    built = builder.build(section, inner)
    if section.surface is not None or section.kind is RegionKind.PICTURE or has_backdrop(section):
        own = across(section, built, inner, context)
        return _solid_in_container(own, box, span, centred=centred)
    return _contained(built, span, centred=centred)


def _contained(built: Built, span: tuple[float, float], *, centred: bool) -> Built:
    """
    A bare section kept to the container by its own width and margins.
    """
    side = Length(SIDE_PX) if centred else Length(snap_spacing(span[0]))
    old = built.element.style
    padding = replace(old.padding or Edges(), left=side, right=side)
    if built.element.tag in {"a", "button"} or not side.value:
        return built
    if not centred:
        return built.styled(padding=padding)
    width = Length(float(round(span[1] - span[0] + 2 * SIDE_PX)))
    margin = replace(old.margin or Edges(), left=AUTO, right=AUTO)
    indent = old.margin.left if old.margin and old.margin.left and old.margin.left.unit == "px" else None
    if indent is not None:
        padding = replace(padding, left=Length(SIDE_PX + indent.value))
    steps = stepped(span[1] - span[0], span[0] + span[1], 2 * SIDE_PX)
    built = Built(replace(built.element, below=merged(built.element.below, steps)), built.height)
    return built.styled(width=FULL, max_width=width, margin=margin, padding=padding)


def _solid_in_container(built: Built, box: Box, span: tuple[float, float], *, centred: bool) -> Built:
    """
    A card, button or photo directly on the page.
    """
    style = built.element.style
    fills = abs(box.x - span[0]) <= 4 and abs(box.right - span[1]) <= 4
    if not fills:
        if style.align_self == "start" or (style.align_self is None and style.width is None):
            margin = replace(style.margin or Edges(), left=Length(snap_spacing(box.x)))
            return built.styled(margin=margin, align_self="start")
        return built
    if centred:
        margin = replace(style.margin or Edges(), left=AUTO, right=AUTO)
        return built.styled(width=FULL, max_width=Length(float(round(box.w))), margin=margin)
    side = Length(snap_spacing(span[0]))
    return built.styled(margin=replace(style.margin or Edges(), left=side, right=side))


def _band(section: Region, builder: Builder, frame: Frame, span: tuple[float, float], *, centred: bool) -> Built:
    """
    A coloured band from edge to edge with its content in the container.
    """
    context = builder.context
    boxes = [context.box(child) for child in section.children]
    fits = min(b.x for b in boxes) >= span[0] - 4 and max(b.right for b in boxes) <= span[1] + 4
    if not centred or not fits:
        return builder.build(section, frame)
    bare = replace(section, surface=None, box=section.box)
    inner = replace(frame, left=span[0], right=span[1])
    start = min(b.y for b in boxes)
    content = builder.content(bare, inner, start)
    content = Built(replace(content.element, region=None), content.height)
    content = _contained(content, span, centred=True)
    held = raised(Built(Element(tag="div", children=(content.element,)), content.height), section.box.y - start)
    top = snap_spacing(max(0.0, start - section.box.y))
    bottom = snap_spacing(max(0.0, section.box.h - top - held.height))
    style = replace(held.element.style, padding=Edges(top=_px(top), bottom=_px(bottom)))
    style = surface_style(section.surface, style)
    tag, attrs, _ = container_tag(section, frame, context)
    element = replace(held.element, tag=tag, attrs=attrs, style=style, region=section.id)
    return Built(element, top + held.height + bottom)
