"""
Accessible names for what has no words of its own: pictures, and links and buttons that are only an icon.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.page import Page, is_text
from vision_code.region import FIELD_ROLES, TICK_ROLES, Annotation, Draft, Region, Role

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
        if annotation.name or any(is_text(inner) for inner in node.walk()):
            continue
        if node.picture is not None and node.picture.text:
            found[node.id] = replace(annotation, name=node.picture.text[:MAX_NAME_CHARS])
        elif annotation.role is Role.IMG:
            found[node.id] = replace(annotation, name=_title_near(page, found, node) or "Picture")
        elif annotation.role in TICK_ROLES:  # said where no label is bound to it
            found[node.id] = replace(
                annotation, name=_title_near(page, found, node) or annotation.role.value.capitalize()
            )
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


def _title_near(page: Page, draft: Draft, node: Region) -> str:
    """
    The heading of the nearest container that has one, else its first words.
    """
    for around in page.ancestors(node)[:MAX_LEVELS]:
        if around.id == 0:
            return ""
        texts = [leaf for leaf in around.walk() if is_text(leaf)]
        headings = [leaf for leaf in texts if draft[leaf.id].role is Role.HEADING]
        if headings or texts:
            return (headings or texts)[0].text[:MAX_NAME_CHARS].strip()
    return ""
