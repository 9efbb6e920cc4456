"""
Initials in a disc: whose they are stands beside them.
"""

from __future__ import annotations

from vision_code.draft.page import Page, is_badge, is_text
from vision_code.region import Region


def is_initials(page: Page, region: Region) -> bool:
    """
    Whether the letters on a small square or disc are those of a name beside it: an avatar, nothing to press by itself.
    """
    parent = page.parent(region)
    if parent is None or not is_text(region) or not is_badge(region):
        return False
    names = [leaf.text for leaf in parent.walk() if is_text(leaf) and leaf is not region]
    return any(_abbreviates(region.text.upper(), name) for name in names)


def _abbreviates(letters: str, name: str) -> bool:
    words = name.upper().split()
    firsts = "".join(word[0] for word in words)
    return letters in {firsts[: len(letters)], firsts[0] + firsts[-1], words[0][: len(letters)]}
