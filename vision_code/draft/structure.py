"""
What the surroundings say: links in a row are a list, stragglers among links follow, the first words of a bar lead home.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.divide.listings import is_listing
from vision_code.divide.side_menus import captions
from vision_code.draft.bars import is_filled_bar
from vision_code.draft.calls import is_call
from vision_code.draft.card_titles import with_card_titles
from vision_code.draft.closing import ended_with_buttons
from vision_code.draft.deeds import is_deed, is_entrance
from vision_code.draft.drawings import is_drawing
from vision_code.draft.entries import as_entries
from vision_code.draft.fields import fields_found
from vision_code.draft.heads import without_heads
from vision_code.draft.icon_rows import with_icon_rows
from vision_code.draft.indexes import with_indexes
from vision_code.draft.landmarks import is_menu, is_motley, is_top_bar, is_whole, placed
from vision_code.draft.leads import with_closing_links, with_leads
from vision_code.draft.more_menus import with_more_menus
from vision_code.draft.native_buttons import is_native_button
from vision_code.draft.openers import with_openers
from vision_code.draft.page import COLOURED_CHROMA, Page, dominant_style, is_text
from vision_code.draft.paginations import paginated
from vision_code.draft.parted_cells import with_parted_cells
from vision_code.draft.parts import links_in_parts, without_bare_signs
from vision_code.draft.tag_rows import with_tag_rows
from vision_code.geometry import chroma, color_distance
from vision_code.observation import BOLD_WEIGHT, FontFamily, PictureKind
from vision_code.region import FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

MIN_ITEMS = 3
# Above this the model is sure of a text among links.
SURE = 0.97
# Of buttons of several parts on no ground of their own that the model is less sure of none of 27 is one.
SURE_BUTTON = 0.85
BRAND_WORDS = 4
# The mark of a brand is at most so high beside the letters of its name.
MARK_MAX_EM = 3.0
# Left edges of the entries of a menu agree within this.
LEVEL_PX = 5.0
CODE_SIGNS = "=(){}[]<>;#$"
# Avatars are 40 px and more, banners four times as wide as high; paler boxes are panels.
PLACEHOLDER_MIN_PX, PLACEHOLDER_MAX_RATIO, PLACEHOLDER_CONTRAST = 40.0, 4.0, 24
# Smaller photographs are icons of many colours, larger ones are told already; three avatars overlap to this ratio.
AVATAR_MIN_PX, AVATAR_MAX_PX, AVATARS_RATIO = 20.0, 32.0, 2.7
# Fainter shadows are the softened edge of a box.
SEEN_SHADOW = 0.06
# Filled boxes for text are lines high or, rarely, pale panels; darker ones this high stand for pictures.
NO_FIELD_PX, FIELD_RATIO = 90.0, 1.25
UNDERLINED_WORDS = (3, 8)
# Tick boxes and radio buttons are 13 px wide where nobody styles them, and are read a pixel smaller at times.
TICK_MIN_PX = 12.0
# Dividers are as long as a word at least, and have half a line of room on both sides.
DIVIDER_MIN_PX, DIVIDER_MAX_PX, DIVIDER_MARGIN_PX = 40.0, 3.0, 8.0
EDGE_PX = 3.0
# What code may look like when it is coloured, bold or large.
_UNPRESSED = frozenset({Role.TEXT, Role.TEXTBOX, Role.LABEL, Role.GROUP})
_WORDS = frozenset({Role.LINK, Role.TEXT, Role.HEADING, Role.LABEL})


def fitted(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft with what its neighbours make certain.
    """
    found = fields_found(page, {id_: _unfilled(page, page.nodes[id_], own) for id_, own in draft.items()})
    for node in page.nodes:
        own = _fitted(page, node, found[node.id])
        if own is not found[node.id]:
            found[node.id] = own
        elif node.id and not node.is_leaf:
            _follow_the_others(found, node)
            _choose(found, node)
    _do_as_the_others(page, found)
    found = ended_with_buttons(page, with_leads(page, with_indexes(page, found)))
    for node in page.nodes:
        own = found[node.id]
        if node.id and own.role is Role.GROUP and not own.link and is_menu(node, lambda region: found[region.id].role):
            found[node.id] = replace(own, role=Role.LIST)
    _settle_captions(page, found)
    found = links_in_parts(page, placed(page, without_heads(page, without_bare_signs(page, found))))
    found = with_parted_cells(page, with_icon_rows(page, with_closing_links(page, found)))
    found = with_more_menus(page, with_tag_rows(page, found))
    _link_brand(page, found)
    found = with_card_titles(page, paginated(page, with_openers(page, found)))
    return {node.id: as_entries(node, found[node.id]) for node in page.nodes}


