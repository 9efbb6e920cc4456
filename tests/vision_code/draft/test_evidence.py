"""
A link must look like one, or stand where links stand.
"""

from __future__ import annotations

from vision_code.draft.evidence import supported
from vision_code.geometry import Box, Color
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
