"""
Accessible names for what has no words of its own: pictures, and links and buttons that are only an icon.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.divide.heads import has_head, rows_of_table
from vision_code.draft.page import Page, is_badge, is_text
from vision_code.region import FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, RegionKind, Role

MAX_NAME_CHARS = 60
# Names are looked for this many containers up: a card is two or three levels deep.
MAX_LEVELS = 3
_ACTIONS = {Role.LINK: "Open", Role.BUTTON: "Button", Role.TAB: "Tab"}
_SEARCHES = frozenset({Role.SEARCHBOX})


def named(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where each picture with meaning and each wordless control has a name, taken from the words beside it.
    """
    found = dict(draft)
    for node in page.nodes:
        annotation = found[node.id]
        is_bar = annotation.role is Role.PROGRESSBAR  # words in it say how far, not what
        if annotation.name or (not is_bar and any(is_text(inner) for inner in node.walk())):
            continue
        if is_bar:
            found[node.id] = replace(annotation, name=_of_row_or_near(page, found, node) or "Progress")
        elif node.picture is not None and node.picture.text:
            found[node.id] = replace(annotation, name=node.picture.text[:MAX_NAME_CHARS])
        elif annotation.role is Role.IMG:
            found[node.id] = replace(annotation, name=_title_near(page, found, node) or "Picture")
        elif annotation.role in TICK_ROLES:  # said where no label is bound to it
            name = _of_row_or_near(page, found, node) or annotation.role.value.capitalize()
            found[node.id] = replace(annotation, name=name)
        elif annotation.role in _ACTIONS or annotation.link:
            found[node.id] = replace(annotation, name=_action_name(page, found, node))
    return found


def _action_name(page: Page, draft: Draft, node: Region) -> str:
    parent = page.parent(node)
    beside = [draft[sibling.id].role for sibling in parent.children] if parent is not None else []
    if draft[node.id].role is Role.BUTTON and _SEARCHES & set(beside):
        return "Search"
    if draft[node.id].role is Role.BUTTON and FIELD_ROLES & set(beside):
        return "Submit"
    verb = _ACTIONS.get(draft[node.id].role, "Open")
    title = _title_near(page, draft, node)
    return f"{verb}: {title}" if title else verb


def _of_row_or_near(page: Page, draft: Draft, node: Region) -> str:
    return _row_name(page, draft, node) or _title_near(page, draft, node)


def _row_name(page: Page, draft: Draft, tick: Region) -> str:
    """
    What a tick box of a table chooses, or a bar measures: its row by the row's first words, or all rows when it is in
    the head.
    """
    around = [tick, *page.ancestors(tick)]
    at = next((n for n, node in enumerate(around) if draft[node.id].role is Role.TABLE and n), None)
    if at is None:
        return ""
    table, row = around[at], around[at - 1]
    if table.kind is RegionKind.TABLE and has_head(table) and row is rows_of_table(table)[0]:
        return "Select all"
    return _first_words(row)


def _first_words(region: Region) -> str:
    """
    The first words in a region that are more than initials or a counter.
    """
    texts = [leaf for leaf in region.walk() if is_text(leaf)]
    whole = [leaf for leaf in texts if not is_badge(leaf)] or texts
    return whole[0].text[:MAX_NAME_CHARS].strip() if whole else ""


def _title_near(page: Page, draft: Draft, node: Region) -> str:
    """
    The heading of the nearest container that has one, else its first words.
    """
    for around in page.ancestors(node)[:MAX_LEVELS]:
        if around.id == 0:
            return ""
        texts = [leaf for leaf in around.walk() if is_text(leaf)]
        headings = [leaf for leaf in texts if draft[leaf.id].role is Role.HEADING]
        if texts:
            return headings[0].text[:MAX_NAME_CHARS].strip() if headings else _first_words(around)
    return ""