def _settle_captions(page: Page, found: dict[int, Annotation]) -> None:
    """
    Captions of a menu beside the page are no links, though they stand among them.
    """
    for node in page.nodes:
        for caption in captions(node, page.root.box.w):
            if found[caption.id].role is Role.LINK:
                role = Role.TEXT if is_text(caption) else Role.GROUP
                found[caption.id] = replace(found[caption.id], role=role, checked=False)


def _fitted(page: Page, node: Region, own: Annotation) -> Annotation:
    """
    What the looks of a region alone make certain.
    """
    if is_filled_bar(node):
        return own if own.role is Role.PROGRESSBAR else Annotation(role=Role.PROGRESSBAR, confidence=own.confidence)
    if own.role in (*_WORDS, Role.CODE, Role.TEXTBOX) and is_native_button(page, node):
        return Annotation(role=Role.BUTTON, confidence=own.confidence)
    if own.role in _WORDS and _is_code(page, node):
        return Annotation(role=Role.CODE, confidence=own.confidence)
    if own.role is Role.BUTTON and node.children and own.confidence < SURE_BUTTON and page.own_surface(node) is None:
        return Annotation(role=Role.GROUP, confidence=own.confidence)
    if own.role is Role.LINK and _is_deed(page, node):
        return replace(own, role=Role.BUTTON, checked=False)
    if own.role is Role.TEXT and not own.link and _is_underlined(node):
        return Annotation(role=Role.LINK, confidence=own.confidence / 2)
    if own.role in _UNPRESSED and not own.link and is_call(page, node):
        return Annotation(role=Role.BUTTON if is_deed(_said(node)) else Role.LINK, confidence=own.confidence / 2)
    if own.role is Role.DECORATION and _is_divider(page, node):
        return replace(own, role=Role.SEPARATOR)
    if _is_picture(page, node, own):
        return replace(own, role=Role.IMG)
    if own.role is Role.LIST and not node.is_entry_list and (is_motley(node) or _are_dots(node)):
        return replace(own, role=Role.GROUP)
    return as_entries(node, own)


def _is_picture(page: Page, node: Region, own: Annotation) -> bool:
    """
    Whether what was called a decoration, a link or a group is a picture.
    """
    if own.role is Role.DECORATION:
        return _is_placeholder(page, node) or _is_avatar(node)
    return (own.role is Role.LINK and _is_free_photo(page, node)) or (own.role is Role.GROUP and is_drawing(node))


def _unfilled(page: Page, node: Region, own: Annotation) -> Annotation:
    """
    The annotation of a region, a field taken back that is a grey area as high as a picture, or as wide as high, and a
    tick box that is a dot.
    """
    if own.role in TICK_ROLES and _is_dot(node):
        return Annotation(role=Role.DECORATION, confidence=own.confidence / 2)
    if own.role not in FIELD_ROLES or node.kind is not RegionKind.SHAPE:
        return own
    if node.box.h >= NO_FIELD_PX:
        return Annotation(role=Role.IMG, confidence=own.confidence / 2) if _is_placeholder(page, node) else own
    if node.box.w < FIELD_RATIO * node.box.h:
        return Annotation(role=Role.DECORATION, confidence=own.confidence / 2)
    return own


def _is_dot(node: Region) -> bool:
    """
    Whether a mark is too small to tick: the dot of a state, or of something new.
    """
    return node.is_leaf and not node.lines and max(node.box.w, node.box.h) < TICK_MIN_PX


