"""
Rows of things to press that say little: what stands at the end of a bar, the marks of other sites in a footer. Lists.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from vision_code.draft.consistency import make_plain_inside
from vision_code.draft.landmarks import is_top_bar, is_whole
from vision_code.draft.page import Page, is_in_pressed, is_text
from vision_code.observation import PictureKind
from vision_code.region import FIELD_ROLES, PRESSED_ROLES, Annotation, Draft, Region, RegionKind, Role

LEAST = 3
#: Marks of sites are of one size between these, px; their gaps differ by no more than this.
MARK_MIN_PX, MARK_MAX_PX, SAME_PX = 14.0, 64.0, 6.0
#: Words this near to an icon belong to it.
BESIDE_PX = 20.0
#: Drawings this far apart are no parts of one.
APART_PX = 12.0


def with_icon_rows(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where such rows are lists, and marks of other sites links, as are icons and portraits alone in a bar.
    """
    found = dict(draft)
    for node in page.nodes:
        own = found[node.id]
        if own.role in PRESSED_ROLES and _is_icon_row(page, node):
            make_plain_inside(found, node)
            found[node.id] = Annotation(role=Role.GROUP, confidence=own.confidence)
    for node in page.nodes:
        own = found[node.id]
        if own.role is Role.DECORATION and _stands_alone_in_bar(page, found, node, PictureKind.ICON):
            found[node.id] = Annotation(role=Role.LINK, confidence=own.confidence / 2)
        elif own.role is Role.IMG and _stands_alone_in_bar(page, found, node, PictureKind.PHOTO):
            found[node.id] = replace(own, link=True)
    for node in page.nodes:
        own = found[node.id]
        if node.kind is not RegionKind.ROW or node.surface is not None or own.role is not Role.GROUP or own.link:
            continue
        if is_in_pressed(page, found, node):
            continue
        around = page.ancestors(node)
        things = [child for child in node.children if child.kind is not RegionKind.SHAPE]
        if any(found[a.id].role is Role.CONTENTINFO for a in around) and _are_marks(things):
            for mark in things:
                if found[mark.id].role not in PRESSED_ROLES:
                    found[mark.id] = Annotation(role=Role.LINK, confidence=found[mark.id].confidence / 2)
            found[node.id] = replace(own, role=Role.LIST)
        elif is_whole(page) and any(a.id and is_top_bar(page, a) for a in around) and _are_pressed(found, things):
            found[node.id] = replace(own, role=Role.LIST)
    return found


def _is_icon_row(page: Page, node: Region) -> bool:
    """
    Whether something in a bar at the top is icons side by side: they are pressed one by one, not together.
    """
    if node.surface is not None or node.has_words or not any(is_top_bar(page, each) for each in page.ancestors(node)):
        return False
    pictures = sorted((leaf.picture for leaf in node.walk() if leaf.picture), key=lambda picture: picture.box.x)
    apart = all(b.box.x - a.box.right >= APART_PX for a, b in pairwise(pictures))
    return len(pictures) > 1 and apart and all(picture.kind is PictureKind.ICON for picture in pictures)


def _stands_alone_in_bar(page: Page, found: Draft, node: Region, kind: PictureKind) -> bool:
    """
    Whether a drawing in a bar at the top belongs to no words and to nothing that is pressed: 28 of 28 icons lead
    somewhere.
    """
    if node.picture is None or node.picture.kind is not kind:
        return False
    if not MARK_MIN_PX <= max(node.box.w, node.box.h) <= MARK_MAX_PX:
        return False
    around = page.ancestors(node)
    if not is_whole(page) or not any(each.id and is_top_bar(page, each) for each in around):
        return False
    if any(found[each.id].is_pressed or found[each.id].role in FIELD_ROLES for each in around):
        return False
    reach = node.box.inset(-BESIDE_PX)
    return not any(is_text(text) and text.box.intersection_area(reach) > 0 for text in page.nodes)


def _are_marks(things: list[Region]) -> bool:
    """
    Whether several drawings of one size, and nothing else, stand evenly.
    """
    if len(things) < LEAST or any(thing.kind is not RegionKind.PICTURE for thing in things):
        return False
    sides = [max(thing.box.w, thing.box.h) for thing in things]
    steps = [b.box.center_x - a.box.center_x for a, b in pairwise(things)]
    even = max(steps) - min(steps) <= SAME_PX and max(sides) - min(sides) <= SAME_PX
    return even and min(sides) >= MARK_MIN_PX and max(sides) <= MARK_MAX_PX


def _are_pressed(found: Draft, things: list[Region]) -> bool:
    """
    Whether several things are all links or buttons, but for one picture.
    """
    acts = sum(found[thing.id].is_pressed for thing in things)
    pictures = sum(found[thing.id].role is Role.IMG for thing in things)
    return acts >= LEAST and acts + min(1, pictures) == len(things)
