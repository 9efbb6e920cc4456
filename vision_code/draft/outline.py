"""
Heading levels: a page's outline without gaps, as readers and screen readers walk it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vision_code.draft.page import Page
from vision_code.region import Annotation, Role

#: The first heading of a part of a page is at most this deep.
FIRST_LEVEL = 2


def outlined(page: Page, draft: Mapping[int, Annotation]) -> dict[int, Annotation]:
    """
    The same draft with heading levels that go down one step at a time; what was equally deep stays so.

    Source of the rule: axe-core `heading-order`, https://www.w3.org/WAI/tutorials/page-structure/headings/.
    """
    found = dict(draft)
    open_levels: list[tuple[int, int]] = []  # as said, as written
    for node in page.nodes:
        own = found[node.id]
        if own.role is not Role.HEADING:
            continue
        said = own.level or FIRST_LEVEL
        while open_levels and open_levels[-1][0] > said:
            open_levels.pop()
        if not open_levels:
            open_levels.append((said, min(said, FIRST_LEVEL)))
        elif open_levels[-1][0] < said:
            open_levels.append((said, open_levels[-1][1] + 1))
        found[node.id] = replace(own, level=open_levels[-1][1])
    return found