def _are_dots(node: Region) -> bool:
    """
    Whether there is nothing in a thing but marks too small to be entries: a pattern, arrows beside a menu.
    """
    return all(_is_dot(child) for child in node.children)


def _is_deed(page: Page, node: Region) -> bool:
    """
    Whether a filled box says that something is done: "Save changes", or "Sign in" below the bar at the top.
    """
    surface = page.own_surface(node)
    if surface is None or surface.fill is None:
        return False
    said = _said(node)
    if is_entrance(said):
        return not any(is_top_bar(page, around) for around in [node, *page.ancestors(node)])
    return is_deed(said)


def _is_underlined(node: Region) -> bool:
    """
    Whether a few words are underlined as a whole; of one or two without a colour it may be the edge of a field they
    stand in.
    """
    if not is_text(node) or node.surface is not None or not all(line.style.underline for line in node.lines):
        return False
    coloured = chroma(dominant_style(node.lines).color) >= COLOURED_CHROMA
    return (1 if coloured else UNDERLINED_WORDS[0]) <= len(node.text.split()) <= UNDERLINED_WORDS[1]


def _said(node: Region) -> str:
    return " ".join(inner.text for inner in node.walk() if is_text(inner))


def _do_as_the_others(page: Page, found: dict[int, Annotation]) -> None:
    """
    Of like boxes in a row of which one says a deed, the others are no links: "Send", "Request", "Top up".
    """
    deeds = {node.repeat for node in page.nodes if found[node.id].role is Role.BUTTON and _is_deed(page, node)}
    for node in page.nodes:
        if node.repeat is not None and node.repeat in deeds and found[node.id].role is Role.LINK:
            found[node.id] = replace(found[node.id], role=Role.BUTTON, checked=False)


def _is_code(page: Page, node: Region) -> bool:
    """
    Whether words are a part of a listing: on a surface of monospaced lines, or with several such lines or signs of a
    program of their own. On a page that is monospaced all over, half of the lines around have such signs.
    """
    if not is_text(node) or any(line.style.underline for line in node.lines):
        return False
    around = next((region for region in [node, *page.ancestors(node)] if region.surface is not None), None)
    lines = [line for inner in (around or node).walk() for line in inner.lines]
    if page.is_typewritten and sum(_has_signs(line.text) for line in lines) * 2 < len(lines):
        return False
    if around is not None and is_listing(lines):
        return True
    if sum(line.style.family is FontFamily.MONO for line in node.lines) * 2 <= len(node.lines):
        return False
    return len(node.lines) > 1 or (" " in node.text and _has_signs(node.text))


def _has_signs(text: str) -> bool:
    return any(sign in text for sign in CODE_SIGNS)


def _is_placeholder(page: Page, node: Region) -> bool:
    """
    Whether an empty box stands for a picture: grey, plain, of the size and proportions of one.
    """
    shape = node.surface
    if node.kind is not RegionKind.SHAPE or shape is None or shape.fill is None or shape.border:
        return False
    if shape.shadow is not None and shape.shadow.alpha >= SEEN_SHADOW:
        return False
    short, long = sorted((shape.box.w, shape.box.h))
    if short < PLACEHOLDER_MIN_PX or long > PLACEHOLDER_MAX_RATIO * short:
        return False
    apart = color_distance(shape.fill, page.observation.background)
    return chroma(shape.fill) < COLOURED_CHROMA and apart >= PLACEHOLDER_CONTRAST


def _is_avatar(node: Region) -> bool:
    """
    Whether a picture is a small photograph, or a few that overlap: of those as large 42 of 44 are told as pictures.
    """
    if node.picture is None or node.picture.kind is not PictureKind.PHOTO:
        return False
    box = node.picture.box
    return AVATAR_MIN_PX <= box.h <= AVATAR_MAX_PX and 0.8 <= box.w / box.h <= AVATARS_RATIO


def _is_free_photo(page: Page, node: Region) -> bool:
    """
    Whether a photograph stands alone outside of the bars: 28 of 28 that were called a link themselves are none.
    """
    is_photo = node.picture is not None and node.picture.kind is PictureKind.PHOTO
    return is_photo and not any(is_top_bar(page, around) for around in page.ancestors(node))


