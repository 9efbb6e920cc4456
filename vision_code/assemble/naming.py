"""
Names for people: the page's title, component names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vision_code.assemble.context import Context
from vision_code.region import Region, RegionKind, Role


def title_of(root: Region, context: Context) -> str:
    """
    The first heading of the highest level, else the largest text, else "Component".
    """
    headings = [r for r in root.walk() if context.role(r) is Role.HEADING and r.text]
    if headings:
        return min(headings, key=lambda r: context.annotation(r).level or 6).text
    texts = [r for r in root.walk() if r.kind is RegionKind.TEXT and r.text]
    return max(texts, key=lambda r: r.lines[0].style.size_px).text if texts else "Component"


def name_of(title: str, words: int = 3) -> str:
    """
    A component name in PascalCase from a title; empty when it has no words.
    """
    parts: Sequence[str] = re.findall(r"[A-Za-z][A-Za-z0-9]*", title)[:words]
    return "".join(part[0].upper() + part[1:] for part in parts)
