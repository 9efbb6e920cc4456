"""
What fits and is refused all the same: places left out with a comment, and files that lose most of their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: A whole file that is written anew and loses more than half is more often cut off than meant; shorter ones may be.
_KEPT_SHARE = 0.5
_SMALL_LINES = 10

_COMMENT = re.compile(
    r"^\s*(?://+|#+|/\*+|\*|\{/\*|<!--|--|;+|%+|\(\*|\"\"\"|''')\s*(?P<said>.*?)\s*(?:\*/\}?|-->|\*\)|\"\"\"|''')?\s*$"
)
_BARE = re.compile(r"^\s*(?:\.\.\.|…)\s*$")
_DOTS = r"(?:\.\.\.+|…)"
_LEFT_OUT = re.compile(
    rf"^(?:{_DOTS}\s*)+$"
    rf"|^{_DOTS}.*\b"
    r"(?:rest|remain\w*|existing|others?|previous\w*|same|unchanged|omitted|before|above|keep|code|more)\b"
    rf"|\b(?:rest|remain\w*|existing|other|previous|unchanged|omitted|same as before)\b.*{_DOTS}"
    r"|\brest of (?:the |your |this )?(?:\w+ )?"
    r"(?:code|file|function|class|method|component|implementation|content|module)\b"
    r"|^(?:your |the )?existing (?:code|implementation|logic|contents?|imports?|methods?|functions?)\b"
    r"|\b(?:code|implementation|methods?|functions?|imports?|file|content) (?:remains?|stays?|is|are|here)?\s*"
    r"(?:the same|unchanged|omitted|goes here|as before)"
    r"|^(?:remaining|unchanged|previous) (?:code|implementation|methods?|functions?|imports?|content)\b",
    re.IGNORECASE,
)
#: A line of three dots alone is a statement here, and text there.
_DOTS_ARE_TEXT = (".py", ".pyi", ".md", ".rst", ".txt", ".yml", ".yaml")


def left_out(path: str, new: Iterable[str], old: Iterable[str]) -> str:
    """
    The first of the ``new`` lines that stands for code instead of being it; empty if none does. What the file held
    before is no such line.
    """
    known: set[str] | None = None
    dots_are_text = path.endswith(_DOTS_ARE_TEXT)
    for line in new:
        comment = _COMMENT.match(line)
        lazy = _LEFT_OUT.search(comment["said"]) if comment else _BARE.match(line) and not dots_are_text
        if lazy:
            known = {each.strip() for each in old} if known is None else known
            if line.strip() not in known:
                return line.strip()
    return ""


def shrinks(old_lines: int, new_lines: int) -> bool:
    """
    Whether a file written as a whole loses more than half of its lines.
    """
    return old_lines >= _SMALL_LINES and new_lines < old_lines * _KEPT_SHARE