def _is_divider(page: Page, node: Region) -> bool:
    """
    Whether a thin line lies free between things of a column: an edge of a row touches what it belongs to, and one from
    edge to edge of a card or the page is the border of its head or foot (40 of 47 such were no separators).
    """
    parent = page.parent(node)
    if node.kind is not RegionKind.SHAPE or parent is None or parent.kind is not RegionKind.COLUMN:
        return False
    if not node.box.w > DIVIDER_MIN_PX > node.box.h or node.box.h > DIVIDER_MAX_PX:
        return False
    whole = page.root if parent.surface is None else parent
    if node.box.w >= whole.box.w - 2 * EDGE_PX:
        return False
    others = [child.box for child in parent.children if child is not node]
    above = [box.bottom for box in others if box.bottom <= node.box.y + 1]
    below = [box.y for box in others if box.y >= node.box.bottom - 1]
    if not above or not below:
        return False
    return min(node.box.y - max(above), min(below) - node.box.bottom) >= DIVIDER_MARGIN_PX


def _follow_the_others(found: dict[int, Annotation], node: Region) -> None:
    """
    Among like siblings of which most are links, the texts are links too.
    """
    words = [child for child in node.children if is_text(child) and len(child.lines) == 1 and child.surface is None]
    links = [child for child in words if found[child.id].role is Role.LINK]
    if len(words) < MIN_ITEMS or len(links) < 0.6 * len(words):
        return
    looks = {_look(link) for link in links}
    for child in words:
        own = found[child.id]
        if own.role is Role.TEXT and own.confidence < SURE and _look(child) in looks:
            found[child.id] = Annotation(role=Role.LINK, confidence=own.confidence / 2)


def _choose(found: dict[int, Annotation], node: Region) -> None:
    """
    Words on a ground of their own in a column of links, level with them and as large, are the link that is chosen.
    """
    links = [child for child in node.children if found[child.id].role is Role.LINK]
    if node.kind is not RegionKind.COLUMN or len(links) < max(MIN_ITEMS, len(node.children) - 1):
        return
    texts = [leaf for link in links for leaf in link.walk() if is_text(leaf)]
    for child in node.children:
        if child in links or child.surface is None or not is_text(child) or len(child.lines) > 1:
            continue
        line = child.lines[0]
        if any(
            abs(text.lines[0].box.x - line.box.x) <= LEVEL_PX
            and abs(text.lines[0].style.size_px - line.style.size_px) <= 1
            for text in texts
        ):
            found[child.id] = Annotation(role=Role.LINK, confidence=found[child.id].confidence)


def _look(text: Region) -> tuple[int, bool, object]:
    style = text.lines[0].style
    return round(style.size_px), style.weight >= BOLD_WEIGHT, style.color


def _link_brand(page: Page, found: dict[int, Annotation]) -> None:
    """
    The first words of a bar lead home, and so does what opens the page beside its mark.
    """
    bars = [n for n in page.nodes if found[n.id].role in (Role.BANNER, Role.NAVIGATION) and is_top_bar(page, n)]
    for bar in bars:
        _link_home(found, next((leaf for leaf in bar.walk() if is_text(leaf)), None))
    first = next((node for node in page.nodes if is_text(node)), None)
    if first is not None and is_whole(page) and _has_mark(page, first):
        _link_home(found, first)


def _link_home(found: dict[int, Annotation], first: Region | None) -> None:
    if first is None or found[first.id].role not in (Role.TEXT, Role.HEADING) or len(first.text.split()) > BRAND_WORDS:
        return
    found[first.id] = Annotation(role=Role.LINK, confidence=found[first.id].confidence / 2)


def _has_mark(page: Page, words: Region) -> bool:
    """
    Whether a drawing stands right before words: a brand's mark.
    """
    row = page.parent(words)
    if row is None or row.kind is not RegionKind.ROW or len(row.children) != 2 or row.children[1] is not words:
        return False
    mark = row.children[0]
    return mark.kind is RegionKind.PICTURE and max(mark.box.w, mark.box.h) <= MARK_MAX_EM * words.lines[0].style.size_px
