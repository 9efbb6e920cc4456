"""
What a link or button must look like: a claim that nothing in the picture supports is taken back.

Seen in many side menus: small capitals head a group of links and are none; an icon and the words beside it are one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from statistics import median

from vision_code.draft.consistency import plain
from vision_code.draft.deeds import is_deed
from vision_code.draft.initials import is_initials
from vision_code.draft.landmarks import BAR_MAX_HEIGHT_PX, is_menu, is_top_bar, is_whole
from vision_code.draft.page import COLOURED_CHROMA, Page, dominant_style, is_text
from vision_code.draft.text_rules import OTHER_INK, heading_level, is_heading_like, is_link_like
from vision_code.geometry import Color, chroma, color_distance
from vision_code.observation import Rect, TextStyle
from vision_code.region import ACTION_ROLES, Annotation, Draft, Region, RegionKind, Role

#: An icon this near to words goes with them: half a line.
BESIDE_PX = 12.0
#: Capitals of a group's head are at most this share of its links' size.
SMALL = 0.9
#: Tags are 16 to 22 px high; the smallest buttons of common libraries are 24 (Ant Design) and 26 (Bootstrap).
TAG_MAX_PX = 22.0
# Chromium's are #efefef in #767676; the grey tags of libraries have an edge hardly darker than their ground.
NATIVE_EDGE = 60.0
# Arrows that open a part of a menu are 6 to 10 px, the smallest icons that lead somewhere 12 (Bootstrap's small ones).
ARROW_HEAD_PX = 10.0
# Links at the top that the model is so sure of are what a bar holds.
SURE = 0.7
_COUNT = re.compile(r"\d+ [^\W\d]+")
#: Where links are known by their place and may look like any text.
_MENUS = frozenset({Role.NAVIGATION, Role.BANNER, Role.CONTENTINFO, Role.LIST})


def supported(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft without links that look like the text around them; those set like headings are headings.

    Plain words in a table are no buttons, and neither are the initials beside a name, nor tags.
    """
    found = dict(draft)
    usual = _link_color(page, draft)
    for node in page.nodes:
        own = found[node.id]
        if own.role in ACTION_ROLES and (
            is_initials(page, node) or _is_plain_cell(page, found, node) or _is_tag(page, node, own)
        ):
            found[node.id] = plain(node, own)
            continue
        if own.role is Role.BUTTON and _is_bare(page, node):
            role = Role.LINK if _in_menu(page, found, node) else Role.TEXT
            found[node.id] = own = replace(own, role=role)
        if own.role is not Role.LINK or page.own_surface(node) is not None:
            continue
        if node.kind is RegionKind.PICTURE and (_is_arrow_head(node) or _goes_with_words(page, draft, node)):
            found[node.id] = replace(own, role=Role.DECORATION, name="")
        if not is_text(node):
            continue
        style = dominant_style(node.lines)
        if _in_table(page, found, node):
            if _is_plain(page, style):
                found[node.id] = replace(own, role=Role.TEXT)
        elif _is_sure_at_top(page, node, own) or _in_menu(page, found, node):
            if _heads_links(page, found, node):
                found[node.id] = replace(own, role=Role.TEXT)
        elif is_heading_like(page, node, style) and (_is_plain(page, style) or _differs(style.color, usual)):
            found[node.id] = replace(own, role=Role.HEADING, level=heading_level(page, style))
        elif _is_plain(page, style) or (_is_grey(style) and _differs(style.color, usual)):
            found[node.id] = replace(own, role=Role.TEXT)
    return found


def _is_sure_at_top(page: Page, node: Region, own: Annotation) -> bool:
    """
    Whether a link of which the model is sure stands where bars are: such without a ground are not always found.
    """
    return is_whole(page) and own.confidence >= SURE and node.box.bottom <= BAR_MAX_HEIGHT_PX


def _is_tag(page: Page, node: Region, own: Annotation) -> bool:
    """
    Whether what is said to be pressed is words on a ground too low for a button, or says a state in capitals
    ("ACTIVE") or counts ("14 entries") and is no link.
    """
    surface = page.own_surface(node)
    if surface is None or not is_text(node):
        return False
    is_low = surface.box.h <= TAG_MAX_PX and not _is_native(surface)
    if own.role is Role.LINK:
        return bool(_COUNT.fullmatch(node.text)) or (is_low and node.text.isupper())
    return own.role is Role.BUTTON and is_low


