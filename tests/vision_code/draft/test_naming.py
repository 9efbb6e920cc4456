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
