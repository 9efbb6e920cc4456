"""
Landmarks told from content: the bar of links, the last band, the middle, the fields that go together.
"""

from __future__ import annotations

from dataclasses import replace

from vision_code.draft.landmarks import placed
from vision_code.geometry import Box, Color
from vision_code.region import Region, RegionKind, Role


def _box(kind: RegionKind, box: Box, *children: Region) -> Region:
    return Region(id=0, kind=kind, box=box, children=children)


def test_a_bar_of_links_along_the_top_is_the_navigation(text, settled) -> None:
    bar = _box(RegionKind.ROW, Box(0, 0, 1000, 60), text("Shop", 20, 20), text("Home", 700, 20), text("Cart", 800, 20))
    found = settled(placed, [bar], {1: Role.BANNER, 2: Role.TEXT, 3: Role.LINK, 4: Role.LINK})
    assert found[1] is Role.NAVIGATION


def test_the_same_bar_further_down_is_not(text, settled) -> None:
    bar = _box(RegionKind.ROW, Box(0, 300, 1000, 60), text("Home", 700, 320), text("Cart", 800, 320))
    assert settled(placed, [bar], {2: Role.LINK, 3: Role.LINK})[1] is Role.GROUP


def test_the_notice_of_rights_at_the_end_is_the_footer(text, settled) -> None:
    found = settled(placed, [text("Words", 20, 100), text("Copyright © Your Website", 20, 780)], {})
    assert found[2] is Role.CONTENTINFO


def test_a_notice_of_rights_in_the_middle_is_not(text, settled) -> None:
    found = settled(placed, [text("Copyright © Your Website", 20, 100), text("Words", 20, 780)], {})
    assert Role.CONTENTINFO not in found.values()


def test_the_main_part_does_not_hold_the_footer(text, settled) -> None:
    body = _box(RegionKind.COLUMN, Box(0, 100, 1000, 500), text("one", 20, 110), text("two", 20, 300))
    page = _box(RegionKind.COLUMN, Box(0, 0, 1000, 800), body, text("© 2024", 20, 780))
    found = settled(placed, [page], {1: Role.MAIN})
    assert (found[1], found[2]) == (Role.GROUP, Role.MAIN)


def test_fields_with_a_button_are_a_form(text, settled) -> None:
    card = _box(RegionKind.COLUMN, Box(300, 200, 400, 200), text("Email", 320, 220), text("Send", 320, 300))
    aside = _box(RegionKind.COLUMN, Box(300, 500, 400, 100), text("Search", 320, 520))
    found = settled(placed, [card, aside], {2: Role.TEXTBOX, 3: Role.BUTTON, 5: Role.SEARCHBOX})
    assert (found[1], found[4]) == (Role.FORM, Role.GROUP)


def test_one_message_is_not_the_main_part_and_buttons_without_a_field_are_no_form(text, settled) -> None:
    message = _box(RegionKind.COLUMN, Box(300, 200, 400, 80), text("Agreed", 320, 220), text("09:44", 320, 250))
    buttons = _box(RegionKind.ROW, Box(300, 500, 400, 40), text("Cancel", 320, 510), text("Save", 420, 510))
    found = settled(placed, [message, buttons], {1: Role.MAIN, 4: Role.FORM, 5: Role.BUTTON, 6: Role.BUTTON})
    assert (found[1], found[4]) == (Role.GROUP, Role.GROUP)


def test_the_band_with_the_title_that_opens_a_long_page_is_its_header(text, settled) -> None:
    hero = _box(RegionKind.COLUMN, Box(0, 60, 1000, 200), text("A title", 300, 120), text("Of it all", 300, 160))
    rest = [
        _box(RegionKind.COLUMN, Box(0, y, 1000, 180), text("One", 40, y), text("Two", 40, y + 40)) for y in (270, 460)
    ]
    roles = {1: Role.MAIN, 2: Role.HEADING}
    assert settled(placed, [hero, *rest], roles)[1] is Role.BANNER
    assert settled(placed, [hero], roles)[1] is Role.MAIN


