"""
Contradictions between annotations and how they are settled.
"""

from __future__ import annotations

from vision_code.draft.consistency import make_consistent
from vision_code.draft.page import survey
from vision_code.geometry import Box
from vision_code.region import Annotation, Region, RegionKind, Role


def _row(*children: Region) -> Region:
    return Region(id=0, kind=RegionKind.ROW, box=Box(0, 0, 400, 40), children=children)


def test_nothing_in_a_link_is_a_link_again(text, tree, make_photo) -> None:
    observation, root = tree([_row(make_photo(0, 0, 20, 20), text("Home", 30, 4))])
    draft = {i: Annotation(role=Role.LINK) for i in range(4)}
    draft[0] = Annotation(role=Role.GROUP)
    settled = make_consistent(survey(observation, root), draft)
    assert [settled[i].role for i in (1, 2, 3)] == [Role.LINK, Role.DECORATION, Role.TEXT]


def test_the_surer_main_wins(text, tree) -> None:
    observation, root = tree([_row(text("a", 0, 0)), _row(text("b", 0, 50))])
    draft = {i: Annotation(role=Role.GROUP) for i in range(5)}
    draft[1], draft[3] = Annotation(role=Role.MAIN, confidence=0.5), Annotation(role=Role.MAIN, confidence=0.9)
    settled = make_consistent(survey(observation, root), draft)
    assert (settled[1].role, settled[3].role) == (Role.GROUP, Role.MAIN)


def test_a_column_cannot_be_a_table(text, tree) -> None:
    column = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 9, 9), children=(text("a", 0, 0),))
    observation, root = tree([column])
    draft = {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.TABLE), 2: Annotation(role=Role.TEXT)}
    assert make_consistent(survey(observation, root), draft)[1].role is Role.GROUP


def test_a_linked_card_keeps_its_heading(text, tree) -> None:
    observation, root = tree([_row(text("Title", 0, 0), text("more", 0, 50))])
    draft = {
        0: Annotation(role=Role.GROUP),
        1: Annotation(role=Role.GROUP, link=True),
        2: Annotation(role=Role.HEADING, level=3, link=True),
        3: Annotation(role=Role.LINK),
    }
    settled = make_consistent(survey(observation, root), draft)
    assert (settled[2].role, settled[2].link, settled[3].role) == (Role.HEADING, False, Role.TEXT)


def test_half_a_page_is_no_link(text, tree) -> None:
    hero = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 1000, 400), children=(text("Welcome", 40, 40),))
    observation, root = tree([hero])
    draft = {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.LINK), 2: Annotation(role=Role.HEADING, level=1)}
    settled = make_consistent(survey(observation, root), draft)
    assert (settled[1].role, settled[2].role) == (Role.GROUP, Role.HEADING)


def test_a_row_with_a_button_for_a_deed_in_it_is_no_link(text, tree, make_rect) -> None:
    for words, linked in (("Remove", False), ("Active", True)):
        pill = text(words, 300, 8, surface=make_rect(290, 0, 90, 30, line=True))
        observation, root = tree([_row(text("Ann Bold", 0, 8), pill)])
        draft = {i: Annotation(role=Role.TEXT) for i in range(4)}
        draft |= {0: Annotation(role=Role.GROUP), 1: Annotation(role=Role.GROUP, link=True)}
        draft[3] = Annotation(role=Role.BUTTON)
        settled = make_consistent(survey(observation, root), draft)
        assert (settled[1].link, settled[3].role) == (linked, Role.TEXT if linked else Role.BUTTON)


def test_a_table_lies_in_no_link(text, tree) -> None:
    row = Region(id=0, kind=RegionKind.ROW, box=Box(0, 40, 400, 20), children=(text("a", 0, 40), text("b", 200, 40)))
    table = Region(id=0, kind=RegionKind.TABLE, box=row.box, children=(row,), columns=2)
    card = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 400, 60), children=(text("Orders", 0, 0), table))
    observation, root = tree([card])
    draft = {node.id: Annotation(role=Role.TEXT if node.lines else Role.GROUP) for node in root.walk()}
    draft |= {1: Annotation(role=Role.GROUP, link=True), 3: Annotation(role=Role.TABLE)}
    settled = make_consistent(survey(observation, root), draft)
    assert (settled[1].link, settled[3].role) == (False, Role.TABLE)
