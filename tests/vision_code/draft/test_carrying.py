"""
Where meaning is put so that markup can carry it.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.carrying import carried
from vision_code.draft.page import survey
from vision_code.geometry import Box
from vision_code.observation import FontFamily
from vision_code.region import Annotation, Region, RegionKind, Role


def _row(*children: Region) -> Region:
    return Region(id=0, kind=RegionKind.ROW, box=Box(0, 0, 400, 40), children=children)


def _groups(count: int) -> dict[int, Annotation]:
    return {n: Annotation(role=Role.GROUP) for n in range(count)}


def test_a_heading_row_puts_the_heading_on_its_largest_words(text, tree, make_photo) -> None:
    observation, root = tree([_row(make_photo(0, 0, 20, 20), text("Title", 30, 4, size_px=30.0), text("new", 200, 4))])
    draft = _groups(5) | {1: Annotation(role=Role.HEADING, level=2, link=True)}
    moved = carried(survey(observation, root), draft, set())
    assert (moved[1].role, moved[1].link) == (Role.GROUP, True)
    assert (moved[3].role, moved[3].level) == (Role.HEADING, 2)


def test_a_tick_goes_to_its_box(text, tree, make_photo) -> None:
    observation, root = tree([_row(make_photo(0, 0, 16, 16), text("Remember me", 30, 0))])
    draft = _groups(4) | {1: Annotation(role=Role.CHECKBOX, checked=True)}
    moved = carried(survey(observation, root), draft, set())
    assert (moved[1].role, moved[2].role, moved[2].checked) == (Role.GROUP, Role.CHECKBOX, True)


def test_a_drawing_read_in_pieces_is_one_picture(text, tree, make_photo) -> None:
    pieces = _row(make_photo(0, 0, 90, 80), make_photo(110, 20, 60, 60), make_photo(180, 0, 4, 4))
    beside_words = _row(make_photo(0, 0, 90, 80), text("New", 110, 20))
    for thing, role in ((pieces, Role.IMG), (beside_words, Role.GROUP)):
        observation, root = tree([replace(thing, box=Box(0, 0, 400, 80))])
        moved = carried(survey(observation, root), _groups(6) | {1: Annotation(role=Role.IMG)}, set())
        assert moved[1].role is role


def test_a_menu_becomes_a_list_in_a_navigation(text, tree) -> None:
    items = _row(text("Home", 100, 0), text("Blog", 150, 0), text("Shop", 200, 0))
    observation, root = tree([_row(text("Brand", 0, 0), items)])
    draft = _groups(7) | {3: Annotation(role=Role.NAVIGATION)}
    moved = carried(survey(observation, root), draft, {3})
    assert (moved[1].role, moved[3].role) == (Role.NAVIGATION, Role.LIST)


def test_leaves_keep_what_they_have(text, tree) -> None:
    observation, root = tree([text("Title", 0, 0), text("more", 0, 40)])
    draft = _groups(1) | {1: Annotation(role=Role.HEADING, level=1), 2: Annotation(role=Role.LINK)}
    assert carried(survey(observation, root), draft, set()) == draft


def test_code_goes_to_a_listings_lines_and_to_no_words_of_a_page_with_a_listing(text, tree) -> None:
    def shown(*families: FontFamily) -> set[Role]:
        lines = [text("words in a row", 0, 30 * n, family=family) for n, family in enumerate(families)]
        column = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 400, 90), children=tuple(lines))
        observation, root = tree([column])
        draft = _groups(2) | {n: Annotation(role=Role.TEXT) for n in (2, 3, 4)} | {1: Annotation(role=Role.CODE)}
        moved = carried(survey(observation, root), draft, set())
        assert moved[1].role is Role.GROUP
        return {moved[n].role for n in (2, 3, 4)}

    assert shown(FontFamily.MONO, FontFamily.MONO, FontFamily.SANS) == {Role.CODE}
    assert shown(FontFamily.SANS, FontFamily.MONO, FontFamily.SANS) == {Role.TEXT}
