"""
Words that lead on wherever they stand: "Next", "Read more"; and short words in rows and columns at the end of a page.
"""

from __future__ import annotations

import re

from vision_code.draft.page import Page, is_in_pressed, is_text
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: They were links 36 of 36 times (86 tuning pages).
_ONWARDS = frozenset(
    {
        *("next", "previous", "prev", "next page", "previous page", "older posts", "newer posts", "back to top"),
        *("read more", "learn more", "show more", "load more", "view more", "see more", "view all", "see all"),
        "continue reading",
    }
)
_SIGNS = re.compile(r"[^a-z ]")
# "License", "Documentation", "Support": so many of one size, each so short; addresses and hours hold numbers.
LEAST, MAX_WORDS, SAME_SIZE_PX = 3, 3, 1.0


def with_leads(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where words that lead on are links.
    """
    return _linked(page, draft, [node for node in page.nodes if _leads_on(node)])


def with_closing_links(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where several short words side by side, or one below the other, in a footer are links.
    """
    ends = [text for node in page.nodes for text in _listed_at_end(page, draft, node)]
    return _linked(page, draft, [text for text in ends if page.own_surface(text) is None])


def _linked(page: Page, draft: Draft, texts: list[Region]) -> dict[int, Annotation]:
    found = dict(draft)
    for text in texts:
        if _is_plain(page, found, text):
            found[text.id] = Annotation(role=Role.LINK, confidence=found[text.id].confidence / 2)
    return found


def _leads_on(node: Region) -> bool:
    return is_text(node) and len(node.lines) == 1 and _SIGNS.sub("", node.text.lower()).strip() in _ONWARDS


def _listed_at_end(page: Page, found: Draft, node: Region) -> list[Region]:
    """
    The words in a row or column of a footer, when there are several, all short and of one size.
    """
    if node.kind not in (RegionKind.ROW, RegionKind.COLUMN):
        return []
    if not any(found[each.id].role is Role.CONTENTINFO for each in (node, *page.ancestors(node))):
        return []
    texts = [child for child in node.children if is_text(child)]
    sizes = [text.lines[0].style.size_px for text in texts]
    even = len(texts) >= LEAST and max(sizes) - min(sizes) <= SAME_SIZE_PX
    return texts if even and all(map(_is_short, texts)) else []


def _is_short(text: Region) -> bool:
    words = text.text
    plain = len(text.lines) == 1 and words[:1].isupper() and not any(sign.isdigit() for sign in words)
    return plain and len(words.split()) <= MAX_WORDS


def _is_plain(page: Page, found: Draft, text: Region) -> bool:
    """
    Whether words are only words so far, in no link or button.
    """
    return found[text.id].role is Role.TEXT and not is_in_pressed(page, found, text)
