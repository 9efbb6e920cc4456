"""
What page numbers in a row look like: « Previous 1 2 3 … 9 Next ».
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vision_code.region import Region, RegionKind

#: Fewer numbers in a row count something else.
MIN_NUMBERS = 3
#: What leads on: at most two things at each end (first, previous; next, last) of one or two words.
MAX_ENDS, MAX_WORDS = 2, 2
#: Icons that lead on are no larger than this.
ARROW_PX = 32.0
_GAPS = frozenset({"…", "...", "..", "⋯", "···"})
#: Words that name another page by where it stands.
PAGE_WORDS = frozenset({"first", "last", "newer", "next", "older", "prev", "previous"})
_ON = PAGE_WORDS | {"back"}
_ARROWS = frozenset("«»‹›<>←→")


def is_pagination(items: Sequence[Region]) -> bool:
    """
    Whether things side by side are page numbers that go up, with what leads to other pages at an end or both.
    """
    at = [n for n, item in enumerate(items) if item.text.isdecimal()]
    if len(at) < MIN_NUMBERS:
        return False
    before, middle, after = items[: at[0]], items[at[0] : at[-1] + 1], items[at[-1] + 1 :]
    ends = [*before, *after]
    if not ends or max(len(before), len(after)) > MAX_ENDS or not all(_is_end(item) for item in ends):
        return False
    numbers = [int(item.text) for item in middle if item.text.isdecimal()]
    gaps = [item for item in middle if item.text in _GAPS]
    steps = [b - a for a, b in pairwise(numbers)]
    if len(numbers) + len(gaps) < len(middle) or min(steps) < 1 or sum(step > 1 for step in steps) > len(gaps):
        return False
    return bool(before and after) or any(_leads_on(item) for item in ends)


def _is_end(item: Region) -> bool:
    if item.kind is RegionKind.PICTURE:
        return max(item.box.w, item.box.h) <= 2 * ARROW_PX
    leaves = [leaf for leaf in item.walk() if leaf.is_leaf]
    return len(leaves) <= 2 and len(" ".join(leaf.text for leaf in leaves).split()) <= MAX_WORDS


def _leads_on(item: Region) -> bool:
    if any(part.kind is RegionKind.PICTURE for part in item.walk()):
        return True
    words = " ".join(leaf.text for leaf in item.walk()).lower().split()
    return any(word in _ON or word in _ARROWS for word in words)
