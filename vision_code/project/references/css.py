"""
Pictures named by CSS, SCSS and Less: ``url(mock.png)``. Source: CSS Syntax 3, "Consume a url token".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vision_code.project.references.mention import Mention, names_a_picture
from vision_code.project.span import Span

_STRING = r"\"(?:[^\"\\\n]|\\.?)*+(?:\"|(?=\n)|\Z)|'(?:[^'\\\n]|\\.?)*+(?:'|(?=\n)|\Z)"
_TOKEN = (
    r"/\*.*?(?:\*/|\Z)"
    r"|(?<![\w-])url\(\s*+(?:\"(?P<double>[^\"\\\n]*+)\"|'(?P<single>[^'\\\n]*+)'|(?P<bare>[^\s\"'()]*+))\s*+\)"
    rf"|{_STRING}"
)
_CSS = re.compile(_TOKEN, re.S | re.I)
_SCSS = re.compile(rf"{_TOKEN}|//[^\n]*+", re.S | re.I)
_ESCAPE = re.compile(r"\\([^0-9a-fA-F\n])")
#: A variable in SCSS and Less: what it holds is not in this text.
_COMPUTED = re.compile(r"[#$@]\{")


def scan_css(text: str, start: int = 0, end: int | None = None, *, line_comments: bool = False) -> Iterator[Mention]:
    """
    The pictures in a stylesheet, or in a part of one.

    Args:
        line_comments: ``//`` begins a comment, as in SCSS and Less.
    """
    for found in (_SCSS if line_comments else _CSS).finditer(text, start, len(text) if end is None else end):
        for group in ("double", "single", "bare"):
            raw = found[group]
            if raw and names_a_picture(raw) and not _COMPUTED.search(raw):
                yield Mention("css", Span(*found.span()), Span(*found.span(group)), _ESCAPE.sub(r"\1", raw))
