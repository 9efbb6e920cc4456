"""
Names for what has no words: taken from beside, never empty, never over what is there.
"""

from __future__ import annotations

from vision_code.draft.naming import named
from vision_code.draft.page import survey
from vision_code.geometry import Box
from vision_code.region import Annotation, Region, RegionKind, Role


def _column(*children: Region) -> Region:
    return Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 400, 400), children=children)


def _draft(*roles: Role) -> dict[int, Annotation]:
    return {n: Annotation(role=role) for n, role in enumerate(roles)}


def test_a_picture_is_named_by_the_heading_of_its_card(text, tree, make_photo) -> None:
    observation, root = tree(
        [_column(make_photo(0, 0, 300, 200), text("Mountains", 0, 220), text("more words", 0, 250))]
    )
    draft = named(survey(observation, root), _draft(Role.GROUP, Role.GROUP, Role.IMG, Role.HEADING, Role.TEXT))
    assert draft[2].name == "Mountains"


def test_an_image_alone_still_has_a_name(tree, make_photo) -> None:
    observation, root = tree([make_photo(0, 0, 300, 200)])
    assert named(survey(observation, root), _draft(Role.GROUP, Role.IMG))[1].name == "Picture"


def test_the_icon_button_beside_a_search_field_is_called_search(text, tree, make_photo) -> None:
    observation, root = tree([_column(text("Search for...", 0, 0), make_photo(200, 0, 20, 20))])
    draft = named(survey(observation, root), _draft(Role.GROUP, Role.GROUP, Role.SEARCHBOX, Role.BUTTON))
    assert draft[3].name == "Search"


def test_a_switch_is_named_by_the_words_of_its_row(text, tree, make_rect) -> None:
    track = make_rect(300, 0, 40, 22)
    switch = Region(id=0, kind=RegionKind.SHAPE, box=track.box, surface=track)
    observation, root = tree([_column(text("Weekly digest", 0, 0), switch), switch])
    draft = named(survey(observation, root), _draft(Role.GROUP, Role.GROUP, Role.TEXT, Role.SWITCH, Role.CHECKBOX))
    assert (draft[3].name, draft[4].name) == ("Weekly digest", "Checkbox")


def test_names_and_words_that_are_there_are_kept(text, tree) -> None:
    observation, root = tree([text("Home", 0, 0)])
    draft = _draft(Role.GROUP, Role.LINK)
    assert named(survey(observation, root), draft) == draft


def test_tick_boxes_of_a_table_are_named_by_what_they_choose(text, tree, make_rect) -> None:
    def row(y: float, *cells: Region) -> Region:
        box = make_rect(10, y, 14, 14, line=True)
        tick = Region(id=0, kind=RegionKind.SHAPE, box=box.box, surface=box)
        return Region(id=0, kind=RegionKind.ROW, box=Box(10, y, 500, 36), children=(tick, *cells))

    def who(letters: str, name: str, y: float) -> Region:
        avatar = text(letters, 70, y + 12, surface=make_rect(60, y, 36, 36, radius=18))
        return Region(id=0, kind=RegionKind.ROW, box=Box(60, y, 200, 36), children=(avatar, text(name, 110, y + 12)))

    rows = (
        row(0, text("Member", 60, 0, weight=700), text("Role", 300, 0, weight=700)),
        row(40, who("AB", "Ann Bold", 40), text("Owner", 300, 52)),
        row(80, who("CD", "Cy Dole", 80), text("Guest", 300, 92)),
    )
    table = Region(id=0, kind=RegionKind.TABLE, box=Box(10, 0, 500, 120), children=rows, columns=3)
    observation, root = tree([table])
    draft = {n.id: Annotation(role=Role.CHECKBOX if n.kind is RegionKind.SHAPE else Role.TEXT) for n in root.walk()}
    draft[1] = Annotation(role=Role.TABLE)
    names = named(survey(observation, root), draft)
    assert [names[n.id].name for n in root.walk() if n.kind is RegionKind.SHAPE] == [
        "Select all", "Ann Bold", "Cy Dole",
    ]  # fmt: skip
