"""
Heads that announce places to go: "Table of contents", "Categories", "Company". The short lines below them are links.
"""

from __future__ import annotations

from collections.abc import Iterator

from vision_code.draft.page import Page, is_text
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: Below these anything short is a link, be it one line.
_CONTENTS = frozenset(
    {
        *("contents", "table of contents", "on this page", "in this article", "this page", "page contents"),
        *("previous topic", "next topic", "related topics", "see also", "navigation", "quick links", "useful links"),
    }
)
#: Of these, lists in columns at the side or at the end of a page are written.
_TOPICS = frozenset(
    {
        *(
            "categories",
            "archives",
            "recent posts",
            "popular posts",
            "latest posts",
            "related posts",
            "topics",
            "links",
        ),
        *("company", "product", "products", "solutions", "resources", "legal", "support", "help", "learn", "explore"),
        *("community", "developers", "documentation", "docs", "social", "follow us", "connect", "get help", "about"),
        *("about us", "services", "our services", "customer service", "information", "my account", "account"),
    }
)
MIN_TOPICS = 3
MAX_WORDS, MAX_TOPIC_WORDS, MAX_LINES = 9, 5, 2
# A column beside others, at most this share of the page.
SIDE_SHARE = 0.4
_PLAIN = frozenset({Role.TEXT, Role.LINK})
_BLOCKS = frozenset({Role.GROUP, Role.LIST, Role.NAVIGATION})


def with_indexes(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where the lines below such a head are links.
    """
    found = dict(draft)
    for node in page.nodes:
        if node.kind is not RegionKind.COLUMN:
            continue
        for index, head in enumerate(node.children):
            words = head.text.lower().strip(" :") if is_text(head) and head.surface is None else ""
            if words not in _CONTENTS and words not in _TOPICS:
                continue
            lines = list(_lines_below(found, node.children[index + 1 :], head))
            if words in _TOPICS and not _is_short_list(page, node, lines):
                continue
            for line in lines:
                if found[line.id].role is Role.TEXT and not found[line.id].link:
                    found[line.id] = Annotation(role=Role.LINK, confidence=found[line.id].confidence / 2)
    return found


def _lines_below(found: dict[int, Annotation], after: tuple[Region, ...], head: Region) -> Iterator[Region]:
    """
    The short lines from a head to the next thing that is none.
    """
    size_px = head.lines[0].style.size_px
    for child in after:
        if child.kind is RegionKind.SHAPE:
            continue
        inner = list(child.walk())
        if any(found[part.id].role not in (_BLOCKS if part.children else _PLAIN | {Role.DECORATION}) for part in inner):
            return
        texts = [part for part in inner if is_text(part)]
        if any(not _is_short(text) or text.lines[0].style.size_px > size_px for text in texts):
            return
        yield from texts


def _is_short(text: Region) -> bool:
    words = text.text.split()
    return len(words) <= MAX_WORDS and len(text.lines) <= MAX_LINES and words[-1][-1] not in ".!?:"


def _is_short_list(page: Page, column: Region, lines: list[Region]) -> bool:
    brief = all(len(line.text.split()) <= MAX_TOPIC_WORDS for line in lines)
    return len(lines) >= MIN_TOPICS and brief and column.box.w <= SIDE_SHARE * page.root.box.w
