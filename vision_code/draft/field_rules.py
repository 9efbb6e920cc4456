"""
Rules for form controls, pictures and bare shapes: field, checkbox, radio, switch, slider, bar, separator, image.
"""

from __future__ import annotations

from vision_code.draft.bars import TRACK_MAX_PX, TRACK_RATIO
from vision_code.draft.page import COLOURED_CHROMA, Page, dominant_style, is_text
from vision_code.draft.text_rules import CONTROL_MAX_PX, OTHER_INK
from vision_code.geometry import Box, Color, bounding, chroma, color_distance
from vision_code.observation import Picture, PictureKind, Rect
from vision_code.region import Annotation, Region, RegionKind, Role

# A field that nobody styles is 21 px high in Chromium.
FIELD_MIN_HEIGHT_PX = 20.0
FIELD_MIN_WIDTH_PX = 90.0
TEXTAREA_MAX_HEIGHT_PX = 320.0
TICK_MIN_PX, TICK_MAX_PX = 10.0, 26.0
SWITCH_MAX_HEIGHT_PX = 36.0
# Radio buttons are as round as this.
ROUND_SHARE = 0.4
# Icons smaller than this rarely carry an alt text; photographs of 32 px and more do.
MEANINGFUL_PICTURE_PX = 32.0
SEARCH_WORDS = ("search", "suche", "recherch", "busca", "cerca", "find", "搜索", "検索", "поиск")
SEARCH_MIN_WIDTH_PX = 160.0
# "Search our blog ...".
DOTTED_WORDS = 4
# What is written into an empty field asks to write something; written from the left, with more room behind.
ASKING_WORDS = (*SEARCH_WORDS, "enter ", "type ", "your ", "e-mail", "email")
ROOM_RATIO, FREE_SHARE = 1.6, 0.4
# Empty frames are this many times as wide as high, or they are boxes.
EMPTY_RATIO = 3.0
# Arrows of lists are 8 to 14 px wide, eyes 16 and more; they stand this near to the edge.
ARROW_MIN_PX, ARROW_MAX_PX, ARROW_EDGE_PX = 3.0, 14.0, 36.0
# The grip in the corner of a text area: its side, and its distance from the edges.
GRIP_PX = 12.0
CHOICE_WORDS = ("select", "choose", "choisir", "wählen", "seleccion")
# An <hr> has margins; an edge of a row or a card header touches something or comes in series.
RULE_MARGIN_PX, MAX_FREE_RULES = 6.0, 3
FRAME_SIDES = 4
# A label sits within one line of its field.
LABEL_GAP_PX = 28.0


def annotate_picture(picture: Picture) -> Annotation:
    """
    Annotation of one PICTURE leaf.
    """
    big = min(picture.box.w, picture.box.h) >= MEANINGFUL_PICTURE_PX
    meaning = picture.kind is PictureKind.PHOTO and big
    return Annotation(role=Role.IMG if meaning else Role.DECORATION, confidence=0.6)


def annotate_shape(page: Page, region: Region, shape: Rect) -> Annotation:
    """
    Annotation of one SHAPE leaf.
    """
    role = _shape_role(shape)
    if role is Role.SEPARATOR and not _stands_free(page, region):
        role = Role.DECORATION
    checked = role in (Role.CHECKBOX, Role.RADIO, Role.SWITCH) and _is_coloured(shape)
    return Annotation(role=role, checked=checked, confidence=0.55)


def field_role(page: Page, region: Region) -> Role | None:
    """
    TEXTBOX, SEARCHBOX or COMBOBOX when a region with a surface looks like a filled-in or empty field, else None.

    A text on its own surface counts as wide as the surface and is no field here: the embedded model learnt from drafts
    that say so. See `sure_field_role` for such boxes.
    """
    surface = page.own_surface(region)
    texts = [node for node in region.walk() if is_text(node)]
    if surface is None or not texts or not _is_field_shape(surface):
        return None
    if not _starts_left(surface.box, texts[0].box, texts[-1].box):
        return None
    role = _role_by_words(region, texts)
    if role is not Role.TEXTBOX:
        return role
    return role if _is_muted(page, texts[0]) or surface.box.w >= 160 else None


def sure_field_role(page: Page, region: Region) -> Role | None:
    """
    The same by the ink of the words, where the surroundings speak for a field: a frame, and a label above it, a grey
    placeholder or a grip in it; or grey words that ask to search.
    """
    surface = region.surface
    texts = [node for node in region.walk() if is_text(node)]
    if surface is None or not texts or not _is_field_shape(surface):
        return None
    first, last = (bounding(line.box for line in text.lines) for text in (texts[0], texts[-1]))
    if not _starts_left(surface.box, first, last):
        return None
    role = _sure_role(region, texts)
    if not _is_framed(surface):
        return role if asks_to_search(page, region) else None
    told = _is_pale(page, texts[0]) or is_unwritten(page, region) or label_above(page, region) is not None
    return role if told or _has_grip(region) else None


