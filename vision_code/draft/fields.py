"""
Fields where the picture is plain about them, whatever was said: boxed, written from the left, labelled or pale inside.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.consistency import make_plain_inside
from vision_code.draft.field_rules import (
    ROUND_SHARE,
    TEXTAREA_MAX_HEIGHT_PX,
    TICK_MAX_PX,
    TICK_MIN_PX,
    asks_in_dots,
    asks_to_search,
    ends_in_arrow,
    is_empty_field,
    is_empty_text_area,
    is_unwritten,
    label_above,
    sure_field_role,
)
from vision_code.draft.landmarks import is_top_bar
from vision_code.draft.page import COLOURED_CHROMA, Page, is_text
from vision_code.geometry import Box, chroma
from vision_code.observation import Rect
from vision_code.region import FIELD_ROLES, Annotation, Draft, Region, RegionKind, Role

#: What a box with words in it is taken for when it is not taken for a field. A link without a label is left alone: an
#: entry of a menu on a surface looks the same.
_MISTAKEN = frozenset({Role.BUTTON, Role.TEXT, Role.LABEL, Role.GROUP})
_UNSAID = frozenset({Role.DECORATION, Role.IMG, Role.BUTTON, Role.LINK})
# A label stands two spaces from its box at most.
TICK_GAP_PX, TICK_SLACK_PX, SQUARE_SHARE = 16.0, 2.0, 0.25
# The words of an underlined field begin where its line does.
LINE_INDENT_PX = 16.0
_TICKS = frozenset({Role.CHECKBOX, Role.RADIO})
_CAPTIONS = frozenset({Role.TEXT, Role.HEADING, Role.LABEL})
#: What words without a ground that ask to search are taken for.
_BARE = frozenset({Role.TEXT, Role.LABEL, Role.LINK, Role.TEXTBOX, Role.SEARCHBOX})


def fields_found(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft with fields on their boxes and labels on the words above.
    """
    found = dict(draft)
    for node in page.nodes:
        if found[node.id].role in _BARE and asks_in_dots(node) and not _is_in_field(page, found, node):
            found[node.id] = Annotation(role=Role.TEXTBOX, confidence=found[node.id].confidence / 2)
        elif found[node.id].role in FIELD_ROLES and node.surface is None:
            _place_field(page, found, node)
    for node in page.nodes:
        role = sure_field_role(page, node) if _may_be_field(page, found, node) else None
        if role is not None and not found[node.id].link:
            _mark(found, node, role)
        elif _is_unsaid_field(page, found, node):
            found[node.id] = replace(found[node.id], role=Role.TEXTBOX)
        elif found[node.id].role in (Role.TEXTBOX, Role.COMBOBOX) and _ends_in_drawing(node):
            found[node.id] = replace(found[node.id], role=Role.COMBOBOX if ends_in_arrow(node) else Role.TEXTBOX)
    for node in page.nodes:
        if found[node.id].role in FIELD_ROLES:
            label = label_above(page, node)
            if label is not None and found[label.id].role in _CAPTIONS:
                found[label.id] = Annotation(role=Role.LABEL, confidence=found[label.id].confidence)
    _open_around_fields(page, found)
    _find_ticks(page, found)
    return found


def _is_in_field(page: Page, found: dict[int, Annotation], words: Region) -> bool:
    """
    Whether words stand in a field, or in a box of their own, which is told elsewhere.
    """
    around = page.ancestors(words)
    return page.own_surface(words) is not None or any(found[node.id].role in FIELD_ROLES for node in around)


def _find_ticks(page: Page, found: dict[int, Annotation]) -> None:
    for node in page.nodes:
        if found[node.id].role in _TICKS and _is_speck(page, node):
            found[node.id] = Annotation(role=Role.DECORATION, confidence=found[node.id].confidence)
        elif found[node.id].role in _TICKS and node.surface is not None:
            found[node.id] = _as_drawn(node, node.surface, found[node.id])
    for node in page.nodes:
        words = _ticked_words(page, node) if found[node.id].role in _UNSAID else None
        if words is not None:
            _mark_tick(page, found, node, words)


def _as_drawn(node: Region, box: Rect, own: Annotation) -> Annotation:
    """
    Round ones are radio buttons, square ones tick boxes (of 70 on 400 pages and parts all but one); an empty box that
    has no colour is not ticked (96 of 96).
    """
    is_round, is_square = (box.radius_px >= ROUND_SHARE * box.box.w, box.radius_px <= SQUARE_SHARE * box.box.w)
    role = Role.RADIO if is_round else Role.CHECKBOX if is_square else own.role
    is_empty = node.kind is RegionKind.SHAPE and (box.fill is None or chroma(box.fill) < COLOURED_CHROMA)
    return replace(own, role=role, checked=own.checked and not is_empty)


def _place_field(page: Page, found: dict[int, Annotation], node: Region) -> None:
    """
    A field that is said of things without a ground is the box among them; bare words are none.
    """
    if not node.is_leaf:
        _move_into_box(found, node)
    elif is_text(node) and not _has_room(page, node):
        in_bar = any(is_top_bar(page, around) for around in page.ancestors(node))
        found[node.id] = Annotation(role=Role.LINK if in_bar else Role.TEXT, confidence=found[node.id].confidence)


def _has_room(page: Page, words: Region) -> bool:
    """
    Whether words that are said to be a field stand on a ground, in a frame or above a line: bare words are none.
    """
    return page.own_surface(words) is not None or _line_below(page, words) is not None


