"""
Lines that are several links in a row, parted by signs: «previous | next | index», «Home » Docs » Install».
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vision_code.divide.page_numbers import PAGE_WORDS
from vision_code.draft.landmarks import is_top_bar
from vision_code.draft.page import COLOURED_CHROMA, Page, is_text
from vision_code.geometry import chroma
from vision_code.observation import TextLine
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: Signs that part things of one line when they stand alone.
BARS = frozenset({"|", "·", "•", "¦"})
# One of them read together with the words beside it: «Privacy·Terms»; between single letters it is a part of the word.
_GLUED = re.compile(r"(?<=[^\W\d_]{2})([|·•¦])(?=\s|$|[^\W\d_]{2})|(?:(?<=\s)|^)([|·•¦])(?=[^\W\d_]{2})")
#: Signs between the steps of a path, whose last is the page itself.
STEPS = frozenset({"»", "›", ">", "/", "→"})
SIGNS = BARS | STEPS
#: What stands between links without being one.
_BETWEEN = BARS | {".", ",", ";", "-", "–", "/"}
# What an arrow beside it points to.
_ON = PAGE_WORDS | {"more"}
# A link of a bar or a path is a title at most.
MAX_PART_WORDS = 8
# «By Ann | May 3» has two parts, and one sign in its row.
MIN_PARTS, MIN_IN_ROW = 3, 2
_BAR_ROLES = frozenset({Role.NAVIGATION, Role.BANNER})


def words_and_signs(text: str) -> list[str]:
    """
    The words of a line, with signs that were read together with a word as words of their own.
    """
    return _GLUED.sub(r" \1\2 ", text).split()


def parts_of(words: Sequence[str]) -> list[tuple[int, int]]:
    """
    Ranges (first, past the last) of the words between signs; one range when there are no signs.
    """
    parts: list[tuple[int, int]] = []
    start: int | None = None
    for index, word in enumerate([*words, "|"]):
        if word in SIGNS:
            if start is not None:
                parts.append((start, index))
            start = None
        elif start is None:
            start = index
    return parts


def is_parted(words: Sequence[str]) -> bool:
    """
    Whether a line is short parts with signs between or behind them; an arrow that belongs to its one part is none.
    """
    parts = parts_of(words)
    if not parts or is_arrowed(words) or not any(word in SIGNS for word in words):
        return False
    return all(end - first <= MAX_PART_WORDS for first, end in parts)


def is_arrowed(words: Sequence[str]) -> bool:
    """
    Whether a line is one link whose arrow belongs to it, as in "Next »", and no step of a path before its sign.
    """
    if len(parts_of(words)) != 1 or any(word in BARS for word in words):
        return False
    return words[-1] == "→" or any(word.lower() in _ON for word in words)


def links_in_parts(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where texts in parts are links if only a menu is written so: in a bar, in three parts, in a row,
    underlined.
    """
    found = dict(draft)
    for node in page.nodes:
        if node.kind is RegionKind.ROW and sum(_has_sign_at_edge(child) for child in node.children) >= MIN_IN_ROW:
            entries = [child for child in node.children if is_text(child) and _is_entry(child)]
        else:
            entries = [node] if is_text(node) and is_parted(words_and_signs(node.text)) else []
            entries = [entry for entry in entries if _is_menu(entry) or _is_in_bar(page, found, entry)]
        for entry in entries:
            _link(found, entry)
    return found


def _is_entry(node: Region) -> bool:
    return len(node.text.split()) <= MAX_PART_WORDS or is_parted(words_and_signs(node.text))


def without_bare_signs(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where signs between links are no links themselves.
    """
    found = dict(draft)
    for node in page.nodes:
        if is_text(node) and found[node.id].role is Role.LINK and _BETWEEN.issuperset(node.text.split()):
            found[node.id] = replace(found[node.id], role=Role.TEXT, link=False)
    return found


def _has_sign_at_edge(node: Region) -> bool:
    words = words_and_signs(node.text) if is_text(node) else []
    return is_parted(words) and not BARS.isdisjoint((words[0], words[-1]))


def _is_menu(node: Region) -> bool:
    words = words_and_signs(node.text)
    told = node.lines[0].style.underline or _are_signs_plain(node.lines[0])
    least = MIN_PARTS - 1 if told else MIN_PARTS
    return len(parts_of(words)) >= least and len({word for word in words if word in SIGNS}) == 1


def _are_signs_plain(line: TextLine) -> bool:
    """
    Whether the words of a line are coloured and the signs between them are not.
    """
    signs = [word.style for word in line.words if word.text in SIGNS]
    plain = [style for style in signs if style is not None and chroma(style.color) < COLOURED_CHROMA]
    return bool(signs) and len(plain) == len(signs) and chroma(line.style.color) >= COLOURED_CHROMA


def _is_in_bar(page: Page, found: dict[int, Annotation], node: Region) -> bool:
    around = page.ancestors(node)
    return any(found[a.id].role in _BAR_ROLES or (a.id and is_top_bar(page, a)) for a in around)


def _link(found: dict[int, Annotation], node: Region) -> None:
    own = found[node.id]
    if own.role is Role.TEXT and not own.link:
        found[node.id] = replace(own, role=Role.LINK, confidence=own.confidence / 2)
