"""
Rows of things to press are lists: at the end of a bar, and the marks of other sites in a footer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from vision_code.draft.icon_rows import with_icon_rows
from vision_code.draft.page import survey
from vision_code.geometry import Box, Color
from vision_code.observation import Picture, PictureKind
from vision_code.region import Annotation, Region, RegionKind, Role

Photo = Callable[..., Region]
INK, WHITE = Color(33, 37, 41), Color(255, 255, 255)


def _row(y: float, *children: Region) -> Region:
    return Region(id=0, kind=RegionKind.ROW, box=Box(700, y, 280, 30), children=children)


def _bar(y: float, *children: Region) -> Region:
    return Region(id=0, kind=RegionKind.ROW, box=Box(0, y, 1000, 60), children=children)


def test_icons_at_the_end_of_a_bar_are_a_list(make_photo: Photo, make_rect, settled) -> None:
    line = make_rect(880, 16, 1, 30)
    rule = Region(id=0, kind=RegionKind.SHAPE, box=line.box, surface=line)
    icons = _row(16, make_photo(700, 20, 20, 20), make_photo(760, 20, 20, 20), rule, make_photo(900, 20, 20, 20))
    roles = {3: Role.LINK, 4: Role.BUTTON, 5: Role.DECORATION, 6: Role.LINK}
    found = settled(with_icon_rows, [_bar(0, icons)], roles)
    assert (found[1], found[2]) == (Role.GROUP, Role.LIST)
    assert settled(with_icon_rows, [_bar(400, icons)], roles)[2] is Role.GROUP


def test_a_bar_with_two_buttons_has_no_list(make_photo: Photo, settled) -> None:
    pair = _row(16, make_photo(700, 20, 20, 20), make_photo(760, 20, 20, 20))
    assert settled(with_icon_rows, [_bar(0, pair)], {3: Role.LINK, 4: Role.LINK})[2] is Role.GROUP


def test_an_icon_alone_in_a_bar_is_a_link_and_one_beside_words_is_not(text, settled) -> None:
    def icon(x: float, y: float) -> Region:
        picture = Picture(id=0, kind=PictureKind.ICON, box=Box(x, y, 16, 16), color=INK, background=WHITE)
        return Region(id=0, kind=RegionKind.PICTURE, box=picture.box, picture=picture)

    roles = {2: Role.DECORATION, 3: Role.DECORATION}
    bar = _bar(0, icon(40, 20), icon(800, 20), text("Search", 64, 22))
    found = settled(with_icon_rows, [bar], roles)
    assert (found[2], found[3]) == (Role.DECORATION, Role.LINK)
    assert settled(with_icon_rows, [_bar(300, icon(40, 320), icon(800, 320))], roles)[3] is Role.DECORATION


def test_icons_of_a_bar_are_pressed_one_by_one(make_photo: Photo, settled) -> None:
    pair = _row(16, make_photo(700, 20, 20, 20), make_photo(760, 20, 20, 20))
    roles = {2: Role.LINK, 3: Role.DECORATION, 4: Role.DECORATION}
    found = settled(with_icon_rows, [_bar(0, replace(pair, children=tuple(map(_as_icon, pair.children))))], roles)
    assert [found[n] for n in (2, 3, 4)] == [Role.GROUP, Role.LINK, Role.LINK]
    close = _row(16, make_photo(700, 20, 20, 20), make_photo(724, 20, 20, 20))
    found = settled(with_icon_rows, [_bar(0, replace(close, children=tuple(map(_as_icon, close.children))))], roles)
    assert found[2] is Role.LINK, "two strokes of one drawing"


def _as_icon(region: Region) -> Region:
    assert region.picture is not None
    return replace(region, picture=replace(region.picture, kind=PictureKind.ICON))


def test_a_portrait_alone_in_a_bar_is_linked(text, tree, make_photo: Photo) -> None:
    observation, root = tree([_bar(0, text("Acme", 40, 22), make_photo(900, 10, 40, 40)), text("Words", 40, 790)])
    roles = {node.id: Annotation(role=Role.IMG if node.picture else Role.GROUP) for node in root.walk()}
    portrait = next(node for node in root.walk() if node.picture is not None)
    assert with_icon_rows(survey(observation, root), roles)[portrait.id] == Annotation(role=Role.IMG, link=True)


def test_the_top_of_a_card_is_no_bar(text, tree, make_photo: Photo) -> None:
    head = _bar(0, _row(16, *(make_photo(700 + 60 * n, 20, 20, 20) for n in range(3))))
    observation, root = tree([head])
    roles = {node.id: Annotation(role=Role.LINK if node.picture else Role.GROUP) for node in root.walk()}
    card = replace(root, box=Box(0, 0, 1000, 300))
    assert with_icon_rows(survey(observation, root), roles)[2].role is Role.LIST
    assert with_icon_rows(survey(observation, card), roles)[2].role is Role.GROUP


def test_marks_in_a_footer_are_links_of_a_list_and_elsewhere_drawings(make_photo: Photo, settled) -> None:
    marks = [_row(y, *(make_photo(700 + 36 * n, y, 20, 20) for n in range(3))) for y in (300, 750)]
    footer = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 700, 1000, 100), children=(marks[1],))
    roles = dict.fromkeys((2, 3, 4, 7, 8, 9), Role.DECORATION) | {5: Role.CONTENTINFO}
    found = settled(with_icon_rows, [marks[0], footer], roles)
    assert [found[n] for n in (1, 2, 3, 4)] == [Role.GROUP, *[Role.DECORATION] * 3]
    assert [found[n] for n in (6, 7, 8, 9)] == [Role.LIST, *[Role.LINK] * 3]
