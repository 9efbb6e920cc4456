"""
A link must look like one, or stand where links stand.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.evidence import supported
from vision_code.geometry import Box, Color
from vision_code.observation import Border
from vision_code.region import Region, RegionKind, Role

BLUE = Color(13, 110, 253)
LINKS = dict.fromkeys(range(5, 12), Role.LINK)


def test_words_like_all_others_are_no_link(text, body, settled) -> None:
    roles = settled(supported, [*body, text("plain", 40, 600), text("blue", 40, 640, color=BLUE)], LINKS)
    assert (roles[5], roles[6]) == (Role.TEXT, Role.LINK)


def test_words_in_a_menu_may_look_like_any(text, body, settled) -> None:
    entries = tuple(text(f"m{n}", 40 + 90 * n, 600) for n in range(3))
    menu = Region(id=0, kind=RegionKind.ROW, box=Box(40, 600, 400, 20), children=entries)
    links = {6: Role.LINK, 7: Role.LINK, 8: Role.LINK}
    roles = settled(supported, [*body, menu], links)
    assert [roles[n] for n in (6, 7, 8)] == [Role.LINK] * 3


def test_large_linked_words_are_a_heading(text, body, settled) -> None:
    roles = settled(supported, [*body, text("A title", 40, 600, size_px=32.0)], LINKS)
    assert roles[5] is Role.HEADING


def test_slanted_words_are_no_link_whatever_their_colour(text, body, settled) -> None:
    roles = settled(supported, [*body, text("option", 40, 600, color=BLUE, italic=True)], LINKS)
    assert roles[5] is Role.TEXT


def test_grey_words_are_no_link_where_links_are_coloured(text, body, settled) -> None:
    pale = text("Sign in to continue", 40, 600, color=Color(120, 125, 130))
    assert settled(supported, [*body, pale], LINKS)[5] is Role.LINK
    beside = settled(supported, [*body, pale, text("Forgot password?", 40, 640, color=BLUE)], LINKS)
    assert (beside[5], beside[6]) == (Role.TEXT, Role.LINK)


def test_plain_words_in_a_table_are_no_buttons_alone_or_together(text, body, settled) -> None:
    lines = (text("Ann", 300, 600), text("a@b", 300, 620))
    both = Region(id=0, kind=RegionKind.COLUMN, box=Box(300, 600, 100, 40), children=lines)
    cells = (text("Editor", 40, 600), text("Edit", 160, 600, color=BLUE), both)
    row = Region(id=0, kind=RegionKind.ROW, box=Box(40, 600, 400, 40), children=cells)
    table = Region(id=0, kind=RegionKind.TABLE, box=row.box, children=(row,), columns=3)
    said = {5: Role.TABLE, 7: Role.BUTTON, 8: Role.BUTTON, 9: Role.BUTTON}
    roles = settled(supported, [*body, table], said)
    assert (roles[7], roles[8], roles[9]) == (Role.TEXT, Role.BUTTON, Role.GROUP)


def test_initials_beside_their_name_are_no_button_and_others_may_be(text, settled, make_rect) -> None:
    def beside(letters: str, name: str, y: float) -> Region:
        disc = make_rect(10, y, 36, 36, fill=BLUE, radius=18)
        avatar = text(letters, 20, y + 12, surface=disc)
        return Region(id=0, kind=RegionKind.ROW, box=Box(10, y, 400, 36), children=(avatar, text(name, 60, y + 12)))

    said = {2: Role.BUTTON, 5: Role.BUTTON}
    roles = settled(supported, [beside("AB", "Ann Bold", 0), beside("OK", "Ann Bold", 60)], said)
    assert (roles[2], roles[5]) == (Role.TEXT, Role.BUTTON)


def test_a_tag_is_no_button_and_a_small_button_is_one(text, body, settled, make_rect) -> None:
    tag = text("Admin", 48, 604, make_rect(40, 600, 56, 20, fill=Color(234, 247, 236)))
    button = text("Edit", 48, 646, make_rect(40, 640, 56, 26, fill=Color(234, 247, 236)))
    roles = settled(supported, [*body, tag, button], {5: Role.BUTTON, 6: Role.BUTTON})
    assert (roles[5], roles[6]) == (Role.TEXT, Role.BUTTON)


def test_a_browsers_own_button_is_one_though_it_is_as_low_as_a_tag(text, body, settled, make_rect) -> None:
    grey = Color(239, 239, 239)
    native, tag = (
        replace(make_rect(40, y, 81, 21, fill=grey), border=Border(color=Color(edge, edge, edge), width_px=1))
        for y, edge in ((600, 118), (640, 217))
    )
    grounded = [text("Content", 48, 604, native), text("Content", 48, 644, tag)]
    roles = settled(supported, [*body, *grounded], {5: Role.BUTTON, 6: Role.BUTTON})
    assert (roles[5], roles[6]) == (Role.BUTTON, Role.TEXT)


def test_bare_words_are_no_button_unless_they_name_a_deed(text, body, settled) -> None:
    entries = tuple(text(words, 40 + 150 * n, 600) for n, words in enumerate(("License", "More Themes", "Delete all")))
    footer = Region(id=0, kind=RegionKind.ROW, box=Box(40, 600, 500, 20), children=entries)
    said = {5: Role.BUTTON, 6: Role.CONTENTINFO, 7: Role.BUTTON, 8: Role.BUTTON, 9: Role.BUTTON}
    roles = settled(supported, [*body, text("Adolfo Hess", 40, 560), footer], said)
    assert [roles[n] for n in (5, 7, 8, 9)] == [Role.TEXT, Role.LINK, Role.LINK, Role.BUTTON]


def test_an_arrow_head_is_no_link_of_its_own(settled, make_photo) -> None:
    roles = settled(supported, [make_photo(200, 20, 6, 9), make_photo(300, 20, 16, 16)], {1: Role.LINK, 2: Role.LINK})
    assert (roles[1], roles[2]) == (Role.DECORATION, Role.LINK)


def test_small_capitals_head_linked_rows_of_a_menu(text, settled, make_photo) -> None:
    def entry(words: str, y: float) -> Region:
        children = (make_photo(20, y, 16, 16), text(words, 44, y, size_px=15.0))
        return Region(id=0, kind=RegionKind.ROW, box=Box(20, y, 180, 16), children=children)

    head = text("INTERFACE", 20, 150, size_px=10.5, weight=700)
    children = (entry("Dashboard", 100), head, entry("Components", 200), entry("Utilities", 240))
    menu = Region(id=0, kind=RegionKind.COLUMN, box=Box(0, 0, 220, 800), children=children)
    roles = settled(supported, [menu], {1: Role.LIST, 2: Role.LINK, 5: Role.LINK, 6: Role.LINK, 9: Role.LINK})
    assert (roles[2], roles[5]) == (Role.LINK, Role.TEXT)


def test_large_words_at_the_top_stay_the_link_that_they_were_surely_called(text, body, settled) -> None:
    brand, title = text("Design System", 40, 36, size_px=20.0), text("Design System", 40, 600, size_px=20.0)
    roles = settled(supported, [brand, *body, title], {1: Role.LINK, 6: Role.LINK}, confidence=1.0)
    assert (roles[1], roles[6]) == (Role.LINK, Role.HEADING)


def test_a_count_or_a_state_on_a_ground_is_no_link(text, body, settled, make_rect) -> None:
    words = ("14 Entries", "PENDING", "Laravel")
    tags = [
        text(word, 50 + 200 * n, 606, make_rect(40 + 200 * n, 600, 110, 22, fill=BLUE)) for n, word in enumerate(words)
    ]
    roles = settled(supported, [*body, *tags], LINKS)
    assert [roles[n] for n in (5, 6, 7)] == [Role.TEXT, Role.TEXT, Role.LINK]
