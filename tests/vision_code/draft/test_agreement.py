"""
Repeated items say the same at the same place; what is one item's own stays its own.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.agreement import agree
from vision_code.draft.page import survey
from vision_code.geometry import Box
from vision_code.region import Annotation, Region, RegionKind, Role


def _draft(roles: list[Role], confidence: list[float]) -> dict[int, Annotation]:
    draft = {0: Annotation(role=Role.GROUP)}
    for n, (role, sure) in enumerate(zip(roles, confidence, strict=True), 1):
        draft[n] = Annotation(role=role, confidence=sure)
    return draft


def test_the_odd_one_out_follows_the_others(text, tree) -> None:
    observation, root = tree([replace(text(f"item {n}", 10, 20 * n), repeat=1) for n in range(4)])
    draft = _draft([Role.LINK, Role.LINK, Role.TEXT, Role.LINK], [0.9, 0.8, 0.7, 0.9])
    agreed = agree(survey(observation, root), draft)
    assert [agreed[n].role for n in range(1, 5)] == [Role.LINK] * 4


def test_confidence_outweighs_number(text, tree) -> None:
    observation, root = tree([replace(text(f"item {n}", 10, 20 * n), repeat=1) for n in range(3)])
    agreed = agree(survey(observation, root), _draft([Role.LINK, Role.TEXT, Role.TEXT], [0.95, 0.42, 0.41]))
    assert [agreed[n].role for n in range(1, 4)] == [Role.LINK] * 3


def test_two_items_and_strangers_are_left_alone(text, tree) -> None:
    observation, root = tree(
        [replace(text("a", 10, 0), repeat=1), replace(text("b", 10, 20), repeat=1), text("c", 10, 40)]
    )
    draft = _draft([Role.LINK, Role.TEXT, Role.HEADING], [0.9, 0.5, 0.9])
    assert agree(survey(observation, root), draft) == draft


def test_states_stay_each_items_own(text, tree) -> None:
    observation, root = tree([replace(text(f"item {n}", 10, 20 * n), repeat=1) for n in range(3)])
    draft = _draft([Role.LINK] * 3, [0.9] * 3)
    draft[2] = replace(draft[2], checked=True)
    assert agree(survey(observation, root), draft) == draft


def test_rows_of_a_list_in_columns_agree_and_those_of_a_table_do_not(text, tree) -> None:
    rows = [
        Region(
            id=0,
            kind=RegionKind.ROW,
            box=Box(10, 40.0 * n, 300, 20),
            children=(text("a", 10, 40 * n), text("b", 90, 40 * n)),
        )
        for n in range(3)
    ]
    table = Region(id=0, kind=RegionKind.TABLE, box=Box(10, 0, 300, 100), children=tuple(rows), columns=2)
    observation, root = tree([table])
    roles = [Role.GROUP, Role.LINK, Role.TEXT, Role.GROUP, Role.TEXT, Role.TEXT, Role.GROUP, Role.TEXT, Role.TEXT]
    for holder, expected in ((Role.LIST, Role.TEXT), (Role.TABLE, Role.LINK)):
        draft = _draft([holder, *roles], [0.8] * 10)
        assert agree(survey(observation, root), draft)[3].role is expected
