"""
Heads that announce places to go.
"""

from __future__ import annotations

import pytest

from vision_code.draft.indexes import with_indexes
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind, Role


def _column(*children: Region, width: float = 200) -> Region:
    return Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 300, width, 300), children=children)


def _entries(text, *names: str) -> list[Region]:
    return [text(name, 10, 330 + 24 * n, size_px=14.0) for n, name in enumerate(names)]


def test_lines_below_a_table_of_contents_are_links_up_to_the_next_head(text, settled) -> None:
    below = text("Found a mistake? Tell us.", 10, 460, size_px=14.0)
    menu = _column(text("Table of Contents", 0, 300, size_px=18.0), *_entries(text, "Setup", "First steps"), below)
    found = settled(with_indexes, [menu], {2: Role.HEADING})
    assert [found[n] for n in range(2, 6)] == [Role.HEADING, Role.LINK, Role.LINK, Role.TEXT]


@pytest.mark.parametrize(
    ("head", "names", "width", "role"),
    [
        ("Company", ("About", "Jobs", "Press"), 200, Role.LINK),
        ("Company", ("About", "Jobs"), 200, Role.TEXT),
        ("Company", ("About", "Jobs", "Press"), 900, Role.TEXT),
        ("Northwind", ("About", "Jobs", "Press"), 200, Role.TEXT),
    ],
    ids=["topic", "too few", "no side column", "a name"],
)
def test_a_topic_heads_links_only_in_a_list_at_the_side(text, settled, head, names, width, role) -> None:
    found = settled(with_indexes, [_column(text(head, 0, 300, size_px=18.0), *_entries(text, *names), width=width)], {})
    assert {found[n] for n in range(3, 3 + len(names))} == {role}
