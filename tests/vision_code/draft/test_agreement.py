"""
Repeated items say the same at the same place; what is one item's own stays its own.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.agreement import agree
from vision_code.draft.page import survey
from vision_code.geometry import Box, Color
from vision_code.observation import Picture, PictureKind, Rect
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


def _table(rows: list[list[Region]]) -> Region:
    made = tuple(
        Region(id=0, kind=RegionKind.ROW, box=Box(10, 40.0 * n, 600, 30), children=tuple(cells))
        for n, cells in enumerate(rows)
    )
    box = Box(10, 0, 600, 40.0 * len(rows))
    return Region(id=0, kind=RegionKind.TABLE, box=box, children=made, columns=len(rows[0]))


def _agreed(tree, table: Region, said: dict[str, tuple[Role, float]]) -> dict[str, Annotation]:
    """
    What was agreed on of each text, by its words, after ``said`` of some; nothing was sure of the others.
    """
    observation, root = tree([table])
    draft = {}
    for node in root.walk():
        role, sure = said.get(node.text, (Role.TEXT if node.lines else Role.GROUP, 0.5))
        draft[node.id] = Annotation(role=Role.TABLE if node.kind is RegionKind.TABLE else role, confidence=sure)
    agreed = agree(survey(observation, root), draft)
    return {node.text or str(node.id): agreed[node.id] for node in root.walk()}


def test_rows_of_a_list_in_columns_agree(text, tree) -> None:
    observation, root = tree([_table([[text(f"a{n}", 10, 40 * n), text(f"b{n}", 90, 40 * n)] for n in range(3)])])
    roles = [Role.GROUP, Role.LINK, Role.TEXT, Role.GROUP, Role.TEXT, Role.TEXT, Role.GROUP, Role.TEXT, Role.TEXT]
    assert agree(survey(observation, root), _draft([Role.LIST, *roles], [0.8] * 10))[3].role is Role.TEXT


def test_cells_of_a_column_that_look_alike_are_one_thing(text, tree) -> None:
    blue = Color(13, 110, 253)
    rows = [[text(f"name{n}", 10, 40 * n), text(f"role{n}", 200, 40 * n)] for n in range(4)]
    rows[3][1] = text("role3", 200, 120, color=blue)
    agreed = _agreed(tree, _table(rows), {"role1": (Role.BUTTON, 0.9), "role3": (Role.LINK, 0.9)})
    assert [agreed[f"role{n}"].role for n in range(4)] == [Role.TEXT] * 3 + [Role.LINK]


def test_a_column_of_words_that_look_like_links_is_one_of_links(text, tree) -> None:
    blue = Color(13, 110, 253)
    rows = [[text(f"no{n}", 10, 40 * n, color=blue), text(f"A long name of {n}", 200, 40 * n)] for n in range(4)]
    said = {"no0": (Role.TEXT, 0.9), "no1": (Role.HEADING, 0.4), "no2": (Role.LINK, 0.6)}
    agreed = _agreed(tree, _table(rows), said)
    assert [agreed[f"no{n}"].role for n in range(4)] == [Role.LINK] * 4


def _pills(text, make_rect, fills: list[Color], words: list[str]) -> list[list[Region]]:
    return [
        [
            text(f"A long name of {n}", 10, 40 * n),
            text(word, 200, 40 * n + 4, surface=make_rect(190, 40 * n, 80, 22, fill=fill)),
        ]
        for n, (fill, word) in enumerate(zip(fills, words, strict=True))
    ]


def test_boxed_words_on_different_grounds_are_states_and_no_buttons(text, tree, make_rect) -> None:
    green, red = Color(220, 252, 231), Color(254, 226, 226)
    fills, words = [green, red, green], ["Paid1", "Late", "Paid2"]
    agreed = _agreed(tree, _table(_pills(text, make_rect, fills, words)), dict.fromkeys(words, (Role.BUTTON, 0.9)))
    assert [agreed[word].role for word in words] == [Role.TEXT] * 3


def test_deeds_on_different_grounds_are_buttons_all_the_same(text, tree, make_rect) -> None:
    fills, words = [Color(220, 252, 231), Color(254, 226, 226), Color(220, 252, 231)], ["Pay 1", "Remove", "Pay 2"]
    agreed = _agreed(tree, _table(_pills(text, make_rect, fills, words)), dict.fromkeys(words, (Role.BUTTON, 0.9)))
    assert [agreed[word].role for word in words] == [Role.BUTTON] * 3


def _tick(rect: Rect, *, filled: bool) -> Region:
    if not filled:
        return Region(id=0, kind=RegionKind.SHAPE, box=rect.box, surface=rect)
    mark = Picture(id=0, kind=PictureKind.ICON, box=rect.box.inset(2), color=rect.fill, background=rect.fill)
    return Region(id=0, kind=RegionKind.PICTURE, box=rect.box, surface=rect, picture=mark)


def test_a_column_of_ticked_and_empty_boxes_is_one_of_tick_boxes_with_their_states(text, tree, make_rect) -> None:
    blue = Color(13, 110, 253)
    boxes = [make_rect(10, 40 * n, 14, 14, fill=blue if n == 1 else None, line=n != 1) for n in range(4)]
    rows = [[_tick(box, filled=n == 1), text(f"name{n}", 60, 40 * n)] for n, box in enumerate(boxes)]
    observation, root = tree([_table(rows)])
    draft = {n.id: Annotation(role=Role.TABLE if n.columns else Role.DECORATION) for n in root.walk()}
    agreed = agree(survey(observation, root), draft)
    ticks = [agreed[n.id] for n in root.walk() if n.is_leaf and not n.lines]
    assert [(tick.role, tick.checked) for tick in ticks] == [(Role.CHECKBOX, n == 1) for n in range(4)]


def test_a_row_of_a_table_is_no_link(text, tree) -> None:
    observation, root = tree([_table([[text(f"a{n}", 10, 40 * n), text(f"b{n}", 90, 40 * n)] for n in range(3)])])
    draft = {
        n.id: Annotation(role=Role.TABLE if n.columns else Role.GROUP, link=n.kind is RegionKind.ROW)
        for n in root.walk()
    }
    assert not any(note.link for note in agree(survey(observation, root), draft).values())


def test_an_avatar_is_the_same_whether_its_letters_were_read_or_not(text, tree, make_rect) -> None:
    names = ["Ann Bold", "Cy Dole", "Eve Fox"]
    rows = []
    for n, name in enumerate(names):
        disc = make_rect(10, 60 * n, 36, 36, fill=Color(90, 60 * n, 200), radius=18)
        letters = "".join(word[0] for word in name.split())
        avatar = text(letters, 20, 60 * n + 12, surface=disc)
        if n == 2:
            avatar = _tick(disc, filled=True)
        box = Box(10, 60.0 * n, 400, 36)
        row = Region(id=0, kind=RegionKind.ROW, box=box, children=(avatar, text(name, 60, 60 * n + 12)), repeat=1)
        rows.append(row)
    observation, root = tree(rows)
    draft = {n.id: Annotation(role=Role.BUTTON if n.surface else Role.GROUP) for n in root.walk()}
    agreed = agree(survey(observation, root), draft)
    discs = [agreed[n.id].role for n in root.walk() if n.surface]
    assert discs == [Role.TEXT, Role.TEXT, Role.DECORATION]