def _is_native(surface: Rect) -> bool:
    """
    Whether a ground is what browsers draw behind a button that no style sheet speaks of: grey with a much darker edge.
    """
    if surface.fill is None or surface.border is None or max(chroma(surface.fill), chroma(surface.border.color)):
        return False
    return color_distance(surface.fill, surface.border.color) >= NATIVE_EDGE


def _is_bare(page: Page, node: Region) -> bool:
    """
    Whether what is said to be a button is words without a ground that name no deed. A sign ("×") may be one.
    """
    words = is_text(node) and any(char.isalpha() for char in node.text)
    return words and page.own_surface(node) is None and not is_deed(node.text)


def _is_arrow_head(icon: Region) -> bool:
    """
    Whether a drawing is too small to be aimed at: it belongs to an entry of a menu.
    """
    return max(icon.box.w, icon.box.h) <= ARROW_HEAD_PX


def _is_plain_cell(page: Page, found: Draft, node: Region) -> bool:
    """
    Whether a thing in a table is words that look like any others, and nothing besides.
    """
    inner = [part for part in node.walk() if part.is_leaf]
    bare = all(part.surface is None for part in node.walk()) and all(is_text(part) for part in inner)
    plain_words = bare and not any(is_link_like(page, dominant_style(part.lines)) for part in inner)
    return plain_words and page.own_surface(node) is None and _in_table(page, found, node)


def _goes_with_words(page: Page, draft: Draft, icon: Region) -> bool:
    """
    Whether linked words stand right beside or below an icon.
    """
    parent = page.parent(icon)
    others = [] if parent is None else [child for child in parent.children if draft[child.id].role is Role.LINK]
    return any(is_text(other) and other.box.intersection_area(icon.box.inset(-BESIDE_PX)) > 0 for other in others)


def _heads_links(page: Page, draft: Draft, node: Region) -> bool:
    """
    Whether capitals stand among larger links that are not written in capitals.
    """
    if not node.text.isupper():
        return False
    menu = next((around for around in page.ancestors(node) if draft[around.id].role in _MENUS), page.root)
    links = [leaf for link in _links(draft, menu) for leaf in link.walk() if is_text(leaf) and leaf is not node]
    usual = [dominant_style(leaf.lines).size_px for leaf in links if not leaf.text.isupper()]
    small = dominant_style(node.lines).size_px <= SMALL * median(usual) if usual else False
    return small and len(usual) * 2 > len(links)


def _links(draft: Draft, menu: Region) -> list[Region]:
    return [inner for inner in menu.walk() if draft[inner.id].role is Role.LINK]


def _link_color(page: Page, draft: Draft) -> Color | None:
    """
    Ink of most of the words that are links and stand out by their colour alone.
    """
    letters: Counter[Color] = Counter()
    for node in page.nodes:
        if draft[node.id].role is Role.LINK and is_text(node):
            style = dominant_style(node.lines)
            if chroma(style.color) >= COLOURED_CHROMA and not is_heading_like(page, node, style):
                letters[style.color] += len(node.text)
    return letters.most_common(1)[0][0] if letters else None


def _differs(color: Color, usual: Color | None) -> bool:
    return usual is not None and color_distance(color, usual) >= OTHER_INK


def _is_plain(page: Page, style: TextStyle) -> bool:
    usual = _is_grey(style) and color_distance(style.color, page.body_color) < OTHER_INK
    return usual or (style.italic and not style.underline)


def _is_grey(style: TextStyle) -> bool:
    return chroma(style.color) < COLOURED_CHROMA and not style.underline


def _in_table(page: Page, found: Draft, node: Region) -> bool:
    return any(
        around.kind is RegionKind.TABLE and found[around.id].role is Role.TABLE for around in page.ancestors(node)
    )


def _in_menu(page: Page, found: Draft, node: Region) -> bool:
    return any(
        found[around.id].role in _MENUS
        or is_top_bar(page, around)
        or is_menu(around, lambda region: found[region.id].role)
        for around in page.ancestors(node)
    )
