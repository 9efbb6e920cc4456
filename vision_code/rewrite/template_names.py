"""
Which names of a script its template does not use any more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from vision_code.rewrite.script import names_in_expression

_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def unused(before: Iterable[str], after: Iterable[str], scripts: str) -> Iterator[str]:
    """
    Names that only the old template used, as a line for people.

    Args:
        before: Expressions and tags of the old template.
        after: Of the new one.
        scripts: The scripts around it.
    """
    still = {name for each in after for name in _names(each)}
    used = dict.fromkeys(name for each in before for name in _names(each) if name not in still)
    stand = Counter(_NAME.findall(scripts))
    names = [name for name in used if stand[name] == 1]
    if names:
        yield f"no longer used: {', '.join(names)}"


def _names(code: str) -> list[str]:
    """
    In their order; a tag like ``base-button`` is called ``BaseButton`` in a script.
    """
    if re.fullmatch(r"[a-z]\w*(?:-\w+)+", code):
        return ["".join(part.capitalize() for part in code.split("-"))]
    return [name for name in _NAME.findall(code) if name in names_in_expression(code)]