def _has_grip(region: Region) -> bool:
    """
    Whether the last thing in a box is the small mark in its corner that a text area is made larger with.
    """
    last = region.children[-1] if region.children else region
    if last.picture is None:
        return False
    mark, box = last.picture.box, region.box
    if max(mark.w, mark.h) > GRIP_PX:
        return False
    return 0 <= box.right - mark.right <= GRIP_PX and 0 <= box.bottom - mark.bottom <= GRIP_PX


def is_empty_text_area(region: Region) -> bool:
    """
    Whether a frame holds nothing but the mark that a text area is made larger with.
    """
    shape = region.surface
    if shape is None or not region.is_leaf or not _is_framed(shape):
        return False
    is_high_enough = FIELD_MIN_HEIGHT_PX <= shape.box.h <= TEXTAREA_MAX_HEIGHT_PX
    return is_high_enough and shape.box.w >= FIELD_MIN_WIDTH_PX and _has_grip(region)


def is_unwritten(page: Page, region: Region) -> bool:
    """
    Whether a framed box no higher than a field waits for words: those at its left say what to write, or are pale
    with nearly half of the box free behind them. 14 of 14 that were missed were fields (86 tuning pages).
    """
    texts = [node for node in region.walk() if is_text(node)]
    if region.surface is None or not _is_framed(region.surface) or len(texts) != 1:
        return False
    box, words = region.surface.box, bounding(line.box for line in texts[0].lines)
    behind = box.right - words.right
    if box.h > CONTROL_MAX_PX or behind < ROOM_RATIO * (words.x - box.x):
        return False
    waits = _is_pale(page, texts[0]) and behind >= FREE_SHARE * box.w
    return texts[0].text.lower().startswith(ASKING_WORDS) or waits


def is_empty_field(region: Region) -> bool:
    """
    Whether a frame of a field's height holds nothing. 25 of 25 were fields, 9 of them missed (52 real pages).
    """
    shape = region.surface
    if region.kind is not RegionKind.SHAPE or shape is None or not _is_framed(shape) or not _is_field_shape(shape):
        return False
    return shape.box.h <= CONTROL_MAX_PX and shape.box.w >= EMPTY_RATIO * shape.box.h


def asks_in_dots(region: Region) -> bool:
    """
    Whether words ask to search and go on in dots, "Search...": 11 of 12 such without a box around them are fields.
    """
    if not is_text(region) or len(region.lines) != 1 or len(region.text.split()) > DOTTED_WORDS:
        return False
    return region.text.lower().startswith(SEARCH_WORDS) and region.text.rstrip().endswith(("...", "…"))


def asks_to_search(page: Page, region: Region) -> bool:
    """
    Whether paler words than usual ask to search, on a ground that has much room behind them.
    """
    texts = [node for node in region.walk() if is_text(node)]
    if region.surface is None or len(texts) != 1 or region.box.w < SEARCH_MIN_WIDTH_PX:
        return False
    box, words = region.surface.box, bounding(line.box for line in texts[0].lines)
    ink = dominant_style(texts[0].lines).color
    pale = chroma(ink) < COLOURED_CHROMA and color_distance(ink, page.body_color) >= OTHER_INK
    room = box.right - words.right >= 3 * (words.x - box.x)
    return pale and room and texts[0].text.lower().startswith(SEARCH_WORDS)


def label_above(page: Page, field: Region) -> Region | None:
    """
    The short bare text right above a field.
    """
    texts = (node for node in page.nodes if is_text(node) and node.surface is None and len(node.text.split()) <= 6)
    near = [t for t in texts if 0 <= field.box.y - t.box.bottom <= LABEL_GAP_PX and abs(t.box.x - field.box.x) <= 16]
    return max(near, key=lambda text: text.box.bottom, default=None)


def _starts_left(box: Box, first: Box, last: Box) -> bool:
    return first.x - box.x <= max(48.0, 0.2 * box.w) and box.right - last.right >= 0.15 * box.w


def _role_by_words(region: Region, texts: list[Region]) -> Role | None:
    if len(texts) > 2 or len(region.children) > 3:
        return None
    words = " ".join(node.text for node in texts).lower()
    if any(word in words for word in SEARCH_WORDS):
        return Role.SEARCHBOX
    has_caret = region.children and region.children[-1].kind is RegionKind.PICTURE
    if (has_caret and region.children[-1].box.w <= 24) or words.startswith(CHOICE_WORDS):
        return Role.COMBOBOX
    return Role.TEXTBOX


