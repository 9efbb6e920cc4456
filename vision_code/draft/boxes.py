"""
Boxes of the ground's colour that touch in rows and columns are the cells of a table, whatever one of them looks like.
"""

from __future__ import annotations

from vision_code.divide.tables import MIN_ROWS, is_framed
from vision_code.draft.page import Page, is_text
from vision_code.region import FIELD_ROLES, Annotation, Draft, Region, RegionKind, Role

# What a framed cell with words is taken for.
_PRESSED = frozenset({Role.BUTTON, *FIELD_ROLES})


def with_boxed_tables(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft, blocks of framed cells being tables, and what is in a frame there neither a button nor a field.
    """
    found = dict(draft)
    for table in page.nodes:
        if table.kind is not RegionKind.TABLE or not _is_boxed(page, table):
            continue
        found[table.id] = Annotation(role=Role.TABLE, confidence=draft[table.id].confidence)
        for row in table.children:
            found[row.id] = Annotation(role=Role.GROUP, confidence=draft[row.id].confidence)
            for cell in row.children:
                if draft[cell.id].role in _PRESSED:
                    plain = Role.TEXT if is_text(cell) else Role.GROUP if cell.children else Role.DECORATION
                    found[cell.id] = Annotation(role=plain, confidence=draft[cell.id].confidence)
    return found


def _is_boxed(page: Page, table: Region) -> bool:
    """
    Whether every cell has a frame that another touches, and none a colour of its own, as the keys of a pad have.
    """
    around = next((each.surface for each in page.ancestors(table) if each.surface is not None), None)
    ground = page.observation.background if around is None else around.fill
    if len(table.children) < MIN_ROWS:
        return False
    if any(row.kind is not RegionKind.ROW or row.surface is not None for row in table.children):
        return False
    return all(
        cell.surface is not None
        and cell.surface.border is not None
        and cell.surface.fill == ground
        and is_framed(cell, cells)
        for cells in (row.children for row in table.children)
        for cell in cells
    )