def _line_below(page: Page, words: Region) -> Box | None:
    """
    The line that words begin at the left end of, when it is the next thing below them.
    """
    below = [
        node
        for node in page.nodes
        if node.is_leaf
        and node.box.y >= words.box.bottom
        and node.box.right > words.box.x
        and node.box.x < words.box.right
    ]
    next_one = min(below, key=lambda node: node.box.y, default=None)
    if next_one is None or next_one.surface is None or not next_one.surface.is_rule:
        return None
    line = next_one.box
    near = line.y - words.box.bottom <= TEXTAREA_MAX_HEIGHT_PX
    begins = 0 <= words.box.x - line.x <= LINE_INDENT_PX and line.w > words.box.w
    return line if near and begins else None


def _is_unsaid_field(page: Page, found: dict[int, Annotation], node: Region) -> bool:
    """
    Whether an empty frame was called a decoration, or the words on a line of their own a label.
    """
    role = found[node.id].role
    if role not in FIELD_ROLES and is_empty_text_area(node):
        return True
    return (role is Role.DECORATION and is_empty_field(node)) or (role is Role.LABEL and _fills_line(page, node))


def _fills_line(page: Page, words: Region) -> bool:
    """
    Whether words stand on a line of their own: what is called a label there and labels nothing says what to write.
    """
    line = _line_below(page, words) if is_text(words) and words.surface is None else None
    return line is not None and not any(
        node.is_leaf and node is not words and node.box.bottom > words.box.y and node.box.y < words.box.bottom
        for node in page.nodes
        if node.box.right > line.x and node.box.x < line.right
    )


def _ticked_words(page: Page, node: Region) -> Region | None:
    """
    The words right of a tick box; None when a region is no tick box: small, square, bordered, empty or with its tick.
    """
    shape = node.surface
    if shape is None or not node.is_leaf or is_text(node) or not (shape.border or is_ticked(node)):
        return None
    if not TICK_MIN_PX <= shape.box.w <= TICK_MAX_PX or abs(shape.box.w - shape.box.h) > TICK_SLACK_PX:
        return None
    return _words_beside(page, node)


def _may_be_field(page: Page, found: dict[int, Annotation], node: Region) -> bool:
    """
    Whether a box said to be something else is asked about: a link only with a label above it, or waiting for words.
    """
    role = found[node.id].role
    if role is Role.LINK and node.surface is not None:
        return label_above(page, node) is not None or asks_to_search(page, node) or is_unwritten(page, node)
    return role in _MISTAKEN


def _open_around_fields(page: Page, found: dict[int, Annotation]) -> None:
    """
    Nobody can type into a link, and a list of unlike things with fields among them is a form.
    """
    for node in page.nodes:
        own = found[node.id]
        closed = own.link or own.role in (Role.LINK, Role.BUTTON) or (own.role is Role.LIST and node.repeat is None)
        if node.id and closed and _holds_field(found, node):
            found[node.id] = Annotation(role=Role.GROUP, confidence=own.confidence)


def _holds_field(found: dict[int, Annotation], node: Region) -> bool:
    return any(found[inner.id].role in FIELD_ROLES and inner is not node for inner in node.walk())


def _ends_in_drawing(node: Region) -> bool:
    """
    Whether a box is words and then one drawing: an arrow, an eye, a grip.
    """
    if node.surface is None or len(node.children) != 2 or not is_text(node.children[0]):
        return False
    return node.children[-1].kind is RegionKind.PICTURE


def _is_speck(page: Page, node: Region) -> bool:
    """
    Whether a plain spot was taken for a tick box: no frame, no tick in it, no words beside it: pictures have such.
    """
    shape = node.surface
    return node.kind is RegionKind.SHAPE and (shape is None or shape.border is None) and not _words_beside(page, node)


def _words_beside(page: Page, node: Region) -> Region | None:
    beside = [
        text
        for text in page.nodes
        if is_text(text)
        and 0 < text.box.x - node.box.right <= TICK_GAP_PX
        and abs(text.box.center_y - node.box.center_y) <= TICK_SLACK_PX + 2
    ]
    return min(beside, key=lambda text: text.box.x, default=None)


def is_ticked(node: Region) -> bool:
    """
    Whether a box is coloured and has a drawing in it.
    """
    fill = None if node.surface is None else node.surface.fill
    return node.picture is not None and fill is not None and chroma(fill) >= COLOURED_CHROMA


def _mark_tick(page: Page, found: dict[int, Annotation], node: Region, words: Region) -> None:
    assert node.surface is not None
    tick = Annotation(role=Role.CHECKBOX, checked=is_ticked(node), confidence=found[node.id].confidence)
    found[node.id] = _as_drawn(node, node.surface, tick)
    found[words.id] = Annotation(role=Role.LABEL, confidence=found[words.id].confidence)
    around = page.parent(node)
    if around is not None and found[around.id].role in (Role.LINK, Role.LIST, Role.BUTTON):
        found[around.id] = Annotation(role=Role.GROUP, confidence=found[around.id].confidence)


def _move_into_box(found: dict[int, Annotation], node: Region) -> None:
    """
    A field said of a group around a label and a box is the box.
    """
    boxes = [inner for inner in node.walk() if inner.surface is not None and not inner.surface.is_rule]
    if not boxes:
        return
    box = max(boxes, key=lambda inner: inner.box.area)
    field = found[node.id]
    found[node.id] = Annotation(role=Role.GROUP, confidence=field.confidence)
    _mark(found, box, field.role)


def _mark(found: dict[int, Annotation], box: Region, role: Role) -> None:
    found[box.id] = replace(found[box.id], role=role, level=0, link=False)
    make_plain_inside(found, box)