def _sure_role(region: Region, texts: list[Region]) -> Role | None:
    """
    TEXTBOX or COMBOBOX; what asks to search is a text field, too: 25 of 30 such fields of real pages are written so.
    """
    if len(texts) > 2 or len(region.children) > 3:
        return None
    chosen = ends_in_arrow(region) or texts[0].text.lower().startswith(CHOICE_WORDS)
    return Role.COMBOBOX if chosen else Role.TEXTBOX


def ends_in_arrow(field: Region) -> bool:
    """
    Whether the last thing in a box is a small flat drawing half way up: the arrow of a list to choose from. An eye, a
    tick and the grip of a text area are as high as wide, or lie lower.
    """
    last = field.children[-1] if field.children else None
    if last is None or last.kind is not RegionKind.PICTURE:
        return False
    flat = ARROW_MIN_PX <= last.box.h < last.box.w <= ARROW_MAX_PX
    half_way = abs(last.box.center_y - field.box.center_y) <= ARROW_MIN_PX
    return flat and half_way and field.box.right - last.box.right <= ARROW_EDGE_PX


def _is_framed(shape: Rect) -> bool:
    return shape.border is not None and len(shape.border.sides) == FRAME_SIDES


def label_ids(page: Page, fields: list[Region]) -> set[int]:
    """
    Ids of the short texts right above, or beside, one of ``fields``.
    """
    texts = [node for node in page.nodes if is_text(node) and len(node.text.split()) <= 6]
    return {text.id for text in texts if any(_labels(text, field) for field in fields)}


def _labels(text: Region, field: Region) -> bool:
    above = 0 <= field.box.y - text.box.bottom <= LABEL_GAP_PX and abs(text.box.x - field.box.x) <= 16
    level = abs(text.box.center_y - field.box.center_y) <= 8
    small = field.box.w <= TICK_MAX_PX * 2.5
    beside = level and 0 <= (text.box.x - field.box.right if small else field.box.x - text.box.right) <= 40
    return above or beside


def _shape_role(shape: Rect) -> Role:
    box = shape.box
    if shape.is_rule:
        return Role.SEPARATOR
    if _is_tick(shape):
        return Role.RADIO if shape.radius_px >= ROUND_SHARE * box.w else Role.CHECKBOX
    if _is_pill(shape) and 12 <= box.h <= SWITCH_MAX_HEIGHT_PX and 1.5 <= box.w / box.h <= 2.4:
        return Role.SWITCH
    if _is_field_shape(shape):
        return Role.TEXTBOX
    if box.h <= TRACK_MAX_PX and box.w >= TRACK_RATIO * box.h:
        return Role.PROGRESSBAR
    return Role.DECORATION


def _stands_free(page: Page, region: Region) -> bool:
    """
    Whether a thin line parts things above and below it, rather than being an edge of a card, a table row or an item.
    """
    parent = page.parent(region)
    if parent is None or parent.kind is not RegionKind.COLUMN or region.box.w < region.box.h:
        return False
    if parent.repeat is not None or sum(child.kind is RegionKind.SHAPE for child in parent.children) > MAX_FREE_RULES:
        return False
    above = [child.box.bottom for child in parent.children if child.box.bottom <= region.box.y + 1]
    below = [child.box.y for child in parent.children if child.box.y >= region.box.bottom - 1]
    if not above or not below:
        return False
    return region.box.y - max(above) >= RULE_MARGIN_PX and min(below) - region.box.bottom >= RULE_MARGIN_PX


def _is_tick(shape: Rect) -> bool:
    box = shape.box
    square = TICK_MIN_PX <= box.w <= TICK_MAX_PX and abs(box.w - box.h) <= 2
    return square and (shape.border is not None or _is_coloured(shape))


def _is_field_shape(shape: Rect) -> bool:
    box = shape.box
    if box.w < FIELD_MIN_WIDTH_PX or not FIELD_MIN_HEIGHT_PX <= box.h <= TEXTAREA_MAX_HEIGHT_PX:
        return False
    if box.h > CONTROL_MAX_PX and (shape.border is None or box.w > 4 * box.h):
        return False
    return (shape.border is not None or box.h >= 30) and not _is_coloured(shape)


def _is_pill(shape: Rect) -> bool:
    return shape.radius_px >= 0.35 * shape.box.h


def _is_coloured(shape: Rect) -> bool:
    return shape.fill is not None and chroma(shape.fill) >= COLOURED_CHROMA


def _is_pale(page: Page, words: Region) -> bool:
    """
    Whether words are paler than the page's, and grey: a suggestion in an empty field.
    """
    return _is_muted(page, words) and chroma(dominant_style(words.lines).color) < COLOURED_CHROMA


def _is_muted(page: Page, region: Region) -> bool:
    def contrast(ink: Color, ground: Color) -> float:
        return abs(ink.luminance - ground.luminance)

    style = dominant_style(region.lines)
    background = region.lines[0].background
    return contrast(style.color, background) < 0.8 * contrast(page.body_color, background)
