"""
Like items are alike: regions at one place of repeated things settle on one annotation, by weighted vote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from vision_code.draft.consistency import plain
from vision_code.draft.deeds import is_deed
from vision_code.draft.field_rules import ROUND_SHARE, TICK_MAX_PX, TICK_MIN_PX
from vision_code.draft.fields import is_ticked
from vision_code.draft.initials import is_initials
from vision_code.draft.page import COLOURED_CHROMA, Page, dominant_style, is_text
from vision_code.draft.places import Place, is_disc, same_places
from vision_code.draft.text_rules import is_link_like
from vision_code.geometry import Color, chroma, color_distance
from vision_code.region import TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

#: What it counts for a link, beside the votes, that a column's words all have the look of one.
LINK_LOOK = 0.5
#: Labels that say a state are no higher than this, and those of different states differ by this much in colour.
STATUS_MAX_PX, OTHER_FILL = 28.0, 16
#: Tick boxes of one column are of one size.
SAME_SIZE_PX = 2.0
# Of these, which it is depends on what kind of region it is.
_PLAIN = frozenset({Role.TEXT, Role.GROUP, Role.IMG, Role.DECORATION})

_Meaning = tuple[object, ...]


def agree(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where items of one repeated group and one shape, and like cells of a table's column, say the same at
    the same place.

    States (checked, current) and names stay each item's own. A row of a table is nothing but a row.
    """
    agreed = dict(draft)
    for node in page.nodes:
        if node.kind is RegionKind.TABLE and draft[node.id].role is Role.TABLE:
            for row in node.children:
                if row.children:
                    agreed[row.id] = Annotation(role=Role.GROUP, confidence=draft[row.id].confidence)
    for place in same_places(page, agreed):
        tick = _tick_role(place.regions)
        if tick is not None:
            for region in place.regions:
                agreed[region.id] = replace(agreed[region.id], role=tick, checked=is_ticked(region), link=False)
        elif _is_status(place) or _are_avatars(page, place):
            for region in place.regions:
                agreed[region.id] = plain(region, agreed[region.id])
        else:
            _vote(page, agreed, place)
    return agreed


def _tick_role(regions: Iterable[Region]) -> Role | None:
    """
    CHECKBOX or RADIO for a column of small boxes of one size, all of them empty with a frame or filled with a tick in
    them, and not all filled.
    """
    boxes = list(regions)
    surfaces = [box.surface for box in boxes if box.surface is not None and box.is_leaf and not is_text(box)]
    sides = [side for surface in surfaces for side in (surface.box.w, surface.box.h)]
    if len(surfaces) < len(boxes) or max(sides) - min(sides) > SAME_SIZE_PX:
        return None
    if not TICK_MIN_PX <= min(sides) <= max(sides) <= TICK_MAX_PX:
        return None
    ticked = [box for box in boxes if is_ticked(box)]
    empty = [box for box in boxes if box.kind is RegionKind.SHAPE and box.surface and box.surface.border]
    if not empty or len(ticked) + len(empty) < len(boxes):
        return None
    round_ones = sum(surface.radius_px >= ROUND_SHARE * surface.box.w for surface in surfaces)
    return Role.RADIO if 2 * round_ones > len(surfaces) else Role.CHECKBOX


def _is_status(place: Place) -> bool:
    """
    Whether small boxed words say a state each, none a deed: their grounds differ. Outside of a table, where one of like
    cards has the button that stands out, their inks do, too.
    """
    boxed = [region for region in place.regions if is_text(region) and region.surface is not None]
    if len(boxed) < len(place.regions) or any(is_disc(region) or is_deed(region.text) for region in boxed):
        return False
    if max(region.box.h for region in boxed) > STATUS_MAX_PX:
        return False
    fills = [region.surface.fill for region in boxed if region.surface is not None and region.surface.fill is not None]
    inks = [dominant_style(region.lines).color for region in boxed]
    coloured = all(chroma(ink) >= COLOURED_CHROMA for ink in inks)
    return _differ(fills) and (place.in_table or (coloured and _differ(inks)))


def _are_avatars(page: Page, place: Place) -> bool:
    """
    Whether half of like discs or more show the initials of the name beside them: others may be photos.
    """
    return 2 * sum(is_initials(page, region) for region in place.regions) >= len(place.regions)


def _differ(colors: Iterable[Color]) -> bool:
    return any(color_distance(a, b) >= OTHER_FILL for a, b in combinations(set(colors), 2))


def _vote(page: Page, agreed: dict[int, Annotation], place: Place) -> None:
    mixed = len({region.kind for region in place.regions}) > 1
    votes: dict[_Meaning, float] = defaultdict(float)
    for region in place.regions:
        votes[_meaning(agreed[region.id], mixed=mixed)] += agreed[region.id].confidence
    if place.in_table and all(is_text(r) and r.surface is None for r in place.regions):
        styles = [dominant_style(region.lines) for region in place.regions]
        if all(is_link_like(page, style) for style in styles) and not _differ(style.color for style in styles):
            votes[Role.LINK, 0, False] += LINK_LOOK * len(styles)
    winner = max(votes, key=lambda meaning: votes[meaning])
    said = [agreed[r.id] for r in place.regions if _meaning(agreed[r.id], mixed=mixed) == winner]
    model = said[0] if said else Annotation(role=Role.LINK, confidence=LINK_LOOK)
    for region in place.regions:
        own = agreed[region.id]
        if _meaning(own, mixed=mixed) == winner:
            continue
        if mixed and model.role in _PLAIN:
            agreed[region.id] = plain(region, own)
            continue
        checked = model.role in TICK_ROLES and is_ticked(region)
        agreed[region.id] = replace(model, name=own.name, checked=checked, confidence=model.confidence / 2)


def _meaning(annotation: Annotation, *, mixed: bool) -> _Meaning:
    role = None if mixed and annotation.role in _PLAIN else annotation.role
    return role, annotation.level, annotation.link
