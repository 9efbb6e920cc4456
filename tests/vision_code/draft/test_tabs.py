"""
Tabs are in a tab list, or they are links.
"""

from __future__ import annotations

from vision_code.draft.tabs import with_tab_lists
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind, Role


def _row(*children: Region) -> Region:
    return Region(id=0, kind=RegionKind.ROW, box=Box(0, 0, 600, 30), children=children)


def test_tabs_side_by_side_are_a_tab_list_and_a_stray_link_among_them_is_a_tab(text, settled) -> None:
    tabs = _row(text("Profile", 0, 0), text("Messages", 200, 0), text("Settings", 400, 0))
    found = settled(with_tab_lists, [tabs], {1: Role.LIST, 2: Role.TAB, 3: Role.LINK, 4: Role.TAB})
    assert [found[n] for n in (1, 2, 3, 4)] == [Role.TABLIST, Role.TAB, Role.TAB, Role.TAB]


def test_a_tab_among_other_things_or_by_itself_is_a_link(text, settled) -> None:
    mixed = _row(text("Profile", 0, 0), text("Messages", 200, 0), text("not to be pressed", 400, 0))
    found = settled(with_tab_lists, [mixed], {2: Role.TAB, 3: Role.TAB})
    assert [found[n] for n in (1, 2, 3, 4)] == [Role.GROUP, Role.LINK, Role.LINK, Role.TEXT]
    alone = settled(with_tab_lists, [text("Profile", 0, 0), text("Words", 0, 100)], {1: Role.TAB})
    assert alone[1] is Role.LINK
