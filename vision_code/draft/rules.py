"""
The annotator without a model: fixed rules by look and place; `--engine none`, and the floor under every other engine.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.bars import is_filled_bar
from vision_code.draft.entries import as_entries
from vision_code.draft.field_rules import annotate_picture, annotate_shape, field_role, label_ids
from vision_code.draft.group_rules import annotate_group, landmarks, menu_link_ids
from vision_code.draft.naming import named
from vision_code.draft.page import Page, is_text, survey
from vision_code.draft.text_rules import annotate_text
from vision_code.observation import Observation
from vision_code.region import Annotation, Draft, Region, Role

FIELDS = frozenset({Role.TEXTBOX, Role.SEARCHBOX, Role.COMBOBOX, Role.CHECKBOX, Role.RADIO, Role.SWITCH, Role.SLIDER})
_QUIET_INSIDE = FIELDS | {Role.PROGRESSBAR}


def annotate(observation: Observation, root: Region) -> Draft:
    """
    One annotation for every region under ``root``; the same input always gives the same draft.
    """
    page = survey(observation, root)
    draft = {node.id: _alone(page, node) for node in page.nodes}
    _quiet_inside_fields(page, draft)
    _set_labels(page, draft)
    for region_id, role in landmarks(page).items():
        if draft[region_id].role in (Role.GROUP, Role.LIST):
            draft[region_id] = replace(draft[region_id], role=role)
    draft = {node.id: as_entries(node, draft[node.id]) for node in page.nodes}
    for region_id in menu_link_ids(page, draft):
        if draft[region_id].role in (Role.TEXT, Role.HEADING) and draft[region_id].level == 0:
            draft[region_id] = replace(draft[region_id], role=Role.LINK)
    return named(page, draft)


def _alone(page: Page, node: Region) -> Annotation:
    field = field_role(page, node)
    if field is not None and not _is_wrapped_field(page, node):
        return Annotation(role=field, confidence=0.6)
    if is_text(node):
        return annotate_text(page, node)
    if node.picture is not None:
        return annotate_picture(node.picture)
    if node.is_leaf and node.surface is not None:
        return annotate_shape(page, node, node.surface)
    return Annotation(role=Role.PROGRESSBAR, confidence=0.8) if is_filled_bar(node) else annotate_group(node)


def _is_wrapped_field(page: Page, node: Region) -> bool:
    # A field drawn by the parent is annotated on the parent, not again on its only child.
    return node.surface is None and page.own_surface(node) is not None


def _quiet_inside_fields(page: Page, draft: dict[int, Annotation]) -> None:
    """
    What lies in a field is its value, placeholder or glyph, in a bar its filling: plain, never a control of its own.
    """
    for node in page.nodes:
        if draft[node.id].role not in _QUIET_INSIDE:
            continue
        for inner in node.walk():
            if inner is not node:
                role = Role.TEXT if is_text(inner) else Role.DECORATION if inner.is_leaf else Role.GROUP
                draft[inner.id] = Annotation(role=role, confidence=0.6)


def _set_labels(page: Page, draft: dict[int, Annotation]) -> None:
    fields = [node for node in page.nodes if draft[node.id].role in FIELDS]
    for region_id in label_ids(page, fields):
        if draft[region_id].role in (Role.TEXT, Role.HEADING) and draft[region_id].level in (0, 4, 5):
            draft[region_id] = Annotation(role=Role.LABEL, confidence=0.6)
