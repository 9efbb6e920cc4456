"""
Tabs side by side are a tab list; one that is by itself is a link.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.page import Page
from vision_code.region import ACTION_ROLES, Annotation, Draft, Region, RegionKind, Role

#: There is something to choose from.
MIN_TABS = 2
_HOLDERS = frozenset({Role.GROUP, Role.LIST, Role.NAVIGATION})


def with_tab_lists(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where every tab is in a tab list, as ARIA has it: what holds nothing but tabs is one, and the few
    links and buttons among them are tabs, too.

    Source of the rule: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/, axe-core ``aria-required-parent``.
    """
    found = dict(draft)
    listed: set[int] = set()
    for node in page.nodes:
        tabs = _tabs(node, found)
        if tabs:
            found[node.id] = Annotation(role=Role.TABLIST, confidence=found[node.id].confidence)
            found |= {tab.id: replace(found[tab.id], role=Role.TAB) for tab in tabs}
            listed |= {tab.id for tab in tabs}
    for id_, own in found.items():
        if own.role is Role.TAB and id_ not in listed:
            found[id_] = replace(own, role=Role.LINK)
    return found


def _tabs(node: Region, found: Draft) -> list[Region]:
    """
    The children of a region when they are tabs; none when anything else is among them.
    """
    if found[node.id].role not in _HOLDERS or found[node.id].link or node.kind is RegionKind.STACK:
        return []
    items = [child for child in node.children if child.kind is not RegionKind.SHAPE]
    tabs = sum(found[item.id].role is Role.TAB for item in items)
    pressed = all(found[item.id].role in ACTION_ROLES for item in items)
    return items if pressed and tabs >= max(MIN_TABS, len(items) / 2) else []
