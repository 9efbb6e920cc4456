"""
Short words in like boxes side by side are links; two of them, unlike ones and cells of a table are not.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.tag_rows import with_tag_rows
from vision_code.geometry import Box, Color
from vision_code.region import Region, RegionKind, Role


def _tag(text, make_rect, words: str, x: float, **look: object) -> Region:
    surface = make_rect(x, 300, 90, 22, **({"fill": Color(240, 240, 240)} | look))
    return text(words, x + 10, 307, surface=surface, size_px=13.0)


def _row(*children: Region, kind: RegionKind = RegionKind.ROW) -> Region:
    return Region(id=0, kind=kind, box=Box(20, 300, 500, 22), children=children)


def test_tags_side_by_side_are_links(text, make_rect, settled) -> None:
    tags = [_tag(text, make_rect, words, 20 + 100 * n) for n, words in enumerate(("PHP", "Laravel", "CSS"))]
    assert [settled(with_tag_rows, [_row(*tags)], {})[n] for n in (2, 3, 4)] == [Role.LINK] * 3
    assert settled(with_tag_rows, [_row(*tags[:2])], {})[2] is Role.TEXT
    assert settled(with_tag_rows, [_row(*tags)], {2: Role.BUTTON})[2] is Role.BUTTON


def test_states_differ_in_colour_and_cells_stand_in_tables(text, make_rect, settled) -> None:
    fills = (Color(220, 252, 231), Color(254, 226, 226), Color(254, 249, 195))
    states = [_tag(text, make_rect, "State", 20 + 100 * n, fill=fill) for n, fill in enumerate(fills)]
    assert settled(with_tag_rows, [_row(*states)], {})[2] is Role.TEXT
    cells = [_tag(text, make_rect, words, 20 + 100 * n) for n, words in enumerate(("3", "John", "Premier"))]
    table = replace(_row(_row(*cells)), kind=RegionKind.TABLE)
    assert settled(with_tag_rows, [table], {})[3] is Role.TEXT
