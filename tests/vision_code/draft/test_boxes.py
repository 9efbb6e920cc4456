"""
Cells in frames of their own are cells; keys of a pad, on a ground of their own, stay buttons.
"""

from __future__ import annotations

import pytest

from vision_code.draft.boxes import with_boxed_tables
from vision_code.geometry import Box, Color
from vision_code.region import Region, RegionKind, Role

WHITE, GREY = Color(255, 255, 255), Color(230, 230, 230)


@pytest.mark.parametrize(("fill", "roles"), [(WHITE, (Role.TABLE, Role.TEXT)), (GREY, (Role.GROUP, Role.BUTTON))])
def test_boxes_that_touch_on_the_ground_of_the_page_are_cells(text, make_rect, settled, body, fill, roles) -> None:
    rows = []
    for y in (100, 140, 180):
        boxes = [make_rect(x, y, 98, 38, line=True, fill=fill) for x in (20, 120, 220)]
        cells = tuple(text(f"No {y}", box.box.x + 20, y + 12, surface=box) for box in boxes)
        rows.append(Region(id=0, kind=RegionKind.ROW, box=Box(20, y, 298, 38), children=cells))
    table = Region(id=0, kind=RegionKind.TABLE, box=Box(20, 100, 298, 118), children=tuple(rows), columns=3)
    found = settled(with_boxed_tables, [table, *body], {1: Role.GROUP, 3: Role.BUTTON, 7: Role.BUTTON})
    assert (found[1], found[3]) == roles
    assert found[7] is roles[1]