def test_a_form_holds_its_fields_and_button_and_no_picture_beside_them(text, settled, make_rect, make_photo) -> None:
    field = text("Email", 520, 210, make_rect(510, 200, 300, 38, line=True))
    button = text("Sign in", 620, 270, make_rect(510, 260, 300, 38))
    inner = _box(RegionKind.COLUMN, Box(510, 200, 300, 98), field, button)
    card = _box(RegionKind.ROW, Box(100, 100, 760, 300), make_photo(100, 100, 380, 300), inner)
    found = settled(placed, [card], {1: Role.FORM, 2: Role.DECORATION, 4: Role.TEXTBOX, 5: Role.BUTTON})
    assert (found[1], found[3]) == (Role.GROUP, Role.FORM)


def test_what_covers_most_of_a_page_is_no_menu(text, settled) -> None:
    page = _box(RegionKind.COLUMN, Box(0, 0, 1000, 700), text("Home", 20, 10), text("Blog", 20, 300))
    side = _box(RegionKind.COLUMN, Box(0, 0, 240, 700), text("Home", 20, 10), text("Blog", 20, 300))
    assert settled(placed, [page], {1: Role.NAVIGATION})[1] is Role.GROUP
    assert settled(placed, [side], {1: Role.NAVIGATION})[1] is Role.NAVIGATION


def test_the_first_band_of_links_below_a_name_in_large_letters_is_the_navigation(text, settled) -> None:
    def menu(y: float) -> Region:
        return _box(RegionKind.ROW, Box(300, y, 400, 20), *(text(w, 300 + 150 * n, y) for n, w in enumerate("ABC")))

    roles = {3: Role.LINK, 4: Role.LINK, 5: Role.LINK}
    assert settled(placed, [text("Business", 300, 80, size_px=60.0), menu(300)], roles)[2] is Role.NAVIGATION
    assert settled(placed, [text("Business", 300, 80, size_px=60.0), menu(600)], roles)[2] is Role.GROUP


def test_the_last_band_on_its_own_ground_or_below_a_line_is_the_footer(text, settled, make_rect) -> None:
    def bands(*last: Region) -> list[Region]:
        return [text("Words", 20, 20), text("More words", 20, 200), *last]

    ground = make_rect(0, 700, 1000, 100, fill=Color(40, 40, 40))
    band = replace(_box(RegionKind.ROW, ground.box, text("By Ann", 400, 740), text("2024", 600, 740)), surface=ground)
    found = settled(placed, bands(band), {})
    assert found[3] is Role.CONTENTINFO

    line = make_rect(0, 740, 1000, 1)
    rule = Region(id=0, kind=RegionKind.SHAPE, box=line.box, surface=line)
    bare = _box(RegionKind.ROW, Box(20, 760, 900, 16), text("By Ann", 20, 760), text("2024", 800, 760))
    assert settled(placed, bands(rule, bare), {})[4] is Role.CONTENTINFO
    assert settled(placed, bands(bare), {})[3] is Role.GROUP
    assert settled(placed, bands(band), {4: Role.LINK, 5: Role.BUTTON})[3] is Role.GROUP


def test_a_page_that_ends_in_nothing_but_lines_has_no_footer(text, settled, make_rect) -> None:
    lines = [make_rect(0, y, 1000, 1) for y in (400, 799)]
    shapes = [Region(id=0, kind=RegionKind.SHAPE, box=line.box, surface=line) for line in lines]
    grid = _box(RegionKind.COLUMN, Box(0, 400, 1000, 400), *shapes)
    above = [text(words, 20, y) for words, y in (("Words", 20), ("More words", 100), ("And more", 200))]
    assert Role.CONTENTINFO not in settled(placed, [*above, grid], {}).values()


def test_a_last_band_that_invites_is_no_footer(text, body, settled, make_rect) -> None:
    ground = make_rect(0, 640, 1000, 160, fill=Color(40, 40, 40))
    call = _box(
        RegionKind.COLUMN, ground.box, text("Join us today and save", 200, 680, size_px=40.0), text("Go", 480, 760)
    )
    page = [*body, replace(call, surface=ground)]
    assert settled(placed, page, {6: Role.HEADING, 7: Role.LINK})[5] is Role.GROUP
    assert settled(placed, page, {6: Role.TEXT, 7: Role.LINK})[5] is Role.CONTENTINFO
