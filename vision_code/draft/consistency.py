"""
What must hold between annotations, whoever made them: one main, nothing interactive inside a control, real tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vision_code.draft.deeds import is_deed
from vision_code.draft.page import Page, is_text
from vision_code.region import ACTION_ROLES, Annotation, Draft, Region, RegionKind, Role

#: Their content is their own words: nothing inside is a control, heading or landmark again.
CLOSED = frozenset(
    {
        *(Role.LINK, Role.BUTTON, Role.TAB, Role.LABEL, Role.TEXTBOX, Role.SEARCHBOX, Role.COMBOBOX, Role.CHECKBOX),
        *(Role.RADIO, Role.SWITCH, Role.SLIDER, Role.PROGRESSBAR, Role.TEXT, Role.CODE, Role.SEPARATOR),
        *(Role.IMG, Role.DECORATION),
    }
)
_CONTROLS = CLOSED - {Role.TEXT, Role.CODE, Role.IMG, Role.DECORATION, Role.SEPARATOR}
# On pages from this size on (smaller pictures may show one card), nothing that covers a fifth is a link or button.
PAGE_PX, MAX_CONTROL_SHARE = (600.0, 480.0), 0.2
_ONCE = (Role.MAIN, Role.BANNER, Role.CONTENTINFO)


def make_consistent(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same annotations with contradictions settled, the more confident side winning.
    """
    settled = dict(draft)
    if not page.root.is_leaf and (settled[0].role in CLOSED or settled[0].role is Role.HEADING):
        # The whole picture is never one control: what it shows is inside.
        settled[0] = Annotation(role=Role.GROUP)
    for node in page.nodes:
        if _is_too_large(page, node, settled[node.id]):
            settled[node.id] = plain(node, settled[node.id])
    for role in _ONCE:
        _keep_best(settled, role)
    for node in page.nodes:
        if node.is_leaf:
            continue
        annotation = settled[node.id]
        if (annotation.link or annotation.role is Role.LINK) and any(
            _acts_itself(settled, part) for part in node.walk()
        ):
            settled[node.id] = annotation = Annotation(role=Role.GROUP, confidence=annotation.confidence)
        if annotation.role is Role.TABLE and node.kind not in (RegionKind.TABLE, RegionKind.GRID):
            settled[node.id] = replace(annotation, role=Role.GROUP)
        elif annotation.role in CLOSED:
            _close(settled, node)
        elif annotation.link:
            _inside(settled, node, _without_link)
        elif annotation.role is Role.HEADING:
            _inside(settled, node, _heading_part)
    return settled


def _acts_itself(settled: dict[int, Annotation], part: Region) -> bool:
    """
    Whether a thing acts of its own, which no link around it does: a table, "Remove" in a row about a member.
    """
    if settled[part.id].role is Role.TABLE:
        return True
    return is_text(part) and part.surface is not None and settled[part.id].role is Role.BUTTON and is_deed(part.text)


def make_plain_inside(found: dict[int, Annotation], node: Region) -> None:
    """
    Take all meaning from what is inside of one thing: words stay words, drawings say nothing. Unlike `plain`, which
    keeps names and pictures for what was only drafted wrongly.
    """
    for inner in node.walk():
        if inner is not node:
            role = Role.TEXT if is_text(inner) else Role.DECORATION if inner.is_leaf else Role.GROUP
            found[inner.id] = Annotation(role=role, confidence=found[inner.id].confidence)


def _is_too_large(page: Page, node: Region, annotation: Annotation) -> bool:
    """
    Whether a control or linked thing covers so much of a whole page that it must be a part of the page instead.
    """
    root = page.root.box
    if min(root.w / PAGE_PX[0], root.h / PAGE_PX[1]) < 1 or node.box.area < MAX_CONTROL_SHARE * root.area:
        return False
    return annotation.link or annotation.role in _CONTROLS


def _keep_best(settled: dict[int, Annotation], role: Role) -> None:
    holders = [region_id for region_id, annotation in settled.items() if annotation.role is role]
    best = max(holders, key=lambda region_id: settled[region_id].confidence, default=None)
    for region_id in holders:
        if region_id != best:
            settled[region_id] = replace(settled[region_id], role=Role.GROUP)


def _close(settled: dict[int, Annotation], node: Region) -> None:
    for inner in node.walk():
        if inner is not node:
            settled[inner.id] = plain(inner, settled[inner.id])


def plain(inner: Region, annotation: Annotation) -> Annotation:
    """
    The annotation of a region that is neither a control nor a heading: words, a drawing or a group.
    """
    if is_text(inner):
        role = Role.TEXT
    elif inner.is_leaf:
        role = Role.IMG if annotation.role is Role.IMG else Role.DECORATION
    else:
        role = Role.GROUP
    return Annotation(role=role, name=annotation.name, confidence=annotation.confidence)


def _inside(settled: dict[int, Annotation], node: Region, change: Callable[[Region, Annotation], Annotation]) -> None:
    for inner in node.walk():
        if inner is not node:
            settled[inner.id] = change(inner, settled[inner.id])


def _without_link(inner: Region, annotation: Annotation) -> Annotation:
    if annotation.role in ACTION_ROLES:
        return plain(inner, annotation)
    return replace(annotation, link=False)


def _heading_part(inner: Region, annotation: Annotation) -> Annotation:
    if annotation.role in ACTION_ROLES and inner.is_leaf:
        return annotation
    return plain(inner, annotation)
